"""How far two labellings of the same pages agree, and where they don't."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sangloc.labelfile import LabelFileError, LabelledPage, label_files, label_set, read_file
from sangloc.labels import LabelSet
from sangloc.page import paragraphs_of

Pair = tuple[LabelledPage, LabelledPage]


@dataclass(frozen=True, slots=True)
class Difference:
    """A paragraph that has two labels; the place is that in the first labelling."""

    path: str
    line: int
    one: str
    other: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.one} → {self.other}: {self.text}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Shares of paragraphs with the same label or group, and Cohen's kappa of each."""

    pages: int
    lines: int
    labels: float
    labels_kappa: float
    groups: float
    groups_kappa: float
    differences: list[Difference]


def paired(one: str | Path, other: str | Path) -> tuple[LabelSet, list[Pair], list[str]]:
    """Return the label set, the pages that two files or two folders have in common, and the files that only one of the folders has.

    Files of folders belong together by their path in the folder. `LabelFileError` where two texts differ, or nothing is in common.
    """
    first, second = Path(one), Path(other)
    labels = label_set([first])
    if labels != label_set([second]):
        raise LabelFileError(f"{second}:1: another label set than that of {first}; only labellings with the same labels can be compared")
    if first.is_dir() != second.is_dir():
        raise LabelFileError(f"{second}:1: compare two files or two folders, not one of each")
    here, there = _files(first), _files(second)
    common = [name for name in here if name in there]
    if not common:
        raise LabelFileError(f"{second}:1: no label file of it has the name of one in {first}")
    pairs = [pair for name in common for pair in _pages(here[name], there[name], labels)]
    return labels, pairs, [str(files[name]) for files in (here, there) for name in files if name not in common]


def _files(path: Path) -> dict[Path, Path]:
    """Return label files by their path in the folder; of a file the only key is empty."""
    return {file.relative_to(path): file for file in label_files([path])}


def _pages(first: Path, second: Path, labels: LabelSet) -> list[Pair]:
    pages, others = read_file(first, labels), read_file(second, labels)
    if len(pages) != len(others):
        raise LabelFileError(f"{second}:1: {len(others)} pages in this file, {len(pages)} in {first}")
    for page, other in zip(pages, others, strict=True):
        _check_text(page, other)
    return list(zip(pages, others, strict=True))


def _check_text(page: LabelledPage, other: LabelledPage) -> None:
    if page.text == other.text:
        return
    lines, others = page.text.split("\n"), other.text.split("\n")
    same = next((i for i, (a, b) in enumerate(zip(lines, others, strict=False)) if a != b), min(len(lines), len(others)))
    raise LabelFileError(
        f"{other.path}:{other.offset + same + 1}: the text differs from {page.path}:{page.offset + same + 1}; "
        "two labellings of one page differ in labels only, so restore the line"
    )


def agreement(labels: LabelSet, pairs: Sequence[Pair]) -> Agreement:
    """Compare pages of the same texts."""
    number = {label: i for i, label in enumerate(labels.labels)}
    one, other = (np.array([number[label] for pair in pairs for label in pair[side].labels], dtype=np.int64) for side in (0, 1))
    group = np.array([labels.groups.index(labels.group_of[label]) for label in labels.labels])
    differences = [
        Difference(page.path, page.line_of(i), label, twin.labels[i], text.strip())
        for page, twin in pairs
        for i, (label, text) in enumerate(zip(page.labels, paragraphs_of(page.text), strict=True))
        if label != twin.labels[i]
    ]
    return Agreement(
        pages=len(pairs),
        lines=len(one),
        labels=_share(one, other),
        labels_kappa=kappa(one, other),
        groups=_share(group[one], group[other]),
        groups_kappa=kappa(group[one], group[other]),
        differences=differences,
    )


def _share(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    return float((one == other).mean()) if len(one) else 1.0


def kappa(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """Return Cohen's kappa (1960): agreement beyond what these counts of labels give by chance; 1 where both have one label only."""
    if not len(one):
        return 1.0
    size = int(max(one.max(), other.max())) + 1
    chance = float(np.bincount(one, minlength=size) @ np.bincount(other, minlength=size)) / len(one) ** 2
    return 1.0 if chance == 1 else (_share(one, other) - chance) / (1 - chance)
