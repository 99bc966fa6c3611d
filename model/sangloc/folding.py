"""Lines as people read them, and as patterns do: composed, without invisible characters; then without accents and capitals."""

import html
import re
import unicodedata
from functools import lru_cache

_BLANKS = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def tidy(line: str) -> str:
    """Return a line in NFC, entities read, white space collapsed, zero-width characters and soft hyphens left out."""
    if "&" in line:
        line = html.unescape(line)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", line))).strip()


def folded(line: str) -> str:
    """Return a line in small letters without accents, `đ` as `d`, character for character: its places are the line's."""
    if line.isascii():
        return line.lower()
    return "".join(map(_base, line))


@lru_cache(maxsize=4096)
def _base(char: str) -> str:
    """Return what is left of a character; always one character, also where its small letter is two (İ)."""
    if char in "đĐ":
        return "d"
    return unicodedata.normalize("NFD", char)[0].lower()[0]
