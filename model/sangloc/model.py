"""A model: label set, the weights of both passes, what it was trained on; to and from the dict of the model file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from os import PathLike
from typing import Any

import numpy as np

from sangloc.article import Article, article_from
from sangloc.artifact import ModelFileError, read_model, write_model
from sangloc.features import features_of
from sangloc.first import First
from sangloc.known import BITS, Known
from sangloc.labels import LabelSet
from sangloc.second import Second, second_names
from sangloc.words import AROUND

TABLES = ("own", "around", "pairs", "phrases")


@dataclass(frozen=True, slots=True)
class Model:
    """Everything that tagging needs."""

    labels: LabelSet
    dense_names: tuple[str, ...]
    first: First
    second: Second
    training: dict[str, Any] = field(default_factory=dict)
    article: Article | None = None
    known: Known | None = None

    def save(self, path: str | PathLike[str]) -> None:
        """Write the model file; raises `OSError`."""
        write_model(self.as_dict(), path)

    def as_dict(self) -> dict[str, Any]:
        """Return the model file's content: plain values and arrays."""
        return {
            "labels": list(self.labels.labels),
            "groups": dict(self.labels.group_of),
            "dense_names": list(self.dense_names),
            "first": {name: getattr(self.first, name) for name in (*TABLES, "dense", "bias")},
            "second": {name: getattr(self.second, name) for name in ("weights", "bias", "temperature")},
            "training": self.training,
            **({} if self.article is None else {"article": self.article.as_dict()}),
            **({} if self.known is None else {"known": {name: getattr(self.known, name) for name in BITS}}),
        }


def load_model(path: str | PathLike[str]) -> Model:
    """Read a model file and check that everything in it fits together; `ModelFileError` says what does not."""
    content = read_model(path)

    def refuse(what: str) -> ModelFileError:
        return ModelFileError(f"{path}: not a usable sangloc model: {what}")

    labels = _label_set(content, refuse)
    count = len(labels.labels)
    names = content.get("dense_names")
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or not names:
        raise refuse("no names of the dense features")
    first, second = content.get("first"), content.get("second")
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise refuse("the weights of a pass are missing")
    around = len(second_names(labels.labels, ()))
    for table in TABLES:
        width = len(AROUND) * count if table == "around" else count
        _check(first, table, np.float32, (_rows(first, table, refuse), width), refuse)
    _check(first, "dense", np.float64, (len(names), count), refuse)
    _check(first, "bias", np.float64, (count,), refuse)
    _check(second, "weights", np.float64, (around + len(names), count), refuse)
    _check(second, "bias", np.float64, (count,), refuse)
    temperature = second.get("temperature")
    if type(temperature) is not float or not 0.01 <= temperature <= 100:
        raise refuse("the temperature is not a number from 0.01 to 100")
    training = content.get("training")
    if not isinstance(training, dict):
        raise refuse("no account of its training")
    passed = First(**{name: first[name] for name in (*TABLES, "dense", "bias")})
    known = _known(content.get("known"), refuse)
    if tuple(names) != features_of([""], passed.sizes, known).names:
        raise refuse("its dense features are not those that this sangloc reads of a page")
    return Model(
        labels=labels,
        dense_names=tuple(names),
        first=passed,
        second=Second(second["weights"], second["bias"], temperature),
        training=training,
        article=article_from(content.get("article"), refuse),
        known=known,
    )


def _rows(tables: dict[str, Any], name: str, refuse: Callable[[str], ModelFileError]) -> int:
    """Return a hash table's number of rows."""
    size = len(tables[name]) if isinstance(tables.get(name), np.ndarray) and tables[name].ndim else 0
    if size < 2 or size & (size - 1):
        raise refuse(f"the table {name!r} has {size} rows, not a power of two")
    return size


def _known(content: object, refuse: Callable[[str], ModelFileError]) -> Known | None:
    """Check the tables of how widely words are known; None for a model that was fitted without."""
    if content is None:
        return None
    if not isinstance(content, dict):
        raise refuse("no tables under 'known'")
    for name in BITS:
        _check(content, name, np.uint8, (_rows(content, name, refuse),), refuse)
    return Known(**{name: content[name] for name in BITS})


def _label_set(content: dict[str, Any], refuse: Callable[[str], ModelFileError]) -> LabelSet:
    labels, groups = content.get("labels"), content.get("groups")
    if not isinstance(labels, list) or len(labels) < 2 or not all(isinstance(label, str) for label in labels):
        raise refuse("no list of labels")
    if not isinstance(groups, dict) or not all(isinstance(group, str) for group in groups.values()):
        raise refuse("no groups of the labels")
    try:
        return LabelSet(tuple(labels), groups)
    except ValueError as error:
        raise refuse(str(error)[:200]) from None


def _check(
    weights: dict[str, Any],
    name: str,
    kind: type[np.floating | np.uint8],
    shape: tuple[int, ...],
    refuse: Callable[[str], ModelFileError],
) -> None:
    """Raise unless an array is there, of this type and shape, and all its numbers are finite."""
    array = weights.get(name)
    if not isinstance(array, np.ndarray) or array.dtype != kind or array.shape != shape:
        raise refuse(f"{name!r} is not a {np.dtype(kind).name} array of shape {shape}")
    if not np.isfinite(array).all():
        raise refuse(f"{name!r} holds numbers that are not finite")
