"""`--min-prob`: what is less probable is marked, or not kept, and counted."""

import json
from pathlib import Path

import numpy as np
import pytest

from sangloc.labelfile import parse_pages
from sangloc.sieve import Sieve
from sangloc.unsure import unsure
from tests.conftest import SEEDS, Cli

BODY = ("headline", "byline", "text", "caption")


@pytest.fixture(scope="module")
def text() -> str:
    return SEEDS[0].read_text(encoding="utf-8")


def middle(sieve: Sieve, text: str) -> float:
    """Return a probability that some paragraphs' labels reach and some don't."""
    return float(np.median(sieve.tag(text).probabilities.max(axis=1)))


def test_unsure_paragraphs_are_those_with_a_less_probable_label(sieve: Sieve, text: str) -> None:
    page = sieve.tag(text)
    least = middle(sieve, text)
    assert page.unsure(least) == [number for number, found in enumerate(page.paragraphs) if found.prob < least]
    assert 0 < len(page.unsure(least)) < len(page)
    assert page.unsure(0) == []


def test_keep_asks_for_the_sum_of_what_is_kept(sieve: Sieve, text: str) -> None:
    page = sieve.tag(text)
    sums = sum(page.probabilities_of(label) for label in BODY)
    kept = [found.text for found, total in zip(page.paragraphs, sums, strict=True) if found.group == "body" and total >= 0.99]  # type: ignore[arg-type]
    assert [line for line in page.keep("body", min_prob=0.99).split("\n") if line] == kept
    assert kept
    assert page.keep("body", min_prob=0) == page.keep("body")
    assert page.keep("body", 1.01) == ""


def test_label_files_name_unsure_lines_in_their_header(cli: Cli, sieve: Sieve, text: str) -> None:
    least = middle(sieve, text)
    done = cli("tag", SEEDS[0], SEEDS[4], "--min-prob", str(least))
    assert (done.returncode, done.stderr) == (0, b"")
    (page, _) = parse_pages(done.stdout.decode(), "x")
    assert sorted(unsure(page)) == sieve.tag(text).unsure(least)
    plain = cli("tag", SEEDS[0], SEEDS[4]).stdout.decode()
    assert "unsure" not in plain
    assert "".join(row for row in done.stdout.decode().splitlines(keepends=True) if not row.startswith("# unsure:")) == plain


def test_json_and_parquet_mark_unsure_paragraphs(cli: Cli, sieve: Sieve, text: str, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    least = str(middle(sieve, text))
    expected = sieve.tag(text).unsure(float(least))
    (row,) = map(json.loads, cli("tag", SEEDS[0], "-f", "jsonl", "--min-prob", least).stdout.splitlines())
    assert [number for number, found in enumerate(row["paragraphs"]) if found.get("unsure") is True] == expected
    assert all("unsure" not in found or found["unsure"] for found in row["paragraphs"])
    (tmp_path / "two.jsonl").write_text(json.dumps({"text": text}) + "\n" + json.dumps({"text": ""}) + "\n")
    assert cli("tag", "two.jsonl", "-o", "out.parquet", "--min-prob", least).returncode == 0
    first, second = parquet.read_table(tmp_path / "out.parquet").column("paragraphs").to_pylist()
    assert [number for number, found in enumerate(first) if found["unsure"]] == expected
    assert second == []
    assert cli("tag", "two.jsonl", "-o", "plain.parquet").returncode == 0
    assert "unsure" not in parquet.read_table(tmp_path / "plain.parquet").column("paragraphs").to_pylist()[0][0]


def test_parquet_with_only_nulls_has_the_marks_in_its_type(cli: Cli, tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(pyarrow.table({"text": pyarrow.array([None], pyarrow.string())}), tmp_path / "null.parquet")
    assert cli("tag", "null.parquet", "-o", "out.parquet", "--min-prob", "0.5").returncode == 0
    column = parquet.read_table(tmp_path / "out.parquet").column("paragraphs")
    assert column.to_pylist() == [None]
    assert "unsure" in str(column.type)


def test_extract_says_how_much_was_left_out(cli: Cli, sieve: Sieve, text: str, tmp_path: Path) -> None:
    page = sieve.tag(text)
    left_out = int(page.kept("body").sum() - page.kept("body", 0.99).sum())
    done = cli("extract", SEEDS[0], "--min-prob", "0.99", "-q", "--summary", "s.json")
    assert done.returncode == 0
    assert done.stdout.decode() == page.keep("body", min_prob=0.99) + "\n"
    said = f"sangloc: {left_out} paragraphs left out: what is kept is less probable there than 0.99\n" if left_out else ""
    assert done.stderr.decode() == said
    assert json.loads((tmp_path / "s.json").read_text())["unsure_paragraphs"] == left_out
    assert cli("extract", SEEDS[0], "--min-prob", "1.2").returncode == 2
