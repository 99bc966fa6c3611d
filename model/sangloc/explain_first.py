"""The words behind the first pass's scores: what each token of a line, and of the lines around, adds, with its text.

Words are hashed, so their text is taken from the page: the token's characters as `tokenise` sees them, composed, without ignored
characters, of an over-long line both ends only. A word that occurs several times is one term.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sangloc.chars import LAST
from sangloc.features import Features
from sangloc.first import FINE, WORD_GRID, ZERO, First
from sangloc.tokens import tokenise
from sangloc.words import AROUND, NEAR, PHRASE_VALUE

Scores = NDArray[np.float64]
Found = tuple[str, str, str, Scores]  # name, theme, phrase, scores of the labels (K,)

WORD_THEMES = {
    "own": "its words",
    "above": "words of the line above",
    "below": "words of the line below",
    "near": "words of short lines nearby",
    "heading": "words of the heading above",
}
END = "⏎"
RARE = "�"  # stands for all characters above the basic plane: they share one hash


class WordTerms:
    """The hashed features of a page's lines, taken apart."""

    def __init__(self, text: str, features: Features, model: First) -> None:
        self.features = features
        tokens = tokenise([text])
        chars = "".join(RARE if code == LAST else chr(code) for code in tokens.codes.tolist())
        spans = zip(tokens.starts.tolist(), tokens.ends.tolist(), strict=True)
        self.texts = [chars[start:end] for start, end in spans]
        for end in (tokens.line_tokens[1:] - 1).tolist():
            self.texts[end] = END
        self.line_texts = [chars[a:b] for a, b in zip(tokens.line_starts.tolist(), tokens.line_ends.tolist(), strict=True)]
        self.bounds = tokens.line_tokens.tolist()
        words = features.words
        self.own, self.pairs = of_buckets(model.own, words.own), of_buckets(model.pairs, words.pairs)
        self.phrases = of_buckets(model.phrases, words.phrases) * PHRASE_VALUE
        around = of_buckets(model.around, words.around)
        self.around = dict(zip(AROUND, np.split(around, len(AROUND), axis=1), strict=True))

    def terms(self, row: int) -> Iterator[Found]:
        """Yield what adds to the score of a line, terms of one text together."""
        yield from _merged(self._own(row))
        for family in AROUND:
            yield from _merged(self._of_others(family, row))

    def _own(self, row: int) -> Iterator[Found]:
        theme, scale = WORD_THEMES["own"], float(self.features.words.scale[row])
        first, last = self.bounds[row], self.bounds[row + 1] - 1
        for token in range(first, last + 1):
            text = self.texts[token]
            said = f"ends after {last - first} words and marks" if token == last else f"“{text}”"
            yield f"word {text}", theme, said, self.own[token] * scale
            before = END if token == first else self.texts[token - 1]
            yield f"pair {before} {text}", theme, _pair(before, text), self.pairs[token] * scale
        start = " ".join(self.texts[first : min(first + 2, last)])
        yield f"start {start}", theme, f"begins “{start}”", self.phrases[row, 0]
        whole = self.line_texts[row]
        yield "whole line", theme, f"is “{whole if len(whole) <= 40 else whole[:39] + '…'}”", self.phrases[row, 1]

    def _of_others(self, family: str, row: int) -> Iterator[Found]:
        """Yield the words of other lines that one family reads."""
        places, words = self.features.places, self.features.words
        first, last = int(places.first[row]), int(places.last[row])
        if family in {"above", "below"}:
            other = row + (1 if family == "below" else -1)
            sources = [(other, float(words.around_scale[other]))] if first <= other <= last else []
            grid = 0.0
        elif family == "near":
            close = [other for other in range(max(row - NEAR, first), min(row + NEAR, last) + 1) if other != row]
            sources, grid = [(other, float(words.near_scale[other])) for other in close], FINE
        else:
            above = int(self.features.heading[row])
            sources, grid = [(above, float(words.heading_scale[above]))] if above >= 0 else [], FINE
        for other, scale in sources:
            if scale:
                yield from self._of_line(family, other, scale, grid)

    def _of_line(self, family: str, other: int, scale: float, grid: float) -> Iterator[Found]:
        begin, end = self.bounds[other : other + 2]
        scores = self.around[family][begin:end] * scale
        if grid:  # the pass rounds the line's sum; what that changes is put to its last token
            total = scores.sum(axis=0)
            scores[-1] += np.rint(total / grid) * grid - total
        for token, of_labels in zip(range(begin, end), scores, strict=True):
            text = self.texts[token]
            said = "its end" if text == END else f"“{text}”"
            yield f"{family} {text}", WORD_THEMES[family], said, of_labels


def of_buckets(table: NDArray[np.float32], buckets: NDArray[np.int64]) -> Scores:
    """Return the weights of buckets as the pass adds them up (see `first.packed`): rounded to a grid, and limited."""
    whole = np.clip(np.rint(table[buckets].astype(np.float64) / WORD_GRID), -ZERO, ZERO - 1)
    return np.asarray(whole * WORD_GRID, dtype=np.float64)


def _pair(before: str, text: str) -> str:
    if before == END:
        return "an empty line" if text == END else f"“{text}” at the beginning"
    return f"“{before}” at the end" if text == END else f"“{before} {text}”"


def _merged(found: Iterator[Found]) -> Iterator[Found]:
    """Add up the terms of one name."""
    sums: dict[str, Found] = {}
    for name, theme, phrase, scores in found:
        key = name.casefold()
        sums[key] = (*sums[key][:3], sums[key][3] + scores) if key in sums else (name, theme, phrase, scores)
    yield from sums.values()
