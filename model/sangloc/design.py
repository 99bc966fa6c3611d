"""The first pass as one sparse matrix, as scikit-learn fits it (needs SciPy; tagging does not)."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sangloc.features import Features
from sangloc.first import First
from sangloc.shape import Floats
from sangloc.words import AROUND, NEAR, PHRASE_VALUE, Sizes


def design_matrix(features: Features, sizes: Sizes) -> sparse.csr_matrix:
    """Return the hashed features, (L, buckets of own words, pairs, phrases, above, below, near, heading), float32.

    Its product with the weights of `coefficients`, the dense product and the bias are the scores of `FirstPass`.
    """
    words, places = features.words, features.places
    tokens = np.diff(words.line_tokens)

    def of_line(buckets: NDArray[np.int64], values: Floats, bits: int) -> sparse.csr_matrix:
        data = np.repeat(values, tokens)
        return sparse.csr_matrix((data, buckets, words.line_tokens), shape=(places.count, 1 << bits))

    def moved(by: int) -> sparse.csr_matrix:
        source = places.here + by
        on_page = (source >= places.first) & (source <= places.last)
        starts = np.concatenate(([0], np.cumsum(on_page)))
        ones = np.ones(starts[-1], dtype=np.float32)
        return sparse.csr_matrix((ones, source[on_page], starts), shape=(places.count, places.count))

    phrases = sparse.csr_matrix(
        (
            np.full(2 * places.count, PHRASE_VALUE, dtype=np.float32),
            words.phrases.ravel(),
            np.arange(0, 2 * places.count + 1, 2),
        ),
        shape=(places.count, 1 << sizes.phrases),
    )
    around = of_line(words.around, words.around_scale, sizes.around)
    near = of_line(words.around, words.near_scale, sizes.around)
    nearby = sum((moved(by) + moved(-by) for by in range(2, NEAR + 1)), moved(1) + moved(-1))
    blocks = [
        of_line(words.own, words.scale, sizes.own),
        of_line(words.pairs, words.scale, sizes.pairs),
        phrases,
        moved(-1) @ around,
        moved(1) @ around,
        nearby @ near,
    ]
    found = features.heading >= 0
    starts = np.concatenate(([0], np.cumsum(found)))
    ones = np.ones(starts[-1], dtype=np.float32)
    to_heading = sparse.csr_matrix((ones, features.heading[found], starts), shape=(places.count, places.count))
    blocks.append(to_heading @ of_line(words.around, words.heading_scale, sizes.around))
    matrix = sparse.hstack(blocks, format="csr", dtype=np.float32)
    matrix.sum_duplicates()
    return matrix


def split_coefficients(weights: Floats, sizes: Sizes) -> dict[str, Floats]:
    """Split (buckets, K) weights in the order of `design_matrix` into the tables of `First`."""
    ends = np.cumsum([1 << sizes.own, 1 << sizes.pairs, 1 << sizes.phrases, *[1 << sizes.around] * len(AROUND)])
    own, pairs, phrases, *around = np.split(weights, ends[:-1])
    return {"own": own, "pairs": pairs, "phrases": phrases, "around": np.concatenate(around, axis=1)}


def coefficients(first: First) -> NDArray[np.float64]:
    """Return the stored weights as scikit-learn keeps them: (K, buckets + dense features)."""
    labels = len(first.bias)
    around = [first.around[:, i * labels : (i + 1) * labels] for i in range(len(AROUND))]
    return np.concatenate([first.own, first.pairs, first.phrases, *around, first.dense]).T.astype(np.float64)
