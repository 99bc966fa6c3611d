"""Fit how likely a page has an article, on what was held out of training (needs scikit-learn)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sangloc.article import Article, article_labels, summaries
from sangloc.labelfile import LabelledPage
from sangloc.labels import LabelSet
from sangloc.page import paragraphs_of
from sangloc.regression import fit_logistic, rounded, standard
from sangloc.sieve import Sieve

Floats = NDArray[np.float64]

C, SPREAD = 0.3, 1.0
GRID = 2.0**-14
# Pages without an article weigh this much of all. Few labelled pages have none; the pages below, cut to what is around their article, stand
# in for more of them. Of crawled pages of news sites, two in ten to five in ten are lists, home pages and the like.
SHARE_WITHOUT = 0.3
FEWEST_LINES = 5


@dataclass(frozen=True)
class PageCases:
    """Pages as the fit sees them: summaries (n, len(NAMES)), whether each has an article, its fold, its form."""

    summaries: Floats
    has_article: NDArray[np.bool_]
    folds: NDArray[np.int64]
    kinds: tuple[str, ...]
    paths: tuple[str, ...]

    @property
    def weights(self) -> Floats:
        """Return weights under which pages without an article are SHARE_WITHOUT of all, mean 1."""
        share = self.has_article.mean()
        out: Floats = np.where(self.has_article, (1 - SHARE_WITHOUT) / max(share, 1e-9), SHARE_WITHOUT / max(1 - share, 1e-9))
        return out


def page_cases(
    labels: LabelSet, shown: Sequence[LabelledPage], held_out: Sequence[Floats], fold_sieves: Sequence[Sieve], fold_of: Mapping[str, int]
) -> PageCases:
    """Summarise every page form by its held-out probabilities, and every article page without its body by the sieve of its fold."""
    wanted = article_labels(labels)
    cases = [(page, found, fold_of[page.site]) for page, found in zip(shown, held_out, strict=True)]
    folds = sorted(set(fold_of.values()))
    for fold, sieve in zip(folds, fold_sieves, strict=True):
        stripped = [form for page in shown if fold_of[page.site] == fold and (form := without_body(page)) is not None]
        tagged = sieve.tag_many(form.text for form in stripped)
        cases += [(form, found.probabilities, fold) for form, found in zip(stripped, tagged, strict=True)]
    return PageCases(
        summaries=np.array([summaries(list(paragraphs_of(page.text)), found, labels) for page, found, _ in cases]),
        has_article=np.array([not wanted.isdisjoint(page.labels) for page, _, _ in cases]),
        folds=np.array([fold for _, _, fold in cases]),
        kinds=tuple(page.header.get("form", "full") for page, _, _ in cases),
        paths=tuple(page.path for page, _, _ in cases),
    )


def without_body(page: LabelledPage) -> LabelledPage | None:
    """Return a whole page without its article, as its site's list pages are; None for other forms, and where next to nothing is left."""
    body = {label for label in page.label_set.labels if page.label_set.group_of[label] == "body"}
    if "form" in page.header or body.isdisjoint(page.labels):
        return None
    kept = tuple(label for label in page.labels if label not in body)
    if len(kept) < FEWEST_LINES:
        return None
    return replace(page, text="\n".join(_lines_without(page, body)), labels=kept, header=page.header | {"form": "without body"})


def _lines_without(page: LabelledPage, dropped: set[str]) -> Iterator[str]:
    names = iter(page.labels)
    for line in page.text.split("\n"):
        if not line.strip() or next(names) not in dropped:
            yield line


def fit_article(cases: PageCases, rows: NDArray[np.bool_] | None = None) -> Article | None:
    """Fit the weights on some of the cases; None where all of them have an article, or none."""
    chosen = np.ones(len(cases.has_article), dtype=bool) if rows is None else rows
    found, classes = cases.summaries[chosen], cases.has_article[chosen].astype(np.int64)
    if len(set(classes.tolist())) < 2:
        return None
    mean, scale = standard(found, SPREAD)
    weights, bias = fit_logistic((found - mean) * scale, classes, cases.weights[chosen], C, 2)
    own = rounded((weights[:, 1] - weights[:, 0]) * scale, GRID)
    return Article(own, float(rounded(np.array(bias[1] - bias[0] - mean @ own), GRID)))


def held_out_scores(cases: PageCases) -> Floats:
    """Return each case's log-odds by weights that were fitted without its fold, (n,)."""
    out = np.zeros(len(cases.has_article))
    for fold in sorted(set(cases.folds.tolist())):
        article = fit_article(cases, cases.folds != fold)
        if article is not None:
            here = cases.folds == fold
            out[here] = cases.summaries[here] @ article.weights + article.bias
    return out
