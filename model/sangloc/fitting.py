"""Fit both passes on labelled pages (needs scikit-learn; everything that tagging needs is elsewhere)."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import groupby
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from sangloc.article import Article
from sangloc.articlefit import PageCases, fit_article, page_cases
from sangloc.augment import forms
from sangloc.design import design_matrix, split_coefficients
from sangloc.features import Features, features_of
from sangloc.first import LIMIT, WORD_GRID, First, FirstPass
from sangloc.known import Census, Known
from sangloc.labelfile import LabelFileError, LabelledPage, fingerprint
from sangloc.labels import DEFAULT, LabelSet
from sangloc.model import Model
from sangloc.regression import fit_logistic, rounded, standard
from sangloc.second import Second, second_features, softmax
from sangloc.sieve import Sieve
from sangloc.words import Sizes

Floats = NDArray[np.float32]
Scores = NDArray[np.float64]
Ints = NDArray[np.int64]

SIZES = Sizes(own=14, around=13, pairs=15, phrases=12)
FIRST_C, FIRST_SPREAD = 1.0, 0.15  # inverse regularisation; spread of the dense features beside the words' length of 2
SECOND_C, SECOND_SPREAD = 0.02, 0.3
FOLDS = 5
BATCH = 32  # pages whose features are computed at once
DENSE_GRID = 2.0**-14  # what weights of dense features are rounded to
TEMPERATURES = np.arange(0.5, 1.55, 0.05)


@dataclass(frozen=True)
class Corpus:
    """Pages ready to fit on: features in one piece, per line the class, weight and fold."""

    features: list[Features]
    bounds: Ints  # (batches + 1,) first line of each batch in `features`
    words: sparse.csr_matrix  # (L, buckets)
    dense: Floats  # (L, D)
    classes: Ints  # (L,)
    weights: Floats  # (L,) every page weighs the same, unless it says otherwise; mean 1
    folds: Ints  # (L,)
    page: Ints  # (L,) number of the page form


@dataclass(frozen=True)
class Fitted:
    """A sieve, and what models that had not seen a page's site say of it."""

    sieve: Sieve
    shown: list[LabelledPage]  # pages and their forms
    held_out: list[Scores]  # per page form the probabilities (paragraphs, labels)
    fold_sieves: list[Sieve]  # each fitted without the sites of its fold
    fold_of: dict[str, int]  # the fold of each site
    cases: PageCases  # what `is_article` was fitted on


def fit(pages: Sequence[LabelledPage], jobs: int = 2) -> Sieve:
    """Train a sieve on labelled pages; `LabelFileError` where they have one label only."""
    return fit_and_hold_out(pages, jobs).sieve


