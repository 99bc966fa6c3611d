"""Tag pages with a model."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise, repeat
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sangloc.artifact import ModelFileError
from sangloc.features import Buffer, Features, features_of
from sangloc.first import FirstPass
from sangloc.model import Model, load_model
from sangloc.page import Page
from sangloc.second import SecondPass, softmax
from sangloc.sites import SiteCounts, hashes_by_page, outside_body
from sangloc.tokens import Hashes, shortened

if TYPE_CHECKING:
    from sangloc.explain import Explanation

SHIPPED = Path(__file__).with_name("model.joblib")

# Batches of about this many characters keep NumPy's arrays in the cache and its calls few.
BATCH = 1 << 18
BATCH_PAGES = 512  # each page has tables of its own
WARMING = 512  # lines of a product that is large enough for all that OpenBLAS takes
SETTLING = 31 << 20  # bytes; glibc follows sizes up to 32 MiB
# Longer pages are tagged in sections of this many lines or characters, so that memory stays bounded by the text.
SECTION_LINES = 20_000
SECTION_CHARS = 1 << 22


class Sieve:
    """Tells what each paragraph of a page is."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.first, self.second = FirstPass(model.first), SecondPass(model.second)
        self.dense = np.concatenate((model.first.dense, self.second.dense), axis=1)
        self.outside_body = outside_body(model.labels)
        self.local = threading.local()
        # Freeing one large piece of untouched memory tells glibc to keep what is freed later (its dynamic mmap and trim thresholds).
        # Without it every batch's arrays go back to the system and come again page by page: a quarter of the time in a process
        # that has other libraries in it. Elsewhere it does nothing.
        np.empty(SETTLING, dtype=np.uint8)
        # OpenBLAS takes its own memory at the first product, and ends the process where there is none: not in mid-page, then.
        np.ones((WARMING, len(self.dense))) @ self.dense

    def __repr__(self) -> str:
        return f"Sieve({', '.join(self.model.labels.labels)})"

    def __reduce__(self) -> tuple[type["Sieve"], tuple[Model]]:
        """Travel to other processes as the model; the rest is made of it."""
        return Sieve, (self.model,)

    def tag(self, text: str, site: str | None = None, counts: SiteCounts | None = None) -> Page:
        """Tag one page; see `tag_many` for sites."""
        return self._tagged([text], [site], counts)[0]

    def tag_many(self, texts: Iterable[str], sites: Iterable[str | None] | None = None, counts: SiteCounts | None = None) -> Iterator[Page]:
        """Tag pages in batches, in order: the fast way. A page's labels don't depend on the others'.

        Unless `counts` (from `sangloc.sites.counted`) says which lines recur on each page's site, whose names are then in `sites`;
        `ValueError` where these are not as many as the texts.
        """
        batch: list[str] = []
        names: list[str | None] = []
        size = 0
        for text, name in zip(texts, repeat(None), strict=False) if sites is None else zip(texts, sites, strict=True):
            batch.append(text)
            names.append(name)
            size += len(text) + 1
            if size >= BATCH or len(batch) == BATCH_PAGES:
                yield from self._tagged(batch, names, counts)
                batch, names, size = [], [], 0
        if batch:
            yield from self._tagged(batch, names, counts)

    def explain(self, text: str) -> list["Explanation"]:
        """Say for every paragraph of a page what made its label: scores as sums of named terms (see `sangloc.explain`)."""
        from sangloc.explain import explain

        return explain(self, text)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model to a file; raises `OSError`."""
        self.model.save(path)

    def _tagged(self, texts: Sequence[str], sites: Sequence[str | None], counts: SiteCounts | None) -> list[Page]:
        for text in texts:
            if not isinstance(text, str):
                raise TypeError(f"a page's text is a str, not {type(text).__name__}; decode bytes first")
        parts = [list(sections(text)) for text in texts]
        flat = [part for page in parts for part in page]
        if len(flat) == len(texts):
            pages = self.probabilities(flat, sites, counts)
        else:
            named = [(part, site) for page, site in zip(parts, sites, strict=True) for part in page]
            found = iter([array for part, site in named for array in self.probabilities([part], [site], counts)])
            pages = [np.concatenate([next(found) for _ in page]) for page in parts]
        return [
            Page(text, self.model.labels, array.argmax(axis=1), array, self.model.article) for text, array in zip(texts, pages, strict=True)
        ]

    def probabilities(
        self, texts: Sequence[str], sites: Sequence[str | None] = (), counts: SiteCounts | None = None
    ) -> list[NDArray[np.float64]]:
        """Return each text's probabilities, (paragraphs, labels)."""
        if not hasattr(self.local, "buffer"):
            self.local.buffer = Buffer()
        features = features_of(texts, self.model.first.sizes, self.model.known, self.local.buffer)
        probs = softmax(self.scores(features, None if counts is None else counts.shifts(sites, features)))
        bounds = np.concatenate(([0], np.cumsum(features.places.sizes))).tolist()
        return [probs[start:end] for start, end in pairwise(bounds)]

    def scores(self, features: Features, shifts: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return the final scores of every line, (L, K); `shifts` (L,) are added to those of labels outside the body in either pass."""
        to_first, to_second = np.split(features.dense @ self.dense, 2, axis=1)
        first, words = self.first.scores_and_words(features, to_first)
        if shifts is None:
            return self.second.scores(first, words, features, to_second)
        extra = shifts[:, None] * self.outside_body
        return self.second.scores(first + extra, words, features, to_second) + extra


def sections(text: str) -> Iterator[str]:
    """Cut an over-long text at line ends; all others are one section."""
    if len(text) > SECTION_CHARS:
        text = shortened(text)
    if len(text) <= SECTION_CHARS and text.count("\n") <= SECTION_LINES:
        yield text
        return
    start = 0
    while start < len(text):
        end = start
        for _ in range(SECTION_LINES):
            end = text.find("\n", end) + 1
            if not end:
                end = len(text)
                break
            if end - start >= SECTION_CHARS:
                break
        yield text[start:end]
        start = end


def line_hashes(texts: Sequence[str]) -> list[Hashes]:
    """Return the hashes of each page's different lines, sorted; of over-long pages section by section, as they are tagged."""
    parts = [list(sections(text)) for text in texts]
    if all(len(page) == 1 for page in parts):
        return hashes_by_page([part for page in parts for part in page])
    return [np.unique(np.concatenate([hashes_by_page([part])[0] for part in page])) for page in parts]


def load(path: str | PathLike[str] | None = None) -> Sieve:
    """Load a model: the shipped one, or that in a file. `ModelFileError` says what is wrong with a file."""
    if path is None and not SHIPPED.exists():
        raise ModelFileError(f"{SHIPPED}: the shipped model is missing; reinstall sangloc, or make it with 'make train'")
    return Sieve(load_model(SHIPPED if path is None else path))
