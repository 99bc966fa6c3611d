"""Each reader on whole and on broken containers: pages in = pages out + pages named."""

import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sangloc.readers import records
from sangloc.records import Options, Position, Record
from sangloc.sources import Source, sources
from tests.conftest import REAL
from tests.inputs import PACKED, TEXTS, html, jsonl, read, stored, warc


def lz4(data: bytes) -> bytes:
    from fastwarc.stream_io import Lz4Writer

    stream = io.BytesIO()
    writer = Lz4Writer(stream)
    writer.write(data)
    writer.close()
    return stream.getvalue()


@pytest.mark.parametrize("packing", [*PACKED, ".lz4"])
def test_jsonl_packed_in_any_way(tmp_path: Path, packing: str) -> None:
    path = stored(tmp_path / f"a.jsonl{packing}", {**PACKED, ".lz4": lz4}[packing](jsonl(TEXTS)))
    found = read(path)
    assert found.texts == {f"{path}:{number}": text for number, text in enumerate(TEXTS, 1)}
    assert (found.failures, found.warnings) == ({}, [])


@pytest.mark.parametrize("packing", PACKED)
def test_formats_are_told_by_content(tmp_path: Path, packing: str) -> None:
    pack = PACKED[packing]
    for number, data in enumerate((jsonl(TEXTS), warc(TEXTS), warc(TEXTS, wet=True))):
        assert len(read(stored(tmp_path / f"data{number}", pack(data))).texts) == len(TEXTS)
    (text,) = read(stored(tmp_path / "page", pack(html(TEXTS[0]).encode()))).texts.values()
    assert "<p>" not in text and "Tin số 0" in text
    (text,) = read(stored(tmp_path / "plain", pack(TEXTS[0].encode()))).texts.values()
    assert text == TEXTS[0]


def test_a_format_can_be_demanded(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.jsonl", jsonl(TEXTS))
    assert read(path, format="text").texts == {str(path): jsonl(TEXTS).decode()}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "Xin', "broken JSON"),
        (b"[1, 2]", "not a JSON object but an array"),
        (b'"text"', "not a JSON object but a string"),
        (b'{"id": 1, "body": "x"}', "has no field 'text'; its fields are 'id', 'body'"),
        (b'{"text": null}', "its field 'text' is no string but null"),
        (b'{"text": 1}', "its field 'text' is no string but a number"),
        (b'{"text": ["x"]}', "its field 'text' is no string but an array"),
        (b'{"text": "x", "a": ' + b"[" * 1100 + b"]" * 1100 + b"}", "nested too deep"),
        (b'{"text": "x", "a": ' + b"[" * 500_000, "nested too deep"),
    ],
)
def test_a_broken_line_costs_itself_only(tmp_path: Path, line: bytes, reason: str) -> None:
    before, after = jsonl(TEXTS[:2]), jsonl(TEXTS[2:])
    path = stored(tmp_path / "a.jsonl", before + b"\n \r\n" + line + b"\n" + after)
    found = read(path)
    assert list(found.texts.values()) == TEXTS
    assert list(found.failures) == [f"{path}:5"]
    assert reason in found.failures[f"{path}:5"]


def test_bad_bytes_cost_a_line_a_warning(tmp_path: Path) -> None:
    path = stored(tmp_path / "a.jsonl", b'{"text": "Xin ch\xe0o"}\n' + jsonl(TEXTS))
    found = read(path)
    assert list(found.texts.values()) == ["Xin ch\ufffdo", *TEXTS]
    (warning,) = found.warnings
    assert "from byte 16 of the line on" in warning
    assert list(read(path, strict=True).failures) == [f"{path}:1"]


@pytest.mark.parametrize("value", ["1e400", "NaN", '"\\ud800"', "9" * 40, "-Infinity", "0.10"])
def test_what_python_writes_is_read(tmp_path: Path, value: str) -> None:
    assert list(read(stored(tmp_path / "a.jsonl", f'{{"a": {value}, "text": "Xin chào"}}'.encode())).texts.values()) == ["Xin chào"]


