"""The labels themselves."""

from collections import Counter
from pathlib import Path

from sangloc.labelfile import LabelledPage
from tests.conftest import LABELS, SEEDS, Cli


def test_label_files_give_the_seeds_back_byte_for_byte(labelled: list[LabelledPage]) -> None:
    found = {page.header["source"]: page.text for page in labelled if page.header["source"].startswith("seeds/")}
    assert {f"seeds/{path.name}": path.read_bytes().decode() for path in SEEDS} == found
    assert len(SEEDS) == 5


def test_files_are_written_as_they_would_be_written_again(labelled: list[LabelledPage]) -> None:
    assert [page.path for page in labelled if Path(page.path).read_bytes().decode() != page.format()] == []


def test_every_page_lies_in_a_folder_of_its_layout_and_tells_source_and_language(labelled: list[LabelledPage]) -> None:
    assert {len(Path(page.path).relative_to(LABELS).parts) for page in labelled} == {2}
    assert all(page.header.get("source") and page.header.get("language") in {"vi", "en"} for page in labelled)


def test_no_text_stands_twice(labelled: list[LabelledPage]) -> None:
    twice = [text for text, count in Counter(page.text for page in labelled).items() if count > 1]
    assert not twice


def test_check_passes_and_names_faults(cli: Cli, tmp_path: Path) -> None:
    done = cli("labels", "check", LABELS)
    assert done.returncode == 0
    assert b"paragraphs" in done.stdout
    (tmp_path / "bad.tsv").write_text("text\tA\nnews\tB\n", encoding="utf-8")
    done = cli("labels", "check", tmp_path / "bad.tsv")
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"{tmp_path / 'bad.tsv'}:2: unknown label 'news'")
