"""The sieve as a scikit-learn estimator: pages in, a list of labels a page out."""

from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import chain
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from sangloc.fitting import fit
from sangloc.labelfile import LabelledPage
from sangloc.labels import DEFAULT, LabelSet
from sangloc.page import Page, paragraphs_of


class BoilerplateClassifier(BaseEstimator):
    """Label the paragraphs of pages; samples are pages, `X` a list of their texts, `y` a list of lists of labels, one a paragraph.

    Not a `ClassifierMixin`, since scikit-learn's classifiers have one class a sample: a plain `cv=5` deals pages out as for regression,
    and `score` is the share of paragraphs that get their label. Cross-validate with `GroupKFold` and the pages' sites as groups, else
    pages of one site are on both sides. Parameters: `label_set` where the labels are not the nine, `n_jobs` processes that fit.
    Fitted, it has `sieve_` and `classes_`, the labels in the order of `predict_proba`'s columns.
    """

    def __init__(self, label_set: LabelSet | None = None, n_jobs: int = 1) -> None:
        self.label_set = label_set
        self.n_jobs = n_jobs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = False, True
        tags.target_tags.required, tags.target_tags.one_d_labels = True, False
        tags.no_validation = True
        return tags

    def fit(self, X: Sequence[str], y: Sequence[Sequence[str]], groups: Sequence[Hashable] | None = None) -> Self:  # noqa: N803
        """Train on pages; `groups` are their sites, without them each page counts as a site of its own.

        `ValueError` names the page whose labels don't fit its paragraphs or are unknown, or says what else training lacks (two sites,
        two kinds of label).
        """
        texts = _texts(X)
        labels = self.label_set or DEFAULT
        sites = list(range(len(texts))) if groups is None else list(groups)
        if not len(texts) == len(y) == len(sites):
            raise ValueError(f"X has {len(texts)} pages, y {len(y)}, groups {len(sites)}; they must be as many")
        number: dict[Hashable, int] = {site: i for i, site in enumerate(dict.fromkeys(sites))}
        pages = [
            _labelled(text, given, f"site-{number[site]}/page-{i}", labels)
            for i, (text, given, site) in enumerate(zip(texts, y, sites, strict=True))
        ]
        self.sieve_ = fit(pages, jobs=self.n_jobs)
        self.classes_ = np.array(self.sieve_.model.labels.labels)
        return self

    def predict(self, X: Sequence[str]) -> list[list[str]]:  # noqa: N803
        """Return the labels of each page's paragraphs."""
        return [[found.label for found in page.paragraphs] for page in self._pages(X)]

    def predict_proba(self, X: Sequence[str]) -> list[NDArray[np.float64]]:  # noqa: N803
        """Return each page's probabilities, (paragraphs, classes)."""
        return [np.asarray(page.probabilities, dtype=np.float64) for page in self._pages(X)]

    def score(self, X: Sequence[str], y: Sequence[Sequence[str]]) -> float:  # noqa: N803
        """Return the share of all paragraphs that get their label."""
        found = self.predict(X)
        _same_lengths(found, y)
        hits = Counter(a == b for a, b in zip(chain(*found), chain(*y), strict=True))
        if not hits:
            raise ValueError("no paragraphs to score on")
        return hits[True] / hits.total()

    def _pages(self, texts: Sequence[str]) -> list[Page]:
        check_is_fitted(self)
        return list(self.sieve_.tag_many(_texts(texts)))


def _texts(given: Sequence[str]) -> list[str]:
    if isinstance(given, str):
        raise ValueError("X is one text; it must be a list of texts")
    texts = list(given)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(f"X[{i}] is not a page's text (str) but a {type(text).__name__}")
    return texts


def _labelled(text: str, labels: Sequence[str], path: str, known: LabelSet) -> LabelledPage:
    count = sum(1 for _ in paragraphs_of(text))
    if len(labels) != count:
        raise ValueError(f"{path}: {count} paragraphs (lines that are not blank), but {len(labels)} labels")
    unknown = set(labels) - set(known.labels)
    if unknown:
        raise ValueError(f"{path}: unknown labels {sorted(unknown)}; known are {', '.join(known.labels)}; label_set takes others")
    return LabelledPage(f"{path}.tsv", text.replace("\r\n", "\n"), tuple(map(str, labels)), label_set=known)


def _same_lengths(found: Sequence[Sequence[str]], y: Sequence[Sequence[str]]) -> None:
    if len(found) != len(y):
        raise ValueError(f"X has {len(found)} pages, y {len(y)}; they must be as many")
    for i, (ours, given) in enumerate(zip(found, y, strict=True)):
        if len(ours) != len(given):
            raise ValueError(f"y[{i}] has {len(given)} labels, X[{i}] {len(ours)} paragraphs")
