"""Give a form of a page the look that text of real pages has: blank lines between paragraphs, indented lists, short comment threads.

Written pages have longer threads, fewer blank lines and less indentation than real ones (36 pages of 16 sites: text stands one
paragraph to a block on nine pages in ten; over half the pages have no thread).
"""

import random
from collections.abc import Sequence
from dataclasses import replace

from sangloc.labelfile import LabelledPage

Line = tuple[str, str]  # label ("" for a blank line) and text

# The chance that a page's lines of a label stand one to a block, as <p> and <div> leave them.
SPACED = {
    "text": 0.85,
    "caption": 0.7,
    "byline": 0.7,
    "headline": 0.7,
    "related": 0.4,
    "comment": 0.4,
    "ad": 0.3,
    "imprint": 0.3,
    "nav": 0.12,
}
SHORTENED = 0.6  # of the pages have their threads cut
THREAD = 8  # lines of a thread that may be cut; at least LEFT stay, at most MOST of it
LEFT, MOST = 3, 0.4
LISTS = ("nav", "related")  # lists whose indentation tells whether a page has any
INDENTED = 0.5  # of the pages without indentation get some
DEPTHS = dict.fromkeys((*LISTS, "ad", "imprint", "comment"), ("", "  ", "    "))


def restyled(page: LabelledPage, chance: random.Random, indent: bool) -> LabelledPage:
    """Return the page with another look, drawn by `chance`; with `indent` its lists may be indented."""
    names = iter(page.labels)
    lines = [(next(names) if text.strip() else "", text) for text in page.text.split("\n")]
    if chance.random() < SHORTENED:
        lines = _shortened(lines, MOST * chance.random())
    lines = _spaced(lines, {label for label, share in SPACED.items() if chance.random() < share})
    if indent and chance.random() < INDENTED and not any(text[:1] in {" ", "\t"} for label, text in lines if label in LISTS):
        depths = {label: chance.choice(options) for label, options in DEPTHS.items()}
        lines = [(label, depths.get(label, "") + text) for label, text in lines]
    return replace(page, text="\n".join(text for _, text in lines), labels=tuple(label for label, _ in lines if label))


def _shortened(lines: Sequence[Line], share: float) -> list[Line]:
    """Return the lines with this share of every long thread left, from its beginning on."""
    out: list[Line] = []
    start = 0
    while start < len(lines):
        end = start + 1
        if lines[start][0] == "comment":
            while end < len(lines) and lines[end][0] in {"comment", ""}:
                end += 1
        thread = lines[start:end]
        size = sum(label == "comment" for label, _ in thread)
        left = max(LEFT, int(size * share)) if size > THREAD else size
        for label, text in thread:
            left -= label == "comment"
            if left >= 0:
                out.append((label, text))
        start = end
    return out


def _spaced(lines: Sequence[Line], labels: set[str]) -> list[Line]:
    """Return the lines with a blank one above each of these labels."""
    out: list[Line] = []
    for label, text in lines:
        if label in labels and out and out[-1][0]:
            out.append(("", ""))
        out.append((label, text))
    return out
