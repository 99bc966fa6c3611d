"""The hashed words of a line: which bucket of which table each of its tokens reads (sparse features).

Families: the line's own words; pairs of them (with the end of the line above, so that first words are told apart); the first two words
and the whole line as phrases; and, sharing a look-up, the words of the line above, of the line below, of short lines nearby, and of the
nearest line above that looks like a heading.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sangloc.chars import mixed
from sangloc.shape import Floats, Shape
from sangloc.tokens import Hashes, Ints, Tokens

AROUND = ("above", "below", "near", "heading")  # families of the words of other lines, in the order of their weights
SHORT = 8  # words of a line that counts as short
NEAR = 4  # lines on either side
AROUND_VALUE, NEAR_VALUE, HEADING_VALUE, PHRASE_VALUE = 0.5, 0.35, 0.5, 0.5  # beside the line's own words, whose length is 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bits of the hash tables: own words, words of lines around, pairs, phrases."""

    own: int = 15
    around: int = 13
    pairs: int = 15
    phrases: int = 13


@dataclass(frozen=True, slots=True)
class Words:
    """Buckets of the tokens of all lines, and how much each line's words count."""

    line_tokens: Ints  # (L + 1,) first token of each line
    own: Ints  # (T,) bucket of the token
    around: Ints  # (T,) its bucket in the tables of words of other lines
    pairs: Ints  # (T,) bucket of the token with the one before it (the end of the line above, for the first)
    phrases: Ints  # (L, 2) buckets of the line's first two words, and of the whole line
    scale: Floats  # (L,) value of one of its own words or pairs: the line's features have length 2
    around_scale: Floats  # (L,) value of one of its words to the line above and below
    near_scale: Floats  # (L,) the same to lines nearby: 0 unless the line is short
    heading_scale: Floats  # (L,) the same to the lines that it is the nearest heading above of


def words_of(tokens: Tokens, pairs: Hashes, shape: Shape, sizes: Sizes) -> Words:
    """Hash the tokens of every line, and their pairs, into tables of the given sizes."""
    hashes = tokens.hashes
    first = tokens.line_tokens[:-1]
    second = np.minimum(first + 1, tokens.line_tokens[1:] - 1)
    starts = mixed(pairs[first] * np.uint64(0xA24BAED4963EE407) + hashes[second])
    count = np.diff(tokens.line_tokens)
    root = np.sqrt(count)
    return Words(
        line_tokens=tokens.line_tokens,
        own=bucket(hashes, sizes.own),
        around=bucket(hashes, sizes.around),
        pairs=bucket(pairs, sizes.pairs),
        phrases=np.stack((bucket(starts, sizes.phrases), bucket(line_keys(tokens.line_hashes), sizes.phrases)), axis=1),
        scale=(np.sqrt(2) / root).astype(np.float32),
        around_scale=(AROUND_VALUE / root).astype(np.float32),
        heading_scale=(HEADING_VALUE / root).astype(np.float32),
        near_scale=np.where(shape.words <= SHORT, NEAR_VALUE / root, 0).astype(np.float32),
    )


def pairs_of(hashes: Hashes) -> Hashes:
    """Return the hash of each token with the one before it (the end of the line above, for the first)."""
    before = np.concatenate((hashes[-1:], hashes[:-1]))
    return mixed(before * np.uint64(0xD6E8FEB86659FD93) + hashes)


def line_keys(line_hashes: Hashes) -> Hashes:
    """Return hashes of whole lines that those of a line's only word are no part of."""
    return mixed(~line_hashes)


def bits_of(table: NDArray[Any]) -> int:
    """Return how many upper bits of a hash name a row of the table."""
    return len(table).bit_length() - 1


def bucket(hashes: Hashes, bits: int) -> Ints:
    """Return the upper bits of the hashes."""
    return (hashes >> np.uint64(64 - bits)).astype(np.int64)
