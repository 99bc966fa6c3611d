"""What the second pass reads around a line, in words: the lines above and below, the heading, the page."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

ITSELF, HEADING = "the line by itself", "the heading above"
DISTANCE = "log distance of the heading above"
WORDS = "own words"
THEMES = {"here": ITSELF, "heading above": HEADING, WORDS: "its words alone"}
LINES = re.compile(r"(?P<number>\d+)(?P<mean> lines)? (?P<side>above|below)")
SHARE = re.compile(r"share (?P<side>above|below)")
NAMED_LINES = 4  # neighbours on a side whose labels are named
QUOTED = 40  # characters of a line that is quoted


class Surroundings:
    """Phrases for the probabilities that the second pass reads, by the names of `second_names`."""

    def __init__(self, labels: Sequence[str], early: NDArray[np.float64], heading: NDArray[np.int64], texts: Sequence[str]) -> None:
        self.labels = labels
        self.early = early
        self.heading = heading
        self.texts = texts
        self.best = [labels[code] for code in early.argmax(axis=1).tolist()] if len(early) else []

    def theme(self, name: str) -> str | None:
        """Return the theme of a name, or None where it is not one of the neighbourhood's."""
        if name == DISTANCE:
            return HEADING
        place = self._split(name)[1]
        if place in THEMES:
            return THEMES[place]
        found = LINES.fullmatch(place) or SHARE.fullmatch(place)
        return f"the lines {found['side']}" if found and found.re is LINES else f"the page {found['side']}" if found else place or None

    def phrase(self, name: str, value: float, row: int) -> str | None:
        """Say what the second pass reads under a name, or return None where it is not one of the neighbourhood's."""
        if name == DISTANCE:
            above = int(self.heading[row])
            return "no line above looks like one" if above < 0 else _lines_up(row - above)
        label, place = self._split(name)
        if not place:
            return None
        chance = f"{label} {percent(value)}"
        if place == WORDS:
            return f"they say {chance}"
        lines, share = LINES.fullmatch(place), SHARE.fullmatch(place)
        if lines and lines["mean"]:
            return f"{chance} in the {lines['number']} lines {lines['side']}"
        if lines:
            return f"{chance} {'in the line' if lines['number'] == '1' else lines['number'] + ' lines'} {lines['side']}"
        return f"{percent(value)} of the page's {label} is {share['side']}" if share else chance

    def _split(self, name: str) -> tuple[str, str]:
        """Return label and place; the place is empty where the name is not of that kind."""
        label, _, place = name.partition(": ")
        return (label, place) if label in self.labels else ("", "")

    def said(self, row: int) -> dict[str, str]:
        """Return the themes that are better said as a whole than by their terms."""
        return {
            ITSELF: f"seems {self.chances(row)} by its own words, looks and place",
            "the lines above": self._neighbours(range(row - 1, max(row - 1 - NAMED_LINES, -1), -1), "the page begins here"),
            "the lines below": self._neighbours(range(row + 1, min(row + 1 + NAMED_LINES, len(self.best))), "the page ends here"),
            HEADING: self._heading(row),
        }

    def chances(self, row: int) -> str:
        """Name the labels that a line seems to be to the first pass: the first, and the second where it has a chance."""
        order = np.argsort(-self.early[row], kind="stable")[:2].tolist()
        shown = [f"{self.labels[code]} {percent(self.early[row, code])}" for code in order if self.early[row, code] >= 0.1]
        return " or ".join(shown or [f"{self.labels[order[0]]} {percent(self.early[row, order[0]])}"])

    def _neighbours(self, rows: range, none: str) -> str:
        return ", then ".join(self.best[row] for row in rows) if rows else none

    def _heading(self, row: int) -> str:
        above = int(self.heading[row])
        if above < 0:
            return "no line above looks like one"
        return f"“{quoted(self.texts[above])}” ({self.best[above]}), {_lines_up(row - above)}"


def _lines_up(number: int) -> str:
    return "right above" if number == 1 else f"{number} lines up"


def percent(value: float) -> str:
    """Return a probability as people read it; only certainty itself is 100 %."""
    return f"{min(round(100 * value), 99) if value < 1 else 100} %"


def quoted(text: str, size: int = QUOTED) -> str:
    """Return the beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= size else line[: size - 1].rstrip() + "…"
