"""Character classes and foldings, looked up by code point.

The table is made by `python -m training.chars`; code points above the basic plane share its last row.
"""

from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SPACE, WORD, UPPER, DIGIT, PUNCT, IGNORED, COMPOSING = 1, 2, 4, 8, 16, 32, 64
LAST = 0xFFFF
TABLE = Path(__file__).with_name("chars.npy")

# Marks that features tell apart; a mark's number is its place in this table, counted from 1.
MARKS = {
    "stop": ".…",
    "comma": ",;",
    "question": "?!",
    "colon": ":",
    "opening": "([{<",
    "closing": ")]}>",
    "quote": "\"'“”‘’«»",
    "bullet": "•·*+-–—■►▪●○»›",
    "slash": "/\\",
    "bar": "|",
    "sign": "©®™",
    "at": "@",
    "money": "$€£¥₫%",
    "hash": "#",
}

# Base of the rolling hash (an odd number, so that it has an inverse modulo 2**64) and that inverse.
BASE = 0x9E3779B97F4A7C15
INVERSE = pow(BASE, -1, 1 << 64)


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Scatter 64-bit values (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


# Counts packed into one 64-bit number a character: letters, capitals, digits, visible characters, and its tone. Sums over a line of at most
# 8000 characters fit their 13 bits; the tones' sum is cut to the 12 bits that are left.
FIELD = 13
TONE_SHIFT = np.uint64(4 * FIELD)
TONE_FACTOR = np.uint64(0xC2B2AE3D27D4EB4F)
TONE_VALUES = (0, 1, 7, 49, 343, 2401)


class Characters:
    """The tables: class bits and kinds of mark (uint8), what a character adds to a hash, and its packed counts (uint64)."""

    def __init__(self) -> None:
        kinds, folds, tones, marks = np.load(TABLE, allow_pickle=False)
        self.kind: NDArray[np.uint8] = kinds.astype(np.uint8)
        self.mark: NDArray[np.uint8] = marks.astype(np.uint8)
        self.value: NDArray[np.uint64] = mixed(folds.astype(np.uint64) + np.uint64(BASE))
        word, digit = (kinds & WORD) != 0, (kinds & DIGIT) != 0
        fields = (word & ~digit, (kinds & UPPER) != 0, digit, (kinds & (SPACE | IGNORED)) == 0)
        self.count: NDArray[np.uint64] = np.array(TONE_VALUES, dtype=np.uint64)[tones] << TONE_SHIFT
        for number, field in enumerate(fields):
            self.count |= field.astype(np.uint64) << np.uint64(FIELD * number)


@cache
def characters() -> Characters:
    """Return the tables, read once in a process."""
    return Characters()


_POWERS: list[tuple[NDArray[np.uint64], NDArray[np.uint64]]] = []


def powers(size: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return BASE**i and BASE**-i modulo 2**64 for i < size (kept; the list is replaced in one step, so threads may share it)."""
    if not _POWERS or len(_POWERS[0][0]) < size:
        steps = np.full((2, max(size, 1 << 16)), BASE, dtype=np.uint64)
        steps[1] = INVERSE
        steps[:, 0] = 1
        up, down = np.multiply.accumulate(steps, axis=1)
        _POWERS[:] = [(up, down)]
    up, down = _POWERS[0]
    return up[:size], down[:size]
