"""What stands around a line: position, blank lines, repetition, windows, neighbours, the page's words (dense features)."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sangloc.shape import Bools, Column, Shape, on_grid_all, unpacked
from sangloc.tokens import Hashes, Ints, Tokens, running_hashes

LONG = 120  # characters of a line that counts as running text, if it ends like a sentence
WORD_BITS = 12  # a page's words are counted in 4096 buckets
WINDOWS = (2, 5, 12)
REACH = 3  # neighbours on either side whose shape a line sees
NEIGHBOUR_SHAPE = (
    "log length",
    "ends with full stop",
    "begins with lower case",
    "share of capitalised words",
    "share of digits",
    "date",
    "all capitals",
    "ends with colon",
)


Values = TypeVar("Values", bound=NDArray[Any])


class Places:
    """Where each line stands in its page, and moves along the page that don't cross into another."""

    def __init__(self, page_lines: Ints) -> None:
        sizes = self.sizes = np.diff(page_lines)
        self.count = int(page_lines[-1])
        self.page = np.repeat(np.arange(len(sizes)), sizes)
        self.first = page_lines[:-1][self.page]
        self.last = page_lines[1:][self.page] - 1
        self.here = np.arange(self.count)
        self.edges: dict[int, Ints] = {}  # by move, the lines for which it leads off the page

    def moved(self, values: Values, by: int) -> Values:
        """Return the value of the line `by` lines further down (negative: up; not 0), 0 beyond the page's ends; rows of (L, …)."""
        if by not in self.edges:
            self.edges[by] = np.flatnonzero(self.here + by > self.last if by > 0 else self.here + by < self.first)
        out: Values = np.empty_like(values)
        if by > 0:
            out[:-by] = values[by:]
        else:
            out[-by:] = values[:by]
        out[self.edges[by]] = 0
        return out

    def nearest_above(self, chosen: Bools) -> Ints:
        """Return for each line the nearest chosen line above it on its page, -1 where there is none."""
        last = np.maximum.accumulate(np.where(chosen, self.here, -1))
        above = np.concatenate(([-1], last[:-1])) if self.count else last
        return np.where(above >= self.first, above, -1)

    def window(self, sums: NDArray[np.float64], low: int, high: int) -> tuple[NDArray[np.float64], Ints]:
        """Return sums (from `running`) over the lines from `low` to `high`, relative and inclusive, that are on the page; and how many."""
        a = np.clip(self.here + low, self.first, self.last + 1)
        b = np.clip(self.here + high + 1, self.first, self.last + 1)
        return sums.take(b, axis=0) - sums.take(a, axis=0), np.maximum(b - a, 1)

    def windowed(self, sums: NDArray[np.float64], low: int, high: int) -> NDArray[np.float64]:
        """Return means over the lines of a `window`; `sums` of one column, (L + 1,)."""
        found, size = self.window(sums, low, high)
        return found / size


def running(values: NDArray[np.floating] | Bools) -> NDArray[np.float64]:
    """Return the sums of the rows before each line and after the last: (L + 1, …)."""
    out = np.zeros((len(values) + 1, *values.shape[1:]), dtype=np.float64)
    np.cumsum(values, axis=0, out=out[1:])
    return out


def context_of(tokens: Tokens, shape: Shape, places: Places) -> dict[str, Column]:
    """Compute the context features of every line, by name, each (L,)."""
    columns = on_grid_all(
        _position(places)
        | _blanks(tokens, places)
        | _indents(tokens, places)
        | _repetition(tokens.line_hashes, places)
        | _density(shape, places)
    )
    columns |= _neighbours(shape, places)  # on the grid as they are
    return columns | on_grid_all(_runs(shape, places) | _vocabulary(tokens, shape, places))


def _position(places: Places) -> dict[str, NDArray[np.generic]]:
    above, below = places.here - places.first, places.last - places.here
    size = above + below + 1
    return {
        "relative position": above / size,
        "log lines above": np.log1p(above),
        "log lines below": np.log1p(below),
        "near the top": np.exp(-above / 4),
        "in the upper part": np.exp(-above / 20),
        "near the bottom": np.exp(-below / 4),
        "in the lower part": np.exp(-below / 20),
        "log page length": np.log1p(size),
    }


def _blanks(tokens: Tokens, places: Places) -> dict[str, NDArray[np.generic]]:
    before = np.minimum(tokens.blanks_before, 6).astype(np.float32)
    after = places.moved(before, 1)
    share = running(before > 0)
    return {
        "blank line above": before > 0,
        "several blank lines above": before > 1,
        "blank line below": after > 0,
        "several blank lines below": after > 1,
        "share of blank lines on the page": _whole(share, places),
        "share of blank lines nearby": places.windowed(share, -4, 5),
    }


def _indents(tokens: Tokens, places: Places) -> dict[str, NDArray[np.generic]]:
    """Return how far a line is indented, by itself and beside its neighbours."""
    depth = np.minimum(tokens.indents, 40).astype(np.float32)
    above, below = depth - places.moved(depth, -1), depth - places.moved(depth, 1)
    share = running(depth > 0)
    return {
        "log indentation": np.log1p(depth),
        "deeper than the line above": above > 0,
        "shallower than the line above": above < 0,
        "deeper than the line below": below > 0,
        "shallower than the line below": below < 0,
        "share of indented lines on the page": _whole(share, places),
        "share of indented lines nearby": places.windowed(share, -5, 5),
    }


def _whole(sums: NDArray[np.float64], places: Places) -> NDArray[np.float64]:
    return (sums[places.last + 1] - sums[places.first]) / (places.last + 1 - places.first)


