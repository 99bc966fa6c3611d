"""Results as Parquet: the input's rows with one more column, or a row a page. Needs pyarrow."""

import io
import json
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from sangloc.fields import PREFIX, fields_of
from sangloc.outputs import OutputError
from sangloc.page import Page
from sangloc.readers.parquet import Row, pyarrow_parquet
from sangloc.records import Record
from sangloc.sinks import Content
from sangloc.splicing import FieldError
from sangloc.unsure import KEY

if TYPE_CHECKING:
    import pyarrow

ROWS = 1024  # put together before they are written
PAGE_COLUMNS = ("path", "url", "date", "content_type")  # of pages that come without columns of their own
GROUP_ROWS, GROUP_BYTES = 1 << 14, 1 << 26  # of a row group


@dataclass(frozen=True, slots=True)
class Cell:
    """A page's value in the column that is added: its paragraphs (a pyarrow struct array), its kept text, or null."""

    column: str
    value: Any
    own: dict[str, object] | None = None  # the other columns, where the input is no Parquet
    fields: dict[str, object] | None = None  # what is told of the page as a whole, where its paragraphs are; None with a null
    marked: bool = False  # paragraphs say whether they are unsure


def cell(page: Page | None, record: Record, keep: str | None, text_field: str, min_prob: float = 0.0) -> Cell:
    """Return what a page's row gets; None for a page gives null. See `rendering.render`."""
    name = "paragraphs" if keep is None else text_field
    value = None if page is None else paragraphs_of(page, min_prob) if keep is None else page.keep(keep, min_prob)
    own: dict[str, object] | None = dict.fromkeys(PAGE_COLUMNS) | {"path": record.name, **record.about}
    if record.form == "jsonl" and isinstance(record.raw, bytes):
        own = json.loads(record.raw)  # not orjson: it makes floats of the largest integers
    elif record.form == "parquet":
        own = None
    if own is not None and name in own:
        if keep is None or record.form != "jsonl":
            raise FieldError(f"has a field {name!r} already, which would be overwritten; rename it in the input")
        del own[name]
    return Cell(name, value, own, fields_of(page) if page is not None and keep is None else None, min_prob > 0)


def paragraphs_of(page: Page, min_prob: float = 0.0) -> "pyarrow.StructArray":
    """Return a page's paragraphs as structs of label, group, prob and text, and with `min_prob` whether they are unsure."""
    import pyarrow

    labels = page.label_set.labels
    names = pyarrow.array(labels).take(pyarrow.array(page.codes))
    groups = pyarrow.array([page.label_set.group_of[label] for label in labels]).take(pyarrow.array(page.codes))
    probs = page.probabilities[np.arange(len(page.codes)), page.codes].astype(np.float32)
    texts = pyarrow.array([encoded(found.text) for found in page.paragraphs], pyarrow.string())
    columns = [names, groups, pyarrow.array(probs), texts]
    if min_prob:
        unsure = np.zeros(len(page), dtype=bool)
        unsure[page.unsure(min_prob)] = True
        columns.append(pyarrow.array(unsure))
    return pyarrow.StructArray.from_arrays(columns, fields=list(_struct(min_prob > 0)))


def encoded(text: str) -> str:
    """Return a text that Arrow can hold: a lone surrogate, which UTF-8 has not, becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _encoded(value: object) -> object:
    return encoded(value) if isinstance(value, str) else [encoded(str(one)) for one in value] if isinstance(value, list) else value


def _struct(marked: bool) -> "pyarrow.StructType":
    import pyarrow

    text = pyarrow.string()
    fields = [("label", text), ("group", text), ("prob", pyarrow.float32()), ("text", text)]
    return pyarrow.struct([*fields, (KEY, pyarrow.bool_())] if marked else fields)


class _Outlet(io.RawIOBase):
    """A stream that can be shut from outside: then what is written to it is lost."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.shut = stream, False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        if not self.shut:
            self.stream.write(data)
        return len(data)

    def flush(self) -> None:
        if not self.shut:
            self.stream.flush()


