"""Measure what hard wrapping costs and what `--unwrap` gives back: `python -m training.wrapped [LABELS…]`.

Takes label pages with long paragraphs of text (by default the real pages, where they are, else labels/), wraps every line at 70 to 78
columns, a different width for each page, and scores the labels by character: a joined line's label counts for all that was joined in it.
"""

import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np

from sangloc.evaluation import Scores, scored, truth
from sangloc.labelfile import LabelledPage, read_labels
from sangloc.page import paragraphs_of
from sangloc.sieve import Sieve, load
from sangloc.unwrapping import joined_lines, looks_wrapped, unwrap
from training.real import ROOT, real_pages

NARROWEST, WIDTHS = 70, 9
LONG = 200  # characters of a paragraph that wrapping tears
FEWEST = 3  # such paragraphs on a page


def wrapped(page: LabelledPage, width: int) -> LabelledPage:
    """Return the page with all its lines wrapped, each piece with its line's label."""
    lines: list[str] = []
    labels: list[str] = []
    names = iter(page.labels)
    for line in page.text.split("\n"):
        if not line.strip():
            lines.append(line)
            continue
        pieces = textwrap.wrap(line, width, break_long_words=False) or [line]
        lines += pieces
        labels += [next(names)] * len(pieces)
    return replace(page, text="\n".join(lines), labels=tuple(labels))


def with_long_text(page: LabelledPage) -> bool:
    """Tell whether wrapping would tear the page's text."""
    rows = zip(page.labels, paragraphs_of(page.text), strict=True)
    return sum(label == "text" and len(line) >= LONG for label, line in rows) >= FEWEST


def main() -> int:
    """Print the three scores."""
    real = chain(*(form for kind in ("study", "unseen") for form in real_pages(kind).values()))
    given = read_labels(*sys.argv[1:]) if sys.argv[1:] else list(real) or read_labels(ROOT / "labels")
    pages = [page for page in given if with_long_text(page)]
    torn = [wrapped(page, NARROWEST + number % WIDTHS) for number, page in enumerate(pages)]
    sieve = load()
    before, after = (sum(looks_wrapped(page.text) for page in some) for some in (pages, torn))
    print(f"{len(pages)} pages; {before} look hard-wrapped before, {after} after")
    for name, shown, change in (("as they are", pages, False), ("wrapped", torn, False), ("wrapped, --unwrap", torn, True)):
        found = _scores(sieve, shown, change)
        print(f"{name:20s} groups {found.group_accuracy:.3f} of lines; kept_char {found.kept_char:.3f}, kept_page {found.kept_page:.3f}")
    return 0


def _scores(sieve: Sieve, pages: Sequence[LabelledPage], change: bool) -> Scores:
    tagged = sieve.tag_many(unwrap(page.text) if change else page.text for page in pages)
    codes, surest = [], []
    for page, found in zip(pages, tagged, strict=True):
        sizes = list(_sizes(page.text.split("\n"))) if change else [1] * len(found)
        codes.append(np.repeat(found.codes, sizes))
        surest.append(np.repeat(found.probabilities.max(axis=1), sizes))
    return scored(truth(sieve.model.labels, pages, codes, surest))


def _sizes(lines: list[str]) -> Iterator[int]:
    """Yield how many non-blank lines went into each joined one."""
    for group in joined_lines(lines):
        filled = sum(bool(lines[i].strip()) for i in group)
        if filled:
            yield filled


if __name__ == "__main__":
    sys.exit(main())
