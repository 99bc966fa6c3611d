"""Measure predicted labels against labels given by hand: per label, per group, and of what is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sangloc.labelfile import LabelFileError, LabelledPage
from sangloc.labels import LabelSet
from sangloc.page import paragraphs_of
from sangloc.sieve import Sieve

Ints = NDArray[np.int64]

# Headline, byline and caption are left out where extraction is measured: extractors differ on them by design.
SPARED = frozenset({"headline", "byline", "caption"})
BINS = 10  # of confidence


@dataclass(frozen=True, slots=True)
class Truth:
    """Pages with what was predicted for them, line by line over all pages."""

    labels: LabelSet
    classes: Ints  # (L,) by hand
    predicted: Ints  # (L,)
    confidence: NDArray[np.float64]  # (L,) probability of the predicted label
    chars: Ints  # (L,)
    page: Ints  # (L,) number of the line's page


@dataclass(frozen=True, slots=True)
class Scores:
    """F1 where not said otherwise; `confusion[i, j]` counts lines of label i predicted as j."""

    labels: LabelSet
    pages: int
    lines: int
    accuracy: float
    group_accuracy: float
    group_f1: float
    kept_line: float
    kept_char: float
    kept_page: float
    calibration_error: float
    label: dict[str, tuple[float, float, float, int]]  # precision, recall, F1, lines
    group: dict[str, tuple[float, float, float, int]]
    confusion: Ints
    reliability: list[tuple[int, float, float]]  # per bin of confidence: lines, their mean confidence, the share that is right

    def as_dict(self) -> dict[str, Any]:
        """Return the figures in plain values, rounded to four digits."""
        names = ("pages", "lines", "accuracy", "group_accuracy", "group_f1", "kept_line", "kept_char", "kept_page", "calibration_error")
        keys = ("precision", "recall", "f1", "lines")
        out: dict[str, Any] = {name: round(getattr(self, name), 4) for name in names}
        for kind in ("group", "label"):
            table = getattr(self, kind)
            out[kind] = {name: dict(zip(keys, (round(value, 4) for value in row), strict=True)) for name, row in table.items()}
        out["confusion"] = self.confusion.tolist()
        out["reliability"] = [[lines, round(confidence, 4), round(right, 4)] for lines, confidence, right in self.reliability]
        return out


def evaluated(sieve: Sieve, pages: Sequence[LabelledPage]) -> Scores:
    """Tag the pages and score the result; `LabelFileError` for a label that the model doesn't know."""
    labels = sieve.model.labels
    refuse_unknown(labels, pages)
    tagged = list(sieve.tag_many(page.text for page in pages))
    return scored(truth(labels, pages, [page.codes for page in tagged], [page.probabilities.max(axis=1) for page in tagged]))


def refuse_unknown(labels: LabelSet, pages: Iterable[LabelledPage]) -> None:
    """Raise `LabelFileError` for the first label that a model of these labels doesn't know."""
    for page in pages:
        unknown = sorted(set(page.labels) - set(labels.labels))
        if unknown:
            number = page.labels.index(unknown[0])
            raise LabelFileError(f"{page.path}:{page.line_of(number)}: the model has no label {unknown[0]!r}")


def truth(
    labels: LabelSet, pages: Sequence[LabelledPage], predicted: Sequence[NDArray[np.integer]], confidence: Sequence[NDArray[np.float64]]
) -> Truth:
    """Line up what was predicted for each page with its labels."""
    number = {label: i for i, label in enumerate(labels.labels)}
    sizes = [len(page.labels) for page in pages]
    return Truth(
        labels=labels,
        classes=np.array([number[label] for page in pages for label in page.labels], dtype=np.int64),
        predicted=np.concatenate([np.zeros(0, dtype=np.int64), *predicted]),
        confidence=np.concatenate([np.zeros(0), *confidence]),
        chars=np.array([len(line.strip()) for page in pages for line in paragraphs_of(page.text)], dtype=np.int64),
        page=np.repeat(np.arange(len(pages)), sizes),
    )


