"""How likely a page has an article at all: a logistic regression over what its paragraphs' probabilities add up to."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sangloc.labels import LabelSet

Floats = NDArray[np.float64]

LONG = 100  # characters from which on a line with a full stop is a sentence of running text
STOPS = tuple(".…!?。।")
QUOTES = "\"'”’»)]"
NAMES = (
    "log expected characters of text",
    "log expected long sentences of text",
    "expected share of text in the characters",
    "expected share of text in the lines",
    "log characters of the longest run of text",
    "surest long line of text",
    "surest headline",
    "surest byline",
    "expected share of related in the lines",
    "log lines",
)
# Without fitted weights: even odds at this many expected characters of text, e to one at e times as many squared.
EVEN, STEEPNESS = 300.0, 2.0


@dataclass(frozen=True, slots=True)
class Article:
    """Weights of the summaries, in the order of NAMES, and the bias."""

    weights: Floats  # (len(NAMES),)
    bias: float

    def as_dict(self) -> dict[str, Any]:
        """Return what the model file keeps."""
        return {"names": list(NAMES), "weights": self.weights, "bias": self.bias}


def article_from(content: object, refuse: Callable[[str], Exception]) -> Article | None:
    """Check what a model file has under `article`: None where it has none (files of before, label sets without text)."""
    if content is None:
        return None
    if not isinstance(content, dict) or content.get("names") != list(NAMES):
        raise refuse("its article weights are for other summaries of a page than this sangloc makes")
    weights, bias = content.get("weights"), content.get("bias")
    if not isinstance(weights, np.ndarray) or weights.dtype != np.float64 or weights.shape != (len(NAMES),):
        raise refuse(f"the article weights are not a float64 array of shape {(len(NAMES),)}")
    if type(bias) is not float or not np.isfinite([bias, *weights]).all():
        raise refuse("the article weights hold numbers that are not finite")
    return Article(weights, bias)


def article_labels(labels: LabelSet) -> frozenset[str]:
    """Return the labels an article is made of: `text`; in a set without it, those of the group `body`; or none."""
    return frozenset({"text"} & set(labels.labels) or {label for label in labels.labels if labels.group_of[label] == "body"})


def summaries(lines: Sequence[str], probabilities: Floats, labels: LabelSet) -> Floats:
    """Return a page's summaries, (len(NAMES),), from its non-blank lines and their probabilities (lines, labels)."""
    if not len(lines):
        return np.zeros(len(NAMES))
    of = {name: _sum_of(probabilities, labels, {name}) for name in ("headline", "byline", "related")}
    text = _sum_of(probabilities, labels, article_labels(labels))
    stripped = [line.strip() for line in lines]
    chars = np.array([len(line) for line in stripped], dtype=np.float64)
    long = np.array([len(line) >= LONG and line.rstrip(QUOTES).endswith(STOPS) for line in stripped])
    return np.array(
        [
            np.log1p(text @ chars),
            np.log1p(text @ long),
            text @ chars / max(chars.sum(), 1.0),
            text.mean(),
            np.log1p(_longest_run(text > 0.5, chars)),
            (text * long).max(),
            of["headline"].max(),
            of["byline"].max(),
            of["related"].mean(),
            np.log1p(len(chars)),
        ]
    )


def _sum_of(probabilities: Floats, labels: LabelSet, wanted: Collection[str]) -> Floats:
    """Return the lines' probabilities to have one of some labels."""
    columns = [number for number, label in enumerate(labels.labels) if label in wanted]
    found: Floats = probabilities[:, columns[0]] if len(columns) == 1 else probabilities[:, columns].sum(axis=1)
    return found


def _longest_run(chosen: NDArray[np.bool_], sizes: Floats) -> float:
    """Return the largest sum of sizes over a run of chosen lines."""
    sums = np.concatenate(([0.0], np.cumsum(np.where(chosen, sizes, 0.0))))
    before = np.maximum.accumulate(np.where(np.concatenate(([True], ~chosen)), sums, 0.0))
    return float((sums - before).max())


def article_probability(article: Article | None, lines: Sequence[str], probabilities: Floats, labels: LabelSet) -> float:
    """Return how likely the page has an article; 0 for a page without a line.

    Without fitted weights, a rule of thumb that is not calibrated: the expected characters of text against EVEN.
    """
    if not len(lines):
        return 0.0
    found = summaries(lines, probabilities, labels)
    score = STEEPNESS * (found[0] - np.log1p(EVEN)) if article is None else found @ article.weights + article.bias
    return float(1 / (1 + np.exp(-np.clip(score, -30, 30))))