class ParquetSink:
    """Writes rows in the order of the pages, in row groups of bounded size."""

    def __init__(self, stream: IO[bytes], packing: str) -> None:  # noqa: ARG002  # Parquet is packed inside
        self.module = pyarrow_parquet()
        self.stream = _Outlet(stream)
        self.writer: Any = None
        self.first = ""  # the page whose columns the file has
        self.rows: list[tuple[Record, Cell]] = []
        self.added: list[str] = []  # the columns of the pages' fields
        self.tables: list[pyarrow.Table] = []

    def write(self, record: Record, content: Content) -> None:
        """Take a page."""
        assert isinstance(content, Cell)  # noqa: S101  # render makes cells for Parquet
        if self.rows and (_batch(record) is not _batch(self.rows[0][0]) or len(self.rows) >= ROWS):
            self._gather()
        self.rows.append((record, content))

    def close(self) -> None:
        """Write what is left."""
        self._gather()
        if self.writer is None:
            self._open(_strings(PAGE_COLUMNS))
        self._flush()
        self.writer.close()
        self.stream.flush()

    def settle(self) -> bool:
        """Say no: a Parquet file's directory comes at its end."""
        return False

    def resume(self) -> None:
        """Do nothing: `settle` never allows it."""

    def abandon(self) -> None:
        """Close the writer without writing: it would do so later, into a closed stream."""
        self.stream.shut = True
        if self.writer is not None:
            self.writer.close()

    def _gather(self) -> None:
        """Make a table of the rows taken."""
        import pyarrow

        if not self.rows:
            return
        name = self.rows[0][0].name
        try:
            table = self._table([record for record, _ in self.rows], [content for _, content in self.rows])
            if self.writer is None:
                self.first = name
                self._open(table.schema)
            elif table.schema != self.writer.schema:
                table = table.select(self.writer.schema.names).cast(self.writer.schema)
        except (pyarrow.ArrowException, KeyError, OverflowError) as error:
            what = str(error).splitlines()[0]
            raise OutputError(
                f"{name} and the pages behind it have other columns than {self.first or 'a table can have'} ({what}); "
                "write each input file by itself (-o DIR), or --format jsonl"
            ) from None
        self.rows = []
        self.tables.append(table)
        if sum(table.num_rows for table in self.tables) >= GROUP_ROWS or sum(table.nbytes for table in self.tables) >= GROUP_BYTES:
            self._flush()

    def _table(self, records: list[Record], cells: list[Cell]) -> "pyarrow.Table":
        """Return the rows with the column added, and with the pages' fields where that column has their paragraphs."""
        import pyarrow

        table = self._rows(records, cells)
        if cells[0].column != "paragraphs":
            return table
        kinds = {
            "title": pyarrow.string(),
            "date": pyarrow.string(),
            "authors": pyarrow.list_(pyarrow.string()),
            "is_article": pyarrow.float64(),
        }
        self.added = self.added or [f"{PREFIX}{name}" if name in table.schema.names else name for name in kinds]
        for (name, kind), column in zip(kinds.items(), self.added, strict=True):
            values = [None if content.fields is None else _encoded(content.fields[name]) for content in cells]
            table = table.append_column(pyarrow.field(column, kind), pyarrow.array(values, kind))
        return table

    def _rows(self, records: list[Record], cells: list[Cell]) -> "pyarrow.Table":
        import pyarrow

        batch = _batch(records[0])
        column = cells[0].column
        values = _column([content.value for content in cells], column, cells[0].marked)
        if batch is None:
            rows = [content.own or {} for content in cells]
            known = _strings(PAGE_COLUMNS) if records[0].form != "jsonl" else None
            if self.writer is not None:
                known = pyarrow.schema([field for field in self.writer.schema if field.name not in {column, *self.added}])
            if known is not None and (new := {key for row in rows for key in row} - set(known.names)):
                raise KeyError(f"no column {sorted(new)[0]!r}")
            return pyarrow.Table.from_pylist(rows, schema=known).append_column(column, values)
        indices = [record.row.index for record in records if isinstance(record.row, Row)]
        table = pyarrow.Table.from_batches([batch.take(pyarrow.array(indices))])
        if column not in table.schema.names:
            # The column is new to what Hugging Face's datasets notes of its types.
            notes = {key: value for key, value in (table.schema.metadata or {}).items() if key != b"huggingface"}
            return table.append_column(column, values).replace_schema_metadata(notes)
        at = table.schema.get_field_index(column)
        field = table.schema.field(at)
        return table.set_column(at, field, values.cast(field.type))

    def _open(self, schema: "pyarrow.Schema") -> None:
        self.writer = self.module.ParquetWriter(self.stream, schema, compression="zstd")

    def _flush(self) -> None:
        import pyarrow

        if self.tables:
            self.writer.write_table(pyarrow.concat_tables(self.tables), row_group_size=GROUP_ROWS)
            self.tables = []


def _strings(names: tuple[str, ...]) -> "pyarrow.Schema":
    import pyarrow

    return pyarrow.schema([(name, pyarrow.string()) for name in names])


def _batch(record: Record) -> "pyarrow.RecordBatch | None":
    """Return the batch that a record's row is in."""
    return record.row.batch if isinstance(record.row, Row) else None


def _column(values: list[Any], column: str, marked: bool) -> "pyarrow.Array":
    """Return the added column of some rows."""
    import pyarrow

    if column != "paragraphs" or all(isinstance(value, str) for value in values):
        return pyarrow.array([value if value is None else encoded(value) for value in values], pyarrow.string())
    lengths = [0 if value is None else len(value) for value in values]
    parts = [value for value in values if value is not None]
    offsets = np.concatenate(([0], np.cumsum(lengths))).astype(np.int32)
    flat = pyarrow.concat_arrays(parts) if parts else pyarrow.array([], _struct(marked))
    missing = pyarrow.array([value is None for value in values])
    return pyarrow.ListArray.from_arrays(pyarrow.array(offsets), flat, mask=missing)
