"""The header key `unsure` of label files: which lines to look at first, as line numbers of the page's text (from 1, blank ones counted).

They are not lines of the label file, which move when its header grows.
"""

from collections.abc import Iterable

from sangloc.labelfile import LabelFileError, LabelledPage

KEY = "unsure"


def written(paragraphs: Iterable[int], text: str) -> str:
    """Return the key's value for paragraphs of a text, given by their numbers from 0; empty where there are none."""
    filled = _filled(text)
    return " ".join(str(filled[paragraph] + 1) for paragraph in sorted(paragraphs))


def unsure(page: LabelledPage) -> set[int]:
    """Return the paragraphs (numbers from 0) that the page's header marks; `LabelFileError` for what is no line with a label."""
    paragraph_of = {line: number for number, line in enumerate(_filled(page.text))}
    found = set()
    for number in page.header.get(KEY, "").replace(",", " ").split():
        if not number.isdecimal() or int(number) - 1 not in paragraph_of:
            raise LabelFileError(f"{page.path}:{page.offset}: {KEY}: {number!r} is no number of a line that has a label; drop it")
        found.add(paragraph_of[int(number) - 1])
    return found


def _filled(text: str) -> list[int]:
    return [number for number, line in enumerate(text.split("\n")) if line.strip()]