def test_byte_order_mark_and_carriage_returns(tmp_path: Path) -> None:
    found = read(stored(tmp_path / "a.jsonl", b"\xef\xbb\xbf" + jsonl(TEXTS).replace(b"\n", b"\r\n")))
    assert list(found.texts.values()) == TEXTS


def test_html_in_a_field(tmp_path: Path) -> None:
    row = {"text": "old", "page": html("Xin chào các bạn").replace("utf-8", "windows-1258")}
    found = read(stored(tmp_path / "a.jsonl", json.dumps(row).encode()), html_field="page")
    assert [text.strip() for text in found.texts.values()] == ["Xin chào các bạn"]


def test_over_long_pages_fail_by_name(tmp_path: Path) -> None:
    long = {"text": "x" * 5000}
    path = stored(tmp_path / "a.jsonl", jsonl(TEXTS[:1]) + json.dumps(long).encode() + b"\n" + jsonl(TEXTS[1:]))
    found = read(path, max_bytes=1000)
    assert (list(found.texts.values()), list(found.failures)) == (TEXTS, [f"{path}:2"])
    for pack in PACKED.values():
        bomb = stored(tmp_path / "bomb", pack(b"x" * 3_000_000))
        assert "raise --max-bytes" in read(bomb, max_bytes=1_000_000).failures[str(bomb)]
    path = stored(tmp_path / "a.warc", warc([TEXTS[0], "x" * 5000, TEXTS[1]]))
    found = read(path, max_bytes=1000)
    assert (len(found.texts), list(found.failures)) == (2, [f"{path}#4"])


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_faults_of_packed_files(tmp_path: Path, packing: str) -> None:
    texts = [f"{number} {text}" for number in range(400) for text in TEXTS]
    whole = PACKED[packing](jsonl(texts))
    path = stored(tmp_path / f"a.jsonl{packing}", whole[: len(whole) // 2])
    found = read(path)
    assert 0 < len(found.texts) < len(texts)
    assert list(found.texts.values()) == texts[: len(found.texts)]
    assert "truncated" in found.failures[str(path)]
    found = read(stored(path, whole + b"garbage"))
    assert list(found.texts.values()) == texts
    assert "garbage" in found.failures[str(path)]
    assert list(read(stored(path, whole + whole)).texts.values()) == texts + texts
    if packing == ".gz":
        found = read(stored(path, whole[:-8] + bytes(8)))
        assert list(found.texts.values()) == texts
        assert "broken" in found.failures[str(path)]
        assert not read(stored(path, whole + bytes(512))).failures  # padding, as of tapes


def test_warc_and_wet_as_warcio_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "test"}))
        for number, text in enumerate(TEXTS):
            kind = "image/png" if number == 3 else "text/html; charset=utf-8"
            http = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"https://bao.vn/{number}", "response", payload=io.BytesIO(html(text).encode()), http_headers=http
            )
            writer.write_record(record)
    found = read(path)
    assert list(found.skipped.items()) == [(f"{path}#5", "not HTML: image/png")]
    assert (len(found.texts), found.failures) == (len(TEXTS) - 1, {})
    assert "Sáng nay, cây cầu thứ 0 đã thông xe." in found.texts[f"{path}#2"]


def test_address_date_and_type_are_kept(tmp_path: Path) -> None:
    from sangloc.readers import text_of

    (source,) = sources([str(stored(tmp_path / "a.warc", warc(TEXTS[:1])))])
    assert isinstance(source, Source)
    record = next(records(source, Options()))
    assert isinstance(record, Record)
    about = {"url": "https://bao.vn/0", "date": "2024-05-06T07:08:09Z", "content_type": "text/html"}
    assert text_of(record, Options()).about == about


def test_encoded_and_chunked_responses(tmp_path: Path) -> None:
    body = gzip.compress(html(TEXTS[0]).encode())
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked
    head = b"WARC/1.1\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(http)
    (text,) = read(stored(tmp_path / "a.warc", head + http + b"\r\n\r\n")).texts.values()
    assert "Sáng nay, cây cầu thứ 0 đã thông xe." in text


