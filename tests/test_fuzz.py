"""Mutated input for every reader: no crash, no hang, and pages in = pages out + pages named.

Seeds are fixed. SANGLOC_MUTANTS sets how many mutants each reader gets: CI takes more than the default, `make fuzz` 20,000.
"""

import gzip
import io
import json
import os
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sangloc.artifact import ModelFileError
from sangloc.decoding import BinaryError, decode
from sangloc.htmltext import html_to_text
from sangloc.labelfile import LabelFileError, parse_pages
from sangloc.model import load_model
from sangloc.readers import records, text_of
from sangloc.readers.compression import packing_of
from sangloc.records import End, Options, Record
from sangloc.sieve import SHIPPED
from sangloc.sources import Source
from sangloc.stripping import stripped
from tests.conftest import SEEDS
from tests.faults import ARTICLE

MUTANTS = int(os.environ.get("SANGLOC_MUTANTS", "300"))
SECONDS = 5.0  # that one mutant may take; most take less than a millisecond
CORPUS = Path(__file__).parent / "fuzz" / "corpus"
ENDS = re.compile(r"\r+\n")
PIECES = (
    b"",
    b"\0",
    b"\xff",
    b"\n",
    b"\r\n",
    b"\t",
    b"<",
    b"<!--",
    b"&#x",
    b'"',
    b"{",
    b"}",
    b"[[",
    b"\\ud800",
    b"\xed\xa0\x80",
    b"\x80\x04",
    b"WARC/1.0\r\n",
    b"\r\n\r\n",
    b"9999999999",
    b"-1",
    b"# source: x\n",
)


def mutants(seed: bytes, count: int, name: str) -> list[bytes]:
    """Return so many mutants: bytes flipped, cut, doubled, moved and replaced by what readers look for."""
    chance = random.Random(f"{name} {len(seed)}")
    out = []
    for _ in range(count):
        data = bytearray(seed)
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            at = chance.randrange(len(data) + 1)
            match chance.randrange(6):
                case 0:
                    data[at : at + 1] = bytes([chance.randrange(256)])
                case 1:
                    del data[at : at + chance.choice((1, 4, 100, 2000))]
                case 2:
                    data[at:at] = data[at : at + chance.choice((1, 10, 300))]
                case 3:
                    data[at:at] = chance.choice(PIECES) * chance.choice((1, 1, 3, 200))
                case 4:
                    del data[at:]
                case _:
                    if data:
                        data[at % len(data)] ^= 1 << chance.randrange(8)
        out.append(bytes(data))
    return out


def text(data: bytes, _: Path) -> None:
    try:
        decode(data)
    except BinaryError:
        return


def html(data: bytes, _: Path) -> None:
    try:
        found = html_to_text(data)
    except BinaryError:
        return
    stripped(found.text)
    stripped(data.decode("latin-1"))


def label_file(data: bytes, _: Path) -> None:
    try:
        pages = parse_pages(data.decode("utf-8", "surrogateescape"), "x.tsv")
    except LabelFileError as error:
        assert str(error).startswith("x.tsv:")
        return
    for page in pages:
        # Carriage returns right before a line feed are part of the line's end, and at the page's end one gets a line feed behind it.
        again = parse_pages(page.format(), "y")[0].text
        assert ENDS.sub("\n", f"{again}\n").rstrip() == ENDS.sub("\n", f"{page.text}\n").rstrip()


def model(data: bytes, place: Path) -> None:
    (place / "m.joblib").write_bytes(data)
    try:
        load_model(place / "m.joblib")
    except ModelFileError as error:
        assert "\n" not in str(error)


def reader(suffix: str) -> Callable[[bytes, Path], None]:
    """Return what reads a file with a suffix to its end, and asks that each record is text, passed over, or named."""

    def check(data: bytes, place: Path) -> None:
        path = place / f"a{suffix}"
        path.write_bytes(data)
        options = Options(max_bytes=1 << 20)
        found = list(records(Source(path.name, path, Path(path.name)), options))
        ends = [item for item in found if isinstance(item, End)]
        assert len(ends) == 1 and found[-1] is ends[0]
        for item in found[:-1]:
            assert isinstance(item, Record)
            opened = text_of(item, options)
            assert (opened.text is not None) + bool(opened.failure) + bool(opened.skipped) == 1
        if suffix == ".jsonl" and packing_of(data[:4]) is None:
            filled = [line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
            assert len(found) - 1 == len(filled)

    return check


def warc() -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    for number in range(4):
        body = f"<html><body><p>{number} Xin chào các bạn</p></body></html>".encode()
        http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
        writer.write_record(writer.create_warc_record(f"http://a.vn/{number}", "response", payload=io.BytesIO(body), http_headers=http))
        writer.write_record(writer.create_warc_record(f"http://a.vn/{number}", "conversion", payload=io.BytesIO(ARTICLE.encode())))
    return out.getvalue()


def lines() -> bytes:
    return "".join(
        json.dumps({"id": n, "text": f"{n} {ARTICLE}", "d": [1.5, None]}, ensure_ascii=n % 2 == 0) + "\n" for n in range(6)
    ).encode()


HTML = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>Báo</title></head><body><ul><li>Trang</ul>"
    f"<p>{ARTICLE}</p><table><tr><td>x</table>"
)
READERS: dict[str, tuple[Callable[[], bytes], Callable[[bytes, Path], None], float]] = {
    "text": (lambda: SEEDS[0].read_bytes()[:3000], text, 1),
    "html": (HTML.encode, html, 1),
    "label file": (
        lambda: b"# source: x\n# language: vi\nheadline\tM\xe1\xbb\x99t\n\ntext\tHai\n\nnav\tBa\n# source: y\ntext\tx\n",
        label_file,
        1,
    ),
    "model": (SHIPPED.read_bytes, model, 0.03),
    "jsonl": (lines, reader(".jsonl"), 1),
    "jsonl, packed": (lambda: gzip.compress(lines()), reader(".jsonl"), 1),
    "warc": (warc, reader(".warc"), 1),
    "warc, packed": (lambda: gzip.compress(warc()), reader(".warc"), 1),
}


@pytest.mark.parametrize("kind", READERS)
def test_mutants(kind: str, tmp_path: Path) -> None:
    make, check, share = READERS[kind]
    if "warc" in kind:
        pytest.importorskip("warcio")
    for data in mutants(make(), max(20, int(MUTANTS * share)), kind):
        begun = time.perf_counter()
        try:
            check(data, tmp_path)
        except BaseException:
            found = tmp_path / "found.bin"
            found.write_bytes(data)
            print(f"the mutant is {found}; put it into {CORPUS / kind.split(',', maxsplit=1)[0].replace(' ', '-')}")  # noqa: T201
            raise
        assert time.perf_counter() - begun < SECONDS


def small_model() -> bytes:
    """Return the shipped model's bytes without most of its arrays' content: what is left is what is parsed."""
    return SHIPPED.read_bytes()[:6000]


def test_mutants_of_a_models_structure(tmp_path: Path) -> None:
    for data in mutants(small_model(), MUTANTS, "structure"):
        model(data, tmp_path)


@pytest.mark.parametrize(
    "path", [path for path in sorted(CORPUS.rglob("*")) if path.is_file()], ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_what_fuzzing_found_stays_mended(path: Path, tmp_path: Path) -> None:
    kind = path.parent.name.replace("-", " ")
    READERS[kind][1](path.read_bytes(), tmp_path)
