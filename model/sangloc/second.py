"""The second linear model: scores that read the first one's probabilities in the neighbourhood, and what it saw in the line's own words."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from sangloc.context import Places, running
from sangloc.features import Features
from sangloc.shape import on_grid

Scores = NDArray[np.float64]

REACH = 4  # lines on either side that are seen one by one
MEANS = (6, 15)  # lines on either side that are seen as a mean
FAR = 4.0  # stands for the log distance of a heading that is not there


@dataclass(frozen=True, slots=True)
class Second:
    """Weights of the second pass, in the order of `second_names`, and the temperature that divides its scores."""

    weights: Scores  # (M, K)
    bias: Scores  # (K,)
    temperature: float


def softmax(scores: Scores) -> Scores:
    """Return probabilities, rows adding up to 1."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True)) if len(scores) else scores
    out: Scores = shifted / shifted.sum(axis=1, keepdims=True)
    return out


class Neighbourhood:
    """The first pass's probabilities around each line, (L, K) a block; `words` are the scores of its own words alone."""

    def __init__(self, scores: Scores, words: Scores, features: Features) -> None:
        self.places: Places = features.places
        self.heading = features.heading
        self.words = softmax(words)
        self.probs = on_grid(softmax(scores))
        self.sums = running(self.probs)

    def lines(self) -> Scores:
        """Return the probabilities of the lines from REACH above to REACH below, side by side, (L, (2 REACH + 1) K); 0 beyond the page."""
        places = self.places
        row = places.here + REACH * (places.page + 1)
        labels = self.probs.shape[1]
        padded = np.zeros((places.count + REACH * (len(places.sizes) + 1) + 1, labels))
        padded[row] = self.probs
        windows = sliding_window_view(padded, 2 * REACH + 1, axis=0)[row - REACH]
        out: Scores = windows.transpose(0, 2, 1).reshape(places.count, (2 * REACH + 1) * labels)
        return out

    def window(self, low: int, high: int) -> tuple[Scores, NDArray[np.int64]]:
        """Return the sums over the lines from `low` to `high` (relative, inclusive) that are on the page, and their number."""
        return self.places.window(self.sums, low, high)

    def windows(self) -> list[tuple[Scores, NDArray[np.int64]]]:
        """Return `window` for the lines above and below, for each of MEANS."""
        return [self.window(*span) for size in MEANS for span in ((-size, -1), (1, size))]

    def rest(self) -> Scores:
        """Return each label's share above and below on the page, the heading above, the own words, the heading's distance, (L, 4 K + 1)."""
        places, sums = self.places, self.sums
        # `take` moves rows four times as fast as indexing does.
        start, end, here = sums.take(places.first, axis=0), sums.take(places.last + 1, axis=0), sums[:-1]
        total = np.maximum(end - start, 0.5)
        found = self.heading >= 0
        heading = self.probs.take(self.heading, axis=0) * found[:, None]
        distance = np.where(found, np.log1p(places.here - self.heading), FAR)
        blocks = ((here - start) / total, (end - here - self.probs) / total, heading, self.words, distance[:, None])
        return on_grid(np.concatenate(blocks, axis=1))


def second_features(scores: Scores, words: Scores, features: Features) -> Scores:
    """Return what the second pass reads, (L, M): probabilities here and around, own words, then the dense features again."""
    around = Neighbourhood(scores, words, features)
    means = [sums / size[:, None] for sums, size in around.windows()]
    return np.concatenate((around.lines(), *means, around.rest(), features.dense), axis=1)


def second_names(labels: tuple[str, ...], dense: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the second pass's features."""
    places = [f"{-by} above" if by < 0 else f"{by} below" if by else "here" for by in range(-REACH, REACH + 1)]
    for size in MEANS:
        places += [f"{size} lines above", f"{size} lines below"]
    places += ["share above", "share below", "heading above", "own words"]
    around = [f"{label}: {place}" for place in places for label in labels]
    return (*around, "log distance of the heading above", *dense)


class SecondPass:
    """The second model, without ever building the matrix that it reads.

    Products of a window's sums with the weights are divided by its size afterwards: sums of grid values are exact, quotients are not.
    """

    def __init__(self, model: Second) -> None:
        self.model = model
        labels = len(model.bias)
        ends = np.cumsum([(2 * REACH + 1) * labels, *[labels] * (2 * len(MEANS)), 4 * labels + 1])
        self.lines, *self.means, self.rest, self.dense = np.split(model.weights, ends)

    def scores(self, first: Scores, words: Scores, features: Features, of_dense: Scores | None = None) -> Scores:
        """Return the scores, (L, K), divided by the temperature; `of_dense` is the dense features' share, where the caller has it."""
        around = Neighbourhood(first, words, features)
        out = around.lines() @ self.lines
        for (sums, size), weights in zip(around.windows(), self.means, strict=True):
            out += (sums @ weights) / size[:, None]
        out += around.rest() @ self.rest
        out += features.dense @ self.dense if of_dense is None else of_dense
        out += self.model.bias
        out /= self.model.temperature
        return out
