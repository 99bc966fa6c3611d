"""Faults of the files given: missing, unreadable, special, looped, oddly named. Rows of tests/FAULTS.md."""

import os
import socket
from pathlib import Path

import pytest

from sangloc.labelfile import parse_pages
from tests.conftest import Cli
from tests.faults import ARTICLE, as_root, begun, many_pages, run, until

posix = pytest.mark.skipif(os.name != "posix", reason="no such files there")


def page(path: Path) -> Path:
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_unreadable_files_are_named_and_the_others_done(cli: Cli, tmp_path: Path) -> None:
    page(tmp_path / "a.txt")
    if as_root():  # permissions don't hold for root; a read from this regular file fails for everyone
        unreadable = Path("/proc/self/mem")
        if not unreadable.exists():
            pytest.skip("nothing here is unreadable for root")
    else:
        unreadable = page(tmp_path / "b.txt")
        unreadable.chmod(0)
    done = cli("tag", unreadable, "a.txt")
    assert done.returncode == 1
    assert done.stderr.decode().startswith(f"{unreadable}: ")
    assert len(parse_pages(done.stdout.decode(), "x")) == 1


def test_a_file_that_vanishes_during_the_run_is_named(tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 1500)
    last = page(tmp_path / "last.txt")
    running = begun("tag", "in", "last.txt", "-o", "out", cwd=tmp_path)
    until(lambda: list((tmp_path / "out").glob("*.tsv")))
    last.unlink()
    _, complaint = running.communicate(timeout=120)
    assert running.returncode == 1
    assert complaint.decode().startswith("last.txt: No such file or directory\n")
    assert len(list((tmp_path / "out").glob("*.tsv"))) == 1500


def test_a_folder_where_a_file_is_meant_is_refused(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    page(tmp_path / "a.txt")
    done = cli("tag", "a.txt", "--model", "folder")
    assert done.returncode == 3
    assert b"folder: Is a directory" in done.stderr
    done = cli("tag", "a.txt", "-o", "a.txt/out")
    assert done.returncode in {1, 2}
    assert done.stderr.count(b"\n") == 1
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == ARTICLE


@posix
def test_symlink_loops_are_reported_and_end(cli: Cli, tmp_path: Path) -> None:
    inside = tmp_path / "in" / "deep"
    inside.mkdir(parents=True)
    page(inside / "a.txt")
    (inside / "up").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "self").symlink_to("self")
    (tmp_path / "in" / "dangling.txt").symlink_to("nowhere")
    done = cli("tag", "in")
    assert done.returncode == 1
    complaints = done.stderr.decode()
    assert "in/deep/up: a symbolic link back to a folder above it" in complaints
    assert "in/self: " in complaints and "in/dangling.txt: No such file" in complaints
    assert len(parse_pages(done.stdout.decode(), "x")) == 1


@posix
def test_special_files_are_refused_at_once(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    page(tmp_path / "in" / "a.txt")
    os.mkfifo(tmp_path / "in" / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(tmp_path / "in" / "socket.txt"))
        done = cli("tag", "in", "/dev/zero", "in/pipe.txt")
    assert done.returncode == 1
    complaints = done.stderr.decode()
    assert complaints.count("in/pipe.txt: not a regular file but a pipe (use '-' and redirect it)") == 2
    assert "in/socket.txt: not a regular file but a device or socket" in complaints
    assert "/dev/zero: not a regular file but a device or socket" in complaints
    assert len(parse_pages(done.stdout.decode(), "x")) == 1


@posix
def test_odd_names_are_safe(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    names = [b"new\nline.txt", b"tab\t.txt", b"not-\xff-utf8.txt", b"-leading.txt", b"\x1b[31mred.txt", "dấu cách.txt".encode()]
    for name in names:
        (tmp_path / "in" / os.fsdecode(name)).write_text(ARTICLE, encoding="utf-8")
    done = run("tag", "in", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    pages = parse_pages(done.stdout.decode(), "x")
    assert [found.text for found in pages] == [ARTICLE] * len(names)
    assert "in/new\\nline.txt" in {found.header["source"] for found in pages}
    assert b"\x1b" not in done.stdout
    done = run("tag", "in", "-o", "out", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    written = {os.fsencode(path.name) for path in (tmp_path / "out").glob("*.tsv")}
    assert written == {name.removesuffix(b".txt") + b".tsv" for name in names}
    done = run("tag", "--", b"-leading.txt", b"not-\xff-utf8.txt", b"none-\xfe\n.txt", cwd=tmp_path / "in")
    assert done.returncode == 1
    assert done.stderr.startswith(b"none-\\xfe\\n.txt: No such file or directory\n")
    assert len(parse_pages(done.stdout.decode(), "x")) == 2


@posix
def test_the_output_is_known_as_an_input_by_any_name(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    page(tmp_path / "in" / "a.txt")
    (tmp_path / "other").symlink_to("in")
    assert cli("extract", "in/a.txt", "-o", "other/a.txt").returncode == 2
    assert cli("extract", "in", "-o", "other").returncode == 2
    assert cli("extract", "in", "-o", "other/out").returncode == 2
    assert cli("extract", "in", "-o", "in/../in/new.txt").returncode == 2
    assert [path.name for path in (tmp_path / "in").iterdir()] == ["a.txt"]
    assert (tmp_path / "in" / "a.txt").read_text(encoding="utf-8") == ARTICLE
