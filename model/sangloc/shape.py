"""What a line looks like by itself: counts, ends, beginnings (dense features)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sangloc.chars import DIGIT, FIELD, MARKS, UPPER, WORD, characters
from sangloc.tokens import Ints, Tokens, running_hashes

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Column = Floats | Bools
Number = TypeVar("Number", bound=np.floating)

# Dense features and probabilities are rounded to this grid, weights to one of 2**-14. Their products then add up exactly in float64, in
# whatever order a BLAS adds: labels don't depend on batch size or thread count.
GRID = 2.0**-10

NUMBER = {name: number for number, name in enumerate(MARKS, 1)}
LENGTH_STEPS = (4, 15, 40, 120, 250)  # characters


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns by name, each (L,), and what later features build on."""

    columns: dict[str, Column]
    chars: Ints  # (L,) characters of the line without the white space around it
    words: Ints  # (L,)
    stops: Bools  # (L,) ends like a sentence
    is_word: Bools  # (T,)


def shape_of(tokens: Tokens) -> Shape:
    """Compute the shape features of every line."""
    lines, kinds, codes = tokens.line_tokens, tokens.kinds, tokens.codes
    table = characters()
    first, last = tokens.line_starts, np.maximum(tokens.line_ends - 1, tokens.line_starts)
    chars = tokens.line_ends - tokens.line_starts
    found = tokens.counts[tokens.line_ends] - tokens.counts[tokens.line_starts]
    letters, upper, digits, blacks = unpacked(found, FIELD)
    head = kinds[tokens.starts]
    mark = table.mark[codes[tokens.starts]]
    is_word = (head & WORD) != 0
    number = (head & DIGIT) != 0
    sized = tokens.ends - tokens.starts
    title = is_word & ((head & UPPER) != 0)
    spread = _packed(_token_fields(mark, is_word, title, number), lines[:-1], lines[1:])
    words, titles, commas, quotes = spread
    dates, times, breaks, numbers = _packed(_pattern_fields(mark, number, title, sized), lines[:-1], lines[1:])
    flags = np.bitwise_or.reduceat(_FLAG_BITS[mark], lines[:-1])

    size = np.maximum(chars, 1)
    end_mark = table.mark[codes[last]]
    before_end = table.mark[codes[np.maximum(last - 1, first)]]
    start_mark = table.mark[codes[first]]
    start_kind, end_kind = kinds[first], kinds[last]
    stop = (end_mark == NUMBER["stop"]) | ((end_mark == NUMBER["quote"]) & (before_end == NUMBER["stop"]))
    ask = end_mark == NUMBER["question"]
    columns = {
        "log length": np.log1p(chars),
        "log words": np.log1p(words),
        "share of digits": digits / size,
        "share of capitals": upper / size,
        "share of marks": (blacks - letters - digits) / size,
        "share of capitalised words": titles / np.maximum(words, 1),
        "mean word length": letters / np.maximum(words, 1),
        "ends with full stop": stop,
        "ends with question or exclamation mark": ask,
        "ends with colon": end_mark == NUMBER["colon"],
        "ends with bracket": end_mark == NUMBER["closing"],
        "ends with quote": end_mark == NUMBER["quote"],
        "ends with ellipsis": (codes[last] == 0x2026) | ((end_mark == NUMBER["stop"]) & (before_end == NUMBER["stop"]) & (chars > 1)),
        "ends with digit": (end_kind & DIGIT) != 0,
        "ends with letter": (end_kind & (WORD | DIGIT)) == WORD,
        "begins with bracket": start_mark == NUMBER["opening"],
        "begins with bullet": start_mark == NUMBER["bullet"],
        "begins with quote": start_mark == NUMBER["quote"],
        "begins with digit": (start_kind & DIGIT) != 0,
        "begins with lower case": ((start_kind & WORD) != 0) & ((start_kind & (UPPER | DIGIT)) == 0),
        "no letter": letters == 0,
        "all capitals": (upper > 1) & (upper >= 0.9 * letters),
        "one word": words == 1,
        "date": dates > 0,
        "clock time": times > 0,
        "only date or number": (numbers > 0) & (letters <= 0.3 * size),
        "log numbers": np.log1p(numbers),
        "log commas": np.log1p(commas),
        "log sentence breaks": np.log1p(breaks),
        "quotation": quotes >= 2,
    }
    for bit, name in enumerate(_FLAGS):
        columns[f"has {name}"] = (flags >> bit) & 1 != 0
    for step in LENGTH_STEPS:
        columns[f"longer than {step}"] = chars > step
    return Shape(
        columns=on_grid_all(columns),
        chars=chars,
        words=words,
        stops=stop | ask,
        is_word=is_word,
    )


def on_grid(values: NDArray[Number]) -> NDArray[Number]:
    """Round to the grid of features, in place."""
    values *= 1 / GRID
    np.rint(values, out=values)
    values *= GRID
    return values


def on_grid_all(columns: Mapping[str, NDArray[Any]]) -> dict[str, Column]:
    """Return columns of numbers as float32 on the grid; booleans as they are."""
    return {name: column if column.dtype == bool else on_grid(column.astype(np.float32)) for name, column in columns.items()}


_FLAGS = ("opening", "bar", "sign", "at", "money", "hash", "slash", "colon", "question")
_FLAG_BITS = np.zeros(len(MARKS) + 1, dtype=np.uint16)
for _bit, _name in enumerate(_FLAGS):
    _FLAG_BITS[NUMBER[_name]] = 1 << _bit


def _packed(fields: NDArray[np.uint64], starts: Ints, ends: Ints) -> list[Ints]:
    """Sum four 16-bit counters over spans at once: a line is capped at 8000 characters, so that no field overflows."""
    sums = running_hashes(fields)
    return unpacked(sums[ends] - sums[starts], 16)


def unpacked(sums: NDArray[np.uint64], bits: int) -> list[Ints]:
    """Return the four counters of packed sums."""
    mask = np.uint64((1 << bits) - 1)
    return [((sums >> np.uint64(bits * number)) & mask).astype(np.int64) for number in range(4)]


def _token_fields(mark: NDArray[np.uint8], is_word: Bools, title: Bools, number: Bools) -> NDArray[np.uint64]:
    """Return per token: word, capitalised word, comma, quote."""
    return _fields(is_word, title & ~number, mark == NUMBER["comma"], mark == NUMBER["quote"])


def _pattern_fields(mark: NDArray[np.uint8], number: Bools, title: Bools, sized: Ints) -> NDArray[np.uint64]:
    """Return per token: beginning of a date (12/3/2025, 12-3), of a time (12:30), sentence break, number."""
    n = len(mark)
    follows = np.zeros((4, n), dtype=bool)
    short = number & (sized <= 4)
    joint = (mark == NUMBER["slash"]) | (mark == NUMBER["bullet"])
    follows[0, :-2] = short[:-2] & joint[1:-1] & short[2:]
    follows[1, :-2] = short[:-2] & (mark[1:-1] == NUMBER["colon"]) & short[2:]
    ending = (mark == NUMBER["stop"]) | (mark == NUMBER["question"])
    follows[2, :-1] = ending[:-1] & title[1:]
    follows[3] = number
    return _fields(*follows)


def _fields(a: Bools, b: Bools, c: Bools, d: Bools) -> NDArray[np.uint64]:
    """Pack four flags into the 16-bit fields of one number each."""
    out = d.astype(np.uint64)
    for flag in (c, b, a):
        out <<= np.uint64(16)
        out |= flag
    return out
