"""Teach a model a few pages of one's own (needs SciPy): its weights, moved only as far as those pages' labels ask.

What is fitted is the difference: a logistic regression whose scores start from the model's own, with an L2 penalty on what is added. So
whatever the pages say nothing of stays as it was. It takes seconds, and none of the labels that the model was trained on. The first pass
alone is moved; the second reads its probabilities on, and reads them the same way on every site.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize

from sangloc.augment import forms
from sangloc.design import design_matrix, split_coefficients
from sangloc.features import features_of
from sangloc.first import LIMIT, WORD_GRID, FirstPass
from sangloc.fitting import DENSE_GRID, FIRST_SPREAD
from sangloc.labelfile import LabelFileError, LabelledPage, fingerprint
from sangloc.regression import rounded, standard
from sangloc.second import softmax
from sangloc.sieve import Sieve

Scores = NDArray[np.float64]

STEPS = 60  # of L-BFGS
# How many pages of the base's training a page counts as. 0.25, 1 and 3 bring the same (a page of each of 12 real sites learned, the site's
# others measured: 3.3 points more of the groups right), and cost 0.7, 1.0 and 1.4 points on pages of other sites.
WEIGHT = 0.25


def corrected(base: Sieve, pages: Sequence[LabelledPage], weight: float = WEIGHT) -> Sieve:
    """Return a model that has learned the pages; `LabelFileError` for a label that the base doesn't know.

    Each page is learned in the same forms as in training, and weighs as `weight` pages of the base's training do.
    """
    labels = base.model.labels.labels
    _check(base, pages)
    shown = [form for page in pages for form in forms(page) if form.labels]
    sizes = np.array([len(form.labels) for form in shown])
    account = base.model.training
    lines = account["form_paragraphs"] / account["forms"]  # of a page in training, where all weights add up to the lines
    weights = np.repeat(weight * lines / sizes, sizes)
    classes = np.array([labels.index(label) for form in shown for label in form.labels])

    first = base.model.first
    features = features_of([form.text for form in shown], first.sizes, base.model.known)
    mean, scale = standard(features.dense, FIRST_SPREAD)
    words = design_matrix(features, first.sizes)
    matrix = sparse.hstack([words, sparse.csr_matrix((features.dense - mean) * scale)], format="csr")
    moved, bias = fit_difference(matrix, classes, weights, FirstPass(first).scores(features))
    of_words, of_dense = moved[: words.shape[1]].astype(np.float32), moved[words.shape[1] :] * scale[:, None]
    tables = {
        name: rounded(np.clip(getattr(first, name) + table, -LIMIT, LIMIT), WORD_GRID)
        for name, table in split_coefficients(of_words, first.sizes).items()
    }
    dense = rounded(first.dense + of_dense, DENSE_GRID)
    first = replace(first, **tables, dense=dense, bias=rounded(first.bias + bias - mean @ of_dense, DENSE_GRID))
    taught = {"taught_pages": len(pages), "taught_sha256": fingerprint(pages), "taught_weight": float(weight)}
    return Sieve(replace(base.model, first=first, training=account | taught))


def _check(base: Sieve, pages: Sequence[LabelledPage]) -> None:
    known = base.model.labels
    for page in pages:
        for number, label in enumerate(page.labels):
            if page.label_set.group_of[label] != known.group_of.get(label):
                where = f"{page.path}:{page.line_of(number)}"
                raise LabelFileError(
                    f"{where}: the base model has no label {label!r} (of group {page.label_set.group_of[label]!r}); train without a base"
                )


def fit_difference(matrix: sparse.csr_matrix, classes: NDArray[np.integer], weights: Scores, offset: Scores) -> tuple[Scores, Scores]:
    """Return the weights (features, labels) and bias (labels,) that, added to scores of (L, labels), make the classes likeliest.

    Minimises the weighted log loss plus half the squares of all weights, as scikit-learn's LogisticRegression at C = 1 does, which takes no
    offset. Features that no line has stay 0.
    """
    used = np.unique(matrix.indices)
    part = sparse.hstack([matrix[:, used], np.ones((matrix.shape[0], 1))], format="csr", dtype=np.float64)
    turned = part.T.tocsr()
    labels = offset.shape[1]
    lines = np.arange(len(classes))

    def loss(flat: Scores) -> tuple[float, Scores]:
        added = flat.reshape(-1, labels)
        residual = softmax(offset + part @ added)
        value = -weights @ np.log(np.maximum(residual[lines, classes], 1e-300)) + 0.5 * (flat @ flat)
        residual[lines, classes] -= 1
        return float(value), (turned @ (residual * weights[:, None]) + added).ravel()

    start = np.zeros(part.shape[1] * labels)
    added = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x.reshape(-1, labels)
    out = np.zeros((matrix.shape[1], labels))
    out[used] = added[:-1]
    return out, added[-1]
