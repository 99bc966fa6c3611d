"""Lines as people read them, and as patterns do: composed, without invisible characters; then without accents and capitals."""

import html
import re
import unicodedata

_BLANKS = re.compile(r"\s+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


def tidy(line: str) -> str:
    """Return a line in NFC, entities read, white space collapsed, zero-width characters and soft hyphens left out."""
    if "&" in line:
        line = html.unescape(line)
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", _INVISIBLE.sub("", line))).strip()


def folded(line: str) -> str:
    """Return a line in small letters without accents, `đ` as `d`, character for character: its places are the line's."""
    return line.lower() if line.isascii() else line.translate(_BASES)


class _Bases(dict[int, str]):
    """What is left of each character, worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        if len(self) >= MOST:
            self.clear()
        char = chr(code)
        # Always one character, also where the small letter is two (İ).
        base = self[code] = "d" if char in "đĐ" else unicodedata.normalize("NFD", char)[0].lower()[0]
        return base


MOST = 4096  # characters remembered
_BASES = _Bases()
