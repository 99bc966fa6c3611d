"""What format a file is in: by its name's end, then by its first bytes."""

from pathlib import PurePath

from sangloc.htmltext import looks_like_html
from sangloc.readers.compression import SUFFIXES
from sangloc.readers.page import HTML_SUFFIXES, TEXT_SUFFIXES

FORMATS = ("text", "html", "jsonl", "parquet", "warc", "wet")
BY_SUFFIX = {
    **dict.fromkeys(HTML_SUFFIXES, "html"),
    **dict.fromkeys(TEXT_SUFFIXES, "text"),
    **dict.fromkeys((".jsonl", ".ndjson", ".json"), "jsonl"),
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    ".warc": "warc",
    ".wet": "wet",
}


def by_name(path: PurePath) -> str | None:
    """Return a file's format by its suffix, or that before `.gz`, `.zst`, `.lz4`; None for others."""
    suffix = path.suffix.lower()
    if suffix in SUFFIXES:
        suffix = PurePath(path.stem).suffix.lower()
    return BY_SUFFIX.get(suffix)


def by_content(head: bytes) -> str:
    """Return a file's format by its first (unpacked) bytes: text, where nothing else fits."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"WARC/"):
        return "warc"
    if looks_like_html(head):
        return "html"
    stripped = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if stripped.startswith(b"{") and b'"' in stripped[:64].lstrip(b"{ \t")[:1]:
        return "jsonl"
    return "text"
