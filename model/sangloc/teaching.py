"""Which pages to label first: those whose unsure lines say most that no page before them has said.

A line teaches (1 - p) n: p is the probability of its label, n the share of its word pairs that are on no page labelled or chosen before.
A page teaches the sum over its lines. So a menu that stands on every page of a site counts once. What is left to learn shrinks with every
page chosen, never grows: choosing the best page each time then finds at least 1 - 1/e of what the best choice teaches (Nemhauser, Wolsey
and Fisher 1978).
"""

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sangloc.features import features_of
from sangloc.page import Page
from sangloc.words import Sizes

BITS = 22  # of the table of word pairs seen: a million pairs collide little
SIZES = Sizes(pairs=BITS)
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Lines:
    """A page's word pairs, line after line, and how unsure the label of each line is."""

    pairs: Ints  # (T,)
    starts: Ints  # (L,)
    sizes: Ints  # (L,)
    doubt: NDArray[np.float64]  # (L,)

    def teaches(self, seen: NDArray[np.bool_]) -> float:
        """Return what the page teaches whoever has seen these pairs."""
        if not len(self.starts):
            return 0.0
        new = np.add.reduceat((~seen[self.pairs]).astype(np.float64), self.starts) / self.sizes
        return float(self.doubt @ new)


def in_order(pages: Sequence[Page], labelled: Iterable[str] = ()) -> Iterator[tuple[int, float]]:
    """Yield the pages' numbers, the most teaching first, and what each teaches beside those before it and the labelled texts."""
    seen = np.zeros(1 << BITS, dtype=np.bool_)
    for text in labelled:
        seen[_pairs(text)[0]] = True
    lines = [_lines(page) for page in pages]
    # Lazily: what a page taught before others were chosen bounds what it teaches now, so most needn't be asked again.
    queue = [(-found.teaches(seen), number, 0) for number, found in enumerate(lines)]
    heapq.heapify(queue)
    chosen = 0
    while queue:
        bound, number, asked = heapq.heappop(queue)
        if asked < chosen:
            heapq.heappush(queue, (-lines[number].teaches(seen), number, chosen))
            continue
        chosen += 1
        seen[lines[number].pairs] = True
        yield number, -bound


def _pairs(text: str) -> tuple[Ints, Ints]:
    words = features_of([text], SIZES).words
    return words.pairs, words.line_tokens


def _lines(page: Page) -> _Lines:
    pairs, bounds = _pairs(page.text)
    return _Lines(pairs, bounds[:-1], np.diff(bounds), 1 - page.probabilities.max(axis=1, initial=0))
