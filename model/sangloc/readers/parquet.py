"""Parquet: a page a row, read in batches; only the columns that are needed are read. Needs pyarrow."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sangloc.readers.compression import Unpacked
from sangloc.readers.page import opened, opened_html, too_long
from sangloc.records import START, End, Opened, Options, Position, Record
from sangloc.sources import Source

if TYPE_CHECKING:
    import pyarrow

ROWS = 64  # of a batch


def pyarrow_parquet() -> ModuleType:
    """Return pyarrow.parquet; raises `OSError` with what to install where it is missing."""
    try:
        import pyarrow.parquet as found
    except ImportError:
        raise OSError("Parquet needs pyarrow; install it with: pip install 'sangloc[parquet]'") from None
    module: ModuleType = found
    return module


class Row:
    """A row of a batch that stays in the main process."""

    __slots__ = ("batch", "index")

    def __init__(self, batch: "pyarrow.RecordBatch", index: int) -> None:
        self.batch, self.index = batch, index


def records(source: Source, path: Path, options: Options, start: Position = START) -> Iterator[Record | End]:
    """Yield a record for every row."""
    module = pyarrow_parquet()
    import pyarrow

    try:
        with module.ParquetFile(path) as file:
            names = file.schema_arrow.names
            field = options.html_field or options.text_field
            if field not in names:
                yield End(source, f"no column {field!r}; there are {', '.join(map(repr, names))}")
                return
            if options.adds in names:
                yield End(source, f"has a column {options.adds!r} already, which would be overwritten; rename it in the input")
                return
            columns = None if options.all_fields else [name for name in dict.fromkeys((field, options.url_field)) if name in names]
            number = 0
            for batch in file.iter_batches(ROWS, columns=columns):
                if number + len(batch) > start.number:
                    skipped = max(0, start.number - number)
                    yield from _rows(source, batch.slice(skipped), number + skipped, field, options)
                number += len(batch)
            yield End(source)
    except (pyarrow.ArrowException, OSError) as error:
        yield End(source, f"broken Parquet: {str(error).splitlines()[0]}")


def _rows(source: Source, batch: Any, before: int, field: str, options: Options) -> Iterator[Record]:
    values = batch.column(field).to_pylist()
    addresses = batch.column(options.url_field).to_pylist() if batch.schema.names.count(options.url_field) == 1 else [None] * len(values)
    rows = batch.to_pylist() if options.row_values else []
    for index, value in enumerate(values):
        number = before + index + 1
        record = Record(source, f"{source.name}#{number}", "parquet", after=Position(number, number), row=Row(batch, index))
        if isinstance(value, (str, bytes)):
            record.raw, record.size = value, len(value)
            if len(value) > options.max_bytes:
                record.raw, record.failure = None, too_long(options.max_bytes)
        elif value is not None:
            record.failure = f"its column {field!r} holds {batch.schema.field(field).type}, not text"
        if isinstance(address := addresses[index], str):
            record.about = {"url": address}
        if options.row_values:
            record.fields = rows[index]
        yield record


def records_of_stream(source: Source, file: Unpacked, options: Options, start: Position = START) -> Iterator[Record | End]:
    """Yield the rows of what comes in a pipe: a Parquet file's directory is at its end, so it is put on the disk first."""
    with tempfile.TemporaryDirectory(prefix="sangloc-") as folder:
        path = Path(folder) / "stdin.parquet"
        with path.open("wb") as copy:
            while data := file.read():
                copy.write(data)
        yield from records(source, path, options, start)


def text_of(record: Record, options: Options) -> Opened:
    """Return the text of a row."""
    if record.raw is None:
        return Opened(skipped="null")
    if isinstance(record.raw, str):
        return Opened(record.raw) if options.html_field is None else opened_html(record.raw, options)
    return opened(record.raw, options.html_field is not None, options)