def fit_and_hold_out(pages: Sequence[LabelledPage], jobs: int = 2) -> Fitted:
    """Train a sieve, and predict each page with models that were fitted without its site.

    The second pass is fitted on the first one's held-out predictions, so that it learns how wrong they are on new sites. What is held out
    from the second pass is one fold at a time; the first-pass predictions that it was fitted on come from models that saw that fold.
    """
    labels = _labels_in(pages)
    count = len(labels.labels)
    shown = [form for page in pages for form in forms(page) if form.labels]
    census = Census(pages)
    corpus = _corpus(shown, labels, census)
    folds = sorted(set(corpus.folds.tolist()))
    if len(folds) < 2:
        raise LabelFileError(f"{pages[0].path}:1: all pages are of one layout (folder); training needs two to hold one out")
    training = [corpus.folds != fold for fold in folds]
    everything = np.ones(len(corpus.classes), dtype=bool)
    # The mean of the folds' first passes does better on unseen sites than one fitted on everything (training/TRIED.md): what depends on
    # the choice of sites evens out. With fewer folds, or labels that only one has, each of them has seen too little.
    evened = len(folds) == FOLDS and all(len(np.unique(corpus.classes[rows])) == count for rows in training)
    # One thread each: the order of sums, and with it the last bits, depends on the number of threads.
    with threadpool_limits(1):
        fits = training if evened else [*training, everything]
        firsts = Parallel(n_jobs=jobs)(delayed(_fit_first)(*_rows(corpus, rows), count) for rows in fits)
        first = _mean(firsts) if evened else firsts.pop()
        scores, words = np.zeros((2, len(corpus.classes), count))
        for rows, pass_ in zip(training, map(FirstPass, firsts), strict=True):
            for batch, start, end in zip(corpus.features, corpus.bounds[:-1], corpus.bounds[1:], strict=True):
                out = ~rows[start:end]
                if out.any():
                    for found, of_batch in zip((scores, words), pass_.scores_and_words(batch), strict=True):
                        found[start:end][out] = of_batch[out]
        stacked = _second_matrix(corpus, scores, words)
        *seconds, second = Parallel(n_jobs=jobs)(
            delayed(_fit_second)(stacked[rows], corpus.classes[rows], corpus.weights[rows], count) for rows in (*training, everything)
        )
        held_out = np.zeros_like(scores)
        for rows, (weights, bias) in zip(training, seconds, strict=True):
            held_out[~rows] = stacked[~rows] @ weights + bias
    temperature = _temperature(held_out, corpus.classes)
    probabilities = softmax(held_out / temperature)
    ends = np.cumsum(np.bincount(corpus.page))[:-1]
    account = _account(pages, shown)

    def sieve(one: First, two: tuple[Scores, Scores], known: Known | None, article: Article | None = None) -> Sieve:
        return Sieve(Model(labels, corpus.features[0].names, one, Second(two[0], two[1], temperature), account, article, known))

    held_out_pages = np.split(probabilities, ends)
    fold_of = fold_of_sites(shown)
    knowns = [census.known([site for site in census.sites if fold_of.get(site) == fold]) for fold in folds]
    fold_sieves = [sieve(*parts) for parts in zip(firsts, seconds, knowns, strict=True)]
    cases = page_cases(labels, shown, held_out_pages, fold_sieves, fold_of)
    return Fitted(
        sieve=sieve(first, second, census.known(), fit_article(cases)),
        shown=shown,
        held_out=held_out_pages,
        fold_sieves=fold_sieves,
        fold_of=fold_of,
        cases=cases,
    )


def fold_of_sites(pages: Sequence[LabelledPage], folds: int = FOLDS) -> dict[str, int]:
    """Deal the sites out to folds, the largest first, each to the fold that has fewest pages; the same for any order of pages."""
    sizes: dict[str, int] = {}
    for page in pages:
        sizes[page.site] = sizes.get(page.site, 0) + 1
    totals = [0] * max(min(folds, len(sizes)), 1)
    out = {}
    for site, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        out[site] = totals.index(min(totals))
        totals[out[site]] += size
    return out


def _labels_in(pages: Sequence[LabelledPage]) -> LabelSet:
    """Return the labels that occur, in the set's order."""
    labels = pages[0].label_set if pages else DEFAULT
    other = next((page for page in pages if page.label_set != labels), None)
    if other is not None:
        raise LabelFileError(f"{other.path}:1: another label set than that of {pages[0].path}; one model knows one set")
    found = {label for page in pages for label in page.labels}
    if len(found) < 2:
        where = pages[0].path if pages else "labels"
        raise LabelFileError(f"{where}:1: {len(found)} kinds of label in all pages; training needs at least two")
    kept = tuple(label for label in labels.labels if label in found)
    return LabelSet(kept, {label: labels.group_of[label] for label in kept})


def _corpus(shown: Sequence[LabelledPage], labels: LabelSet, census: Census) -> Corpus:
    number = {label: i for i, label in enumerate(labels.labels)}
    features = []
    for site, of_site in groupby(shown, lambda page: page.site):
        known = census.known([site])
        texts = [page.text for page in of_site]
        features += [features_of(texts[i : i + BATCH], SIZES, known) for i in range(0, len(texts), BATCH)]
    sizes = np.array([len(page.labels) for page in shown])
    fold_of = fold_of_sites(shown)
    weights = np.repeat([page.weight for page in shown] / sizes, sizes)
    return Corpus(
        features=features,
        bounds=np.concatenate(([0], np.cumsum([batch.places.count for batch in features]))),
        words=sparse.vstack([design_matrix(batch, SIZES) for batch in features], format="csr"),
        dense=np.concatenate([batch.dense for batch in features]).astype(np.float32),
        classes=np.array([number[label] for page in shown for label in page.labels], dtype=np.int64),
        weights=(weights / weights.mean()).astype(np.float32),
        folds=np.repeat([fold_of[page.site] for page in shown], sizes),
        page=np.repeat(np.arange(len(shown)), sizes),
    )


