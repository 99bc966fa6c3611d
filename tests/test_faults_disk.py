"""Faults of the place written to: full, limited, read-only. Rows of tests/FAULTS.md."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from sangloc.files import NewFile
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
    for path in (tmp_path / "out").glob("*.tsv"):
        assert parse_pages(path.read_text(encoding="utf-8"), "x")[0].text.endswith(ARTICLE)
    assert not (tmp_path / "out" / "00030.tsv").exists()


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
    waiting = [syncing.put(new[i : i + 3]) for i in range(0, 18, 3)]
    waiting.append(syncing.put([*new[18:], NewFile(tmp_path / "none" / "temporary", tmp_path / "none" / "x", b"")]))
    syncing.shutdown()
    assert [error for one in waiting if (error := one.exception())] == [waiting[-1].exception()]
    assert isinstance(waiting[-1].exception(), FileNotFoundError)
    # All of a group is written before any of it gets its name, so of the last one nothing is there, not half-written either.
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(map(str, range(18)))
    assert all((tmp_path / str(i)).read_bytes() == b"%d" % i for i in range(18))
