"""Faults of the bytes of a text: encodings, control characters, line ends, lengths. Rows of tests/FAULTS.md."""

import codecs
import json
from pathlib import Path

import pytest

from sangloc.labelfile import parse_pages
from sangloc.records import Record
from sangloc.rendering import render
from sangloc.sieve import Sieve
from sangloc.sources import Source
from tests.conftest import Cli
from tests.faults import ARTICLE

MB = 1_000_000


def test_broken_bytes_are_replaced_and_the_first_is_named(cli: Cli, tmp_path: Path) -> None:
    data = ARTICLE.encode()
    (tmp_path / "a.txt").write_bytes(data[:61] + b"\xff" + data[61:] + b"\xfe\n")
    (tmp_path / "b.txt").write_bytes(data)
    done = cli("tag", "a.txt", "b.txt")
    assert done.returncode == 0
    assert done.stderr.decode().count("\n") == 1
    assert done.stderr.decode().startswith("a.txt: warning: ") and "byte 61" in done.stderr.decode()
    first, second = parse_pages(done.stdout.decode(), "x")
    assert first.text == (data[:61] + b"\xff" + data[61:] + b"\xfe\n").decode(errors="replace")
    assert second.text.encode() == data


def test_broken_bytes_fail_a_file_with_strict(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(ARTICLE.encode() + b"\xff\n")
    (tmp_path / "b.txt").write_bytes(ARTICLE.encode())
    done = cli("tag", "--strict", "a.txt", "b.txt")
    assert done.returncode == 1
    assert done.stderr.decode().startswith("a.txt: ") and f"byte {len(ARTICLE.encode())}" in done.stderr.decode()
    (page,) = parse_pages(done.stdout.decode(), "x")
    assert page.header["source"] == "b.txt"


MARKED = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


@pytest.mark.parametrize("encoding", MARKED)
def test_marks_tell_the_encoding_and_are_removed(encoding: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(MARKED[encoding] + ARTICLE.encode(encoding))
    done = cli("tag", "a.txt")
    assert (done.returncode, done.stderr) == (0, b"")
    assert parse_pages(done.stdout.decode(), "x")[0].text == ARTICLE


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-8"])
def test_a_text_cut_within_a_character_is_warned_of(encoding: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(MARKED[encoding] + "Xin chào các bạn đọc ế".encode(encoding)[:-1])
    done = cli("tag", "a.txt")
    assert done.returncode == 0
    assert b"a.txt: warning: " in done.stderr
    assert parse_pages(done.stdout.decode(), "x")[0].text.endswith("\ufffd")


def test_another_encoding_is_detected(cli: Cli, tmp_path: Path) -> None:
    text = "Сегодня утром мост через реку открыли для движения после трёх лет строительства.\n" * 20
    (tmp_path / "a.txt").write_bytes(text.encode("cp1251"))
    done = cli("tag", "a.txt")
    assert done.returncode == 0
    assert parse_pages(done.stdout.decode(), "x")[0].text == text


def test_control_characters_are_kept(cli: Cli, tmp_path: Path) -> None:
    text = "Xin\x00 chào\x01 các\x1b[31m bạn\x7f\n\nHai\x00\n" + ARTICLE
    (tmp_path / "a.txt").write_bytes(text.encode())
    done = cli("tag", "a.txt")
    assert (done.returncode, done.stderr) == (0, b"")
    assert parse_pages(done.stdout.decode(), "x")[0].text == text
    clean = cli("tag", "-", stdin=text.translate({0: None, 1: None, 127: None}).encode())
    assert [page.labels for page in parse_pages(clean.stdout.decode(), "x")] == [parse_pages(done.stdout.decode(), "x")[0].labels]


def test_lone_surrogates_are_kept(sieve: Sieve) -> None:
    text = "Xin \ud800chào\udfff\n" + ARTICLE
    page = sieve.tag(text)
    record = Record(Source("x", None, Path("x")), "x", "page")
    for style in ("tsv", "text"):
        content = render(page, record, style, "body,related,ad,comment,footer")
        assert isinstance(content, bytes)
        assert "\ud800chào\udfff" in content.decode("utf-8", "surrogatepass")
    assert page.paragraphs[0].text == "Xin \ud800chào\udfff"


def test_binary_files_are_refused_by_name(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "b.txt").write_bytes(b"\x00" * 5000)
    (tmp_path / "c.txt").write_text(ARTICLE, encoding="utf-8")
    done = cli("tag", "a.bin", "b.txt", "c.txt")
    assert done.returncode == 1
    for name in ("a.bin", "b.txt"):
        assert f"{name}: mostly control characters: a binary file" in done.stderr.decode()
    assert len(parse_pages(done.stdout.decode(), "x")) == 1


def test_only_line_feeds_number_the_paragraphs(cli: Cli, tmp_path: Path) -> None:
    odd = "một\x0bhai\x0cba\x1cbốn\x85năm\u2028sáu\u2029bảy\rtám"
    (tmp_path / "a.txt").write_bytes(f"{odd}\r\n\r\n{odd}\r\n".encode())
    done = cli("tag", "a.txt")
    (page,) = parse_pages(done.stdout.decode(), "x")
    assert page.text == f"{odd}\n\n{odd}\n"
    assert len(page.labels) == 2


@pytest.mark.parametrize("content", [b"", b"\n", b" \t\n\n\xc2\xa0\n", codecs.BOM_UTF8])
def test_empty_and_blank_files_give_valid_empty_output(content: bytes, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(content)
    done = cli("tag", "a.txt")
    assert (done.returncode, done.stderr) == (0, b"")
    (page,) = parse_pages(done.stdout.decode(), "x")
    assert page.labels == () and page.text == content.decode("utf-8-sig")
    (row,) = map(json.loads, cli("tag", "--format", "jsonl", "a.txt").stdout.splitlines())
    assert (row["path"], row["paragraphs"], row["title"]) == ("a.txt", [], None)
    done = cli("extract", "a.txt")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.slow
def test_a_line_of_50_mb_passes_through_whole(cli: Cli, tmp_path: Path) -> None:
    # 500 MB were tried by hand: see tests/FAULTS.md.
    line = ("Thủ tướng yêu cầu các bộ, ngành báo cáo trước ngày 30/6/2025. " * (50 * MB // 79)).encode()
    (tmp_path / "a.txt").write_bytes(line + b"\n" + ARTICLE.encode())
    done = cli("tag", "a.txt")
    assert (done.returncode, done.stderr) == (0, b"")
    assert line in done.stdout
    assert parse_pages(done.stdout.decode(), "x")[0].text.endswith(ARTICLE)


@pytest.mark.slow
def test_half_a_million_paragraphs_come_out_in_order(cli: Cli, tmp_path: Path) -> None:
    # 10 million were tried by hand: see tests/FAULTS.md.
    text = "\n".join(str(number) for number in range(500_000)) + "\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    done = cli("tag", "a.txt")
    assert (done.returncode, done.stderr) == (0, b"")
    rows = done.stdout.decode().splitlines()[1:]
    assert [row.partition("\t")[2] for row in rows] == text.splitlines()
