"""Names of features as people read them: the theme that a feature belongs to, and what its value says of a line.

A name that no rule knows is shown as it is, with its value, under the theme OTHER: new features need nothing here to be explained.
"""

import math
import re
from collections.abc import Callable
from functools import cache

from sangloc.known import FEWEST, MOST

OTHER = "other marks"
LENGTH, CHARACTERS, ENDING, BEGINNING = "its length", "its characters", "its ending", "its beginning"
POSITION, BLANKS, INDENTATION, REPETITION = "its place on the page", "blank lines", "indentation", "repetition"
RUNNING, SHARED, RUNS = "running text around it", "words it shares with the page", "lines of its kind in a row"
KNOWN = "how widely its words are known"

Phrase = Callable[[float], str]


def _flag(yes: str, no: str) -> Phrase:
    return lambda value: yes if value > 0.5 else no


def _count(one: str, many: str) -> Phrase:
    """Return how a logarithm of 1 + a count is said."""

    def phrase(value: float) -> str:
        number = round(math.expm1(min(max(value, 0), 30)))
        return f"1 {one}" if number == 1 else f"{number or 'no'} {many}"

    return phrase


def _percent(text: str) -> Phrase:
    return lambda value: text.format(f"{100 * value:.0f} %")


def _number(text: str) -> Phrase:
    return lambda value: text.format(f"{value:.1f}")


def _times(value: float) -> str:
    number = round(math.exp(min(value, 30)))
    return "once on the page" if number == 1 else f"{number} times on the page"


# What a mark of `chars.MARKS` and the ends and beginnings of `shape` are called in a sentence.
_CALLED = {
    "full stop": "a full stop",
    "question or exclamation mark": "a question or exclamation mark",
    "colon": "a colon",
    "bracket": "a bracket",
    "quote": "a quotation mark",
    "ellipsis": "an ellipsis",
    "digit": "a digit",
    "letter": "a letter",
    "bullet": "a bullet or dash",
    "lower case": "a small letter",
    "opening": "an opening bracket",
    "closing": "a closing bracket",
    "bar": "a vertical bar",
    "sign": "a © or ® sign",
    "at": "an @ sign",
    "money": "a money or percent sign",
    "hash": "a hash sign",
    "slash": "a slash",
    "question": "a question or exclamation mark",
    "comma": "a comma",
    "stop": "a full stop",
}


def _called(name: str) -> tuple[str, str]:
    """Return `a full stop` and `no full stop`."""
    thing = _CALLED.get(name, name)
    return thing, re.sub(r"^(an?) ", "no ", thing) if thing in _CALLED.values() else f"no {name}"


def _end(name: str) -> Phrase:
    thing, none = _called(name)
    return _flag(f"ends with {thing}", f"{none} at the end")


def _begin(name: str) -> Phrase:
    thing, none = _called(name)
    return _flag(f"begins with {thing}", f"{none} at the beginning")


def _has(name: str) -> Phrase:
    thing, none = _called(name)
    return _flag(f"has {thing}", none)


def _near_end(side: str) -> Phrase:
    return _flag(f"close to the {side} of the page", f"not close to the {side} of the page")


def _deeper(how: str, side: str) -> Phrase:
    return _flag(f"indented {how} than the line {side}", f"not indented {how} than the line {side}")


def _sites(subject: str, mean: str = "", nothing: str = "") -> Phrase:
    """Return how a logarithm of 1 + sites is said, of which the tables hold so many at most, and 1 as 0."""

    def phrase(value: float) -> str:
        number = round(math.expm1(min(max(value, 0), 30)))
        if number < FEWEST:
            return f"{nothing}{subject} one site of the corpus at most"
        return f"{subject} {number}{' or more' if number >= MOST else ''} sites of the corpus{mean}"

    return phrase


_LONG = _count("character long", "characters long")
_WHAT = {"words": "words", "pairs": "word pairs"}

