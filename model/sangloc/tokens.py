"""Turn a batch of pages into lines and tokens: arrays over all its characters, no Python per line.

A token is a run of letters and digits, one other visible character, or the end of a line. Ends of lines being tokens, the
pair (end, word) is a line's first word and (word, end) its last. Tokens are known by 64-bit hashes of their folded characters
(lower case, digits as 0, tone mark anywhere in the syllable): differences of one cumulative polynomial hash over the batch.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sangloc.chars import COMPOSING, IGNORED, LAST, PUNCT, SPACE, TONE_FACTOR, TONE_SHIFT, WORD, characters, mixed, powers

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

# A line's features are read from this many characters at either end: one line of 500 MB costs no more than a long paragraph.
CAP = 4000
NEWLINE = 10
UNSEEN = "\u200b"  # ignored in every respect but that its line is not blank


@dataclass(frozen=True, slots=True)
class Tokens:
    """P pages, L non-blank lines, T tokens (each line's words and marks, then its end), N characters."""

    codes: Ints  # (N,) code points, 65535 for what lies above the basic plane; ignored characters are gone
    kinds: NDArray[np.uint8]  # (N,) class bits
    page_lines: Ints  # (P + 1,) first line of each page
    line_tokens: Ints  # (L + 1,) first token of each line
    blanks_before: Ints  # (L,) blank lines above, counted from the page's top
    indents: Ints  # (L,) white characters before the first visible one
    line_starts: Ints  # (L,) first visible character
    line_ends: Ints  # (L,) one past the last visible character
    starts: Ints  # (T,) first character of the token
    ends: Ints  # (T,) one past its last character
    hashes: Hashes  # (T,)
    line_hashes: Hashes  # (L,) of the whole line, folded
    counts: Hashes  # (N + 1,) running sums of the packed character counts (see chars.py)

    @property
    def token_lines(self) -> Ints:
        """Return each token's line."""
        return np.repeat(np.arange(len(self.indents)), np.diff(self.line_tokens))


def shortened(text: str) -> str:
    """Return the text with over-long lines cut to both ends, as `tokenise` reads them; for texts too large to lay out in arrays."""
    lines = text.split("\n")
    return "\n".join(line if len(line) <= 2 * CAP else _both_ends(line) for line in lines)


def _both_ends(line: str) -> str:
    middle = "" if line.isspace() else UNSEEN
    return f"{line[:CAP]}{middle}{line[-CAP:]}"


def normalised(text: str, places: list[int]) -> str:
    """Return the text with the lines composed (NFC) that hold these places; of over-long ones both ends only.

    Composing is quadratic in a run of combining marks, hence the cut.
    """
    out = []
    done = 0
    for place in places:
        if place < done:
            continue
        start = max(text.rfind("\n", done, place) + 1, done)
        end = text.find("\n", place)
        end = len(text) if end < 0 else end
        line = text[start:end] if end - start <= 2 * CAP else _both_ends(text[start:end])
        out += [text[done:start], unicodedata.normalize("NFC", line)]
        done = end
    return "".join((*out, text[done:]))


@dataclass(frozen=True, slots=True)
class _Characters:
    """The characters of all texts, each text ending in a line end; of over-long lines both ends, and no ignored ones."""

    codes: Ints
    kinds: NDArray[np.uint8]
    newline: NDArray[np.bool_]
    ends_of_lines: Ints
    visible: Ints  # lines that have an ignored character: paragraphs to `str.strip`, and so to us


def _characters(texts: Sequence[str]) -> _Characters:
    table = characters()
    codes = _codes(texts)
    kinds = table.kind[codes]
    composing = np.flatnonzero(kinds & COMPOSING)
    if len(composing):
        codes = _codes(_composed(texts, composing))
        kinds = table.kind[codes]
    newline = codes == NEWLINE
    ends_of_lines = np.flatnonzero(newline)
    if np.diff(ends_of_lines, prepend=-1).max() > 2 * CAP + 1:
        short = _capped(kinds, ends_of_lines)
        codes, kinds, newline = codes[short], kinds[short], newline[short]
        ends_of_lines = np.flatnonzero(newline)
    ignored = np.flatnonzero(kinds & IGNORED)
    visible = np.searchsorted(ends_of_lines, ignored)
    if len(ignored):
        codes, kinds, newline = (np.delete(values, ignored) for values in (codes, kinds, newline))
        ends_of_lines = np.flatnonzero(newline)
    return _Characters(codes, kinds, newline, ends_of_lines, visible)


def tokenise(texts: Sequence[str]) -> Tokens:
    """Find the lines and tokens of all texts at once."""
    table = characters()
    found = _characters(texts)
    codes, kinds, newline = found.codes, found.kinds, found.newline
    lines_of_page = np.array([text.count("\n") + 1 for text in texts], dtype=np.int64)
    is_word = (kinds & WORD) != 0
    single = (kinds & PUNCT) != 0
    single |= newline
    edge = is_word.copy()
    edge[1:] &= ~is_word[:-1]
    edge |= single
    starts = np.flatnonzero(edge)
    is_word[:-1] &= ~is_word[1:]
    is_word |= single
    ends = np.flatnonzero(is_word) + 1

    is_end = newline[starts]
    line_of_end = np.flatnonzero(is_end)
    filled = np.diff(line_of_end, prepend=-1) > 1
    filled[found.visible] = True
    keep = ~is_end
    keep[line_of_end[filled]] = True
    starts, ends = starts[keep], ends[keep]
    breaks = np.flatnonzero(newline[starts])
    line_tokens = np.concatenate(([0], breaks + 1))
    numbers = np.flatnonzero(filled)
    page_ends = np.concatenate(([0], np.cumsum(lines_of_page)))
    page_lines = np.searchsorted(numbers, page_ends)
    above = np.diff(numbers, prepend=-1) - 1
    firsts = page_lines[:-1][page_lines[:-1] < page_lines[1:]]
    above[firsts] = numbers[firsts] - page_ends[np.searchsorted(page_ends, numbers[firsts], side="right") - 1]

    values = table.value[codes]
    up, down = powers(len(codes) + 1)
    values *= up[:-1]
    sums = running_hashes(values)
    counts = running_hashes(table.count[codes])
    hashes = _difference(sums, counts, down, starts, ends)
    line_starts = starts[line_tokens[:-1]]
    line_ends = ends[np.maximum(breaks - 1, line_tokens[:-1])]
    line_ends = np.maximum(np.where(breaks > line_tokens[:-1], line_ends, line_starts), line_starts)
    raw_starts = np.concatenate(([0], found.ends_of_lines[:-1] + 1))[numbers]
    return Tokens(
        codes=codes,
        kinds=kinds,
        page_lines=page_lines,
        line_tokens=line_tokens,
        blanks_before=above,
        indents=line_starts - raw_starts,
        line_starts=line_starts,
        line_ends=line_ends,
        starts=starts,
        ends=ends,
        hashes=hashes,
        line_hashes=_difference(sums, counts, down, line_starts, line_ends),
        counts=counts,
    )


def _codes(texts: Sequence[str]) -> Ints:
    """Return the code points of the texts, each ending in a line end; LAST for those above the basic plane."""
    raw = np.frombuffer(("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = raw.astype(np.int64)
    return np.minimum(codes, LAST, out=codes) if raw.max() > LAST else codes


def _composed(texts: Sequence[str], composing: Ints) -> list[str]:
    """Return the texts with the lines composed that hold characters which composing may replace or reorder.

    Asking Python of every text whether it is composed already would take longer than all the rest of this module.
    """
    lengths = np.array([len(text) + 1 for text in texts])
    ends = np.cumsum(lengths)
    which = np.searchsorted(ends, composing, side="right")
    places = composing - (ends - lengths)[which]
    out = list(texts)
    numbers, starts = np.unique(which, return_index=True)
    for number, of_text in zip(numbers.tolist(), np.split(places, starts[1:]), strict=True):
        out[number] = normalised(texts[number], of_text.tolist())
    return out


def _capped(kinds: NDArray[np.uint8], ends: Ints) -> NDArray[np.bool_]:
    """Return which characters stay when the middle of lines longer than twice CAP is cut out.

    Where something visible is cut, one character of the middle stays for all, as an ignored one (in `kinds`): the line is not blank.
    """
    keep = np.ones(len(kinds), dtype=bool)
    for line in np.flatnonzero(np.diff(ends, prepend=-1) - 1 > 2 * CAP).tolist():
        begin = int(ends[line - 1]) + 1 if line else 0
        middle = slice(begin + CAP, int(ends[line]) - CAP)
        keep[middle] = False
        if ((kinds[middle] & SPACE) == 0).any():
            keep[middle.start] = True
            kinds[middle.start] = IGNORED
    return keep


def running_hashes(values: Hashes) -> Hashes:
    """Return sums of the values before each place and after the last, modulo 2**64."""
    out = np.empty(len(values) + 1, dtype=np.uint64)
    out[0] = 0
    np.cumsum(values, out=out[1:])
    return out


def _difference(sums: Hashes, counts: Hashes, down: Hashes, starts: Ints, ends: Ints) -> Hashes:
    """Return the hashes of the spans, which don't depend on where a span stands, nor on which of its letters bears a tone."""
    tones = (counts[ends] - counts[starts]) >> TONE_SHIFT
    return mixed((sums[ends] - sums[starts]) * down[starts] + tones * TONE_FACTOR)
