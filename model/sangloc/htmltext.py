"""HTML to plain text with resiliparse: the whole page, as `real/*/full` pages were made."""

import os
import re
from typing import TYPE_CHECKING

from sangloc.decoding import Decoded, decode

if TYPE_CHECKING:
    from sangloc.worker import Worker

HEAD = 4096
SECONDS = 30.0  # for the conversion of a page; one of 1 MB takes 0.1
_STARTS = ("<!doctype html", "<html", "<head", "<body")
# No nested repetition: linear on any input.
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def looks_like_html(data: bytes) -> bool:
    """Tell whether a file's first bytes are those of an HTML page."""
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower().decode("latin-1")
    return head.startswith(_STARTS) or (head.startswith(("<?xml", "<!--")) and "<html" in head)


def html_to_text(data: bytes, declared: str | None = None) -> Decoded:
    """Return the page's text; `declared` is the encoding that the server named. `BinaryError` where the bytes are no text at all."""
    decoded = _decoded(data, declared)
    return Decoded(_extracted(decoded.text), decoded.encoding, decoded.bad_byte)


def text_of_html(data: bytes, declared: str | None = None, seconds: float = SECONDS) -> tuple[Decoded, str]:
    """Return the page's text and a warning, or an empty one; `BinaryError` where the bytes are no text at all.

    The parser takes a time quadratic in a tag's attributes and can't be interrupted, so it works in a process that is ended when it takes
    too long. Then, or if it dies or finds nothing, the tags are stripped off instead.
    """
    decoded = _decoded(data, declared)
    text, trouble = _extracted_in_time(decoded.text, seconds)
    if trouble or not text or text.isspace():
        from sangloc.stripping import stripped

        text = stripped(decoded.text)
        trouble = trouble or "found no text"
        if text:
            trouble = f"the HTML parser {trouble}; this is the page with its tags stripped off"
        elif decoded.text and not decoded.text.isspace():
            trouble = "an HTML page without text"
        else:
            trouble = ""
    return Decoded(text, decoded.encoding, decoded.bad_byte), trouble


def _decoded(data: bytes, declared: str | None) -> Decoded:
    if declared is None and (found := _CHARSET.search(data[:HEAD])):
        declared = found[1].decode("ascii")
    return decode(data, declared)


def _extracted(page: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    text: str = extract_plain_text(
        page,
        preserve_formatting=True,
        main_content=False,
        list_bullets=False,
        alt_texts=False,
        links=False,
        form_fields=True,
    )
    return text


_PARSERS: "list[tuple[int, Worker]]" = []


def _extracted_in_time(page: str, seconds: float) -> tuple[str, str]:
    """Return the parser's text, or what went wrong with it; the parser's process is begun once in each process."""
    from sangloc.worker import LostError, Worker

    if not _PARSERS or _PARSERS[0][0] != os.getpid():  # not there yet, or it is that of the process whose copy this is
        _PARSERS[:] = [(os.getpid(), Worker(_extracted))]
    parser = _PARSERS[0][1]
    try:
        parser.send(page)
        return parser.answer(seconds), ""
    except LostError as error:
        _PARSERS.clear()
        return "", f"gave up ({error})"
    except Exception as error:  # noqa: BLE001  # whatever it raises, the page is not lost
        return "", f"failed ({error or type(error).__name__})"
    except BaseException:  # stopped in mid-page: its answer must not be taken for the next page's
        _PARSERS.clear()
        parser.end()
        raise
