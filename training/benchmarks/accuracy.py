"""How much of the article an extracted text keeps: F1 over characters of the gold lines that stand in it."""

import re
from collections import Counter

from sangloc.page import paragraphs_of
from training.benchmarks.pages import BenchPage

DROPPED = frozenset({"related", "ad", "comment", "nav", "imprint"})


def kept_char(pages: list[BenchPage], texts: list[str]) -> float:
    """Return the F1 of kept `text` lines against kept boilerplate, by characters; headline, byline and caption don't count.

    A line is kept if the extracted text has it, white space aside; a line that is said twice on the page must be there twice.
    """
    hit = extra = lost = 0
    for page, text in zip(pages, texts, strict=True):
        kept = Counter(_bare(line) for line in text.split("\n"))
        everything = _bare(text)
        for label, line in zip(page.gold.labels, paragraphs_of(page.gold.text), strict=True):
            bare = _bare(line)
            there = kept[bare] > 0 or (len(bare) >= 30 and bare in everything)
            kept[bare] -= 1
            size = len(line.strip())
            if label == "text":
                hit, lost = hit + size * there, lost + size * (not there)
            elif label in DROPPED:
                extra += size * there
    return 2 * hit / (2 * hit + extra + lost) if hit else 0.0


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
