"""README's console blocks are run; what they print is what README shows."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from sangloc.labelfile import read_file
from tests.conftest import LABELS, ROOT, SEEDS
from tests.inputs import jsonl, warc
from tests.test_unwrapping import WORDS

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
SETUP = {"make tag", "make test", "make train", "make bench", "pip install sangloc"}  # run by .ci/run and by hand, or not yet possible


def commands() -> list[tuple[str, str]]:
    """Return README's commands with the output shown below each."""
    found = []
    for block in CONSOLE:
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what README's commands name: seeds, labels, pages. They are run in it one after the other, as a reader would."""
    place = tmp_path_factory.mktemp("readme")
    (place / "seeds").symlink_to(ROOT / "seeds")
    (place / "labels").symlink_to(LABELS)
    (place / "tests").symlink_to(ROOT / "tests")
    (place / "pages").mkdir()
    for path in SEEDS[:2]:
        (place / "pages" / path.name).write_bytes(path.read_bytes())
    (place / "crawl" / "song").mkdir(parents=True)
    rows = []
    for path in SEEDS[:3]:
        (place / "crawl" / "song" / path.name).write_bytes(path.read_bytes())
        rows.append({"url": "https://song.vn/", "text": path.read_text(encoding="utf-8")})
    (place / "crawl.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (place / "page.html").write_text("<html><body><p>Xin chào các bạn đọc.</p></body></html>", encoding="utf-8")
    (place / "page.txt").write_bytes(SEEDS[4].read_bytes())
    (place / "mail.txt").write_text("Cầu mới ở xã Đồng Lách\n\n" + f"{textwrap.fill(WORDS, 72)}\n\n" * 3, encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in SEEDS]
    (place / "crawl.jsonl.gz").write_bytes(gzip.compress(jsonl(texts)))
    (place / "crawl.warc.gz").write_bytes(gzip.compress(warc(texts)))
    pyarrow.parquet.write_table(pyarrow.table({"text": texts}), place / "news.parquet")
    for seed in sorted(LABELS.glob("seed-*"))[:3]:
        shutil.copytree(seed, place / "mine" / seed.name)
    return place


def correct(place: Path) -> None:
    """Do what the reader does in the editor, which wants a terminal and a person: give each drafted page the labels that are right."""
    drafted = list(place.glob("taught/*/*.tsv"))
    assert drafted
    for path in drafted:
        (right,) = read_file(ROOT / "tests" / "station" / "labels" / "song" / path.name)
        assert [page.text for page in read_file(path)] == [right.text]
        path.write_text(right.format(), encoding="utf-8")


@pytest.mark.parametrize(("command", "shown"), commands())
def test_command_prints_what_is_shown(command: str, shown: str, place: Path) -> None:
    if command in SETUP:
        pytest.skip("set-up: done before these tests")
    if "sangloc labels edit" in command:
        correct(place)
        return
    tools = str(Path(sys.executable).parent)
    done = subprocess.run(  # noqa: S602  # README's commands are lines for a shell
        command,
        shell=True,
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "80"},
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    lines = iter(printed)
    for line in shown.splitlines():
        if line == "…":
            continue
        # Scores of three decimals are those of some model that was shipped.
        expected = re.compile(re.sub(r"\b[01]\\\.\d{3}\b", r"[01]\\.\\d{3}", re.escape(line)).replace("…", ".*"))
        assert any(expected.fullmatch(found) for found in lines), f"not printed: {line!r}\n{done.stdout}"


@pytest.mark.parametrize("code", PYTHON)
def test_library_example_runs(code: str, place: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_of_the_program_is_in_readme() -> None:
    for command in ("tag", "extract", "explain", "report", "train", "eval", "labels check", "labels draft", "labels edit", "model info"):
        assert f"sangloc {command}" in README, command


def test_readme_has_commands_to_test() -> None:
    assert len([command for command, _ in commands() if command not in SETUP]) >= 5
    assert PYTHON
