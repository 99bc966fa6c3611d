"""Join the lines of hard-wrapped text (old archives, e-mail, OCR) into the paragraphs that they were.

A wrapped text shows its width: every line but a paragraph's last is so long that the next line's first word did not fit any more. So each
pair of lines votes for the widths under which a break between them is one of wrapping, and the width with most votes is the page's. A break
that another width would explain is the writer's own: poems, lists, menus and tables stay as they are. Time is linear in the text.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

NARROWEST, WIDEST = 45, 110  # columns of a wrapped text
FEWEST = 3  # breaks that must agree on the width
AGREEING = 0.55  # share of the breaks behind long lines that the width must explain
LONG = 0.6  # of the width, from which on a line is long
SLACK = 0.85  # of the width: a line of OCR this long goes on if the next one begins like its continuation
HYPHENATING = 0.02  # share of broken lines that end in a hyphen where words are hyphenated, rather than compounds broken
RAGGED = 16  # columns by which most wrapped lines fall short of the width at most
SUGGESTED, SUGGESTED_SHARE = 6, 0.5  # breaks and share of the characters that make a page look hard-wrapped

_QUOTE = re.compile(r"(?:[ \t]{0,3}> ?)+")
_BULLET = re.compile(r"(?:[-*•·+–—]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t]+")
_COLUMNS = re.compile(r"\S(?:\t|[ ]{3,})\S|\|.*\||^[-=_*~#+ .]+$")
_FIRST_WORD = re.compile(r"\S+")
_ENDS_SENTENCE = re.compile(r"[.!?:;…][\"'”’»)\]]*$")
_HYPHENATED = re.compile(r"(\w+)[-\u2010]$")
_PLAIN_WORD = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without its quote marks: `size` in columns, `word` that of its first word."""

    quote: str
    indent: int
    body: str
    size: int
    word: int
    table: bool
    bullet: int  # columns up to the text behind a list item's mark; 0 for other lines