def _repetition(hashes: Hashes, places: Places) -> dict[str, NDArray[np.generic]]:
    keys = hashes ^ (places.page.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    times = counts[inverse]
    above = np.zeros(places.count, dtype=bool)
    above[1:] = keys[1:] == keys[:-1]
    below = np.zeros(places.count, dtype=bool)
    below[:-1] = above[1:]
    return {
        "repeated on the page": times > 1,
        "repeats the line above": above,
        "repeated by the line below": below,
        "log times on the page": np.log(times),
    }


def _density(shape: Shape, places: Places) -> dict[str, NDArray[np.generic]]:
    """Return how much running text stands around, in windows and over the page above and below."""
    running_text = _is_running_text(shape)
    sums = running(running_text)
    long = running(np.minimum(shape.chars, 400))
    total = np.maximum(sums[places.last + 1] - sums[places.first], 1)
    out: dict[str, NDArray[np.generic]] = {"running text": running_text}
    for size in WINDOWS:
        out[f"running text in {size} lines above"] = places.windowed(sums, -size, -1)
        out[f"running text in {size} lines below"] = places.windowed(sums, 1, size)
        out[f"log mean length of {size} lines above"] = np.log1p(places.windowed(long, -size, -1))
        out[f"log mean length of {size} lines below"] = np.log1p(places.windowed(long, 1, size))
    above = sums[places.here] - sums[places.first]
    below = sums[places.last + 1] - sums[places.here + 1]
    out["share of the running text above"] = above / total
    out["share of the running text below"] = below / total
    out["running text above"] = above > 0
    out["running text below"] = below > 0
    out["log running text on the page"] = np.log1p(sums[places.last + 1] - sums[places.first])
    out["share of running text on the page"] = _whole(sums, places)
    return out


def _neighbours(shape: Shape, places: Places) -> dict[str, Column]:
    out: dict[str, Column] = {}
    for name in NEIGHBOUR_SHAPE:
        for by in range(1, REACH + 1):
            out[f"line {by} above: {name}"] = places.moved(shape.columns[name], -by)
            out[f"line {by} below: {name}"] = places.moved(shape.columns[name], by)
    return out


def _runs(shape: Shape, places: Places) -> dict[str, NDArray[np.generic]]:
    """Return the length of the run of lines of like shape that a line is in (menus, lists of headlines)."""
    kind = np.digitize(shape.chars, (8, 25, 55, 110, 200)) * 2 + shape.stops
    new = np.ones(places.count, dtype=bool)
    new[1:] = (kind[1:] != kind[:-1]) | (places.page[1:] != places.page[:-1])
    starts = np.flatnonzero(new)
    lengths = np.diff(np.append(starts, places.count))
    run = np.cumsum(new) - 1
    return {
        "log run of like lines": np.log1p(lengths[run]),
        "log run of like lines above": np.log1p(places.here - starts[run]),
    }


def _vocabulary(tokens: Tokens, shape: Shape, places: Places) -> dict[str, NDArray[np.generic]]:
    """Return how a line's words overlap with the page's running text, with rare words counting more."""
    which = np.flatnonzero(shape.is_word & (tokens.ends - tokens.starts > 1))
    line = tokens.token_lines.take(which)
    key = (tokens.hashes.take(which) >> np.uint64(64 - WORD_BITS)).astype(np.int64)
    key += (places.page << WORD_BITS).take(line)
    size = len(places.sizes) << WORD_BITS
    in_text = _is_running_text(shape).take(line)
    everywhere = np.bincount(key, minlength=size).take(key)
    core = np.bincount(key[in_text], minlength=size).take(key) - in_text
    first = np.zeros(size, dtype=np.int64)
    first[key[::-1]] = line[::-1]
    shared = core > 0
    above = first.take(key) < line
    # Whole numbers, so that sums over a line don't depend on where in a batch it stands; four or two to a 64-bit word.
    rarity = RARITY.take(np.minimum(everywhere, len(RARITY) - 1))
    common = COMMONNESS.take(np.minimum(core, len(COMMONNESS) - 1))
    flags = shared.astype(np.uint64) | above.astype(np.uint64) << np.uint64(16)
    flags |= (everywhere > 1).astype(np.uint64) << np.uint64(32) | np.uint64(1 << 48)
    starts = np.searchsorted(line, np.arange(places.count + 1))

    def per_line(values: Hashes) -> Hashes:
        sums = running_hashes(values)
        return np.diff(sums.take(starts))

    count = unpacked(per_line(flags), 16)
    weights = per_line(rarity | (rarity * shared) << np.uint64(32))
    weight, shared_weight = weights & np.uint64(0xFFFFFFFF), weights >> np.uint64(32)
    words = np.maximum(count[3], 1)
    return {
        "words shared with the running text": count[0] / words,
        "rare words shared with the running text": shared_weight / np.maximum(weight, 1),
        "weight of words in the running text": per_line(common) / (words * COMMON_UNIT),
        "words seen above": count[1] / words,
        "words seen elsewhere on the page": count[2] / words,
    }


# A word's rarity by how often it stands on the page, and how much a word of the running text weighs by how often it stands there.
COMMON_UNIT = 1 << 16
RARITY = np.rint((1 << 16) / (0.5 + np.arange(4096))).astype(np.uint64)
COMMONNESS = np.rint(COMMON_UNIT * np.log1p(np.arange(4096))).astype(np.uint64)


def _is_running_text(shape: Shape) -> Bools:
    return shape.stops & (shape.chars >= LONG)
