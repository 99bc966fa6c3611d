"""Tag a column of a Spark DataFrame (extra `spark`); Arrow batches go to Python workers and come back with two more columns."""

from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from typing import TYPE_CHECKING

from sangloc.batch import check_columns, pages_of
from sangloc.page import Page
from sangloc.pipeline import sieve_of
from sangloc.rendering import DIGITS
from sangloc.sieve import Sieve, load

if TYPE_CHECKING:
    from pyarrow import ListArray, RecordBatch
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

# Spark hands over 10,000 rows at a time: results go back in smaller pieces, so that memory holds one set of pages twice, not three times.
ROWS = 1024


def tag(
    df: "DataFrame", text_col: str = "text", keep: str | Sequence[str] = "body", model: str | PathLike[str] | None = None
) -> "DataFrame":
    """Return the frame with two more columns: `paragraphs` (array of struct label, group, prob, text) and `kept` (string).

    A null text gives nulls. The shipped model is read where the work is done; another one travels with the job. Nothing is computed
    before the frame is used. `ValueError` where the text's column is missing or no string, an added column's name is taken, or `keep`
    names what the model doesn't know.
    """
    schema = _schema(df, text_col)
    sieve = load(model)
    sieve.model.labels.selected(keep)  # fails here rather than on every worker
    return df.mapInArrow(_tagger(text_col, keep, None if model is None else sieve), schema)


def _schema(df: "DataFrame", text_col: str) -> "StructType":
    try:
        from pyspark.sql import types
    except ImportError:
        raise ImportError("sangloc.spark needs PySpark, pandas and pyarrow: pip install 'sangloc[spark]'") from None
    check_columns(df.columns, text_col)
    if not isinstance(df.schema[text_col].dataType, types.StringType):
        raise ValueError(f"the column {text_col!r} is {df.schema[text_col].dataType.simpleString()}, not string")
    paragraph = types.StructType(
        [
            types.StructField("label", types.StringType(), nullable=False),
            types.StructField("group", types.StringType(), nullable=False),
            types.StructField("prob", types.DoubleType(), nullable=False),
            types.StructField("text", types.StringType(), nullable=False),
        ]
    )
    paragraphs = types.StructField("paragraphs", types.ArrayType(paragraph, containsNull=False))
    return types.StructType([*df.schema.fields, paragraphs, types.StructField("kept", types.StringType())])


def _tagger(text_col: str, keep: str | Sequence[str], own: Sieve | None) -> "Callable[[Iterator[RecordBatch]], Iterator[RecordBatch]]":
    def tagged(batches: "Iterator[RecordBatch]") -> "Iterator[RecordBatch]":
        sieve = own or sieve_of(None)  # the shipped model is loaded once in a process
        for batch in batches:
            for start in range(0, batch.num_rows, ROWS):
                yield _with_tags(batch.slice(start, ROWS), text_col, keep, sieve)

    return tagged


def _with_tags(batch: "RecordBatch", text_col: str, keep: str | Sequence[str], sieve: Sieve) -> "RecordBatch":
    import pyarrow as pa

    pages = list(pages_of(sieve, batch.column(text_col).to_pylist()))
    kept = pa.array([None if page is None else page.keep(keep) for page in pages], pa.string())
    names = [*batch.schema.names, "paragraphs", "kept"]
    return pa.RecordBatch.from_arrays([*batch.columns, paragraph_array(pages), kept], names)


def paragraph_array(pages: Sequence[Page | None]) -> "ListArray":
    """Return the pages' paragraphs as an Arrow list of structs, one list a page, null where there is no page."""
    import pyarrow as pa

    found = [[] if page is None else page.paragraphs for page in pages]
    offsets = [0]
    for paragraphs in found:
        offsets.append(offsets[-1] + len(paragraphs))
    flat = [paragraph for paragraphs in found for paragraph in paragraphs]
    columns = {
        "label": pa.array([paragraph.label for paragraph in flat], pa.string()),
        "group": pa.array([paragraph.group for paragraph in flat], pa.string()),
        "prob": pa.array([round(paragraph.prob, DIGITS) for paragraph in flat], pa.float64()),
        "text": pa.array([paragraph.text for paragraph in flat], pa.string()),
    }
    fields = [pa.field(name, array.type, nullable=False) for name, array in columns.items()]
    structs = pa.StructArray.from_arrays(list(columns.values()), fields=fields)
    mask = pa.array([page is None for page in pages])
    kind = pa.list_(pa.field("element", structs.type, nullable=False))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), structs, type=kind, mask=mask)
