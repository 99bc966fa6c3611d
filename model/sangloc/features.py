"""Everything the model reads of a batch of pages, in one place for training and for tagging."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sangloc.context import Places, context_of
from sangloc.shape import Floats, shape_of
from sangloc.tokens import tokenise
from sangloc.words import Sizes, Words, words_of

# Dense features and probabilities are rounded to this grid, weights to one of 2**-14. Their products then add up exactly in float64, in
# whatever order a BLAS adds: labels don't depend on batch size, thread count or machine.
GRID = 2.0**-10


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


def features_of(texts: Sequence[str], sizes: Sizes) -> Features:
    """Compute the features of the texts' non-blank lines."""
    tokens = tokenise(texts)
    shape = shape_of(tokens)
    places = Places(tokens.page_lines)
    columns = shape.columns | context_of(tokens, shape, places)
    dense = np.empty((len(columns), places.count))
    for row, column in zip(dense, columns.values(), strict=True):
        row[:] = column
    headings = _headings(columns, shape.chars)
    return Features(
        places=places,
        words=words_of(tokens, shape, sizes),
        dense=on_grid(dense).T,
        names=tuple(columns),
        headings=headings,
        heading=places.nearest_above(headings),
        line_hashes=tokens.line_hashes,
        chars=shape.chars,
    )


def on_grid(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round to the grid of features, in place."""
    values *= 1 / GRID
    np.rint(values, out=values)
    values *= GRID
    return values


def _headings(columns: dict[str, Floats], chars: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which lines look like a heading: short, no full stop, and set off by a blank line, capitals or a colon."""
    set_off = columns["blank line above"] + columns["all capitals"] + columns["ends with colon"]
    return np.asarray((chars < 45) & (columns["ends with full stop"] == 0) & (set_off > 0))
