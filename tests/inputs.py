"""Containers of pages, made in the tests, and what the readers and the whole pipeline make of them."""

import gzip
import io
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from sangloc.folder import FolderOutput
from sangloc.outputs import StreamOutput
from sangloc.pipeline import Job
from sangloc.readers import records, text_of
from sangloc.records import End, Options, Record
from sangloc.rendering import SUFFIX
from sangloc.run import Run
from sangloc.sinks import sink_maker
from sangloc.sources import Missed, Source, sources
from sangloc.tally import Tally

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKED: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstd.compress, "": bytes}
TEXTS = [f"Tin số {number}\n\nSáng nay, cây cầu thứ {number} đã thông xe.\nTrang chủ" for number in range(12)]


@dataclass
class Found:
    """What readers found: the text of each page by its name, and what was said of the others."""

    texts: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def named(self) -> int:
        return len(self.failures) + len(self.skipped)


def stored(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def read(*paths: Path | str, **given: Any) -> Found:
    """Read all pages that paths mean."""
    options = Options(**given)
    found = Found()
    for item in (item for source in sources([str(path) for path in paths]) for item in _items(source, options)):
        if isinstance(item, Missed):
            found.failures[item.name] = item.reason
        elif isinstance(item, End):
            if item.failure:
                found.failures[item.source.name] = item.failure
        else:
            assert item.name not in found.texts
            opened = text_of(item, options)
            found.warnings += opened.warnings
            if opened.text is not None:
                found.texts[item.name] = opened.text
            elif opened.skipped:
                found.skipped[item.name] = opened.skipped
            else:
                assert opened.failure
                found.failures[item.name] = opened.failure
    return found


def _items(source: Source | Missed, options: Options) -> Iterable[Record | End | Missed]:
    return [source] if isinstance(source, Missed) else records(source, options)


def convert(path: Path, output: Path, style: str, keep: str | None = None, jobs: int = 1, **given: Any) -> tuple[Tally, list[str]]:
    """Run the whole pipeline on a path, as `tag` (nothing kept) or `extract`; return what was done and what was said."""
    said: list[str] = []
    given = {"all_fields": style in {"jsonl", "parquet"}, "row_values": style == "jsonl", "adds": "" if keep else "paragraphs", **given}
    make = sink_maker(style)
    target = StreamOutput(output, make) if output.suffix else FolderOutput(output, SUFFIX[style], make, {})
    with target:
        tally = Run(Job(None, style, keep, Options(**given)), target, said.append).over(sources([str(path)]), jobs)
    return tally, said


def jsonl(texts: list[str]) -> bytes:
    return b"".join(json.dumps({"id": i, "text": text}, ensure_ascii=bool(i % 2)).encode() + b"\n" for i, text in enumerate(texts))


def html(text: str) -> str:
    rows = "".join(f"<p>{line}</p>\n" for line in text.split("\n") if line)
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>\n{rows}</body></html>\n'


def warc(texts: list[str], wet: bool = False) -> bytes:
    """Return an unpacked WARC file of responses, each behind its request, or a WET file of conversions."""
    stream = io.BytesIO()
    for number, text in enumerate(texts):
        if wet:
            _record(stream, WarcRecordType.conversion, number, text.encode(), "text/plain")
        else:
            http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            _record(stream, WarcRecordType.request, number, b"GET / HTTP/1.1\r\nHost: bao.vn\r\n\r\n", "application/http; msgtype=request")
            _record(stream, WarcRecordType.response, number, http + html(text).encode(), "application/http; msgtype=response")
    return stream.getvalue()


def _record(stream: io.BytesIO, kind: WarcRecordType, number: int, content: bytes, content_type: str) -> None:
    record = WarcRecord()
    record.init_headers(kind)
    record.headers["WARC-Target-URI"] = f"https://bao.vn/{number}"
    record.headers["WARC-Date"] = "2024-05-06T07:08:09Z"
    record.headers["WARC-Record-ID"] = f"<urn:uuid:00000000-0000-0000-{stream.tell():012d}>"
    record.headers["Content-Type"] = content_type
    record.set_bytes_content(content)
    record.write(stream)


def wet_texts(data: bytes) -> list[tuple[str, str]]:
    """Return address and text of each conversion, as fastwarc reads them."""
    found = ArchiveIterator(io.BytesIO(data), record_types=WarcRecordType.conversion, parse_http=False)
    return [(record.headers["WARC-Target-URI"], record.reader.read().decode()) for record in found]
