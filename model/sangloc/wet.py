"""Kept text as WET records, as Common Crawl has them: a conversion with the page's address, date and text."""

import base64
import hashlib
import re
import uuid
from urllib.parse import quote

from sangloc.records import Record
from sangloc.sources import printable

EPOCH = "1970-01-01T00:00:00Z"  # of pages that come without a date: a record must have one
SPACE = uuid.UUID("9f2c4f0e-7c5b-5d0f-9a55-4f2b3a8f6c11")
_CHANGED = (b"content-length", b"content-type", b"warc-block-digest", b"warc-payload-digest", b"warc-truncated")
_HEADER = re.compile(rb"\A(.*?)\r?\n\r?\n", re.DOTALL)


def as_wet(text: str, record: Record) -> bytes:
    """Return a conversion record. One made of a conversion keeps its other headers; one made of something else names what it is of."""
    content = text.encode("utf-8", "replace")
    digest = base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest())
    own = [
        b"WARC-Block-Digest: sha1:" + digest,
        b"Content-Type: text/plain",
        f"Content-Length: {len(content)}".encode(),
    ]
    lines = _headers(record) + own
    return b"\r\n".join(lines) + b"\r\n\r\n" + content + b"\r\n\r\n"


def _headers(record: Record) -> list[bytes]:
    """Return version and headers of a record's conversion, without those that depend on its content."""
    named: dict[bytes, bytes] = {}
    if record.form == "warc" and isinstance(record.raw, bytes) and (found := _HEADER.match(record.raw)):
        version, *rows = found[1].replace(b"\r\n", b"\n").split(b"\n")
        if re.search(rb"^WARC-Type[ \t]*:[ \t]*conversion", found[1], re.IGNORECASE | re.MULTILINE):
            return [version, *(row for row in rows if row.partition(b":")[0].strip().lower() not in _CHANGED)]
        named = {key.strip().lower(): value.strip() for key, _, value in (row.partition(b":") for row in rows)}
    address = printable(record.about.get("url") or "file:" + quote(record.name, safe="/:#"))
    lines = [
        "WARC/1.0",
        "WARC-Type: conversion",
        f"WARC-Target-URI: {address}",
        f"WARC-Date: {printable(record.about.get('date') or EPOCH)}",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid5(SPACE, f'{record.name} {address}')}>",
    ]
    out = [line.encode("utf-8", "replace") for line in lines]
    return [*out, b"WARC-Refers-To: " + named[b"warc-record-id"]] if b"warc-record-id" in named else out
