"""`--resume`: a run that was killed and gone on with gives the bytes of an uninterrupted one, nothing lost and nothing doubled."""

import gzip
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from sangloc import parts
from sangloc.files import locked
from sangloc.manifest import NAME, Entry, Manifest, read
from tests.conftest import Cli
from tests.faults import ARTICLE, alive, begun, children, many_pages, until

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals as POSIX has them")


def contents(folder: Path) -> dict[str, bytes]:
    """Return what is in an output folder beside the manifest."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and path.name != NAME}


def crawl(path: Path, count: int, broken: tuple[int, ...] = ()) -> None:
    """Write a JSONL file of pages, some lines of it broken."""
    lines = [json.dumps({"id": number, "text": f"{number}\n{ARTICLE}"}, ensure_ascii=False) for number in range(count)]
    for number in broken:
        lines[number] = "{broken"
    data = "".join(f"{line}\n" for line in lines).encode()
    path.write_bytes(gzip.compress(data, 1) if path.suffix == ".gz" else data)


@posix
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_killed_run_over_a_folder_is_gone_on_with(jobs: str, cli: Cli, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 700)
    running = begun("tag", "in", "-o", "out", "-j", jobs, cwd=tmp_path)
    until(lambda: len(list((tmp_path / "out").glob("*.tsv"))) > 100)
    below = children(running.pid)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    until(lambda: not alive(below), 10)
    done = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").glob("*.tsv")}
    assert len(done) < 700
    resumed = cli("tag", "in", "-o", "out", "-j", jobs, "--resume", "--summary", "s.json")
    assert resumed.returncode == 0, resumed.stderr.decode()
    summary = json.loads((tmp_path / "s.json").read_text())
    assert summary["files"] + summary["files_done_before"] == 700
    assert summary["files_done_before"] > 20
    untouched = [name for name, time in done.items() if (tmp_path / "out" / name).stat().st_mtime_ns == time]
    assert len(untouched) >= summary["files_done_before"]
    assert cli("tag", "in", "-o", "whole").returncode == 0
    written = {name: content for name, content in contents(tmp_path / "out").items() if not name.startswith(".sangloc-")}
    assert written == contents(tmp_path / "whole")


@posix
@pytest.mark.parametrize("name", ["crawl.jsonl", "crawl.jsonl.gz"])
def test_a_killed_run_over_one_big_file_goes_on_within_it(name: str, cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    crawl(tmp_path / name, 2500, broken=(7, 2490))
    monkeypatch.setenv("SANGLOC_CHECKPOINT", "50000")
    running = begun("extract", name, "-f", "jsonl", "-o", "out", cwd=tmp_path)
    until(lambda: (tmp_path / "out" / NAME).exists() and len((tmp_path / "out" / NAME).read_bytes().splitlines()) > 3)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert not (tmp_path / "out" / name).exists()
    with (tmp_path / "out" / NAME).open("ab") as file:
        file.write(b'{"output": "half')  # as a power cut would leave it
    resumed = cli("extract", name, "-f", "jsonl", "-o", "out", "--resume", "--summary", "s.json")
    assert resumed.returncode == 1
    summary = json.loads((tmp_path / "s.json").read_text())
    assert 0 < summary["pages"] < 2498
    assert f"{name}:2491: broken JSON" in resumed.stderr.decode()
    assert cli("extract", name, "-f", "jsonl", "-o", "whole").returncode == 1
    assert contents(tmp_path / "out") == contents(tmp_path / "whole")
    again = cli("extract", name, "-f", "jsonl", "-o", "out", "--resume")
    assert again.returncode == 1
    assert again.stderr.decode().startswith(f"{name}: done before, when 2 of its pages failed\n")


def test_what_changed_failed_or_is_gone_is_done_again(cli: Cli, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 4)
    (tmp_path / "in" / "bad.txt").write_bytes(bytes(range(256)) * 9)
    assert cli("tag", "in", "-o", "out").returncode == 1
    (tmp_path / "in" / "00001.txt").write_text("Xin chào\n", encoding="utf-8")
    os.utime(tmp_path / "in" / "00003.txt", ns=(1, 1))
    (tmp_path / "out" / "00002.tsv").unlink()
    (tmp_path / "out" / "00000.tsv").write_text("changed by hand")
    resumed = cli("tag", "in", "-o", "out", "--resume", "--summary", "s.json")
    assert resumed.returncode == 1
    assert resumed.stderr.decode().startswith("in/bad.txt: mostly control characters")
    summary = json.loads((tmp_path / "s.json").read_text())
    assert (summary["files"], summary["files_done_before"], summary["pages"]) == (4, 1, 3)
    assert "Xin chào" in (tmp_path / "out" / "00001.tsv").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "00000.tsv").read_text() == "changed by hand"  # what was done stays
    (tmp_path / "in" / "bad.txt").write_text(ARTICLE, encoding="utf-8")
    resumed = cli("tag", "in", "-o", "out", "--resume")
    assert (resumed.returncode, resumed.stderr) == (0, b"")
    assert (tmp_path / "out" / "bad.tsv").exists()


def test_outputs_of_two_kinds_are_not_mixed(cli: Cli, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 2)
    assert cli("extract", "in", "-o", "out").returncode == 0
    before = contents(tmp_path / "out")
    refused = cli("extract", "in", "-o", "out", "--keep", "related", "--resume")
    assert refused.returncode == 2
    assert b"out: what is there was made with something else (keep changed)" in refused.stderr
    assert contents(tmp_path / "out") == before
    assert cli("extract", "in", "-o", "out", "--keep", "related").returncode == 0
    assert contents(tmp_path / "out") != before


def test_only_a_folder_can_be_gone_on_with(cli: Cli, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 1)
    for arguments in (["in"], ["in", "-o", "all.jsonl"]):
        refused = cli("tag", *arguments, "--resume")
        assert refused.returncode == 2
        assert b"only a folder" in refused.stderr


def test_a_manifest_that_was_cut_anywhere_is_read(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path, {"model": "a"}, resume=False)
    entries = [Entry(f"{number}.tsv", f"{number}.txt", number, 1, failures=number % 2, offset=-number % 3 - 1) for number in range(5)]
    for entry in entries:
        manifest.note(entry)
    manifest.close()
    data = (tmp_path / NAME).read_bytes()
    for cut in range(len(data) + 1):
        (tmp_path / NAME).write_bytes(data[:cut])
        first, found, length = read(tmp_path / NAME)
        assert data[:length].count(b"\n") == data[:cut].count(b"\n")
        assert list(found.values()) == entries[: len(found)]
        assert (first is None) == (length == 0)
        gone_on = Manifest(tmp_path, {"model": "a"}, resume=True)
        gone_on.note(entries[4])
        gone_on.close()
        assert read(tmp_path / NAME)[2] == (tmp_path / NAME).stat().st_size
        assert entries[4] in read(tmp_path / NAME)[1].values()


def test_an_unfinished_part_of_another_run_is_removed(cli: Cli, tmp_path: Path) -> None:
    crawl(tmp_path / "a.jsonl", 3)
    (tmp_path / "out").mkdir()
    manifest = Manifest(tmp_path / "out", {"model": "other"}, resume=False)
    manifest.note(Entry("a.jsonl", "a.jsonl", 1, 1, offset=10, number=1, length=5))
    manifest.close()
    part = parts.part_path(tmp_path / "out" / "a.jsonl")
    part.write_bytes(b"12345")
    assert cli("tag", "a.jsonl", "-f", "jsonl", "-o", "out").returncode == 0
    assert not part.exists()
    assert list(contents(tmp_path / "out")) == ["a.jsonl"]


def test_a_folder_has_one_run_at_a_time(tmp_path: Path, cli: Cli) -> None:
    pytest.importorskip("fcntl")
    many_pages(tmp_path / "in", 2)
    (tmp_path / "out").mkdir()
    with locked(tmp_path / "out"):
        for style in ("tsv", "jsonl"):
            refused = cli("tag", "in", "-f", style, "-o", "out", "--resume")
            assert refused.returncode == 2 and b"another run" in refused.stderr
    assert not (tmp_path / "out" / NAME).exists()
