"""When a page was published: from its bylines, else from date lines near the headline."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sangloc.dates import LONGEST, dates_in_folded
from sangloc.folding import folded, tidy

if TYPE_CHECKING:
    from sangloc.page import Page

# Right before a date, these say that it is another one than that of publication; or only a later one of it.
OTHER = re.compile(
    r"\b(?:tham gia|joined|member since|sinh|born|hieu luc|cong bao|nhan bai|phan bien|"
    r"first reviewed|so(?=[ :]{1,3}$))\W*(?:ngay|on|since)?\W*$"
)
LATER = re.compile(
    r"(?:(?:cap nhat|sua|chinh sua|sua doi)(?: lan)? (?:lan )?cuoi|(?:last )?(?:updated|edited|modified)|"
    r"da sua|sua lai|cap nhat|thay doi noi dung)"
    r"[^0-9]{0,40}$"
)
AROUND = 6  # paragraphs from the headline in which a date line may stand
LIKELY = 0.1  # probability of byline from which on such a line counts
FEW = 24  # letters beside its date that a date line may have: weekday, time zone, "Cập nhật lúc"
SHORT = 90  # characters


def page_date(page: "Page") -> date | None:
    """Return a page's date: from its bylines, else from a line near the headline that is mostly a date and not unlikely a byline."""
    near = next((int(found[0]) for label in ("headline", "text") if len(found := np.flatnonzero(page.labelled(label)))), None)
    return publication_date(page.texts, page.labelled("byline"), page.probabilities_of("byline"), near)


def publication_date(lines: Sequence[str], is_byline: NDArray[np.bool_], likely: NDArray[np.float64], near: int | None) -> date | None:
    """Return the date among a page's paragraphs, a `datetime` where it names a time of day too, or None.

    `likely` are their probabilities to be bylines, `near` is the headline's place. A date that names no year takes that of the page's first
    line with a whole date.
    """
    marked = [folded(tidy(lines[i])[:LONGEST]) for i in np.flatnonzero(is_byline).tolist()]
    around = [] if near is None else range(max(near - AROUND, 0), min(near + AROUND + 1, len(lines)))
    close = [folded(tidy(lines[i])[:LONGEST]) for i in around if not is_byline[i] and likely[i] >= LIKELY and len(lines[i]) <= SHORT]
    found = _best(marked) or _best(line for line in close if _mostly_date(line))
    if found is not None:
        return found
    if not any("ngay" in line or "thang" in line for line in marked):
        return None
    whole = next((found for line in lines if len(line) <= SHORT for found in dates_in_folded(folded(tidy(line)))), None)
    return _best(marked, whole.value.year) if whole else None


def _best(lines: Iterable[str], year: int | None = None) -> date | None:
    """Return the first date that is that of publication, else the first of a later change."""
    later = None
    for line in lines:
        start = 0
        for found in dates_in_folded(line, year):
            before = line[start : found.start]
            start = found.end
            if OTHER.search(before):
                continue
            if not LATER.search(before):
                return found.value
            later = later or found.value
    return later


def _mostly_date(line: str) -> bool:
    found = dates_in_folded(line)
    beside = sum(map(str.isalpha, line)) - sum(map(str.isalpha, "".join(line[one.start : one.end] for one in found)))
    return bool(found) and beside <= FEW
