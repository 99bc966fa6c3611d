"""HTML to plain text with resiliparse: the whole page, as `real/*/full` pages were made."""

import re

from sangloc.decoding import Decoded, decode

HEAD = 4096
_STARTS = ("<!doctype html", "<html", "<head", "<body")
# No nested repetition: linear on any input.
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)


def looks_like_html(data: bytes) -> bool:
    """Tell whether a file's first bytes are those of an HTML page."""
    head = data[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower().decode("latin-1")
    return head.startswith(_STARTS) or (head.startswith(("<?xml", "<!--")) and "<html" in head)


def html_to_text(data: bytes, declared: str | None = None) -> Decoded:
    """Return the page's text; `declared` is the encoding that the server named. `BinaryError` where the bytes are no text at all."""
    from resiliparse.extract.html2text import extract_plain_text

    if declared is None and (found := _CHARSET.search(data[:HEAD])):
        declared = found[1].decode("ascii")
    decoded = decode(data, declared)
    text: str = extract_plain_text(
        decoded.text,
        preserve_formatting=True,
        main_content=False,
        list_bullets=False,
        alt_texts=False,
        links=False,
        form_fields=True,
    )
    return Decoded(text, decoded.encoding, decoded.bad_byte)
