"""Which lines of a page stand on other pages of its site: menus, footers, lists of stories; the article's text does not.

Pages of a site are read once for the hashes of their lines, then tagged with what was counted. A page by itself is tagged as ever: the
count is then absent, not zero.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sangloc.chars import mixed
from sangloc.features import Features
from sangloc.labels import LabelSet
from sangloc.tokens import Hashes, tokenise

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

# What a line's repetition adds to the scores of all labels outside the body, before the second pass and after it (MODEL.md).
LONG = 30  # characters of a line whose repetition says much
LONG_REPEATED, SHORT_REPEATED, LONG_ALONE = 4.0, 2.0, -1.0
MIN_PAGES = 3  # of a site, without which the count is absent
BODY = "body"
# A page most of whose running text stands on another page is a copy of that page (a print view, a second address): there the text
# would be taken for boilerplate, so its running text is left as it is.
COPIED = 0.5

PENDING = 1 << 22  # hashes kept before they are added up


@dataclass(frozen=True, slots=True)
class SiteCounts:
    """On how many pages of its site each line stands; only lines that stand on more than one are kept."""

    keys: Hashes  # (N,) sorted, of site and line together
    pages: dict[str, int]  # pages of each site

    def repeated(self, site: str, hashes: Hashes) -> Bools:
        """Return which lines stand on another page of the site too, (L,)."""
        if not len(self.keys):
            return np.zeros(len(hashes), dtype=bool)
        wanted = keys_of(site, hashes)
        found = np.minimum(np.searchsorted(self.keys, wanted), len(self.keys) - 1)
        return np.asarray(self.keys[found] == wanted)

    def shifts(self, sites: Sequence[str | None], features: Features) -> Floats:
        """Return what is added to the scores of the labels outside the body, (L,), for pages of these sites (None: of no site)."""
        places = features.places
        out = np.zeros(places.count)
        running_text = features.column("running text") > 0
        bounds = np.concatenate(([0], np.cumsum(places.sizes))).tolist()
        for site, start, end in zip(sites, bounds[:-1], bounds[1:], strict=True):
            if site is None or self.pages.get(site, 0) < MIN_PAGES or start == end:
                continue
            again = self.repeated(site, features.line_hashes[start:end])
            long = features.chars[start:end] >= LONG
            shift = np.where(again, np.where(long, LONG_REPEATED, SHORT_REPEATED), np.where(long, LONG_ALONE, 0.0))
            text = running_text[start:end]
            if text.any() and again[text].mean() > COPIED:
                shift[text] = 0.0
            out[start:end] = shift
        return out


@dataclass(slots=True)
class SiteLines:
    """Counts the lines of pages by site; memory is bounded by the number of different lines.

    It takes 12 bytes for each, three times that while adding up: 10 million take 0.43 GB at the most.
    """

    pages: dict[str, int] = field(default_factory=dict)
    keys: Hashes = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    counts: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, dtype=np.uint32))
    _pending: list[Hashes] = field(default_factory=list)
    _size: int = 0

    def add(self, site: str, texts: Sequence[str]) -> None:
        """Count the lines of some pages of a site, each line once a page."""
        for hashes in hashes_by_page(texts):
            self.add_hashes(site, hashes)

    def add_hashes(self, site: str, hashes: Hashes) -> None:
        """Count a page whose lines have these hashes (each once)."""
        self.pages[site] = self.pages.get(site, 0) + 1
        self._pending.append(keys_of(site, hashes))
        self._size += len(hashes)
        if self._size > PENDING:
            self._add_up()

    def finished(self) -> SiteCounts:
        """Return what was counted."""
        self._add_up()
        return SiteCounts(self.keys[self.counts > 1], dict(self.pages))

    @property
    def recurring(self) -> float:
        """Return the share of the lines so far, each once a page, that stand on another page of their site too."""
        self._add_up()
        return float(self.counts[self.counts > 1].sum(dtype=np.int64) / max(int(self.counts.sum(dtype=np.int64)), 1))

    def _add_up(self) -> None:
        if not self._pending:
            return
        given = np.concatenate(self._pending)
        self._pending.clear()
        self._size = 0
        given.sort()
        starts = np.flatnonzero(np.concatenate(([True], given[1:] != given[:-1]))[: len(given)])
        new, counts = given[starts], np.diff(starts, append=len(given)).astype(np.uint32)
        places = np.searchsorted(self.keys, new)
        known = np.zeros(len(new), dtype=bool)
        inside = places < len(self.keys)
        known[inside] = self.keys[places[inside]] == new[inside]
        self.counts[places[known]] += counts[known]
        unknown = places[~known]
        # Not a sort of both together: it would need the double.
        self.keys = np.insert(self.keys, unknown, new[~known])
        self.counts = np.insert(self.counts, unknown, counts[~known])


def keys_of(site: str, hashes: Hashes) -> Hashes:
    """Return hashes of site and line together, the same in every process."""
    number = int.from_bytes(hashlib.blake2b(site.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")
    return mixed(hashes ^ np.uint64(number))


def hashes_by_page(texts: Sequence[str]) -> list[Hashes]:
    """Return the hashes of each page's different lines, sorted."""
    if not texts:
        return []
    tokens = tokenise(texts)
    pairs = zip(tokens.page_lines[:-1].tolist(), tokens.page_lines[1:].tolist(), strict=True)
    return [np.unique(tokens.line_hashes[start:end]) for start, end in pairs]


def outside_body(labels: LabelSet) -> Floats:
    """Return 1 for the labels outside the group `body`, 0 for its own, (K,)."""
    return np.array([float(labels.group_of[label] != BODY) for label in labels.labels])


def counted(pages: Iterable[tuple[str | None, str]], batch: int = 256) -> SiteCounts:
    """Count pages given as (site, text); None is no site."""
    lines = SiteLines()
    waiting: list[tuple[str, str]] = []

    def count() -> None:
        for (site, _), hashes in zip(waiting, hashes_by_page([text for _, text in waiting]), strict=True):
            lines.add_hashes(site, hashes)
        waiting.clear()

    for site, text in pages:
        if site is not None:
            waiting.append((site, text))
        if len(waiting) == batch:
            count()
    count()
    return lines.finished()
