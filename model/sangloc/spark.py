"""Tag a column of a Spark DataFrame (extra `spark`); Arrow batches go to Python workers and come back with two more columns."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from sangloc.batch import ADDED, check_columns, pages_of
from sangloc.page import Page
from sangloc.pipeline import sieve_of
from sangloc.rendering import DIGITS
from sangloc.sieve import Sieve, load
from sangloc.sites import SiteCounts

if TYPE_CHECKING:
    from pyarrow import ListArray, RecordBatch
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

# Spark hands over 10,000 rows at a time: results go back in smaller pieces, so that memory holds one set of pages twice, not three times.
ROWS = 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """What a job is to do; travels to the workers."""

    text_col: str
    site_col: str | None
    keep: str | Sequence[str]
    own: Sieve | None  # None: the shipped model, which is loaded once in a process

    def sieve(self) -> Sieve:
        """Return the sieve to tag with."""
        return self.own or sieve_of(None)


def tag(
    df: "DataFrame",
    text_col: str = "text",
    keep: str | Sequence[str] = "body",
    model: str | PathLike[str] | None = None,
    site_col: str | None = None,
) -> "DataFrame":
    """Return the frame with two more columns: `paragraphs` (array of struct label, group, prob, text) and `kept` (string).

    A null text gives nulls. The shipped model is read where the work is done; another one travels with the job. Nothing is computed
    before the frame is used. With `site_col`, which lines recur on each site is counted first (see `sangloc.sites`), and the rows come
    in another order; a null there is no site. `ValueError` where a column is missing or no string, an added column's name is taken, or
    `keep` names what the model doesn't know.
    """
    schema = _schema(df, text_col, site_col)
    sieve = load(model)
    sieve.model.labels.selected(keep)  # fails here rather than on every worker
    asked = Asked(text_col, site_col, keep, None if model is None else sieve)
    if site_col is None:
        return df.mapInArrow(_tagger(asked), schema)
    from sangloc.spark_sites import tag_with_sites

    return tag_with_sites(df, schema, asked)


def _schema(df: "DataFrame", text_col: str, site_col: str | None) -> "StructType":
    try:
        from pyspark.sql import types
    except ImportError:
        raise ImportError("sangloc.spark needs PySpark, pandas and pyarrow: pip install 'sangloc[spark]'") from None
    for column in (text_col,) if site_col is None else (text_col, site_col):
        check_columns(df.columns, column)
        if not isinstance(df.schema[column].dataType, types.StringType):
            raise ValueError(f"the column {column!r} is {df.schema[column].dataType.simpleString()}, not string")
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


def _tagger(asked: Asked) -> "Callable[[Iterator[RecordBatch]], Iterator[RecordBatch]]":
    def tagged(batches: "Iterator[RecordBatch]") -> "Iterator[RecordBatch]":
        for batch in batches:
            yield from with_tags(batch, asked, None)

    return tagged


def with_tags(batch: "RecordBatch", asked: Asked, counts: SiteCounts | None) -> "Iterator[RecordBatch]":
    """Yield the batch in pieces with the two columns; `counts` tell of the sites, if they are to."""
    import pyarrow as pa

    names = [*batch.schema.names, *ADDED]
    for start in range(0, batch.num_rows, ROWS):
        part = batch.slice(start, ROWS)
        sites = None if asked.site_col is None else part.column(asked.site_col).to_pylist()
        pages = list(pages_of(asked.sieve(), part.column(asked.text_col).to_pylist(), sites, counts))
        kept = pa.array([None if page is None else page.keep(asked.keep) for page in pages], pa.string())
        yield pa.RecordBatch.from_arrays([*part.columns, paragraph_array(pages), kept], names)


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
