"""The command as its contract says: results on stdout, everything else on stderr, exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sangloc import __version__
from sangloc.labelfile import LabelledPage, parse_pages
from tests.conftest import LABELS, SEEDS, Cli

HTML = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Báo</title></head><body><ul><li>Trang chủ</li><li>Thời sự</li></ul>
<h1>Cầu mới thông xe sau ba năm</h1>
<p>Sáng nay, cây cầu dài 2 km đã thông xe trong niềm vui của người dân hai bờ sông, kết thúc ba năm thi công.</p>
</body></html>"""


def seed(number: int) -> Path:
    return SEEDS[number]


def test_tag_prints_a_label_file_of_the_page(cli: Cli) -> None:
    done = cli("tag", seed(0))
    assert (done.returncode, done.stderr) == (0, b"")
    (page,) = parse_pages(done.stdout.decode(), "x")
    assert page.text.encode() == seed(0).read_bytes()
    assert page.header["source"] == str(seed(0))
    assert page.labels[:2] == ("headline", "byline")


def test_several_pages_come_in_input_order(cli: Cli) -> None:
    done = cli("tag", seed(3), seed(1))
    pages = parse_pages(done.stdout.decode(), "x")
    assert [page.header["source"] for page in pages] == [str(seed(3)), str(seed(1))]
    assert pages[1].text.encode() == seed(1).read_bytes()


def test_json_has_what_the_contract_says(cli: Cli) -> None:
    done = cli("tag", "--format", "jsonl", seed(0), seed(4))
    first, second = (json.loads(line) for line in done.stdout.decode().splitlines())
    assert list(first)[:2] == ["path", "paragraphs"]
    assert first["path"] == str(seed(0))
    assert list(first["paragraphs"][0]) == ["label", "group", "prob", "text"]
    assert first["paragraphs"][0]["group"] == "body"
    assert 0 < second["paragraphs"][0]["prob"] <= 1


def test_extract_prints_what_is_kept(cli: Cli) -> None:
    done = cli("extract", seed(4))
    text = done.stdout.decode()
    assert text.startswith("Mỹ lên kế hoạch thương lượng với Nga\n\n(Baonghean.vn)-")
    assert "tin mới" not in text
    assert "tin mới" in cli("extract", "--keep", "related", seed(4)).stdout.decode()
    both = cli("extract", seed(4), seed(0)).stdout.decode()
    assert both.startswith(text + "\n" + "Lãnh đạo tình báo")


def test_standard_input(cli: Cli) -> None:
    done = cli("tag", "-", stdin="Xin chào\n".encode())
    assert done.stdout.decode().startswith("# source: -\n")
    assert done.stdout.decode().endswith("\tXin chào\n")


def test_folders_are_searched_and_written_as_a_tree(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "z.txt").write_bytes(seed(0).read_bytes())
    (tmp_path / "in" / "b" / "a.html").write_text(HTML, encoding="utf-8")
    (tmp_path / "in" / ".hidden").write_text("x")
    done = cli("tag", "in", "-o", "out")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    written = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert written == [".sangloc.jsonl", "b/a.tsv", "z.tsv"]
    page = parse_pages((tmp_path / "out" / "b" / "a.tsv").read_text(encoding="utf-8"), "x")[0]
    assert "Cầu mới thông xe sau ba năm" in page.text
    assert "Trang chủ" in page.text


def test_html_is_known_by_content_too(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "page").write_text(HTML, encoding="utf-8")
    done = cli("tag", "page")
    assert "<li>" not in done.stdout.decode()
    assert "\tCầu mới thông xe sau ba năm\n" in done.stdout.decode()


