"""The vectorised features and passes against the plain ones of reference.py.

Dense features are compared exactly: the reference keeps them in single precision before it rounds them, as the columns are, and ratios
are one division of whole numbers on both sides. Only logarithms and exponentials could differ, in their last bit, between NumPy and
`math`; none of the values that occur is so near the middle of two grid points that this showed, so no tolerance is given.
"""

import unicodedata
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangloc.features import features_of
from sangloc.labelfile import LabelledPage
from sangloc.sieve import Sieve
from tests.reference import reference
from tests.reference_lines import Line
from tests.test_tokens import TEXTS

SENTENCE = "Sáng 12/3/2025, lúc 8:30, UBND tỉnh Nghệ An họp về giá điện… Ông Trần Văn Hoà nói: “Tôi không biết, thưa quý vị. Mời họp lại!”"
PIECES = (
    SENTENCE,
    "Tin liên quan:",
    "TIN MỚI",
    "Tin mới",
    "- Hòa Bình",
    "Hoà  Bình",
    "© 2024 | a@b.vn",
    "\t> 5,000 $ (USD)",
    ".",
    "?",
    "x" * 24,
)
PAGES = st.lists(st.sampled_from(("", "", *PIECES, SENTENCE[:-2], "\u200b", "  \u200b ", "\u3000\r")) | TEXTS, max_size=25).map("\n".join)
PROSE = "\n".join((SENTENCE, "", *PIECES, SENTENCE, "Trần Văn Hòa"))
EDGES = {
    "empty text": "",
    "one blank line": " \t",
    "only line ends": "\n\r\n\n",
    "no line end at the end": "Tin mới",
    "a line of 20,000 characters": f"Đầu\n{'Một dòng dài, rất dài. ' * 870}\ncuối",
    "a word of 20,000 characters": f"a\n{'ă' * 20_000}\nb",
    "a long line that composing lengthens": "a\n" + "\ufb2c" * 7000 + "\nb",
    "a long decomposed line": unicodedata.normalize("NFD", f"a\n{'Hòa giải ở Huế. ' * 1250}\nb"),
    "8,000 marks": "\n".join((SENTENCE, ",;" * 4000, '"' * 8001, "1/2 " * 2500)),
    "a line of 600 words": f"{SENTENCE}\n{' '.join(f'từ{i % 97} Tin' for i in range(300))}.\ncuối",
    "a word 6,000 times": "\n".join(["tin " * 600 + "."] * 10),
    "decomposed": unicodedata.normalize("NFD", PROSE),
    "CRLF": PROSE.replace("\n", "\r\n"),
    "single carriage returns": PROSE.replace("\n", "\r"),
    "zero-width characters": "\ufeff" + "\u200b".join(PROSE),
    "lines of zero-width characters": "a\n\u200b\n\u200b\u200b\n \u200b \n\n\ufeff\nb",
    "emoji": "😀\n👍🏽 Hay quá 😀😀\n😀 1/2\n\n👨‍👩‍👧 gia đình\nVI\U0001f1fb\U0001f1f3",
    "lone surrogates and noncharacters": "a\ud800b\n\udfff\n\uffff \U0010ffff\n\x00\n\x1c\x85",
    "the same line fifty times": "\n".join(["Xem thêm", "xem  thêm", "Xem thêm:"] * 17),
    "deep indentation": "\n".join(" " * (i * 7 % 50) + "mục" for i in range(20)),
    "headings far above": "MỤC\n\n" + "\n".join([SENTENCE] * 30),
}


def agree(sieve: Sieve, texts: Sequence[str]) -> None:
    """Fail where the batch's features, labels or probabilities are not those of each page by itself, computed plainly."""
    features = features_of(texts, sieve.model.first.sizes, sieve.model.known)
    pages = [reference(text, sieve.model) for text in texts]
    lines = [line for page in pages for line in page]
    assert features.places.sizes.tolist() == [len(page) for page in pages]
    for row, line in zip(features.dense.tolist(), lines, strict=True):
        found = dict(zip(features.names, row, strict=True))
        wrong = {name: (found.get(name), line.dense.get(name)) for name in found | line.dense if found.get(name) != line.dense.get(name)}
        assert not wrong, f"(vectorised, plain) of {line.chars[:60]!r}: {wrong}"
    for tagged, page in zip(sieve.tag_many(texts), pages, strict=True):
        assert [x.label for x in tagged.paragraphs] == [label(sieve, line) for line in page]
        if page:
            assert np.abs(tagged.probabilities - np.array([line.probs for line in page])).max() < 1e-9


def label(sieve: Sieve, line: Line) -> str:
    return sieve.model.labels.labels[line.probs.index(max(line.probs))]


def spread(pages: list[LabelledPage], count: int) -> list[str]:
    """Return that many texts, from the shortest to the longest in even steps."""
    ordered = sorted((page.text for page in pages), key=len)
    return [ordered[i * (len(ordered) - 1) // (count - 1)] for i in range(count)]


def test_vietnamese_pages_short_and_long_agree(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    agree(sieve, spread([x for x in labelled if "damage" not in x.header and x.header["language"] == "vi"], 9))


def test_english_pages_agree(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    agree(sieve, spread([x for x in labelled if x.header["language"] == "en"], 6))


def test_damaged_pages_agree(sieve: Sieve, labelled: list[LabelledPage]) -> None:
    one_each = {x.header["damage"]: x for x in labelled if "damage" in x.header}
    agree(sieve, spread(list(one_each.values()), 10))


@pytest.mark.parametrize("text", EDGES.values(), ids=EDGES.keys())
def test_edge_cases_agree(sieve: Sieve, text: str) -> None:
    agree(sieve, [text])


def test_edge_cases_agree_in_one_batch(sieve: Sieve) -> None:
    agree(sieve, list(EDGES.values()))


@given(TEXTS)
def test_nasty_texts_agree(sieve: Sieve, text: str) -> None:
    agree(sieve, [text])


@settings(max_examples=40)
@given(st.lists(PAGES, min_size=1, max_size=3))
def test_batches_of_nasty_pages_agree(sieve: Sieve, texts: list[str]) -> None:
    agree(sieve, texts)


def test_a_long_line_with_white_ends_is_still_a_paragraph(sieve: Sieve) -> None:
    agree(sieve, [f"a\n{' ' * 5000}x{' ' * 5000}\nb"])
