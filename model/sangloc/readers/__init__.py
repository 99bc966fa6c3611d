"""Readers: from a source, which is a file or standard input, to its records, and from a record to its text.

`records` runs in the main process and does what must be done in order and costs little: unpacking and cutting. `text_of` runs in
the workers: parsing and HTML. A source of one page gives one record; one of many gives its records and then an `End`.
"""

import sys
from collections.abc import Iterator

from sangloc.readers import page
from sangloc.readers.compression import Unpacked
from sangloc.readers.formats import by_content, by_name
from sangloc.records import START, End, Opened, Options, Position, Record
from sangloc.sources import Source

HEAD = 4096


def records(source: Source, options: Options, start: Position = START) -> Iterator[Record | End]:
    """Yield a source's records in order, from a position in it on; what can't be read is named in the last of them."""
    name = options.format or by_name(source.relative)
    try:
        if source.path is None:
            yield from _of_stream(source, Unpacked(sys.stdin.buffer), name, options, start)
        elif name in {"text", "html"}:
            yield from page.records(source, None, options)
        elif name == "parquet":
            from sangloc.readers import parquet

            yield from parquet.records(source, source.path, options, start)
        else:
            with source.path.open("rb", buffering=0) as file:
                yield from _of_stream(source, Unpacked(file), name, options, start)
    except OSError as error:
        yield End(source, str(error.strerror or error))


def _of_stream(source: Source, file: Unpacked, name: str | None, options: Options, start: Position) -> Iterator[Record | End]:
    name = name or by_content(file.peek(HEAD))
    if name == "jsonl":
        from sangloc.readers import jsonl

        yield from jsonl.records(source, file, options, start)
    elif name in {"warc", "wet"}:
        from sangloc.readers import warc

        yield from warc.records(source, file, options, start)
    elif name == "parquet":
        from sangloc.readers import parquet

        yield from parquet.records_of_stream(source, file, options, start)
    else:
        yield from page.records(source, file, options)


def text_of(record: Record, options: Options) -> Opened:
    """Return what a record's bytes become."""
    if record.failure:
        return Opened(failure=record.failure)
    if record.form == "page":
        return page.text_of(record, options)
    if record.form == "jsonl":
        from sangloc.readers import jsonl

        return jsonl.text_of(record, options)
    if record.form == "warc":
        from sangloc.readers import warc

        return warc.text_of(record, options)
    from sangloc.readers import parquet

    return parquet.text_of(record, options)
