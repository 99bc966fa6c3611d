"""Damage label files as scrapes are damaged: `python -m training.damage KIND FILE…` rewrites them in place, labels kept.

Encodings gone wrong, marks composed otherwise or lost, entities left in, invisible characters, glued lines. It was run once on 40
pages of the corpus; it never makes up a sentence.
"""

import html.entities
import random
import re
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

from sangloc.labelfile import LabelledPage, format_page, read_file

Line = tuple[str, str]  # label ("" for a blank line) and text

TONES = "\u0300\u0301\u0303\u0309\u0323"


def mojibake(text: str, _: random.Random) -> str:
    """Return UTF-8 read as Windows-1252 (as Latin-1 where that has no character)."""
    return "".join(_cp1252(byte) for byte in text.encode("utf-8"))


def _cp1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def double_mojibake(text: str, chance: random.Random) -> str:
    """Return what the mistake gives when it is made twice."""
    return mojibake(mojibake(text, chance), chance)


def nfd(text: str, _: random.Random) -> str:
    """Return every mark as a character of its own."""
    return unicodedata.normalize("NFD", text)


def cp1258(text: str, _: random.Random) -> str:
    """Return tone marks as characters of their own, as Windows-1258 keeps them; the vowels composed."""
    out = []
    for char in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", char)
        vowel = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        out.append(vowel + "".join(part for part in parts if part in TONES))
    return "".join(out)


def unaccented(text: str, _: random.Random) -> str:
    """Return the text without any mark."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def entities(text: str, chance: random.Random) -> str:
    """Return the text with HTML entities for quotes, some spaces and accented letters."""
    named = {chr(code): name for code, name in html.entities.codepoint2name.items()}

    def entity(char: str) -> str:
        if char == " ":
            return "&nbsp;" if chance.random() < 0.04 else char
        if char in named and (char in '&"<>' or ord(char) > 127):
            return f"&{named[char]};"
        return f"&#{ord(char)};" if ord(char) > 255 and char.isalpha() else char

    return "".join(map(entity, text))


def invisible(text: str, chance: random.Random) -> str:
    """Return the text with no-break spaces, zero-width spaces, soft hyphens and byte order marks in it."""
    out = [chance.choice("\u00a0\u00a0\u202f") if char == " " and chance.random() < 0.15 else char for char in text]
    for place in sorted(chance.sample(range(len(out)), len(out) // 25), reverse=True):
        out.insert(place, chance.choice("\u200b\u200b\u00ad\u200d\ufeff"))
    return "".join(out)


def replaced(text: str, chance: random.Random) -> str:
    """Return the text with one accented letter in six lost."""
    return "".join("\ufffd" if ord(char) > 191 and chance.random() < 1 / 6 else char for char in text)


def glued(lines: list[Line], chance: random.Random) -> list[Line]:
    """Return runs of menu lines, and some captions with the sentence below, in one line."""
    out: list[Line] = []
    for label, text in (line for line in lines if line[0] or not chance.random() < 0.3):
        if out and label == out[-1][0] == "nav":
            out[-1] = (label, out[-1][1] + chance.choice(("", " ", "  ")) + text.strip())
        elif out and out[-1][0] == "caption" and label == "text":
            out[-1] = (label, out[-1][1] + text.strip())
        else:
            out.append((label, text))
    return out


def unbroken(lines: list[Line], _: random.Random) -> list[Line]:
    """Return all paragraphs of a run of body text in one line."""
    out: list[Line] = []
    for label, text in lines:
        last = next((i for i in range(len(out) - 1, -1, -1) if out[i][0]), None)
        if label == "text" and last is not None and out[last][0] == "text":
            out[last] = (label, f"{out[last][1]} {text.strip()}")
            del out[last + 1 :]
        else:
            out.append((label, text))
    return out


OF_TEXT: dict[str, Callable[[str, random.Random], str]] = {
    "mojibake": mojibake,
    "double mojibake": double_mojibake,
    "NFD": nfd,
    "cp1258": cp1258,
    "no diacritics": unaccented,
    "entities": entities,
    "invisible characters": invisible,
    "replacement characters": replaced,
}
OF_LINES: dict[str, Callable[[list[Line], random.Random], list[Line]]] = {"glued lines": glued, "lost line breaks": unbroken}


def damaged(page: LabelledPage, kind: str) -> str:
    """Return the label file of the damaged page."""
    chance = random.Random(f"{kind} {page.text[:200]}")
    names = iter(page.labels)
    lines = [(next(names) if text.strip() else "", text) for text in page.text.split("\n")]
    if kind in OF_TEXT:
        lines = [(label, OF_TEXT[kind](text, chance) if label else text) for label, text in lines]
    else:
        lines = OF_LINES[kind](lines, chance)
    text = "\n".join(text for _, text in lines)
    return format_page(text, [label for label, _ in lines if label], {**page.header, "damage": kind})


def main() -> int:
    """Damage the files; files that are damaged already are left alone."""
    kind, *files = sys.argv[1:]
    for file in map(Path, files):
        (page,) = read_file(file)
        if "damage" not in page.header and re.match("written for this project", page.header["source"]):
            file.write_text(damaged(page, kind), encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
