"""The title of a page: the best of its headline paragraphs, without breadcrumbs, site names and counters."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sangloc.folding import folded, tidy

if TYPE_CHECKING:
    from sangloc.page import Page

LONGEST = 300  # characters; what is longer is no title
PLENTY = 50  # characters from which on more of them say nothing
MIN_TITLE = 12  # characters that must be left in front of a site's name
LONG = 100  # characters of a paragraph of the text that is surely one
UNLIKELY = 0.08  # probability of headline below which a line is no stand-in for a missing one
SITE_WORDS = 5  # at most, in a site's name
# White space in front is looked for at its beginning only: from each of its characters on, it would take the square of its length.
CRUMBS = re.compile(r"(?:(?<!\s)\s+)?(?:»|›|>|→)\s+")
_BAR = r"\s(?:\||-|–|—|::|•|·)\s"
TAIL = re.compile(rf"{_BAR}(?!.*{_BAR})")
COUNTERS = re.compile(r"(?<!\s)(?:\s+\d{1,5}){2,9}$|(?:(?<!\s)\s+)?\(\d{1,4}\)$")
SITE = re.compile(
    r"\w\.(?:vn|com|net|org|info|edu|gov|tv|co|io)\b|^(?:bao|tap chi|trang|cong|kenh|dai|thong tin|website|blog|dien dan)\b|"
    r"\b(?:online|news|times|magazine|blog|portal|wiki(?:pedia)?)$"
)


def page_title(page: "Page") -> str | None:
    """Return a page's title: from its headlines, else from the line above the text that is likeliest to be one and not unlikely."""
    lines, chosen = page.texts, page.chosen
    found = [(lines[i], chosen[i]) for i in _numbers(page, "headline")]
    if not found:
        text = _numbers(page, "text")
        first = next((i for i in text if len(lines[i]) >= LONG), text[0] if text else -1)
        likely = page.probabilities_of("headline")[: first + 1]
        if text and likely.max() >= UNLIKELY:
            best = int(np.argmax(likely))
            found = [(lines[best], float(likely[best]))]
    groups = page.label_set.group_of
    in_footer = np.array([groups[label] == "footer" for label in page.label_set.labels]).take(page.codes)
    return title_of(found, (lines[i] for i in np.flatnonzero(in_footer).tolist()))


def _numbers(page: "Page", label: str) -> list[int]:
    found: list[int] = np.flatnonzero(page.labelled(label)).tolist()
    return found


def title_of(headlines: Sequence[tuple[str, float]], others: Iterable[str] = ()) -> str | None:
    """Return the title among headline paragraphs with their probabilities, in the page's order; None where there is none.

    The likeliest wins, a longer one against a kicker, one that the page repeats against one that it does not. A site's name at the end goes
    where it looks like one, stands by itself among the `others` paragraphs, or where the page has the headline without it too.
    """
    tidied = [(tidy(line[: 2 * LONGEST]), prob) for line, prob in headlines]
    known = {folded(line) for line, _ in tidied}
    tailed = any(TAIL.search(line) for line, _ in tidied)  # few are, and then alone the others matter
    alone = {folded(tidy(line)) for line in others if len(line) <= LONGEST} if tailed else set()
    cleaned = [(_clean(line, known, alone), prob) for line, prob in tidied if len(line) <= LONGEST]
    cleaned = [(title, prob) for title, prob in cleaned if any(map(str.isalpha, title))]
    if not cleaned:
        return None
    times = Counter(folded(title) for title, _ in cleaned)
    return max(cleaned, key=lambda found: _worth(found[0], found[1], times[folded(found[0])]))[0]


def _worth(title: str, prob: float, times: int) -> float:
    return prob + min(len(title), PLENTY) / PLENTY + 0.5 * (times > 1)


def _clean(line: str, known: set[str], alone: set[str]) -> str:
    line = CRUMBS.split(line)[-1].strip() if CRUMBS.search(line) else line
    line = COUNTERS.sub("", line)
    while (tail := TAIL.search(line)) and tail.start() >= MIN_TITLE:
        head, site = line[: tail.start()], folded(line[tail.end() :])
        named = SITE.search(site) or site in alone or folded(head) in known or ("|" in tail[0] and "|" not in head)
        if not named or len(site.split()) > SITE_WORDS + 3 * ("|" in tail[0]):
            break
        line = head
    return line.strip(" \t|»›#*•·")
