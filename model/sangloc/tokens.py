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

from sangloc.chars import COMPOSING, IGNORED, LAST, PUNCT, SPACE, WORD, characters, mixed, powers

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

# A line's features are read from this many characters at either end: one line of 500 MB costs no more than a long paragraph.
CAP = 4096
NEWLINE = 10


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

    @property
    def token_lines(self) -> Ints:
        """Return each token's line."""
        return np.repeat(np.arange(len(self.indents)), np.diff(self.line_tokens))


def normalised(text: str) -> str:
    """Return the text in NFC, its over-long lines cut first (composing is quadratic in a run of combining marks)."""
    if unicodedata.is_normalized("NFC", text):
        return text
    lines = [line if len(line) <= 2 * CAP else line[:CAP] + line[-CAP:] for line in text.split("\n")]
    return unicodedata.normalize("NFC", "\n".join(lines))


def tokenise(texts: Sequence[str]) -> Tokens:
    """Find the lines and tokens of all texts at once."""
    table = characters()
    codes = _codes(texts)
    kinds = table.kind[codes]
    composing = np.flatnonzero(kinds & COMPOSING)
    if len(composing):
        # Characters that composing may replace or reorder; asking Python of every text whether it is composed would take longer.
        ends = np.cumsum([len(text) + 1 for text in texts])
        doubtful = set(np.searchsorted(ends, composing, side="right").tolist())
        codes = _codes([normalised(text) if number in doubtful else text for number, text in enumerate(texts)])
        kinds = table.kind[codes]
    lines_of_page = np.array([text.count("\n") + 1 for text in texts], dtype=np.int64)
    codes, kinds, visible = _without_ignored(*_capped(codes, kinds))

    is_word = (kinds & WORD) != 0
    newline = codes == NEWLINE
    single = ((kinds & PUNCT) != 0) | newline
    edge = is_word.copy()
    edge[1:] &= ~is_word[:-1]
    starts = np.flatnonzero(edge | single)
    edge = is_word
    edge[:-1] &= ~is_word[1:]
    ends = np.flatnonzero(edge | single) + 1

    is_end = newline[starts]
    line_of_end = np.flatnonzero(is_end)
    filled = np.diff(line_of_end, prepend=-1) > 1
    if visible is not None:
        filled |= visible
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
    sums = _running(values)
    tones = _running(table.tone[codes])
    hashes = _difference(sums, tones, down, starts, ends)
    line_starts = starts[line_tokens[:-1]]
    line_ends = ends[np.maximum(breaks - 1, line_tokens[:-1])]
    line_ends = np.maximum(np.where(breaks > line_tokens[:-1], line_ends, line_starts), line_starts)
    ends_of_lines = np.flatnonzero(newline)
    raw_starts = np.concatenate(([0], ends_of_lines[:-1] + 1))[numbers]
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
        line_hashes=_difference(sums, tones, down, line_starts, line_ends),
    )


def _codes(texts: Sequence[str]) -> Ints:
    """Return the code points of the texts, each ending in a line end; LAST for those above the basic plane."""
    raw = np.frombuffer(("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = raw.astype(np.int64)
    return np.minimum(codes, LAST, out=codes) if raw.max() > LAST else codes


def _capped(codes: Ints, kinds: NDArray[np.uint8]) -> tuple[Ints, NDArray[np.uint8]]:
    """Cut the middle out of lines longer than twice CAP."""
    ends = np.flatnonzero(codes == NEWLINE)
    long = np.flatnonzero(np.diff(ends, prepend=-1) - 1 > 2 * CAP)
    if not len(long):
        return codes, kinds
    keep = np.ones(len(codes), dtype=bool)
    for line in long.tolist():
        begin = int(ends[line - 1]) + 1 if line else 0
        keep[begin + CAP : int(ends[line]) - CAP] = False
    return codes[keep], kinds[keep]


def _without_ignored(codes: Ints, kinds: NDArray[np.uint8]) -> tuple[Ints, NDArray[np.uint8], NDArray[np.bool_] | None]:
    """Drop control and format characters; say which lines are visible to `str.strip`, where that is more than meets the eye."""
    ignored = (kinds & IGNORED) != 0
    if not ignored.any():
        return codes, kinds, None
    black = _running(((kinds & SPACE) == 0).astype(np.uint64))
    ends = np.flatnonzero(codes == NEWLINE)
    visible = np.diff(black[ends], prepend=np.uint64(0)) > 0
    return codes[~ignored], kinds[~ignored], visible


def _running(values: Hashes) -> Hashes:
    """Return sums of the values before each place and after the last, modulo 2**64."""
    out = np.empty(len(values) + 1, dtype=np.uint64)
    out[0] = 0
    np.cumsum(values, out=out[1:])
    return out


def _difference(sums: Hashes, tones: Hashes, down: Hashes, starts: Ints, ends: Ints) -> Hashes:
    """Return the hashes of the spans, which don't depend on where a span stands."""
    return mixed((sums[ends] - sums[starts]) * down[starts] + (tones[ends] - tones[starts]))
