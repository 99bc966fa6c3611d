"""Dates as Vietnamese and English pages write them; day before month wherever both are numbers.

The patterns see a folded line (see `folding`), so that accents, capitals and composition make no difference. Every repetition is bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

from sangloc.folding import folded, tidy

LONGEST = 400  # characters of a line that are looked at
FIRST_YEAR, LAST_YEAR = 1900, 2099
PIVOT = 70  # two-digit years from here on are of the last century
NEAR = 28  # characters between a date and its time

ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
VIETNAMESE = {"gieng": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9} | {
    "muoi": 10,
    "muoi mot": 11,
    "muoi hai": 12,
    "chap": 12,
}
_DAY = r"(?P<day>\d{1,2})"
_YEAR = r"(?P<year>\d{4}(?!\d)|(?<=')\d\d(?!\d))"
_MONTH = r"(?P<name>muoi mot|muoi hai|muoi|gieng|mot|hai|ba|tu|bon|nam|sau|bay|tam|chin|chap|\d{1,2}(?!\d))"
_THANG = r"(?:thang|thg\.?|th(?=\s?\d))"
_ENGLISH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_BEFORE = r"(?<![\d.,/:-])"
# A number glued behind a date is another date (WordPress prints two).
_AFTER = r"(?![\d]|[./-]\d)"
_TO_YEAR = r"\s?[,./-]?\s?(?:nam\s?)?'?"
_WEEKDAY = r"(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat)"

FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?<![\d.,/-])(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_DAY}(?=t\d)",
        rf"(?<![\d.,/-])(?P<year>\d{{4}})(?P<mark>[-/.])(?P<month>\d{{1,2}})(?P=mark){_DAY}{_AFTER}",
        rf"{_BEFORE}{_DAY}\s?(?P<mark>[-/.])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?(?P<year>\d{{4}})(?:(?![\d]|[./-]\d)|(?=\d\d?/\d\d?/\d{{4}}))",
        rf"{_BEFORE}{_DAY}\s?[./]?\s?{_THANG}\s?{_MONTH}{_TO_YEAR}{_YEAR}",
        rf"{_THANG}\s?{_MONTH}\s(?:ngay\s)?{_DAY}(?:st|nd|rd|th)?(?!\d){_TO_YEAR}{_YEAR}",
        rf"{_BEFORE}{_DAY}(?:st|nd|rd|th)?[\s./-]{{0,2}}(?:of )?{_ENGLISH}[\s,./-]{{0,2}}{_YEAR}",
        rf"(?<![a-z]){_ENGLISH}\s?{_DAY}(?:st|nd|rd|th)?(?!\d)[\s,]{{0,3}}{_YEAR}",
        rf"{_WEEKDAY},?\s(?:ngay\s)?{_DAY}\s(?P<month>\d{{1,2}})\s(?P<year>\d{{4}})(?!\d)",
        rf"(?<![\d.,/:-]){_DAY}(?P<mark>[/.])(?P<month>\d{{1,2}})(?P=mark)(?P<short>\d\d){_AFTER}",
    )
)
# These name no year.
PARTIAL = tuple(
    re.compile(form)
    for form in (
        rf"(?:ngay|{_WEEKDAY},?)\s{_DAY}\s?[/-]\s?(?P<month>\d{{1,2}}){_AFTER}",
        rf"{_BEFORE}{_DAY}\s?[./]?\s?{_THANG}\s?{_MONTH}(?![\w/-])",
        rf"(?<![a-z]){_ENGLISH}\s{_DAY}(?:st|nd|rd|th)?(?![\d:])",
    )
)
_CLOCK = re.compile(
    r"(?<![\d.,/:-])(?P<hour>\d{1,2})\s?(?:[:h]\s?(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,6})?)?|(?=\s?[ap]m\b)|gio(?:\s(?P<minutes>\d\d))?)(?!\d)'?"
    r"(?:\s?(?P<half>[ap]\.?m\b|sa\b|ch\b|sang\b|chieu\b|toi\b|trua\b))?"
)
_DOTTED = re.compile(r"(?<![\d.,/:-])(?P<hour>\d{1,2})\.(?P<minute>\d\d)(?P<second>)(?P<minutes>)(?![\d.])\s?(?P<half>[ap]m\b)?")
_ZONE = re.compile(r"(?:gmt|utc)?\s?(?P<sign>[+-])\s?(?P<hours>\d\d?)(?::?(?P<minutes>\d\d))?|(?P<zero>z\b|gmt\b|utc\b)")
_LATE = ("p", "ch", "toi")
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Found:
    """A date in a line, with its time where one stands near it; `start` and `end` are places in the tidy line."""

    value: date
    start: int
    end: int


def dates_in(line: str, year: int | None = None) -> list[Found]:
    """Return the dates of a line, left to right; impossible ones are none. `year` stands in where a date names none."""
    return dates_in_folded(folded(tidy(line)[:LONGEST]), year)


def dates_in_folded(text: str, year: int | None = None) -> list[Found]:
    """Return the dates of a line that is tidy and folded already."""
    if _DIGIT.search(text) is None:
        return []
    taken: list[Found] = []
    for pattern in (*FORMS, *(PARTIAL if year is not None else ())):
        for match in pattern.finditer(text):
            if any(found.start < match.end() and match.start() < found.end for found in taken):
                continue
            day = _day(match, year)
            if day is not None:
                taken.append(Found(day, match.start(), match.end()))
    taken.sort(key=lambda found: found.start)
    return list(_with_times(text, taken))


def _day(match: re.Match[str], year: int | None) -> date | None:
    found = match.groupdict()
    month = int(found["month"]) if found.get("month") else _month(found["name"])
    if found.get("year"):
        number = int(found["year"])
        year = _century(number) if number < 100 else number
    elif found.get("short"):
        year = _century(int(found["short"]))
    if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return date(year, month, int(found["day"]))
    except ValueError:
        return None


def _century(number: int) -> int:
    return number + (1900 if number >= PIVOT else 2000)


def _month(name: str) -> int:
    if name.isdecimal():
        return int(name)
    if name in VIETNAMESE:
        return VIETNAMESE[name]
    return ENGLISH.index(name[:3]) + 1


def _with_times(text: str, dates: list[Found]) -> Iterator[Found]:
    """Yield each date with the time of day that stands close to it, behind it rather than in front; a time belongs to one date."""
    low = 0
    for number, found in enumerate(dates):
        high = dates[number + 1].start if number + 1 < len(dates) else len(text)
        rest = text[found.end : min(high, found.end + NEAR)]
        clock = _CLOCK.search(rest) or _DOTTED.match(rest.lstrip(" ,-|—–"))
        if clock is None:
            before = list(_CLOCK.finditer(text[max(low, found.start - NEAR) : found.start]))
            clock, low = (before[-1] if before else None), found.end
        else:
            low = found.end + rest.index(clock[0]) + len(clock[0])
        moment = None if clock is None else _moment(found.value, clock, text[low : min(high, low + NEAR)])
        yield found if moment is None else Found(moment, found.start, found.end)


def _moment(day: date, clock: re.Match[str], behind: str) -> datetime | None:
    hour, minute = int(clock["hour"]), int(clock["minute"] or clock["minutes"] or 0)
    half = clock["half"] or ""
    if half and hour <= 12:
        late = half.startswith(_LATE) or (half == "chieu" and hour != 12) or (half == "trua" and hour < 10)
        hour = hour % 12 + 12 if late or (hour == 12 and half in ("trua", "chieu")) else hour % 12
    zone = _ZONE.match(behind.lstrip(" ,;()[]|"))
    try:
        return datetime(day.year, day.month, day.day, hour, minute, int(clock["second"] or 0), tzinfo=_offset(zone) if zone else None)
    except ValueError:
        return None


def _offset(zone: re.Match[str]) -> timezone | None:
    if zone["zero"]:
        return UTC
    minutes = int(zone["hours"]) * 60 + int(zone["minutes"] or 0)
    if minutes > 14 * 60:
        return None
    return timezone(timedelta(minutes=-minutes if zone["sign"] == "-" else minutes))
