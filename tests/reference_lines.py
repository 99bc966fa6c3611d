"""What the plain reference reads: a page's lines and tokens, and the hashes of their characters, one at a time.

It shares character tables and constants with sangloc, and no code.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import takewhile

import numpy as np

from sangloc.chars import BASE, IGNORED, LAST, MARKS, SPACE, TONE_FACTOR, TONE_SHIFT, WORD, characters
from sangloc.shape import GRID
from sangloc.tokens import CAP

Row = list[float]  # a number for each label
END = "\n"  # the token that ends a line
BITS64 = (1 << 64) - 1


@dataclass
class Line:
    """A non-blank line: what was read, and what came of it."""

    chars: str  # from the first visible character to the last, without ignored ones
    indent: int
    blanks: int  # blank lines above
    dense: dict[str, float] = field(default_factory=dict)
    stops: bool = False  # ends like a sentence
    running: bool = False  # is running text
    heading: bool = False
    above: int | None = None  # nearest heading above
    probs: Row = field(default_factory=list)  # final

    @cached_property
    def tokens(self) -> list[str]:
        """Words, marks, END."""
        tokens: list[str] = []
        for before, char in zip(END + self.chars, self.chars, strict=False):
            if has(char, WORD) and has(before, WORD):
                tokens[-1] += char
            elif not has(char, SPACE):
                tokens.append(char)
        return [*tokens, END]

    @cached_property
    def words(self) -> list[str]:
        return [token for token in self.tokens if has(token, WORD)]

    @property
    def like(self) -> tuple[int, bool]:
        return sum(len(self.chars) >= step for step in (8, 25, 55, 110, 200)), self.stops


def single(value: float) -> float:
    return float(np.float32(value))  # as columns and the values of words are kept


def on_grid(value: float, grid: float = GRID) -> float:
    return round(value / grid) * grid


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def has(token: str, bits: int) -> bool:
    return bool(int(characters().kind[min(ord(token[0]), LAST)]) & bits)


def mark(token: str) -> str:
    return ("", *MARKS)[int(characters().mark[min(ord(token[0]), LAST)])]


def cut(line: str) -> str:
    return line if len(line) <= 2 * CAP else line[:CAP] + line[-CAP:]


def lines_of(text: str) -> list[Line]:
    out, blanks = [], 0
    for raw in text.split("\n"):
        if not raw.strip():
            blanks += 1
            continue
        line = cut(unicodedata.normalize("NFC", cut(raw)))  # composing may lengthen it
        kept = [char for char in line if not has(char, IGNORED)]
        indent = len(list(takewhile(lambda char: has(char, SPACE), kept)))
        while kept and has(kept[-1], SPACE):
            kept.pop()
        chars = "".join(kept[indent:])
        out.append(Line(chars, indent, blanks))
        blanks = 0
    return out


@cache
def folded(chars: str) -> tuple[list[int], int]:
    """Return a number for each folded character, and the sum of the tones."""
    codes = [min(ord(char), LAST) for char in chars]
    tones = sum(int(characters().count[code]) >> int(TONE_SHIFT) for code in codes)
    return [int(characters().value[code]) for code in codes], tones % (1 << 12)


def mixed(value: int) -> int:
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        value = (value ^ ((value & BITS64) >> shift)) * factor & BITS64
    return value


def hashed(chars: str) -> int:
    values, tones = folded(chars)
    total, power = tones * int(TONE_FACTOR), 1
    for value in values:
        total, power = total + value * power, power * BASE & BITS64
    return mixed(total)


def pairs_of(hashes: Sequence[int]) -> list[int]:
    """Return the hash of each token with the one before it."""
    return [mixed(before * 0xD6E8FEB86659FD93 + number) for before, number in zip([hashed(END), *hashes], hashes, strict=False)]