def unwrap(text: str) -> str:
    """Return the text with its hard-wrapped lines joined; one that does not look wrapped comes back as it is.

    A word hyphenated at a line's end becomes whole; quote marks (`> `) stay in front of the joined line; blank lines stay. Where lines are
    joined their ends become one space, and line ends of two characters become one.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    groups = list(joined_lines(lines))
    if len(groups) == len(lines):
        return text
    hyphens = sum(bool(_HYPHENATED.search(lines[i].rstrip())) for group in groups for i in group[:-1])
    hyphenating = hyphens > HYPHENATING * sum(len(group) - 1 for group in groups)
    return "\n".join(_joined([lines[i] for i in group], hyphenating) for group in groups)


def looks_wrapped(text: str) -> bool:
    """Tell whether most of a text stands in hard-wrapped lines; other texts are told by the lengths of their lines alone."""
    lines = text.split("\n")
    sizes = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    total = int(sizes.sum())
    narrow = sizes[(sizes >= LONG * NARROWEST) & (sizes <= WIDEST)]
    if len(narrow) <= SUGGESTED or narrow.sum() < SUGGESTED_SHARE * total:
        return False
    counts = np.cumsum(np.bincount(narrow, minlength=WIDEST + 1))
    if (counts[RAGGED:] - counts[:-RAGGED]).max() < AGREEING * len(narrow):
        return False
    groups = [group for group in joined_lines([line.removesuffix("\r") for line in lines]) if len(group) > 1]
    joined = sum(len(lines[i]) for group in groups for i in group)
    return sum(len(group) - 1 for group in groups) >= SUGGESTED and joined >= SUGGESTED_SHARE * total


def joined_lines(lines: list[str]) -> Iterator[range]:
    """Yield the line numbers of each paragraph, in order; single ones for lines that are not joined, blank ones too."""
    parsed = [_parsed(line) for line in lines]
    width = _width(parsed)
    solid = bool(width) and _is_solid(parsed, width)
    start = 0
    for number in range(1, len(parsed) + 1):
        if number < len(parsed) and width and _goes_on(parsed[number - 1], parsed[number], width, number - 1 == start, solid):
            continue
        yield range(start, number)
        start = number


def _parsed(line: str) -> _Line:
    match = _QUOTE.match(line)
    quote = match[0] if match else ""
    rest = line[len(quote) :].rstrip()
    body = rest.lstrip(" \t")
    indent = len(rest) - len(body)
    if not body.isascii():
        rest = unicodedata.normalize("NFC", rest)
    word = _FIRST_WORD.match(body)
    mark = _BULLET.match(body)
    return _Line(
        quote=quote.rstrip(),
        indent=indent,
        body=body,
        size=len(rest),
        word=len(unicodedata.normalize("NFC", word[0])) if word else 0,
        table=len(rest) <= 4 * WIDEST and _COLUMNS.search(body) is not None,
        bullet=indent + len(mark[0]) if mark else 0,
    )


def _width(lines: list[_Line]) -> int:
    """Return the width that explains most breaks between long lines, or 0 where none explains enough of them."""
    votes = [0] * (WIDEST + 2)
    long = [0] * (WIDEST + 2)
    for one, other in pairwise(lines):
        if not one.size or not other.size or one.size > WIDEST or one.table or other.table or other.bullet:
            continue
        if one.quote != other.quote:
            continue
        # A break behind a line of this size is one of wrapping under the widths from its size to what the next word would have made it.
        votes[one.size] += 1
        votes[min(one.size + other.word, WIDEST) + 1] -= 1
        long[one.size] += 1
    best, most, running = 0, 0, 0
    for width in range(WIDEST + 1):
        running += votes[width]
        if width >= NARROWEST and running > most:
            best, most = width, running
    near = sum(long[int(LONG * best) : best + 1])
    wider = sum(long[best + 1 :])
    return best if most >= FEWEST and most >= AGREEING * (near + wider) else 0


def _is_solid(lines: list[_Line], width: int) -> bool:
    """Tell whether paragraphs follow each other without blank lines: more of them end in mid-run than before a blank line."""
    inside = before_blank = 0
    for one, other in pairwise(lines):
        if one.size and one.size <= width and _ENDS_SENTENCE.search(one.body):
            before_blank += not other.size
            inside += bool(other.size) and one.size + 1 + other.word <= width
    return inside > before_blank


def _goes_on(one: _Line, other: _Line, width: int, first: bool, solid: bool) -> bool:
    """Tell whether a paragraph goes on from a line to the next one."""
    if not one.size or not other.size or one.table or other.table or one.quote != other.quote or other.bullet:
        return False
    if max(one.size, other.size) > width or one.size < LONG * width:
        return False
    # Deeper than the line above is the next paragraph's beginning, unless it hangs under a list item's text.
    if other.indent > one.indent and not (first and one.bullet == other.indent):
        return False
    if other.indent < one.indent and not first:
        return False
    ends = _ENDS_SENTENCE.search(one.body) is not None
    begins_low = other.body[0].islower()
    if one.size + 1 + other.word > width:
        return not (ends and (other.indent > one.indent or (solid and not begins_low)))
    return one.size >= SLACK * width and not ends and (begins_low or _HYPHENATED.search(one.body) is not None)


def _joined(lines: list[str], hyphenating: bool) -> str:
    if len(lines) == 1:
        return lines[0]
    out = [lines[0].rstrip()]
    for line in lines[1:]:
        body = _parsed(line).body
        end = _HYPHENATED.search(out[-1])
        if out[-1].endswith("\u00ad"):
            out[-1] = out[-1][:-1]
        elif end is None or not body[0].islower():
            out.append("" if end is not None and body[0].isalpha() else " ")
        elif hyphenating and _PLAIN_WORD.fullmatch(end[1].lower()):
            out[-1] = out[-1][:-1]
        out.append(body)
    return "".join(out)
