import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc.labels import DEFAULT, LabelSet
from sangloc.page import Page, line_spans
from sangloc.rendering import dumped, paragraphs, paragraphs_json
from sangloc.sieve import Sieve


def page(text: str, *names: str) -> Page:
    codes = np.array([DEFAULT.labels.index(name) for name in names], dtype=np.int64)
    probs = np.full((len(codes), len(DEFAULT.labels)), 0.01)
    probs[np.arange(len(codes)), codes] = 0.92
    return Page(text, DEFAULT, codes, probs)


def test_paragraphs_have_their_place_in_the_text() -> None:
    text = "\n  Tiêu đề\r\n\r\n\x0bThân bài\x85 tiếp\n"
    found = page(text, "headline", "text").paragraphs
    assert [(x.label, x.group, x.text) for x in found] == [("headline", "body", "  Tiêu đề"), ("text", "body", "\x0bThân bài\x85 tiếp")]
    assert all(text[x.start : x.end] == x.text for x in found)
    assert found[0].prob == 0.92


def test_keep_joins_with_one_blank_line_where_there_were_any() -> None:
    made = page("A\nB\n\n\nmenu\nC\nD\n", "headline", "byline", "nav", "text", "text")
    assert made.keep() == "A\nB\n\nC\nD"
    assert made.keep("footer") == "menu"
    assert made.keep(["nav", "byline"]) == "B\n\nmenu"
    assert made.keep("headline, text") == "A\n\nC\nD"


def test_keep_names_what_it_does_not_know() -> None:
    with pytest.raises(ValueError, match="no label or group is called 'title'; there are body"):
        page("A", "text").keep("title")


def test_group_probabilities_are_sums() -> None:
    found = page("A", "text").group_probabilities(0)
    assert found["body"] == pytest.approx(0.95)
    assert sum(found.values()) == pytest.approx(1.0)


def test_only_line_feeds_end_lines() -> None:
    assert line_spans("a\rb\u2028c\n\r\nd") == [(0, 5), (6, 6), (8, 9)]
    assert line_spans("") == [(0, 0)]


def test_label_set_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="don't belong together"):
        LabelSet(("a", "b"), {"a": "x"})


@given(st.text(alphabet=st.sampled_from('ab"\\\r\n\n\t\x00\x0b\x85\u2028\ud800') | st.characters(), max_size=80))
def test_json_is_what_the_json_module_writes(sieve: Sieve, text: str) -> None:
    found = sieve.tag(text)
    assert found.texts == [paragraph.text for paragraph in found.paragraphs]
    assert paragraphs_json(found) == dumped(paragraphs(found))