# (pattern, theme, what makes the phrase of the pattern's groups); the first that fits the whole name counts.
_RULES: tuple[tuple[str, str, Callable[..., Phrase]], ...] = (
    (r"log length", LENGTH, lambda: _LONG),
    (r"log words", LENGTH, lambda: _count("word", "words")),
    (r"mean word length", LENGTH, lambda: _number("{} letters a word")),
    (r"one word", LENGTH, lambda: _flag("a single word", "more than a single word")),
    (r"longer than (\d+)", LENGTH, lambda n: _flag(f"longer than {n} characters", f"not longer than {n} characters")),
    (r"share of (digits|capitals|marks|capitalised words)", CHARACTERS, lambda what: _percent(f"{{}} {what}")),
    (r"log (numbers|commas|sentence breaks)", CHARACTERS, lambda what: _count(what[:-1], what)),
    (r"no letter", CHARACTERS, lambda: _flag("no letter in it", "letters in it")),
    (r"all capitals", CHARACTERS, lambda: _flag("all in capitals", "not all in capitals")),
    (r"(date|clock time|quotation)", CHARACTERS, lambda what: _flag(f"has a {what}", f"no {what}")),
    (r"only date or number", CHARACTERS, lambda: _flag("little but a date or number", "more than a date or number")),
    (r"has (.+)", CHARACTERS, _has),
    (r"ends with (.+)", ENDING, _end),
    (r"begins with (.+)", BEGINNING, _begin),
    (r"relative position", POSITION, lambda: _percent("{} of the page above it")),
    (r"log lines (above|below)", POSITION, lambda side: _count(f"line {side} it", f"lines {side} it")),
    (r"near the (top|bottom)", POSITION, _near_end),
    (r"in the (upper|lower) part", POSITION, lambda part: _flag(f"in the {part} part of the page", f"not in the {part} part of the page")),
    (r"log page length", POSITION, lambda: _count("line on the page", "lines on the page")),
    (r"blank line (above|below)", BLANKS, lambda side: _flag(f"a blank line {side}", f"no blank line {side}")),
    (r"several blank lines (above|below)", BLANKS, lambda side: _flag(f"several blank lines {side}", f"not several blank lines {side}")),
    (r"share of blank lines (.+)", BLANKS, lambda where: _percent(f"{{}} of the lines {where} have a blank line above")),
    (r"log indentation", INDENTATION, lambda: _count("blank in front", "blanks in front")),
    (r"(deeper|shallower) than the line (above|below)", INDENTATION, _deeper),
    (r"share of indented lines (.+)", INDENTATION, lambda where: _percent(f"{{}} of the lines {where} are indented")),
    (r"repeated on the page", REPETITION, lambda: _flag("stands on the page more than once", "stands on the page once")),
    (r"repeats the line above", REPETITION, lambda: _flag("the same as the line above", "not the same as the line above")),
    (r"repeated by the line below", REPETITION, lambda: _flag("the same as the line below", "not the same as the line below")),
    (r"log times on the page", REPETITION, lambda: _times),
    (r"running text", RUNNING, lambda: _flag("is running text (a long line that ends like a sentence)", "is not running text itself")),
    (r"running text in (\d+) lines (above|below)", RUNNING, lambda n, side: _percent(f"{{}} of the {n} lines {side} are running text")),
    (
        r"log mean length of (\d+) lines (above|below)",
        RUNNING,
        lambda n, side: _count(f"character on average in the {n} lines {side}", f"characters on average in the {n} lines {side}"),
    ),
    (r"share of the running text (above|below)", RUNNING, lambda side: _percent(f"{{}} of the page's running text {side} it")),
    (r"running text (above|below)", RUNNING, lambda side: _flag(f"running text {side} it", f"no running text {side} it")),
    (r"log running text on the page", RUNNING, lambda: _count("line of running text on the page", "lines of running text on the page")),
    (r"share of running text on the page", RUNNING, lambda: _percent("{} of the page's lines are running text")),
    (r"log run of like lines", RUNS, lambda: _count("like line in a row", "like lines in a row")),
    (r"log run of like lines above", RUNS, lambda: _count("like line right above", "like lines right above")),
    (r"words shared with the running text", SHARED, lambda: _percent("{} of its words stand in the running text")),
    (r"rare words shared with the running text", SHARED, lambda: _percent("{} of its rare words stand in the running text")),
    (r"weight of words in the running text", SHARED, lambda: _number("its words weigh {} in the running text")),
    (r"words seen above", SHARED, lambda: _percent("{} of its words stand further up")),
    (r"words seen elsewhere on the page", SHARED, lambda: _percent("{} of its words stand elsewhere on the page")),
    (r"mean log sites of the (words|pairs)", KNOWN, lambda what: _sites(f"its {_WHAT[what]} are on", " in the mean")),
    (
        r"mean log sites of the words (.+)",
        KNOWN,
        lambda where: _sites(f"the words {where} are on", " in the mean", "no lines, or "),
    ),
    (r"log sites of the rarest word", KNOWN, lambda: _sites("its rarest word is on")),
    (r"log sites of the whole line", KNOWN, lambda: _sites("the whole of it is on")),
    (r"share of new (words|pairs)", KNOWN, lambda what: _percent(f"{{}} of its {_WHAT[what]} are new")),
    (r"share of pairs known to few", KNOWN, lambda: _percent("{} of its word pairs are on three sites at most")),
    (r"known as a whole", KNOWN, lambda: _flag("a line that other sites have too", "not a line that other sites have")),
    (r"share of new pairs (.+)", KNOWN, lambda where: _percent(f"{{}} of the word pairs {where} are new")),
    (r"known as a whole (.+)", KNOWN, lambda where: _percent(f"{{}} of the lines {where} are on other sites too")),
)
_NEIGHBOUR = re.compile(r"line (\d+) (above|below): (.+)")


@cache
def _rule(name: str) -> tuple[str, Phrase] | None:
    """Return the theme and the phrase of a dense feature, or None for an unknown one."""
    neighbour = _NEIGHBOUR.fullmatch(name)
    if neighbour:
        by, side, rest = neighbour.groups()
        inner = _rule(rest)
        where = f"the line {side}" if by == "1" else f"{by} lines {side}"
        if rest == "log length":
            return f"shape of the lines {side}", lambda value: f"{where}: {_LONG(value) if value > 0 else 'nothing'}"
        return (f"shape of the lines {side}", lambda value: f"{where}: {inner[1](value)}") if inner else None
    for pattern, theme, make in _RULES:
        found = re.fullmatch(pattern, name)
        if found:
            return theme, make(*found.groups())
    return None


def known(name: str) -> bool:
    """Tell whether a dense feature has a phrase of its own."""
    return _rule(name) is not None


def theme_of(name: str) -> str:
    """Return the theme of a dense feature."""
    rule = _rule(name)
    return rule[0] if rule else OTHER


def phrase_of(name: str, value: float) -> str:
    """Say in words what a dense feature's value tells of a line; an unknown one by its name and value."""
    rule = _rule(name)
    return rule[1](value) if rule else f"{name}: {value:.3g}"
