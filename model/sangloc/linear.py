"""The two linear models: scores of each line by itself, then scores that read the first ones' neighbourhood."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sangloc.context import running
from sangloc.features import Features, on_grid
from sangloc.words import AROUND, NEAR, PHRASE_VALUE, Sizes

Scores = NDArray[np.float64]
Table = NDArray[np.float32]

NEIGHBOURS = (1, 2, 3, 4)
MEANS = (6, 15)


@dataclass(frozen=True, slots=True)
class First:
    """Weights of the first pass for K labels."""

    own: Table  # (2**bits, K)
    around: Table  # (2**bits, 3 K): words of the line above, below, of short lines nearby
    pairs: Table  # (2**bits, K)
    phrases: Table  # (2**bits, K)
    dense: Scores  # (D, K)
    bias: Scores  # (K,)

    @property
    def sizes(self) -> Sizes:
        """Return the sizes of the hash tables."""
        return Sizes(*(len(table).bit_length() - 1 for table in (self.own, self.around, self.pairs, self.phrases)))


@dataclass(frozen=True, slots=True)
class Second:
    """Weights of the second pass, and the temperature that divides its scores."""

    weights: Scores  # (M, K)
    bias: Scores  # (K,)
    temperature: float


def first_scores(features: Features, model: First) -> Scores:
    """Return the first pass's scores, (L, K)."""
    words, places = features.words, features.places
    labels = len(model.bias)
    scores = features.dense @ model.dense
    scores += model.bias
    if not places.count:
        return scores
    starts = words.line_tokens[:-1]
    own = np.add.reduceat(model.own[words.own] + model.pairs[words.pairs], starts, axis=0)
    scores += own * words.scale[:, None]
    scores += (model.phrases[words.phrases[:, 0]] + model.phrases[words.phrases[:, 1]]) * np.float32(PHRASE_VALUE)
    around = np.add.reduceat(model.around[words.around], starts, axis=0)
    of_line, near = around[:, : 2 * labels] * words.around_scale[:, None], around[:, 2 * labels :] * words.near_scale[:, None]
    scores += places.moved(of_line[:, :labels], -1)
    scores += places.moved(of_line[:, labels:], 1)
    for by in range(1, NEAR + 1):
        scores += places.moved(near, -by)
        scores += places.moved(near, by)
    return scores


def softmax(scores: Scores) -> Scores:
    """Return probabilities, rows adding up to 1."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True)) if len(scores) else scores
    out: Scores = shifted / shifted.sum(axis=1, keepdims=True)
    return out


def second_features(scores: Scores, features: Features) -> Scores:
    """Return what the second pass reads, (L, M): probabilities here and around, then the dense features again."""
    places = features.places
    probs = on_grid(softmax(scores))
    blocks = [probs]
    for by in NEIGHBOURS:
        blocks += [places.moved(probs, -by), places.moved(probs, by)]
    sums = running(probs)
    for size in MEANS:
        blocks += [places.windowed(sums, -size, -1), places.windowed(sums, 1, size)]
    total = np.maximum(sums[places.last + 1] - sums[places.first], 0.5)
    blocks.append((sums[places.here] - sums[places.first]) / total)
    blocks.append((sums[places.last + 1] - sums[places.here + 1]) / total)
    heading, distance = _heading_above(features)
    blocks.append(np.where(heading[:, None] >= 0, probs[heading], 0))
    blocks.append(distance[:, None])
    around = on_grid(np.concatenate(blocks, axis=1))
    return np.concatenate((around, features.dense), axis=1)


def second_names(labels: tuple[str, ...], dense: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the second pass's features."""
    places = ["here"]
    for by in NEIGHBOURS:
        places += [f"{by} above", f"{by} below"]
    for size in MEANS:
        places += [f"{size} lines above", f"{size} lines below"]
    places += ["share above", "share below", "heading above"]
    around = [f"{label}: {place}" for place in places for label in labels]
    return (*around, "log distance of the heading above", *dense)


def _heading_above(features: Features) -> tuple[NDArray[np.int64], Scores]:
    """Return the nearest heading-like line above each line (-1: none on the page) and the logarithm of its distance."""
    places = features.places
    last = np.maximum.accumulate(np.where(features.headings, places.here, -1))
    above = np.concatenate(([-1], last[:-1])) if places.count else last
    above = np.where(above >= places.first, above, -1)
    return above, np.where(above >= 0, np.log1p(places.here - above), 4.0)


def second_scores(scores: Scores, features: Features, model: Second) -> Scores:
    """Return the second pass's scores from the first one's, (L, K), divided by the temperature."""
    out: Scores = (second_features(scores, features) @ model.weights + model.bias) / model.temperature
    return out


def columns_of_around(labels: int) -> dict[str, slice]:
    """Return where each family's weights lie in a row of `First.around`."""
    return {name: slice(i * labels, (i + 1) * labels) for i, name in enumerate(AROUND)}
