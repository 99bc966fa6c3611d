"""Fields of pages, pages without an article, languages and wrapped text, through the command."""

import json
import textwrap
from pathlib import Path

import pytest

from sangloc.labelfile import parse_pages
from sangloc.unwrapping import unwrap
from tests.conftest import SEEDS, Cli
from tests.test_article import LIST
from tests.test_languages import TEXTS
from tests.test_unwrapping import WORDS

WRAPPED = "\n\n".join(["Cây cầu mới", *[textwrap.fill(WORDS, 72)] * 3]) + "\n"


def rows(stdout: bytes) -> list[dict[str, object]]:
    return [json.loads(line) for line in stdout.decode().splitlines()]


def test_json_tells_title_date_authors_and_whether_there_is_an_article(cli: Cli) -> None:
    first, last = rows(cli("tag", "-f", "jsonl", SEEDS[0], SEEDS[4]).stdout)
    assert list(first) == ["path", "paragraphs", "title", "date", "authors", "is_article"]
    assert first["date"] == "2025-06-30"
    assert (last["title"], last["date"], last["authors"]) == ("Mỹ lên kế hoạch thương lượng với Nga", None, ["Lan Hạ", "Sputnik", "TASS"])
    assert isinstance(last["is_article"], float)
    assert last["is_article"] > 0.5


def test_fields_that_a_record_has_are_not_overwritten(cli: Cli) -> None:
    line = json.dumps({"date": "hôm qua", "text": SEEDS[0].read_text(encoding="utf-8"), "is_article": 1}, ensure_ascii=False)
    (row,) = rows(cli("tag", "-", "--from", "jsonl", "-f", "jsonl", stdin=line.encode()).stdout)
    assert (row["date"], row["page_date"], row["is_article"]) == ("hôm qua", "2025-06-30", 1)
    assert {"page_is_article", "title", "authors"} <= set(row)


def test_pages_without_an_article_are_left_out_and_counted(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(LIST, encoding="utf-8")
    for command in ("tag", "extract"):
        done = cli(command, "--articles-only", "list.txt", SEEDS[4])
        assert done.returncode == 0
        assert done.stderr.decode() == "sangloc: 1 of 2 pages left out: no article (is_article below 0.5)\n"
        assert done.stdout == cli(command, SEEDS[4]).stdout
    assert b"2 of 2 pages" in cli("tag", "--min-article", "1", "list.txt", SEEDS[4]).stderr
    assert cli("tag", "--min-article", "2", SEEDS[4]).returncode == 2


def test_left_out_pages_leave_no_file(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(LIST, encoding="utf-8")
    assert cli("tag", "--articles-only", "list.txt", SEEDS[4], "-o", "out").returncode == 0
    assert [path.name for path in (tmp_path / "out").glob("*.tsv")] == [f"{SEEDS[4].stem}.tsv"]


def test_a_language_that_was_not_learned_is_said_once_a_file(cli: Cli, tmp_path: Path) -> None:
    german = TEXTS["German"] * 15
    (tmp_path / "a.jsonl").write_text("".join(json.dumps({"text": german}) + "\n" for _ in range(9)), encoding="utf-8")
    (tmp_path / "b.txt").write_text(german, encoding="utf-8")
    done = cli("tag", "a.jsonl", "b.txt", SEEDS[0], "-j", "2")
    assert done.returncode == 0
    said = done.stderr.decode().splitlines()
    assert len(said) == 2
    assert all("looks like German" in line for line in said)
    assert said[0].startswith("a.jsonl") and said[1].startswith("b.txt")


def test_wrapped_text_is_joined_only_when_asked(cli: Cli, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(WRAPPED, encoding="utf-8")
    done = cli("tag", "a.txt", "b.txt")
    assert [page.text for page in parse_pages(done.stdout.decode(), "x")] == [WRAPPED] * 2
    assert done.stderr.decode().count("try --unwrap") == 1
    asked = cli("tag", "--unwrap", "a.txt")
    assert asked.stderr == b""
    assert parse_pages(asked.stdout.decode(), "x")[0].text == unwrap(WRAPPED) != WRAPPED


def test_help_says_that_the_joined_text_comes_out(cli: Cli) -> None:
    assert b"joined text is what comes out" in b" ".join(cli("tag", "--help", COLUMNS="200").stdout.split())


def test_parquet_has_the_fields_as_columns(cli: Cli, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert cli("tag", SEEDS[0], SEEDS[4], "-o", "out.parquet").returncode == 0
    table = parquet.read_table(tmp_path / "out.parquet")
    # `date` is the record's own: a crawl has one.
    assert table.column("page_date").to_pylist() == ["2025-06-30", None]
    assert table.column("authors").to_pylist()[1] == ["Lan Hạ", "Sputnik", "TASS"]
    assert all(0 <= value <= 1 for value in table.column("is_article").to_pylist())
    assert cli("tag", "out.parquet", "--text-field", "title", "-f", "parquet").returncode != 0  # would be overwritten
