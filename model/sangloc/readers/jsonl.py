"""JSON lines: an object a line, a page in one of its fields. Lines are cut here and parsed where they are tagged."""

import json
from collections.abc import Iterator

import orjson

from sangloc.readers.compression import Unpacked
from sangloc.readers.lines import lines
from sangloc.readers.page import opened_html, too_long
from sangloc.records import START, End, Opened, Options, Position, Record
from sangloc.sources import Source

BOM = b"\xef\xbb\xbf"


def records(source: Source, file: Unpacked, options: Options, start: Position = START) -> Iterator[Record | End]:
    """Yield a record for every line that is not blank."""
    file.skip(start.offset)
    number = start.number
    for line, after in lines(file, options.max_bytes):
        number += 1
        position = Position(after, number)
        name = f"{source.name}:{number}"
        if line is None:
            yield Record(source, name, "jsonl", after=position, failure=too_long(options.max_bytes))
            continue
        if number == 1:
            line = line.removeprefix(BOM)  # noqa: PLW2901  # only the file's first line may have it
        if line and not line.isspace():
            yield Record(source, name, "jsonl", line, len(line), position)
    yield End(source, file.fault)


def text_of(record: Record, options: Options) -> Opened:
    """Return the text in a line's field."""
    assert isinstance(record.raw, bytes)  # noqa: S101  # records makes them so
    row, warnings = parsed(record.raw)
    if isinstance(row, str):
        return Opened(failure=row)
    if warnings:
        if options.strict:
            return Opened(failure=warnings[0])
        record.raw = record.raw.decode("utf-8", errors="replace").encode()  # what is written is valid
    field = options.html_field or options.text_field
    if field not in row:
        return Opened(failure=f"has no field {field!r}; its fields are {', '.join(map(repr, row))}"[:300])
    value = row[field]
    if not isinstance(value, str):
        return Opened(failure=f"its field {field!r} is no string but {_kind(value)}")
    found = Opened(value) if options.html_field is None else opened_html(value, options)
    found.warnings = warnings + found.warnings
    address = row.get(options.url_field)
    found.about = {"url": address} if isinstance(address, str) else {}
    return found


def parsed(line: bytes) -> tuple[dict[str, object] | str, list[str]]:
    """Return a line's object, or what is wrong with the line; and warnings."""
    warnings: list[str] = []
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        # Not UTF-8, or one of the things that Python's json takes and writes and JSON has not: NaN, lone surrogates, 1e400.
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            warnings.append(f"not valid utf-8 from byte {error.start} of the line on; what could not be read is U+FFFD in the output")
            text = line.decode("utf-8", errors="replace")
        try:
            value = json.loads(text)
        except RecursionError:
            return "nested too deep", []
        except ValueError as error:
            return f"broken JSON: {error}", []
    if not isinstance(value, dict):
        return f"not a JSON object but {_kind(value)}", []
    return value, warnings


def _kind(value: object) -> str:
    """Return what JSON calls a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object" if isinstance(value, dict) else "a number"