def scored(found: Truth) -> Scores:
    """Compute all figures."""
    labels, groups = found.labels, found.labels.groups
    count = len(labels.labels)
    group_number = np.array([groups.index(labels.group_of[label]) for label in labels.labels])
    confusion = np.zeros((count, count), dtype=np.int64)
    np.add.at(confusion, (found.classes, found.predicted), 1)
    to_group = np.eye(len(groups), dtype=np.int64)[group_number]
    of_groups = to_group.T @ confusion @ to_group
    per_label = {label: _row(confusion, i) for i, label in enumerate(labels.labels)}
    per_group = {group: _row(of_groups, i) for i, group in enumerate(groups)}
    kept = _Kept(found)
    lines = max(len(found.classes), 1)
    bins = reliability(found.confidence, found.classes == found.predicted)
    return Scores(
        labels=labels,
        pages=int(found.page[-1]) + 1 if len(found.page) else 0,
        lines=len(found.classes),
        accuracy=np.trace(confusion).item() / lines,
        group_accuracy=np.trace(of_groups).item() / lines,
        group_f1=float(np.mean([row[2] for row in per_group.values()])),
        kept_line=kept.f1(np.ones_like(found.chars)),
        kept_char=kept.f1(found.chars),
        kept_page=kept.mean_over_pages(),
        calibration_error=sum(size * abs(right - confidence) for size, confidence, right in bins) / lines,
        label=per_label,
        group=per_group,
        confusion=confusion,
        reliability=bins,
    )


class _Kept:
    """What `extract` keeps against what it should: label `text`, or the group `body` of a set that has no such label."""

    def __init__(self, found: Truth) -> None:
        labels = found.labels
        wanted = {"text"} & set(labels.labels) or {x for x in labels.labels if labels.group_of[x] == "body"}
        body = np.array([labels.group_of[label] == "body" for label in labels.labels])
        gold = np.array([label in wanted for label in labels.labels])
        spared = np.array([label in SPARED for label in labels.labels])
        kept, right = body[found.predicted], gold[found.classes]
        counts = ~spared[found.classes] | right
        self.hit, self.extra, self.lost = right & kept, counts & ~right & kept, right & ~kept
        self.chars, self.page = found.chars, found.page

    def f1(self, weights: Ints) -> float:
        """Return the F1 of kept lines, each counting by its weight."""
        return _f1(*(int(weights[rows].sum()) for rows in (self.hit, self.extra, self.lost)))

    def mean_over_pages(self) -> float:
        """Return the mean of the pages' F1 by characters: a lost short article shows here."""
        if not len(self.page):
            return 0.0
        pages = int(self.page[-1]) + 1
        sums = [np.bincount(self.page[x], weights=self.chars[x], minlength=pages) for x in (self.hit, self.extra, self.lost)]
        return float(np.mean([_f1(*row) for row in zip(*(x.tolist() for x in sums), strict=True)]))


def _f1(hit: float, extra: float, lost: float) -> float:
    return 2 * hit / (2 * hit + extra + lost) if hit + extra + lost else 1.0


def _row(confusion: Ints, i: int) -> tuple[float, float, float, int]:
    hit, predicted, lines = int(confusion[i, i]), int(confusion[:, i].sum()), int(confusion[i].sum())
    return hit / predicted if predicted else 1.0, hit / lines if lines else 1.0, _f1(hit, predicted - hit, lines - hit), lines


def reliability(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[tuple[int, float, float]]:
    """Return per equal bin of confidence that has lines: their number, their mean confidence, and the share that is right.

    The gaps between the two, weighed by the lines, are the expected calibration error (Naeini et al. 2015).
    """
    bins = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    sizes, sums, hits = (np.bincount(bins, weights=weights, minlength=BINS) for weights in (None, confidence, right.astype(np.float64)))
    return [(int(size), float(total / size), float(hit / size)) for size, total, hit in zip(sizes, sums, hits, strict=True) if size]


def table(scores: Scores) -> str:
    """Return the figures as text, at most 80 columns wide for nine labels."""
    out = [
        f"{scores.pages} pages, {scores.lines} paragraphs",
        f"accuracy {scores.accuracy:.3f} over labels, {scores.group_accuracy:.3f} over groups; F1 over groups {scores.group_f1:.3f}",
        f"kept: lines {scores.kept_line:.3f}, characters {scores.kept_char:.3f}, mean over pages {scores.kept_page:.3f}",
        f"calibration error {scores.calibration_error:.3f}",
        "",
        f"{'':10s} precision  recall      F1   lines",
    ]
    for rows in (scores.group, scores.label):
        out += [f"{name:10s} {row[0]:9.3f} {row[1]:7.3f} {row[2]:7.3f} {row[3]:7d}" for name, row in rows.items()]
        out.append("")
    names = scores.labels.labels
    out.append(f"{'by hand':10s}" + "".join(f"{name[:6]:>7s}" for name in names))
    out += [f"{name:10s}" + "".join(f"{count:7d}" for count in row) for name, row in zip(names, scores.confusion.tolist(), strict=True)]
    return "\n".join(out)