def test_one_output_file(cli: Cli, tmp_path: Path) -> None:
    assert cli("tag", seed(0), seed(1), "-o", "all.jsonl").returncode == 0
    assert len((tmp_path / "all.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    assert cli("extract", seed(4), "-o", "body.txt").returncode == 0
    assert (tmp_path / "body.txt").read_bytes() == cli("extract", seed(4)).stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.jsonl", "body.txt"]


def test_missing_files_are_named_and_the_others_done(cli: Cli) -> None:
    done = cli("tag", "none.txt", seed(0), "also-none")
    assert done.returncode == 1
    assert parse_pages(done.stdout.decode(), "x")[0].text.encode() == seed(0).read_bytes()
    assert done.stderr.decode().splitlines() == [
        "none.txt: No such file or directory",
        "also-none: No such file or directory",
        "sangloc: 1 pages done, 2 inputs failed (named above)",
    ]


def test_usage_errors_exit_with_2(cli: Cli, tmp_path: Path) -> None:
    assert cli("tag").returncode == 2
    assert cli("tag", "--format", "xml", seed(0)).returncode == 2
    done = cli("extract", "--keep", "titel", seed(0))
    assert done.returncode == 2
    assert b"titel" in done.stderr
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x")
    assert cli("tag", "in", "-o", "in/out").returncode == 2
    assert cli("tag", "in", "-o", "in").returncode == 2
    assert cli("extract", "in/a.txt", "-o", "in/a.txt").returncode == 2
    assert (tmp_path / "in" / "a.txt").read_text() == "x"


def test_two_inputs_with_one_output_name_are_not_mixed(cli: Cli, tmp_path: Path) -> None:
    for name in ("a.txt", "a.html"):
        (tmp_path / name).write_text("Xin chào")
    done = cli("tag", "a.txt", "a.html", "-o", "out")
    assert done.returncode == 1
    assert b"a.html: a.txt is written to" in done.stderr
    assert "# source: a.txt" in (tmp_path / "out" / "a.tsv").read_text()


def test_an_input_given_twice_is_written(cli: Cli, tmp_path: Path) -> None:
    done = cli("tag", seed(0), seed(0), seed(0), "-o", "out")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [path.name for path in (tmp_path / "out").glob("*.tsv")] == [seed(0).with_suffix(".tsv").name]


def test_any_number_of_workers_gives_the_same_bytes(cli: Cli, tmp_path: Path, labelled: list[LabelledPage]) -> None:
    (tmp_path / "in").mkdir()
    for number, page in enumerate(labelled[:80]):
        (tmp_path / "in" / f"{number:03d}.txt").write_text(page.text, encoding="utf-8", newline="")
    one = cli("tag", "in", "none", "--format", "jsonl")
    many = cli("tag", "in", "none", "--format", "jsonl", "-j", "3", PYTHONHASHSEED="7", LC_ALL="C")
    assert one.returncode == many.returncode == 1
    assert one.stdout == many.stdout
    assert one.stderr == many.stderr
    alone = cli("tag", "in/040.txt", "--format", "jsonl")
    assert alone.stdout == one.stdout.splitlines(keepends=True)[40]


def test_a_killed_worker_takes_no_page_along(cli: Cli, tmp_path: Path, labelled: list[LabelledPage]) -> None:
    (tmp_path / "in").mkdir()
    for number in range(300):
        (tmp_path / "in" / f"{number:03d}.txt").write_text(labelled[number % 40].text, encoding="utf-8", newline="")
    command = [sys.executable, "-m", "sangloc", "tag", "in", "-j", "2", "-o", "out"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
    children: list[int] = []
    while not children and running.poll() is None:
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(running.pid)], capture_output=True, text=True, check=False)
        children = [int(pid) for pid in found.stdout.split()]
        time.sleep(0.01)
    os.kill(children[0], signal.SIGKILL)
    _, complaints = running.communicate(timeout=120)
    assert (running.returncode, complaints) == (0, b"")
    assert len(list((tmp_path / "out").glob("*.tsv"))) == 300


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_stop_within_two_seconds(tmp_path: Path, labelled: list[LabelledPage], sent: signal.Signals, code: int) -> None:
    (tmp_path / "in").mkdir()
    for number in range(2000):
        (tmp_path / "in" / f"{number:04d}.txt").write_text(labelled[number % 40].text, encoding="utf-8", newline="")
    command = [sys.executable, "-m", "sangloc", "tag", "in", "-j", "2", "-o", "out"]
    running = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
    while len(list((tmp_path / "out").glob("*.tsv"))) < 20:
        time.sleep(0.02)
    running.send_signal(sent)
    begun = time.monotonic()
    _, complaint = running.communicate(timeout=30)
    assert time.monotonic() - begun < 2
    assert running.returncode == code
    assert complaint.count(b"\n") == 1 and b"what was written is whole" in complaint and b"--resume" in complaint
    assert all(parse_pages(path.read_text(encoding="utf-8"), "x") for path in (tmp_path / "out").glob("*.tsv"))
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".sangloc-")]


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    command = f"{sys.executable} -m sangloc tag {' '.join(str(path) for path in SEEDS)} | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)  # noqa: S602  # a pipe as a shell makes it
    assert done.stdout.startswith(b"# source: ")
    assert done.stderr == b""


def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    command = f"{sys.executable} -m sangloc tag {seed(3)} > /dev/full"
    done = subprocess.run(command, shell=True, capture_output=True, check=False)  # noqa: S602  # the redirection is the test
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1 and b"No space left" in done.stderr


def test_a_second_run_into_a_folder_is_refused(cli: Cli, tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "out").mkdir()
    with (tmp_path / "out" / ".sangloc.lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = cli("tag", seed(0), "-o", "out")
    assert done.returncode == 2
    assert b"another run" in done.stderr


def test_eval_and_model_info(cli: Cli) -> None:
    done = cli("eval", LABELS / "seed-000", "--format", "json")
    assert json.loads(done.stdout)["pages"] == 1
    assert "kept: lines" in cli("eval", LABELS / "seed-000").stdout.decode()
    assert re.search(r"labels_sha256: [0-9a-f]{64}", cli("model", "info").stdout.decode())


def test_train_writes_a_model_that_tags(cli: Cli, tmp_path: Path) -> None:
    done = cli("train", *sorted(LABELS.glob("seed-*")), "-o", "mine.joblib")
    assert done.returncode == 0, done.stderr.decode()
    assert cli("tag", seed(0), "--model", "mine.joblib").returncode == 0
    (tmp_path / "labels").mkdir()
    done = cli("train", "labels", "-o", "other.joblib")
    assert done.returncode == 2
    assert not (tmp_path / "other.joblib").exists()


def test_version_and_help(cli: Cli) -> None:
    assert cli("--version").stdout.decode() == f"sangloc {__version__}\n"
    assert b"sangloc tag page.txt" in cli("tag", "--help").stdout
