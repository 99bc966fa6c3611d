"""Multinomial logistic regression with scikit-learn, its weights rounded so that training gives the same bytes again."""

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

STEPS = 90  # of L-BFGS; twice as many make no difference
NEVER = -20.0  # bias of a label that the lines at hand don't have


def fit_logistic(
    matrix: sparse.csr_matrix | NDArray[np.floating],
    classes: NDArray[np.int64],
    weights: NDArray[np.floating],
    c: float,
    labels: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights (features, labels) and the bias (labels,)."""
    # A feature that no line has keeps the weight 0, where L-BFGS begins; few pages fill few buckets, and its steps go over all it is given.
    used = np.arange(matrix.shape[1]) if isinstance(matrix, np.ndarray) else np.unique(matrix.indices)
    classifier = LogisticRegression(C=c, max_iter=STEPS, tol=1e-4)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        classifier.fit(matrix[:, used], classes, sample_weight=weights)
    out, bias = np.zeros((matrix.shape[1], labels)), np.full(labels, NEVER)
    known = classifier.classes_
    if len(known) == 2:  # scikit-learn keeps the difference of the two
        out[np.ix_(used, known)] = np.concatenate((-classifier.coef_, classifier.coef_)).T / 2
        bias[known] = np.array((-1, 1)) * classifier.intercept_ / 2
    else:
        out[np.ix_(used, known)] = classifier.coef_.T
        bias[known] = classifier.intercept_
    return out, bias


def standard(matrix: NDArray[np.floating], spread: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the columns' means, and factors that give each this standard deviation (0 for constant ones)."""
    mean = matrix.mean(axis=0, dtype=np.float64)
    deviation = matrix.std(axis=0, dtype=np.float64)
    return mean, np.where(deviation > 1e-6, spread / np.maximum(deviation, 1e-6), 0)


def rounded(values: NDArray[Any], grid: float) -> NDArray[Any]:
    """Round to a grid; -0 becomes 0."""
    out: NDArray[Any] = np.rint(values / grid) * values.dtype.type(grid) + values.dtype.type(0)
    return out
