"""Faults of HTML pages: monstrous, broken, empty ones. Rows of tests/FAULTS.md."""

import sys
import time
from pathlib import Path

import pytest

from sangloc import htmltext
from sangloc.htmltext import text_of_html
from sangloc.labelfile import parse_pages
from sangloc.stripping import stripped
from tests.conftest import Cli
from tests.faults import ARTICLE, begun, children, limited, run, until

BODY = "".join(f"<p>{line}</p>" for line in ARTICLE.split("\n") if line)
LINES = [line for line in ARTICLE.split("\n") if line]
ATTRIBUTES = " ".join(f'a{number}="x"' for number in range(300_000))

# What resiliparse takes more than a minute for is what the time limit is for; the others it reads.
MONSTERS = {
    "200,000 nested tags": f"<html><body>{'<div>' * 200_000}{BODY}",
    "200,000 nested inline tags": f"<html><body>{'<b>' * 200_000}{BODY}",
    "100,000 nested tables": f"<html><body>{'<table><tr><td>' * 100_000}{BODY}",
    "a million unclosed paragraphs": f"<html><body>{BODY}{'<p>' * 1_000_000}",
}


@pytest.mark.parametrize("kind", MONSTERS)
def test_monstrous_pages_keep_their_text(kind: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(MONSTERS[kind], encoding="utf-8")
    done = cli("tag", "a.html", "--format", "jsonl")
    assert done.returncode == 0
    for line in LINES:
        assert line in done.stdout.decode()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_300_000_attributes_fall_back_in_time_with_a_warning(jobs: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<html><body><div {ATTRIBUTES}>{BODY}", encoding="utf-8")
    (tmp_path / "b.html").write_text(f"<html><body>{BODY}", encoding="utf-8")
    begun = time.monotonic()
    done = cli("tag", "a.html", "b.html", "-j", jobs, "--timeout", "2")
    assert time.monotonic() - begun < 20
    assert done.returncode == 0
    warning, *others = done.stderr.decode().splitlines()
    assert warning.startswith("a.html: warning: the HTML parser gave up (it took longer than 2 s)") and not others
    pages = parse_pages(done.stdout.decode(), "x")
    assert [[line for line in page.text.split("\n") if line] for page in pages] == [LINES, LINES]


def test_a_parser_that_dies_costs_no_page(tmp_path: Path) -> None:
    assert text_of_html(b"<html><body><p>Xin ch\xc3\xa0o</p>")[1] == ""
    parser = htmltext._PARSERS[0][1]
    parser.kill()
    found, warning = text_of_html(f"<html><body>{BODY}".encode())
    assert "SIGKILL" in warning
    assert found.text.split("\n\n") == LINES
    assert text_of_html(b"<html><body><p>Xin ch\xc3\xa0o</p>")[1] == ""  # a new one works


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_a_parser_short_of_memory_costs_no_page(tmp_path: Path) -> None:
    rows = "<p>một dòng</p>" * 1_500_000
    (tmp_path / "a.html").write_text(f"<html><body>{BODY}{rows}", encoding="utf-8")
    (tmp_path / "b.html").write_text(f"<html><body>{BODY}", encoding="utf-8")
    done = run("tag", "a.html", "b.html", cwd=tmp_path, limit=limited("RLIMIT_AS", 700 << 20))
    warning = done.stderr.decode().splitlines()[0]
    assert warning.startswith("a.html: ") and "b.html" not in done.stderr.decode()
    *_, last = parse_pages(done.stdout.decode(), "x")
    assert [line for line in last.text.split("\n") if line] == LINES
    assert done.returncode == (0 if "warning" in warning else 1)


@pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")
def test_a_signal_ends_a_parser_at_work(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f"<html><body><div {ATTRIBUTES}>{BODY}", encoding="utf-8")
    for jobs in ("1", "2"):
        running = begun("tag", "a.html", "-j", jobs, cwd=tmp_path)
        until(lambda: len(children(running.pid)) >= (1 if jobs == "1" else 3))  # noqa: B023  # called at once
        below = children(running.pid)
        time.sleep(0.3)
        sent = time.monotonic()
        running.terminate()
        assert running.wait(10) == 143
        assert time.monotonic() - sent < 2
        until(lambda: not set(below) & set(children(1)), 2)  # noqa: B023
        running.communicate()


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<html></html>",
        b"<!doctype html><html><head><title>x</title></head><body></body></html>",
        b"<html><body><script>var a = 'text';</script><style>p { color: red }</style></body></html>",
        b"<html><body><img src=a.jpg></body>",
    ],
)
def test_a_page_without_text_is_never_empty_without_a_word(page: bytes, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(page)
    done = cli("tag", "a.html")
    assert done.returncode == 0
    assert done.stderr.decode().splitlines() == (["a.html: warning: an HTML page without text"] if page else [])


@pytest.mark.parametrize(
    "page",
    [
        "<p>Một<p>Hai<div>Ba",
        "<html><p>Một</i></b><div>Hai</span></p>Ba</body></html></html>",
        "<table><tr>Một<td>Hai</table>Ba",
        "<html><body><p title='>'>Một</p><p>Hai</p><!-- không hết <p>Ba",
        "Một<br>Hai<br>Ba",
    ],
)
def test_broken_pages_keep_their_words(page: str, cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    done = cli("tag", "a.html")
    assert done.returncode == 0
    for word in ("Một", "Hai"):
        assert word in done.stdout.decode()


def test_stripping_reads_what_a_page_shows() -> None:
    page = (
        "<!DOCTYPE html><title>Tên</title><script>if (a < b) x()</script><STYLE>p</STYLE><h1>Một  dòng</h1><p>Giá\n&lt; 5 &amp; &eacute;"
        "<b>đậm</b><!-- <p>ẩn</p> --><br/>hai < ba <3<li>mục<p>hết"
    )
    assert stripped(page).split("\n\n") == ["Một dòng", "Giá < 5 & éđậm", "hai < ba <3", "mục", "hết"]


@pytest.mark.parametrize(
    "part", ["<", "<!--", "<p", "<script>", "</script", "<a <b>", "&", "&lt", "<p>", " ", "\n", "<title>x", "<!", '<p a="']
)
def test_stripping_is_linear(part: str) -> None:
    begun = time.perf_counter()
    stripped(part * (1_000_000 // len(part)))
    assert time.perf_counter() - begun < 5