@pytest.mark.parametrize(
    ("broken", "lost"),
    [
        (lambda data: data.replace(b"\r\n\r\nWARC/1.1", b"\r\n\r\njunk, more junk\r\nWARC/1.1", 1), 0),
        (lambda data: b"junk" + data, 0),
        (lambda data: data.replace(b"Content-Length: ", b"Content-Length: 9", 1), 1),
        (lambda data: data.replace(b"Content-Length: ", b"Content-Length: 1", 1), 1),
        (lambda data: data.replace(b"Content-Length: ", b"Content-Length: 99999999999", 1), 1),
        (lambda data: data.replace(b"Content-Length: ", b"Content-Size: ", 1), 1),
        (lambda data: data.replace(b"WARC-Type: conversion", b"WARC-Type: conversation", 1), 1),
        (lambda data: data[:-30], 1),
    ],
)
def test_after_a_broken_record_the_next_is_found(tmp_path: Path, broken: Callable[[bytes], bytes], lost: int) -> None:
    path = stored(tmp_path / "a.wet", broken(warc(TEXTS, wet=True)))
    found = read(path)
    assert (len(found.texts), len(found.failures)) == (len(TEXTS) - lost, 1)
    assert set(found.texts.values()) <= set(TEXTS)


def test_parquet(tmp_path: Path) -> None:
    import pyarrow
    import pyarrow.parquet

    path = tmp_path / "a.parquet"
    table = pyarrow.table({"id": range(len(TEXTS) + 1), "text": [*TEXTS, None], "page": [html(text) for text in TEXTS] + [""]})
    pyarrow.parquet.write_table(table, path, row_group_size=5)
    found = read(path)
    assert list(found.texts.values()) == TEXTS
    assert found.skipped == {f"{path}#{len(TEXTS) + 1}": "null"}
    assert "<p>" not in read(path, html_field="page").texts[f"{path}#1"]
    assert read(path, text_field="body").failures == {str(path): "no column 'body'; there are 'id', 'text', 'page'"}
    assert "holds int64, not text" in read(path, text_field="id").failures[f"{path}#1"]
    for part in (0, 3, 100, -20, -1):
        broken = stored(tmp_path / "b.parquet", path.read_bytes()[:part])
        assert "broken Parquet" in read(broken).failures[str(broken)]


def test_parquet_without_pyarrow_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    path = stored(tmp_path / "a.parquet", b"PAR1")
    assert read(path).failures[str(path)] == "Parquet needs pyarrow; install it with: pip install 'sangloc[parquet]'"


@pytest.mark.parametrize("packing", PACKED)
@pytest.mark.parametrize("kind", ["jsonl", "warc", "parquet"])
def test_reading_goes_on_from_a_position(tmp_path: Path, kind: str, packing: str) -> None:
    path = tmp_path / f"a.{kind}{packing if kind != 'parquet' else ''}"
    if kind == "parquet":
        import pyarrow
        import pyarrow.parquet

        pyarrow.parquet.write_table(pyarrow.table({"text": TEXTS * 12}), path, row_group_size=30)
    else:
        path.write_bytes(PACKED[packing](jsonl(TEXTS * 12) if kind == "jsonl" else warc(TEXTS * 12)))
    (source,) = sources([str(path)])
    assert isinstance(source, Source)
    options = Options()
    whole = [item for item in records(source, options) if isinstance(item, Record)]
    assert len(whole) == len(TEXTS) * 12
    for index in (0, 5, 70, len(whole) - 1):
        after = whole[index].after
        assert after is not None
        rest = [item for item in records(source, options, Position(*after)) if isinstance(item, Record)]
        assert [(item.name, item.raw) for item in rest] == [(item.name, item.raw) for item in whole[index + 1 :]]


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="needs ../shared/real")
def test_real_pages_as_warc(tmp_path: Path) -> None:
    pages = sorted((REAL / "study" / "html").iterdir())[:10]
    texts = [gzip.decompress(page.read_bytes()) for page in pages]
    alone = read(*(stored(tmp_path / f"{number}.html", data) for number, data in enumerate(texts)))
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=True)
    for number, data in enumerate(texts):
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(f"https://x.vn/{number}", "response", payload=io.BytesIO(data), http_headers=http))
    found = read(stored(tmp_path / "real.warc.gz", stream.getvalue()))
    assert list(found.texts.values()) == list(alone.texts.values())
