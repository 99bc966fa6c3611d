"""HTML to plain text without a parser: tags out, blocks on lines of their own. For pages on which the parser takes too long or dies.

Each step is linear in the text, whatever the page.
"""

import html
import re

# Where a line ends; a tag of another name stays within its line.
BLOCKS = frozenset(
    """
    address article aside blockquote body br button caption center dd details dialog div dl dt fieldset figcaption figure footer form
    h1 h2 h3 h4 h5 h6 head header hr html label legend li main menu nav ol option p pre section select summary table tbody td tfoot th
    thead title tr ul
    """.split()  # noqa: SIM905  # the list would take 51 lines
)
UNSEEN = frozenset({"script", "style", "template", "title"})
_NAME = re.compile(r"/?([A-Za-z][A-Za-z0-9]{0,15})")
_WHITE = re.compile(r"\s+")
_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in UNSEEN}


def stripped(page: str) -> str:
    """Return the text of an HTML page, a line for each block."""
    lines = (line.strip() for line in html.unescape("".join(_pieces(page))).split("\n"))
    return "\n\n".join(line for line in lines if line)


def _pieces(page: str) -> list[str]:
    """Return the text between the tags, and line ends for the tags of blocks."""
    out: list[str] = []
    missing: set[str] = set()  # ends that the rest of the page doesn't have: looked for once, not once a tag
    place = 0
    while (start := page.find("<", place)) >= 0:
        out.append(_WHITE.sub(" ", page[place:start]))
        if page.startswith("<!--", start):
            place = _behind(page, "-->", start, missing)
            continue
        named = _NAME.match(page, start + 1)
        if named is None and not page.startswith(("<!", "<?"), start):
            out.append("<")  # a sign in the text
            place = start + 1
            continue
        place = _behind(page, ">", start, missing)
        name = named[1].lower() if named else ""
        if name in BLOCKS:
            out.append("\n")
        if name in UNSEEN and page[start + 1] != "/" and name not in missing:
            found = _ENDS[name].search(page, place)
            if found is None:
                missing.add(name)
            else:
                place = found.start()
    out.append(_WHITE.sub(" ", page[place:]))
    return out


def _behind(page: str, end: str, start: int, missing: set[str]) -> int:
    """Return the place behind the next `end`; where there is none, that behind the sign at `start`."""
    found = -1 if end in missing else page.find(end, start)
    if found < 0:
        missing.add(end)
        return start + 1
    return found + len(end)
