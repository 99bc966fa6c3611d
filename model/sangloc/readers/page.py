"""Files that are one page each: plain text or HTML, packed or not. They are read where they are tagged."""

from collections.abc import Iterator
from pathlib import PurePath

from sangloc.decoding import BinaryError, decode
from sangloc.htmltext import looks_like_html, text_of_html
from sangloc.readers.compression import SUFFIXES, Unpacked
from sangloc.records import Opened, Options, Record
from sangloc.sources import Source

HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
TEXT_SUFFIXES = frozenset({".txt", ".text", ".md"})


def records(source: Source, file: Unpacked | None, options: Options) -> Iterator[Record]:
    """Yield the one record of a file; standard input is read here, since workers don't have it."""
    record = Record(source, source.name, "page", size=max(source.stamp[0], 0))
    if source.path is None and file is not None:
        record.raw, record.failure = _content(file, options.max_bytes)
        record.size = len(record.raw)
    yield record


def text_of(record: Record, options: Options) -> Opened:
    """Read a file, or take the bytes that were read for it, and return its text."""
    fault = ""
    try:
        if isinstance(record.raw, bytes):
            data = record.raw
        else:
            assert record.source.path is not None  # noqa: S101  # records reads standard input
            with record.source.path.open("rb", buffering=0) as file:
                data, fault = _content(Unpacked(file), options.max_bytes)
    except OSError as error:
        return Opened(failure=str(error.strerror or error))
    except MemoryError:
        return Opened(failure="not enough memory for it")
    if fault:
        return Opened(failure=fault)
    is_html = options.format == "html" or (options.format is None and (_named_html(record.source.relative) or looks_like_html(data)))
    return opened(data, is_html, options)


def opened(data: bytes, is_html: bool, options: Options, declared: str | None = None) -> Opened:
    """Return the text of a page's bytes; `declared` is an encoding that is said elsewhere."""
    if len(data) > options.max_bytes:
        return Opened(failure=too_long(options.max_bytes))
    try:
        decoded, trouble = text_of_html(data, declared, options.timeout) if is_html else (decode(data, declared), "")
    except (BinaryError, MemoryError) as error:
        return Opened(failure=str(error) or "not enough memory for it")
    warnings = [trouble] if trouble else []
    if decoded.bad_byte is None:
        return Opened(decoded.text, warnings=warnings)
    what = f"not valid {decoded.encoding} from byte {decoded.bad_byte} on"
    if options.strict:
        return Opened(failure=what)
    return Opened(decoded.text, warnings=[*warnings, f"{what}; what could not be read is U+FFFD in the output"])


def opened_html(html: str, options: Options) -> Opened:
    """Return the text of a page whose HTML was decoded already."""
    return opened(html.encode("utf-8", "surrogatepass"), True, options, "utf-8")


def too_long(limit: int) -> str:
    """Return what is said of a page over the size cap."""
    return f"the page has more than {limit} bytes; raise --max-bytes if that is right"


def _content(file: Unpacked, limit: int) -> tuple[bytes, str]:
    """Return all bytes of a file, or what is wrong with it."""
    parts: list[bytes] = []
    size = 0
    while data := file.read():
        parts.append(data)
        size += len(data)
        if size > limit:
            return b"", too_long(limit)
    return (parts[0] if len(parts) == 1 else b"".join(parts)), file.fault


def _named_html(path: PurePath) -> bool:
    """Tell whether a file's name is that of an HTML page, packed or not."""
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        suffix = PurePath(path.stem).suffix.lower()
    return suffix in HTML_SUFFIXES
