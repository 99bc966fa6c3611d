"""Everything the model reads of a batch of pages, in one place for training and for tagging."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sangloc.context import Places, context_of
from sangloc.known import Known, known_columns
from sangloc.shape import Column, shape_of
from sangloc.tokens import tokenise
from sangloc.words import Sizes, Words, pairs_of, words_of

KEPT = 1 << 20  # numbers that a buffer keeps however small the batch


@dataclass(frozen=True, slots=True)
class Features:
    """P pages, L non-blank lines: hashed words, and D dense features with their names."""

    places: Places
    words: Words
    dense: NDArray[np.float64]  # (L, D), on the grid
    names: tuple[str, ...]  # of the dense features
    headings: NDArray[np.bool_]  # (L,) looks like the heading of a list or block
    heading: NDArray[np.int64]  # (L,) the nearest such line above, -1 where there is none
    line_hashes: NDArray[np.uint64]  # (L,)
    chars: NDArray[np.int64]  # (L,) length without the white space around

    def column(self, name: str) -> NDArray[np.float64]:
        """Return a dense feature, (L,); `ValueError` for a name that is none."""
        return self.dense[:, self.names.index(name)]


class Buffer:
    """Memory for the dense features that is used again: as much fresh memory a batch takes the kernel longer than filling it."""

    def __init__(self) -> None:
        self.memory = np.empty(0)

    def array(self, shape: tuple[int, int]) -> NDArray[np.float64]:
        """Return an array of this shape, its content left over."""
        size = shape[0] * shape[1]
        if not size <= len(self.memory) <= 8 * size + KEPT:
            self.memory = np.empty(size)
        return self.memory[:size].reshape(shape)


def features_of(texts: Sequence[str], sizes: Sizes, known: Known | None = None, buffer: Buffer | None = None) -> Features:
    """Compute the features of the texts' non-blank lines; with a buffer, the dense ones are good until its next use.

    Those of how widely the line is known are there if the tables for it are given.
    """
    tokens = tokenise(texts)
    shape = shape_of(tokens)
    places = Places(tokens.page_lines)
    pairs = pairs_of(tokens.hashes)
    columns = shape.columns | context_of(tokens, shape, places)
    if known is not None:
        columns |= known_columns(tokens, pairs, places, known)
    shape_of_dense = (len(columns), places.count)
    dense = np.empty(shape_of_dense) if buffer is None else buffer.array(shape_of_dense)
    for row, column in zip(dense, columns.values(), strict=True):
        row[:] = column
    headings = _headings(columns, shape.chars)
    return Features(
        places=places,
        words=words_of(tokens, pairs, shape, sizes),
        dense=dense.T,
        names=tuple(columns),
        headings=headings,
        heading=places.nearest_above(headings),
        line_hashes=tokens.line_hashes,
        chars=shape.chars,
    )


def _headings(columns: dict[str, Column], chars: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which lines look like a heading: short, no full stop, and set off by a blank line, capitals or a colon."""
    set_off = (columns["blank line above"] != 0) | (columns["all capitals"] != 0) | (columns["ends with colon"] != 0)
    return np.asarray((chars < 45) & (columns["ends with full stop"] == 0) & set_off)
