"""Other forms of a labelled page, made by leaving out whole blocks: what extractors, print views and caches leave of pages.

A block is a run of lines of one label with the blank lines above it. The chances below are those with which lines of real pages survive
resiliparse's main-content extraction (36 pages of 16 sites), rounded; real main-content text has almost no indentation.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace

from sangloc.labelfile import LabelledPage

_FLUSH: dict[str, float] = {}
Block = tuple[str, int, int]  # label, first line, one past the last

OUTSIDE = {
    "ad": 0.05,
    "comment": 0.3,
    "imprint": 0.05,
    "nav": 0.05,
    "related": 0.15,
    "byline": 0.6,
    "caption": 0.8,
    "headline": 0.8,
    "text": 0.97,
}
INSIDE = dict.fromkeys(("ad", "comment", "imprint", "nav"), 0.1) | {
    "related": 0.15,
    "byline": 0.6,
    "caption": 0.9,
    "headline": 0.7,
    "text": 1.0,
}
INDENTED = dict.fromkeys(("ad", "imprint", "nav", "related"), 0.02)  # list items go with their links
LETTERLESS = {"nav": 0.5}  # counters and clocks have no links
LEAKY = 4  # times as much boilerplate as usual, in the form for extractors that keep more (the seeds)
BODY = frozenset({"headline", "byline", "text", "caption"})
DEDENTED = 0.85
DROPPED = (0.15, 0.3, 0.5)
OTHER = 0.5  # of a label that the tables don't know (a label set of one's own)


def forms(page: LabelledPage) -> Iterator[LabelledPage]:
    """Yield the page, two main-content forms of it, and a crop; the same page always gives the same forms."""
    yield page
    for form in (main_form(page), main_form(page, LEAKY), crop(page, 1)):
        if form is not None:
            yield form


def main_form(page: LabelledPage, leak: float = 1) -> LabelledPage | None:
    """Return the main content with what leaks in around it (`leak` times as much), or None where nothing is left."""
    chance = _random(page, f"main {leak}")
    lines = page.text.split("\n")
    blocks = list(blocks_of(page))
    texts = [number for number, block in enumerate(blocks) if block[0] == "text"]
    keep = []
    for number, (label, start, end) in enumerate(blocks):
        inside = bool(texts) and texts[0] <= number <= texts[-1]
        factor = 1 if label in BODY else leak
        for first, last, kind in _pieces(lines, start, end):
            usual = INSIDE if inside else OUTSIDE
            if chance.random() < factor * kind.get(label, usual.get(label, OTHER)):
                keep.append((first, last))
    return _rebuilt(page, keep, "main" if leak == 1 else "leaky", dedent=chance.random() < DEDENTED)


def _pieces(lines: list[str], start: int, end: int) -> Iterator[tuple[int, int, dict[str, float]]]:
    """Cut a block where indented lines, lines without a letter and others meet; tell the chances that are special to them."""
    first, before = start, None
    for number in range(start, end):
        line = lines[number]
        if not line.strip():
            continue
        kind = LETTERLESS if not any(map(str.isalpha, line)) else INDENTED if line[0] in " \t" else _FLUSH
        if before is not None and kind is not before:
            yield first, number, before
            first = number
        before = kind
    if before is not None:
        yield first, end, before


def crop(page: LabelledPage, number: int) -> LabelledPage | None:
    """Return the page without some of its blocks other than text, or None where nothing is left."""
    chance = _random(page, f"crop {number}")
    dropped = chance.choice(DROPPED)
    keep = [(start, end) for label, start, end in blocks_of(page) if label == "text" or chance.random() >= dropped]
    return _rebuilt(page, keep, "crop", dedent=chance.random() < 0.4)


def blocks_of(page: LabelledPage) -> Iterator[Block]:
    """Yield the runs of lines of one label, blank lines with the run below them."""
    lines = page.text.split("\n")
    names = iter(page.labels)
    label, start, end = "", 0, 0
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        name = next(names)
        if label and name != label:
            yield label, start, end
            start = end
        label, end = name, number + 1
    if label:
        yield label, start, end


def _rebuilt(page: LabelledPage, keep: list[tuple[int, int]], form: str, dedent: bool) -> LabelledPage | None:
    lines = page.text.split("\n")
    names = iter(page.labels)
    label_of = [next(names) if line.strip() else None for line in lines]
    chosen = [number for start, end in keep for number in range(start, end)]
    labels = tuple(name for number in chosen if (name := label_of[number]) is not None)
    if not labels:
        return None
    text = "\n".join(lines[number].lstrip(" \t") if dedent else lines[number] for number in chosen)
    return replace(page, text=text, labels=labels, header=page.header | {"form": form})


def _random(page: LabelledPage, purpose: str) -> random.Random:
    """Return a generator that depends on the page's content alone."""
    digest = hashlib.sha256(f"{purpose}\n{page.text}".encode("utf-8", "surrogatepass")).digest()
    return random.Random(digest)
