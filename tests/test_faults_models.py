"""Faults of models, patterns and labels that have no test where their modules are tested. Rows of tests/FAULTS.md."""

import importlib
import pkgutil
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sangloc
from sangloc.artifact import write_model
from sangloc.labelfile import LabelledPage
from sangloc.model import load_model
from sangloc.sieve import Sieve
from tests.conftest import Cli
from tests.faults import limited, run


def patterns() -> dict[str, re.Pattern[Any]]:
    """Return every compiled pattern of the package, in whatever it is kept."""

    def inside(name: str, value: object, depth: int = 0) -> Iterator[tuple[str, re.Pattern[Any]]]:
        if isinstance(value, re.Pattern):
            yield name, value
        elif isinstance(value, dict) and depth < 3:
            for key, item in value.items():
                yield from inside(f"{name}[{key!r}]", item, depth + 1)
        elif isinstance(value, (list, tuple, frozenset, set)) and depth < 3:
            for number, item in enumerate(value):
                yield from inside(f"{name}[{number}]", item, depth + 1)

    found: dict[str, re.Pattern[Any]] = {}
    for module in pkgutil.walk_packages(sangloc.__path__, "sangloc."):
        if module.name.endswith("__main__"):
            continue
        try:
            loaded = importlib.import_module(module.name)
        except ImportError:
            continue  # needs an extra
        for name, value in vars(loaded).items():
            found.update(inside(f"{module.name}.{name}", value))
    return found


PATTERNS = patterns()
SIZE = 200_000  # of each text, ten and more a pattern: a million and more of adversarial characters in all
ADVERSARIAL = [" ", "a ", "\n", "1/", "<", "(", "'a", "A.", "ngày "]


def test_the_patterns_are_found() -> None:
    assert len(PATTERNS) >= 5


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_is_linear(name: str) -> None:
    pattern = PATTERNS[name]
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    own = re.findall(r"[A-Za-z<&=#-]{2,}", source)[:2]
    for part in [*ADVERSARIAL, *own]:
        text: Any = part * (SIZE // len(part))
        if isinstance(pattern.pattern, bytes):
            text = text.encode()
        begun = time.perf_counter()
        for _ in pattern.finditer(text):
            if time.perf_counter() - begun > 20:
                break
        taken = time.perf_counter() - begun
        assert taken < 10, f"{taken:.0f} s for {part!r} repeated"


def test_versions_that_a_model_was_trained_with_change_nothing(sieve: Sieve, labelled: list[LabelledPage], tmp_path: Path) -> None:
    content = sieve.model.as_dict()
    content["training"] = {**content["training"], "versions": {"numpy": "9.9", "scikit-learn": "0.1"}}
    write_model(content, tmp_path / "m.joblib")
    other = Sieve(load_model(tmp_path / "m.joblib"))
    for page in labelled[:20]:
        one, two = sieve.tag(page.text), other.tag(page.text)
        assert one.probabilities.tobytes() == two.probabilities.tobytes()


@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux has them")
def test_a_huge_model_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "m.joblib").open("wb") as file:
        file.truncate(1 << 40)  # a hole: it takes no room
    done = run("tag", "-", "--model", "m.joblib", cwd=tmp_path, stdin=b"x", limit=limited("RLIMIT_AS", 1 << 30))
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1 and b"m.joblib: not a sangloc model" in done.stderr


GOOD = "# source: x\nheadline\tMột\n\ntext\tHai\nrelated\tBa\n"
LABEL_FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "unknown label": (lambda f: f.joinpath("a.tsv").write_text("news\tMột\n"), "a.tsv:1: unknown label 'news'"),
    "conflict mark": (lambda f: f.joinpath("a.tsv").write_text(GOOD + "<<<<<<< HEAD\n"), "a.tsv:6: a merge conflict mark"),
    "lost tab": (lambda f: f.joinpath("a.tsv").write_text("text    Một\n"), "a.tsv:1: no tab after the label"),
    "byte order mark": (lambda f: f.joinpath("a.tsv").write_text("\ufeff" + GOOD), "a.tsv:1: the file begins with a byte order mark"),
    "not UTF-8": (lambda f: f.joinpath("a.tsv").write_bytes(b"text\t\xff\n"), "a.tsv:1: not UTF-8"),
    "empty folder": (lambda f: f.joinpath("a.txt").write_text("x"), "no label files"),
    "two labellings": (
        lambda f: [f.joinpath("a.tsv").write_text(GOOD), f.joinpath("b.tsv").write_text(GOOD.replace("related", "nav"))],
        "b.tsv:5: the page stands in",
    ),
    "missing": (lambda f: f.rmdir(), "no such file or folder"),
    "one class": (lambda f: f.joinpath("a.tsv").write_text("text\tMột\ntext\tHai\n"), "a.tsv:1: 1 kinds of label in all pages"),
}


@pytest.mark.parametrize("kind", LABEL_FAULTS)
def test_faulty_labels_exit_with_2_and_nothing_is_written(kind: str, cli: Cli, tmp_path: Path) -> None:
    make, message = LABEL_FAULTS[kind]
    (tmp_path / "labels").mkdir()
    make(tmp_path / "labels")
    (tmp_path / "m.joblib").write_bytes(b"old")
    commands = [["train", "labels", "-o", "m.joblib"]] + (
        [["eval", "labels"], ["labels", "check", "labels"]] if kind == "unknown label" else []
    )
    for command in commands:
        done = cli(*command)
        assert done.returncode == 2, done.stderr.decode()
        assert message in done.stderr.decode()
        assert done.stderr.count(b"\n") == 1
        assert (tmp_path / "m.joblib").read_bytes() == b"old"
