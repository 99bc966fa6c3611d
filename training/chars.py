"""Write the character tables that ship with the package (`python -m training.chars`).

They are shipped rather than computed on import for two reasons: computing them takes 0.1 s, and the
Unicode data differ between Python versions while labels must not.
"""

import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sangloc.chars import COMPOSING, DIGIT, IGNORED, MARKS, PUNCT, SPACE, TABLE, UPPER, WORD

TONES = {"\u0300": 1, "\u0301": 2, "\u0303": 3, "\u0309": 4, "\u0323": 5}
QUOTES = dict.fromkeys("“”„«»‟″", '"') | dict.fromkeys("‘’‚‛′", "'") | dict.fromkeys("‐‑‒–—―−", "-")


def char_class(char: str) -> int:
    """Return the class bits of one character."""
    if char.isspace():
        return SPACE
    category = unicodedata.category(char)
    if category in {"Cc", "Cf", "Cs", "Cn", "Co"}:
        return IGNORED
    bits = WORD if category[0] in "LNM" else PUNCT
    if category in {"Lu", "Lt"}:
        bits |= UPPER
    if category == "Nd":
        bits |= DIGIT
    return bits


def folded(char: str) -> tuple[str, int]:
    """Return the lower-case form without its Vietnamese tone mark, and the tone (0 to 5).

    The tone is kept apart so that a token's hash does not depend on which vowel bears it: `hoà` and `hòa` are one word.
    """
    if unicodedata.category(char) == "Nd":
        return "0", 0
    char = QUOTES.get(char, char)
    lower = char.lower()
    if len(lower) != 1:
        return char, 0
    tone = 0
    rest = []
    for part in unicodedata.normalize("NFD", lower):
        if part in TONES:
            tone = TONES[part]
        else:
            rest.append(part)
    base = unicodedata.normalize("NFC", "".join(rest))
    return (base, tone) if len(base) == 1 and ord(base) < 0x10000 else (lower, 0)


def tables() -> NDArray[np.uint16]:
    """Return the (4, 65536) table: class bits, folded code point, tone, kind of mark."""
    mark = {char: number for number, chars in enumerate(MARKS.values(), 1) for char in chars}
    out = np.zeros((4, 0x10000), dtype=np.uint16)
    seconds = {unicodedata.normalize("NFD", chr(code))[1:2] for code in range(0x10000) if not 0xD800 <= code < 0xE000}
    for code in range(0x10000):
        char = chr(code)
        base, tone = folded(char)
        composing = unicodedata.combining(char) or char in seconds or not unicodedata.is_normalized("NFC", char)
        out[:, code] = char_class(char) | (COMPOSING if composing else 0), ord(base), tone, mark.get(char, 0)
    out[:, 0xFFFF] = PUNCT | COMPOSING, 0xFFFF, 0, 0  # stands for everything outside the basic plane (emoji above all)
    return out


if __name__ == "__main__":
    np.save(Path(TABLE), tables())
