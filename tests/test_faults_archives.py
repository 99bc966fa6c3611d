"""Faults of packed files, JSON lines, WARC and Parquet at the command; more in tests/test_readers.py. Rows of tests/FAULTS.md."""

import gzip
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from sangloc.labelfile import parse_pages
from tests.conftest import Cli
from tests.faults import ARTICLE

ROWS = 3000


def rows(count: int = ROWS) -> bytes:
    return "".join(json.dumps({"id": n, "text": f"{n}\n{ARTICLE}"}, ensure_ascii=False) + "\n" for n in range(count)).encode()


def zstd(data: bytes) -> bytes:
    backports = pytest.importorskip("backports.zstd")
    packed: bytes = backports.compress(data, options={backports.CompressionParameter.checksum_flag: 1})
    return packed


def flipped(data: bytes, place: float) -> bytes:
    at = int(len(data) * place)
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


BROKEN: dict[str, tuple[str, Callable[[], bytes]]] = {
    "gz cut": ("gz", lambda: (packed := gzip.compress(rows()))[: len(packed) * 3 // 4]),
    "gz cut in its trailer": ("gz", lambda: gzip.compress(rows())[:-3]),
    "gz with a wrong CRC": ("gz", lambda: (packed := gzip.compress(rows()))[:-8] + bytes([packed[-8] ^ 0xFF]) + packed[-7:]),
    "gz flipped within": ("gz", lambda: flipped(gzip.compress(rows()), 0.8)),
    "garbage after gz": ("gz", lambda: gzip.compress(rows()) + b"garbage" * 5),
    "zst cut": ("zst", lambda: (packed := zstd(rows()))[: len(packed) * 3 // 4]),
    "zst flipped within": ("zst", lambda: flipped(zstd(rows()), 0.9)),
    "garbage after zst": ("zst", lambda: zstd(rows()) + b"garbage" * 5),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_records_before_a_fault_are_kept(kind: str, cli: Cli, tmp_path: Path) -> None:
    packing, make = BROKEN[kind]
    (tmp_path / f"a.jsonl.{packing}").write_bytes(make())
    (tmp_path / "b.txt").write_text(ARTICLE, encoding="utf-8")
    done = cli("tag", f"a.jsonl.{packing}", "b.txt", "-f", "jsonl", "-j", "2")
    assert done.returncode == 1
    *found, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert last["path"] == "b.txt"
    # What is unpacked behind a flipped byte may be other lines again, until the checksum tells.
    sure = len(found) // 2 if "flipped" in kind else len(found)
    assert [row["id"] for row in found][:sure] == list(range(sure))
    complaints = done.stderr.decode()
    assert f"a.jsonl.{packing}: " in complaints and ("broken" in complaints or "truncated" in complaints or "garbage" in complaints)
    if "after" in kind:
        assert len(found) == ROWS
    if "gz" in kind:
        assert len(found) > ROWS // 4


def test_a_bomb_fails_by_name_in_little_memory(cli: Cli, tmp_path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(b"a" * (1 << 20)) for _ in range(600)) + packer.flush()
    (tmp_path / "bomb.txt.gz").write_bytes(bomb)
    (tmp_path / "line.jsonl.gz").write_bytes(bomb)
    (tmp_path / "b.txt").write_text(ARTICLE, encoding="utf-8")
    done = cli("tag", "bomb.txt.gz", "line.jsonl.gz", "b.txt", "--max-bytes", "10M")
    assert done.returncode == 1
    first, second, last = done.stderr.decode().splitlines()
    assert first.startswith("bomb.txt.gz: the page has more than 10485760 bytes; raise --max-bytes")
    assert second.startswith("line.jsonl.gz:1: the page has more than 10485760 bytes")
    assert last == "sangloc: 1 pages done, 2 inputs failed (named above)"


def test_each_broken_line_is_named_by_its_number(cli: Cli, tmp_path: Path) -> None:
    good = rows(1)
    lines = [
        (b"{broken", "broken JSON"),
        (b"[1, 2]", "not a JSON object but an array"),
        (b'{"other": "x"}', "has no field 'text'"),
        (b'{"text": 5}', "its field 'text' is no string but a number"),
        (b'{"text": null}', "is no string but null"),
        (b'{"text": ' + b"[" * 1024 + b"]" * 1024 + b"}", "nested too deep"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"text": "cut', "broken JSON"),
    ]
    (tmp_path / "a.jsonl").write_bytes(b"\n" + b"".join(good + line + b"\n\n" for line, _ in lines) + good)
    done = cli("tag", "a.jsonl", "-f", "jsonl")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == len(lines) + 1
    *complaints, last = done.stderr.decode().splitlines()
    for number, (complaint, (_, reason)) in enumerate(zip(complaints, lines, strict=True)):
        assert complaint.startswith(f"a.jsonl:{3 * number + 3}: ") and (reason in complaint or "broken JSON" in complaint), complaint
    assert last == f"sangloc: {len(lines) + 1} pages done, {len(lines)} inputs failed (named above)"


def test_other_fields_pass_through_unchanged(cli: Cli, tmp_path: Path) -> None:
    line = (
        b'{"n": 12345678901234567890, "f": 1.10, "e": 1e400, "text": "A\\n", "u": "\\u00e9\\ud800", "d": {"x": [true, null]}, "text2": ""}'
    )
    (tmp_path / "a.jsonl").write_bytes(line + b"\n")
    done = cli("tag", "a.jsonl", "-f", "jsonl")
    assert done.returncode == 0
    assert done.stdout.startswith(line.removesuffix(b"}"))


def test_a_malformed_warc_goes_on_at_the_next_record(cli: Cli, tmp_path: Path) -> None:
    def record(number: int, length: int | None = None) -> bytes:
        body = f"{number}\n{ARTICLE}".encode()
        size = len(body) if length is None else length
        head = (
            f"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://a.vn/{number}\r\nWARC-Date: 2025-01-01T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-{number:012d}>\r\n"
            f"Content-Type: text/plain\r\nContent-Length: {size}\r\n\r\n"
        )
        return head.encode() + body + b"\r\n\r\n"

    data = record(0) + b"junk between\r\n" * 50 + record(1) + record(2, 5) + record(3) + record(4, 10**9)
    (tmp_path / "a.warc.wet").write_bytes(data)
    done = cli("tag", "a.warc.wet", "-f", "jsonl")
    assert done.returncode == 1
    found = [json.loads(line)["paragraphs"][0]["text"] for line in done.stdout.splitlines() if json.loads(line)["paragraphs"]]
    assert {"0", "1", "3"} <= set(found)
    assert "a.warc.wet" in done.stderr.decode()


def test_parquet_says_which_columns_there_are_and_keeps_null(cli: Cli, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    parquet.write_table(arrow.table({"id": [1, 2], "content": [ARTICLE, None]}), out)
    (tmp_path / "a.parquet").write_bytes(out.getvalue())
    (tmp_path / "cut.parquet").write_bytes(out.getvalue()[:-9])
    done = cli("tag", "a.parquet", "cut.parquet")
    assert done.returncode == 1
    assert "'content'" in done.stderr.decode() and "'id'" in done.stderr.decode()
    assert "cut.parquet: broken Parquet" in done.stderr.decode()
    done = cli("extract", "a.parquet", "--text-field", "content", "-o", "b.parquet")
    assert done.returncode == 0, done.stderr.decode()
    kept = parquet.read_table(tmp_path / "b.parquet").column("content").to_pylist()
    assert kept[1] is None and kept[0] is not None


def test_a_packed_page_is_a_page(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(ARTICLE.encode()))
    done = cli("tag", "a.txt.gz")
    assert parse_pages(done.stdout.decode(), "x")[0].text == ARTICLE
