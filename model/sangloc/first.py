"""The first linear model: the score of each line from its words, its shape and what stands around it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sangloc.context import running
from sangloc.features import Features
from sangloc.words import AROUND, NEAR, PHRASE_VALUE, Sizes, bits_of

Scores = NDArray[np.float64]
Table = NDArray[np.float32]
Packed = tuple[NDArray[np.uint64], ...]

# Weights of words are whole multiples of this between -16 and 16, and stored as 12-bit numbers from 0 for adding up (see `packed`).
WORD_GRID = 2.0**-7
ZERO = 2048
LIMIT = (ZERO - 1) * WORD_GRID
LANE = 21  # bits of a label's running sum: three labels in 64 bits
LANES = 3
MASK = np.uint64((1 << LANE) - 1)
SEGMENT = 256  # tokens whose words and pairs a lane can hold: 256 * 2 * 4095 < 2**21

# Sums of rounded values are exact in any order; this is far finer than what they are sums of.
FINE = 2.0**-24


@dataclass(frozen=True, slots=True)
class First:
    """Weights of the first pass for K labels."""

    own: Table  # (2**bits, K)
    around: Table  # (2**bits, 4 K): words of the line above, below, of short lines nearby, of the heading above
    pairs: Table  # (2**bits, K)
    phrases: Table  # (2**bits, K)
    dense: Scores  # (D, K)
    bias: Scores  # (K,)

    @property
    def sizes(self) -> Sizes:
        """Return the sizes of the hash tables."""
        return Sizes(*(bits_of(table) for table in (self.own, self.around, self.pairs, self.phrases)))


class FirstPass:
    """The first model, its tables packed three labels to a 64-bit word: one look-up and one addition serve three labels."""

    def __init__(self, model: First) -> None:
        self.model = model
        self.labels = len(model.bias)
        self.own, self.pairs, self.phrases = packed(model.own), packed(model.pairs), packed(model.phrases)
        self.around = dict(zip(AROUND, map(packed, np.split(model.around, len(AROUND), axis=1)), strict=True))

    def scores(self, features: Features, of_dense: Scores | None = None) -> Scores:
        """Return the scores, (L, K); `of_dense` is the dense features' share, where the caller has it."""
        return self.scores_and_words(features, of_dense)[0]

    def scores_and_words(self, features: Features, of_dense: Scores | None = None) -> tuple[Scores, Scores]:
        """Return the scores, and what the line's own words, pairs and phrases have in them, (L, K) each."""
        words, places = features.words, features.places
        scores = (features.dense @ self.model.dense if of_dense is None else of_dense) + self.model.bias
        if not places.count:
            return scores, scores
        own = self._sums([(self.own, words.own), (self.pairs, words.pairs)], words.line_tokens) * words.scale[:, None]
        for column in words.phrases.T:
            own += self._unpacked([table[column] for table in self.phrases], np.ones(places.count, dtype=np.int64)) * PHRASE_VALUE
        scores += own
        scale = words.around_scale[:, None]
        scores += places.moved(self._sums([(self.around["above"], words.around)], words.line_tokens) * scale, -1)
        scores += places.moved(self._sums([(self.around["below"], words.around)], words.line_tokens) * scale, 1)
        near = self._of_lines("near", features, words.near_scale)
        sums = running(near)
        low, high = np.maximum(places.here - NEAR, places.first), np.minimum(places.here + NEAR, places.last) + 1
        scores += sums.take(high, axis=0) - sums.take(low, axis=0) - near
        heading = self._of_lines("heading", features, np.where(features.headings, words.heading_scale, 0))
        scores += heading.take(features.heading, axis=0) * (features.heading >= 0)[:, None]
        return scores, own

    def _of_lines(self, family: str, features: Features, scale: NDArray[np.floating]) -> Scores:
        """Return the words' sums of the lines whose scale is not 0, on a fine grid."""
        words, places = features.words, features.places
        lines = np.flatnonzero(scale)
        sizes = np.diff(words.line_tokens)
        tokens = np.flatnonzero(np.repeat(scale != 0, sizes))
        bounds = np.concatenate(([0], np.cumsum(sizes[lines])))
        out = np.zeros((places.count, self.labels))
        found = self._sums([(self.around[family], words.around[tokens])], bounds) * scale[lines, None]
        out[lines] = np.rint(found / FINE) * FINE
        return out

    def _sums(self, looked_up: list[tuple[Packed, NDArray[np.int64]]], bounds: NDArray[np.int64]) -> Scores:
        """Return for each line the sum of its tokens' weights in all tables, (L, K)."""
        starts, sizes = bounds[:-1], np.diff(bounds)
        if not len(starts):
            return np.zeros((0, self.labels))
        lines = None
        if sizes.max() > SEGMENT:
            pieces = -(-sizes // SEGMENT)
            lines = np.cumsum(pieces) - pieces
            starts = np.repeat(starts, pieces) + SEGMENT * (np.arange(pieces.sum()) - np.repeat(lines, pieces))
            sizes = np.diff(starts, append=bounds[-1])
        words = []
        for number in range(len(looked_up[0][0])):
            values = looked_up[0][0][number].take(looked_up[0][1])
            for tables, buckets in looked_up[1:]:
                values += tables[number].take(buckets)
            words.append(np.add.reduceat(values, starts))
        out = self._unpacked(words, sizes * len(looked_up))
        return out if lines is None else np.add.reduceat(out, lines, axis=0)

    def _unpacked(self, words: list[NDArray[np.uint64]], added: NDArray[np.integer]) -> Scores:
        """Return the labels' sums of packed words that are sums of so many weights."""
        out = np.empty((len(words[0]), self.labels))
        for label in range(self.labels):
            out[:, label] = (words[label // LANES] >> np.uint64(LANE * (label % LANES))) & MASK
        out -= ZERO * added[:, None]
        out *= WORD_GRID
        return out


def packed(table: Table) -> Packed:
    """Return the weights' multiples of WORD_GRID, above ZERO, three labels in each 64-bit word."""
    whole = np.clip(np.rint(table / WORD_GRID) + ZERO, 0, 2 * ZERO - 1).astype(np.uint64)
    words = []
    for first in range(0, table.shape[1], LANES):
        word = np.zeros(len(table), dtype=np.uint64)
        for lane in range(min(LANES, table.shape[1] - first)):
            word |= whole[:, first + lane] << np.uint64(LANE * lane)
        words.append(word)
    return tuple(words)
