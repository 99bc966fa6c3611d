"""Train on pages of one's own beside a base, a model or labels, and measure what they bring on pages that were held out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sangloc.correction import corrected
from sangloc.evaluation import Scores, scored, truth
from sangloc.fitting import fit_and_hold_out
from sangloc.labelfile import LabelledPage, fingerprint
from sangloc.labels import LabelSet
from sangloc.sieve import Sieve

FOLDS = 10  # in which many pages are held out; up to so many are held out one by one
Probabilities = Sequence[NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Gain:
    """Scores on the same pages before and after learning; no page that is scored had a part in what scores it."""

    name: str
    before: Scores
    after: Scores


def from_model(base: Sieve, pages: Sequence[LabelledPage], weight: float) -> tuple[Sieve, list[Gain]]:
    """Correct a model by the pages, and tell what that brings on pages of these sites; and of others, where there are several.

    Pages are held out one by one (or in tenths), so what was learned of a site's other pages counts; then whole sites are.
    """
    before = _of(base, pages)
    sites = sorted({page.site for page in pages})
    gains: list[Gain] = []
    if len(pages) > 1:
        after = _held_out(base, pages, weight, [number % FOLDS for number in range(len(pages))])
        gains = by_site(base.model.labels, pages, before, after)
    if len(sites) > 1:
        after = _held_out(base, pages, weight, [sites.index(page.site) % FOLDS for page in pages])
        gains.append(_gain("sites held out", base.model.labels, pages, before, after))
    return corrected(base, pages, weight), gains


def from_labels(
    base: Sequence[LabelledPage], pages: Sequence[LabelledPage], *, weight: float, judge: Sieve, jobs: int
) -> tuple[Sieve, list[Gain]]:
    """Train anew on the base's labels and the pages, and compare with what `judge`, a model that has not seen the pages, says of them.

    In training each of the pages is a site of its own: those that are measured are held out with a fifth of all, not with their site.
    """
    alone = [
        replace(page, weight=weight, path=str(Path(page.path).parent / f"{page.site} {number}" / Path(page.path).name))
        for number, page in enumerate(pages)
    ]
    fitted = fit_and_hold_out([*base, *alone], jobs)
    model = fitted.sieve.model
    model = replace(
        model, training=model.training | {"labels_sha256": fingerprint([*base, *pages]), "own_pages": len(pages), "own_weight": weight}
    )
    if judge.model.labels != model.labels:
        return Sieve(model), []
    held_out = dict(zip(((page.path, page.text) for page in fitted.shown), fitted.held_out, strict=True))
    after = [held_out[page.path, page.text] for page in alone]
    return Sieve(model), by_site(model.labels, pages, _of(judge, pages), after)


def _of(sieve: Sieve, pages: Sequence[LabelledPage]) -> Probabilities:
    return [page.probabilities for page in sieve.tag_many(page.text for page in pages)]


def _held_out(base: Sieve, pages: Sequence[LabelledPage], weight: float, fold: Sequence[int]) -> Probabilities:
    out: list[NDArray[np.floating]] = [np.zeros((0, 0))] * len(pages)
    for number in sorted(set(fold)):
        taught = corrected(base, [page for page, of in zip(pages, fold, strict=True) if of != number], weight)
        for i, of in enumerate(fold):
            if of == number:
                out[i] = taught.tag(pages[i].text).probabilities
    return out


def by_site(labels: LabelSet, pages: Sequence[LabelledPage], before: Probabilities, after: Probabilities) -> list[Gain]:
    """Return the gain on each site and on all pages."""
    sites = sorted({page.site for page in pages})
    gains = []
    for site in sites if len(sites) > 1 else []:
        rows = [i for i, page in enumerate(pages) if page.site == site]
        gains.append(_gain(site, labels, [pages[i] for i in rows], [before[i] for i in rows], [after[i] for i in rows]))
    return [*gains, _gain("all pages", labels, pages, before, after)]


def _gain(name: str, labels: LabelSet, pages: Sequence[LabelledPage], before: Probabilities, after: Probabilities) -> Gain:
    one, other = (
        scored(truth(labels, pages, [x.argmax(axis=1) for x in found], [x.max(axis=1).astype(np.float64) for x in found]))
        for found in (before, after)
    )
    return Gain(name, one, other)


def table(gains: Sequence[Gain]) -> str:
    """Return the gains as text, at most 80 columns wide."""
    out = [f"{'before, after':24s} pages  lines  groups right F1 of groups    kept text"]
    for gain in gains:
        columns = ("group_accuracy", "group_f1", "kept_char")
        figures = "".join(f"  {getattr(gain.before, name):.3f} {getattr(gain.after, name):.3f}" for name in columns)
        out.append(f"{gain.name[:24]:24s} {gain.before.pages:5d} {gain.before.lines:6d}{figures}")
    return "\n".join(out)
