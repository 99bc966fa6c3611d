"""What may be wrong with labels that are well-formed: near-duplicate pages, one context with two labels, labels no model expects."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sangloc.labelfile import LabelledPage
from sangloc.page import paragraphs_of

NEAR_DUPLICATE = 0.7  # of the long lines of the smaller page that the other has too
LONG = 40  # characters of a line that says something about its page
COMMON = 20  # a line on more pages than this is interface and pairs none of them
MIN_LINES = 5
TELLING = 30  # characters of a line and its neighbours that say what the line is


@dataclass(frozen=True, slots=True)
class Suspect:
    """A paragraph whose label is doubtful, and why, the most doubtful first when sorted by `doubt`."""

    path: str
    line: int
    message: str
    doubt: float = 0.0

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def near_duplicates(pages: Sequence[LabelledPage]) -> Iterator[Suspect]:
    """Yield pages of different layouts most of whose long lines stand on one other page: a copy is on both sides of a cross-validation."""
    long_lines = [{line.strip() for line in paragraphs_of(page.text) if len(line.strip()) >= LONG} for page in pages]
    where: dict[str, list[int]] = defaultdict(list)
    for number, lines in enumerate(long_lines):
        for line in lines:
            where[line].append(number)
    shared: dict[tuple[int, int], int] = defaultdict(int)
    for holders in where.values():
        if 1 < len(holders) <= COMMON:
            for pair in combinations(holders, 2):
                shared[pair] += 1
    for (one, other), count in sorted(shared.items()):
        smaller = min(len(long_lines[one]), len(long_lines[other]))
        if smaller >= MIN_LINES and count >= NEAR_DUPLICATE * smaller and pages[one].site != pages[other].site:
            message = f"{count} of its long lines stand on {pages[one].path} too; put both into one folder, or drop one"
            yield Suspect(pages[other].path, pages[other].line_of(0), message)


def contradictions(pages: Sequence[LabelledPage]) -> Iterator[Suspect]:
    """Yield lines that have one label in a context and another in the same context elsewhere (the line and its two neighbours alike)."""
    seen: dict[tuple[str, str, str], tuple[str, str, int]] = {}
    for page in pages:
        lines = ["", *(line.strip() for line in paragraphs_of(page.text)), ""]
        for number, label in enumerate(page.labels):
            context = (lines[number], lines[number + 1], lines[number + 2])
            if sum(map(len, context)) < TELLING:
                continue  # pagers and counters
            first = seen.setdefault(context, (label, page.path, page.line_of(number)))
            if first[0] != label:
                message = f"{label!r} here, and {first[0]!r} between the same lines in {first[1]}:{first[2]}: {context[1][:60]!r}"
                yield Suspect(page.path, page.line_of(number), message)


def unexpected(pages: Sequence[LabelledPage], jobs: int = 2) -> list[Suspect]:
    """Return all paragraphs to which models fitted without their site give another label, the least likely first (needs scikit-learn)."""
    from sangloc.fitting import fit_and_hold_out

    fitted = fit_and_hold_out(pages, jobs)
    names = fitted.sieve.model.labels.labels
    found = []
    for page, probabilities in zip(fitted.shown, fitted.held_out, strict=True):
        if "form" in page.header and page not in pages:
            continue  # derived from a page that is looked at itself
        lines = list(paragraphs_of(page.text))
        for number, (label, row) in enumerate(zip(page.labels, probabilities, strict=True)):
            best, here = names[int(np.argmax(row))], float(row[names.index(label)])
            if best != label:
                message = f"{label!r} has probability {here:.3f}, {best!r} {row.max():.3f}: {lines[number].strip()[:60]!r}"
                found.append(Suspect(page.path, page.line_of(number), message, 1 - here))
    return sorted(found, key=lambda suspect: -suspect.doubt)