def _rows(corpus: Corpus, rows: NDArray[np.bool_]) -> tuple[sparse.csr_matrix, Floats, Ints, Floats]:
    return corpus.words[rows], corpus.dense[rows], corpus.classes[rows], corpus.weights[rows]


def _fit_first(words: sparse.csr_matrix, dense: Floats, classes: Ints, weights: Floats, labels: int) -> First:
    mean, scale = standard(dense, FIRST_SPREAD)
    # What is 0 on most lines stays so, and the matrix sparse: the bias, which is free, takes up the shift.
    mean = np.where(np.count_nonzero(dense, axis=0) < len(dense) / 2, 0, mean)
    matrix = sparse.hstack([words, sparse.csr_matrix((dense - mean) * scale)], format="csr", dtype=np.float32)
    coefficients, bias = fit_logistic(matrix, classes, weights, FIRST_C, labels)
    buckets = words.shape[1]
    of_dense = coefficients[buckets:] * scale[:, None]
    tables = split_coefficients(coefficients[:buckets].astype(np.float32), SIZES)
    return First(
        **{name: rounded(np.clip(table, -LIMIT, LIMIT), WORD_GRID) for name, table in tables.items()},
        dense=rounded(of_dense, DENSE_GRID),
        bias=rounded(bias - mean @ of_dense, DENSE_GRID),
    )


def _mean(firsts: Sequence[First]) -> First:
    def mean(name: str, grid: float) -> NDArray[Any]:
        return rounded(np.mean([getattr(first, name) for first in firsts], axis=0), grid)

    words = {name: mean(name, WORD_GRID) for name in ("own", "pairs", "phrases", "around")}
    return First(**words, dense=mean("dense", DENSE_GRID), bias=mean("bias", DENSE_GRID))


def _second_matrix(corpus: Corpus, scores: Scores, words: Scores) -> Floats:
    batches = zip(corpus.features, corpus.bounds[:-1], corpus.bounds[1:], strict=True)
    return np.concatenate([second_features(scores[start:end], words[start:end], batch).astype(np.float32) for batch, start, end in batches])


def _fit_second(matrix: Floats, classes: Ints, weights: Floats, labels: int) -> tuple[Scores, Scores]:
    mean, scale = standard(matrix, SECOND_SPREAD)
    coefficients, bias = fit_logistic(((matrix - mean) * scale).astype(np.float32), classes, weights, SECOND_C, labels)
    of_features = coefficients * scale[:, None]
    return rounded(of_features, DENSE_GRID), rounded(bias - mean @ of_features, DENSE_GRID)


def _temperature(scores: Scores, classes: Ints) -> float:
    """Return the temperature under which held-out labels are likeliest (Guo et al. 2017)."""
    right = np.arange(len(classes)), classes
    losses = [-np.log(np.maximum(softmax(scores / t)[right], 1e-12)).mean() for t in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 2)


def _account(pages: Sequence[LabelledPage], shown: Sequence[LabelledPage]) -> dict[str, object]:
    """Return what the model was trained on, in plain values."""
    counts: dict[str, int] = {}
    for page in pages:
        for label in page.labels:
            counts[label] = counts.get(label, 0) + 1
    return {
        "labels_sha256": fingerprint(pages),
        "pages": len(pages),
        "layouts": len({page.site for page in pages}),
        "paragraphs": dict(sorted(counts.items())),
        "forms": len(shown),
        "form_paragraphs": sum(len(page.labels) for page in shown),
        "python": ".".join(platform.python_version_tuple()[:2]),
        "versions": {name: version(name) for name in ("numpy", "scipy", "scikit-learn", "joblib")},
    }
