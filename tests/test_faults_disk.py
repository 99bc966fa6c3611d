"""Faults of the place written to: full, limited, read-only. Rows of tests/FAULTS.md."""

import errno
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sangloc.files import NewFile, put_in_place
from sangloc.labelfile import parse_pages
from sangloc.syncing import Syncing
from tests.faults import ARTICLE, COMMAND, leftovers, limited, many_pages, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /dev/full and limits as Linux has them")
LIMIT = 4096  # bytes that a file may have


@pytest.mark.parametrize("arguments", [("tag",), ("tag", "-f", "jsonl"), ("extract",), ("tag", "-j", "2")])
def test_a_full_standard_output_is_one_line(arguments: tuple[str, ...], tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 300)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, *arguments, "in"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1 and b"No space left on device" in done.stderr


def test_a_full_standard_error_changes_neither_results_nor_code(tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 2)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "tag", "in", "none"], cwd=tmp_path, stderr=full, stdout=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert len(parse_pages(done.stdout.decode(), "x")) == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("name", ["all.tsv", "all.jsonl"])
def test_one_output_file_over_the_quota_is_not_there(name: str, jobs: str, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 200)
    for old in (None, b"old"):
        if old:
            (tmp_path / name).write_bytes(old)
        done = run("tag", "in", "-o", name, "-j", jobs, cwd=tmp_path, limit=limited("RLIMIT_FSIZE", LIMIT))
        assert done.returncode == 1
        assert done.stderr.count(b"\n") == 1 and b"File too large" in done.stderr
        assert not leftovers(tmp_path)
        assert ((tmp_path / name).read_bytes() if old else None) == old
        assert old or not (tmp_path / name).exists()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_page_over_the_quota_leaves_the_earlier_ones_whole(jobs: str, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 40)
    (tmp_path / "in" / "00030.txt").write_text(ARTICLE * 40, encoding="utf-8")
    done = run("tag", "in", "-o", "out", "-j", jobs, cwd=tmp_path, limit=limited("RLIMIT_FSIZE", LIMIT))
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1 and b"File too large" in done.stderr
    assert not leftovers(tmp_path)
    assert done.stderr.startswith(b"out/00030.tsv: ")
    for number in range(30):
        content = (tmp_path / "out" / f"{number:05}.tsv").read_text(encoding="utf-8")
        assert parse_pages(content, "x")[0].text.endswith(ARTICLE)
    assert not (tmp_path / "out" / "00030.tsv").exists()


def test_a_folder_in_place_of_a_page_costs_that_page_alone(tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 80)
    (tmp_path / "out" / "00005.tsv").mkdir(parents=True)
    for _ in range(2):
        done = run("tag", "in", "-o", "out", "--resume", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (1, b"out/00005.tsv: Is a directory\n")
    assert not leftovers(tmp_path)
    assert len(list((tmp_path / "out").glob("*.tsv"))) == 80
    (tmp_path / "out" / "00005.tsv").rmdir()
    assert run("tag", "in", "-o", "out", "--resume", "--summary", "s.json", cwd=tmp_path).returncode == 0
    assert json.loads((tmp_path / "s.json").read_text())["files_done_before"] == 79
    assert (tmp_path / "out" / "00005.tsv").is_file()


def test_few_descriptors_are_enough(tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 200)
    done = run("tag", "in", "-o", "out", cwd=tmp_path, limit=limited("RLIMIT_NOFILE", 40))
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(list((tmp_path / "out").glob("*.tsv"))) == 200


def test_a_fault_of_the_disk_costs_its_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new = [NewFile(tmp_path / f"temporary{i}", tmp_path / str(i), b"%d" % i) for i in range(12)]
    new[7].temporary.write_text("left by a run that was killed, of the same process number")
    close, fsync = os.close, os.fsync
    closed: list[int] = []

    def failing_close(handle: int) -> None:
        closed.append(handle)
        close(handle)
        if len(closed) == 3:
            raise OSError(errno.EDQUOT, "Disk quota exceeded")

    def failing_fsync(handle: int) -> None:
        if len(closed) == 8:
            raise OSError(errno.ENOSPC, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "close", failing_close)
    monkeypatch.setattr(os, "fsync", failing_fsync)
    there: list[NewFile] = []
    faults = put_in_place(new, there.append)
    assert [(fault.errno, fault.filename) for fault in faults] == [
        (errno.EDQUOT, str(tmp_path / "2")),
        (errno.ENOSPC, str(tmp_path / "8")),
    ]
    assert len(closed) == 12
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(file.target.name for file in there)
    assert [file.target.name for file in there] == [str(i) for i in range(12) if i not in (2, 8)]


@pytest.mark.parametrize("target", ["/proc/sangloc/out", "/proc/out.jsonl", "/dev/full/out", "file/out"])
def test_a_place_that_takes_no_files_is_one_line(target: str, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 2)
    (tmp_path / "file").write_text("x")
    done = run("tag", "in", "-o", target, cwd=tmp_path)
    assert done.returncode in {1, 2}
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1 and target.split("/")[-2].encode() in done.stderr
    assert (tmp_path / "file").read_text() == "x"


def test_a_model_over_the_quota_leaves_the_old_one(tmp_path: Path) -> None:
    from tests.conftest import LABELS

    (tmp_path / "m.joblib").write_bytes(b"old")
    seeds = sorted(LABELS.glob("seed-*"))[:2]
    done = run("train", *seeds, "-o", "m.joblib", "-j", "1", cwd=tmp_path, limit=limited("RLIMIT_FSIZE", LIMIT))
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1 and b"File too large" in done.stderr
    assert (tmp_path / "m.joblib").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["m.joblib"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to mount")
@pytest.mark.parametrize("options", ["size=256k", "ro"])
def test_a_small_and_a_read_only_disk(options: str, tmp_path: Path) -> None:
    many_pages(tmp_path / "in", 300)
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(disk)], capture_output=True, check=False).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        done = run("tag", "in", "-o", "disk/out", cwd=tmp_path)
        assert done.returncode == 1
        assert done.stderr.count(b"\n") == 1
        assert (b"Read-only file system" if options == "ro" else b"No space left on device") in done.stderr
        assert not leftovers(disk)
        written = list(disk.rglob("*.tsv"))
        assert bool(written) == (options != "ro")
        assert all(parse_pages(path.read_text(encoding="utf-8"), "x")[0].text.endswith(ARTICLE) for path in written)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_files_are_written_where_no_thread_can_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Thread.start
    granted = iter([True, False])

    def start(thread: threading.Thread) -> None:
        if not next(granted, False):
            raise RuntimeError("can't start new thread")
        begun(thread)

    monkeypatch.setattr(threading.Thread, "start", start)
    syncing = Syncing(4)
    new = [NewFile(tmp_path / f"temporary{i}", tmp_path / str(i), b"%d" % i) for i in range(20)]
    placed: list[NewFile] = []
    waiting = [syncing.put(new[i : i + 3], placed.append) for i in range(0, 18, 3)]
    waiting.append(syncing.put([*new[18:], NewFile(tmp_path / "none" / "temporary", tmp_path / "none" / "x", b"")], placed.append))
    syncing.shutdown()
    faults = [fault for one in waiting for fault in one.result()]
    assert [(fault.errno, fault.filename) for fault in faults] == [(errno.ENOENT, str(tmp_path / "none" / "x"))]
    assert sorted(file.target for file in placed) == sorted(file.target for file in new)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(map(str, range(20)))
    assert all((tmp_path / str(i)).read_bytes() == b"%d" % i for i in range(20))
