"""What makes the model, apart from the fitting: the damage tool, the data card, the comparison of models."""

import unicodedata

import pytest

from sangloc.labelfile import LabelledPage, parse_pages
from training.damage import OF_LINES, OF_TEXT, damaged
from training.datacard import CARD, renewed

PAGE = (
    "# source: written for this project\n# language: vi\n"
    "nav\tTrang chủ\nnav\t  Thời sự\n\ncaption\tẢnh cầu\ntext\tMột “câu” & một chuyện.\n\ntext\tCâu hai.\n"
)


def page() -> LabelledPage:
    return parse_pages(PAGE, "labels/a/1.tsv")[0]


@pytest.mark.parametrize("kind", OF_TEXT)
def test_damaged_text_keeps_its_lines_and_labels(kind: str) -> None:
    (found,) = parse_pages(damaged(page(), kind), "x")
    assert found.labels == page().labels
    assert found.header["damage"] == kind
    assert found.text != page().text
    assert [not line.strip() for line in found.text.split("\n")] == [not line.strip() for line in page().text.split("\n")]


def test_damage_is_what_it_is_called() -> None:
    assert "Trang chá»§" in damaged(page(), "mojibake")
    assert "Trang chu" in damaged(page(), "no diacritics")
    assert "ch&#7911;" in damaged(page(), "entities")
    assert unicodedata.is_normalized("NFD", parse_pages(damaged(page(), "NFD"), "x")[0].text)
    assert parse_pages(damaged(page(), "cp1258"), "x")[0].text.startswith("Trang chu\u0309")


@pytest.mark.parametrize("kind", OF_LINES)
def test_glued_lines_lose_no_character_but_white_space(kind: str) -> None:
    (found,) = parse_pages(damaged(page(), kind), "x")
    assert len(found.labels) < len(page().labels)
    assert "".join(found.text.split()) == "".join(page().text.split())


def test_the_data_card_counts_what_is_there(labelled: list[LabelledPage]) -> None:
    card = CARD.read_text(encoding="utf-8")
    assert renewed(card, labelled) == card, "run python -m training.datacard"
