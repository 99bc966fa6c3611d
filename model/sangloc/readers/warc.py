"""WARC and WET: records are cut apart here, strictly by their lengths, and parsed with fastwarc where they are tagged."""

import io
import re
from collections.abc import Iterator

from sangloc.readers.compression import Unpacked
from sangloc.readers.frames import Frames
from sangloc.readers.page import opened, too_long
from sangloc.records import START, End, Opened, Options, Position, Record
from sangloc.sources import Source

_TYPE = re.compile(rb"^WARC-Type[ \t]*:[ \t]*([^\s]+)", re.IGNORECASE | re.MULTILINE)
PAGES = frozenset({"conversion", "response", "resource"})
OTHERS = frozenset({"warcinfo", "request", "metadata", "revisit", "continuation"})  # hold no page
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})


def records(source: Source, file: Unpacked, options: Options, start: Position = START) -> Iterator[Record | End]:
    """Yield the records that may hold a page, numbered among all; broken ones as failures. After each fault the next record is sought."""
    file.skip(start.offset)
    number = start.number
    for frame in Frames(file, options.max_bytes):
        number += 1
        after = Position(frame.end, number)
        record = Record(source, f"{source.name}#{number}", "warc", after=after)
        if frame.fault:
            record.failure = f"{frame.fault} (at byte {frame.start}); went on at the next record"
        elif (kind := _type(frame.header)) in OTHERS:
            continue
        elif kind not in PAGES:
            record.failure = f"a record of an unknown type: {kind or 'none is named'}"
        elif frame.content is None:
            record.failure = too_long(options.max_bytes)
        else:
            record.raw = frame.header + frame.content + b"\r\n\r\n"
            record.size = len(record.raw)
        yield record
    yield End(source, file.fault)


def _type(header: bytes) -> str:
    found = _TYPE.search(header)
    return found[1].decode("ascii", "backslashreplace").lower() if found else ""


def text_of(record: Record, options: Options) -> Opened:
    """Return the text of a conversion, or of the page in a response."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    assert isinstance(record.raw, bytes)  # noqa: S101  # records makes them so
    try:
        found = next(ArchiveIterator(io.BytesIO(record.raw), parse_http=True, auto_decode="all"), None)
        if found is None:
            return Opened(failure="no WARC record that can be read")
        is_http = bool(found.is_http)
        named = found.http_content_type if is_http else found.headers.get("Content-Type")
        data: bytes = found.reader.read(options.max_bytes + 1)
    except (OSError, ValueError, EOFError) as error:
        return Opened(failure=f"broken record: {error}")
    kind = str(named or "").partition(";")[0].strip().lower()
    told = {"url": found.headers.get("WARC-Target-URI"), "date": found.headers.get("WARC-Date"), "content_type": kind}
    about = {key: value for key, value in told.items() if value}
    if found.record_type == WarcRecordType.conversion or kind == "text/plain":
        page = opened(data, False, options)
    elif kind in HTML_TYPES or not kind:
        page = opened(data, True, options, found.http_charset if is_http else None)
    else:
        return Opened(skipped=f"not HTML: {kind}", about=about)
    page.about = about
    return page
