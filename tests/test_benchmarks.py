"""How long each part of tagging takes, on one batch of pages from labels/.

A normal test run calls each part once and times nothing (`--benchmark-disable` in pyproject.toml). To measure, and to compare with an
earlier measurement, kept in .benchmarks/:

    python -m pytest tests/test_benchmarks.py --benchmark-enable --benchmark-autosave
    python -m pytest tests/test_benchmarks.py --benchmark-enable --benchmark-compare

`make bench` measures the whole beside other programs; training/benchmarks/README.md says what a core allows at most.
"""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest

from sangloc.context import Places, context_of
from sangloc.features import Features, features_of
from sangloc.known import known_columns
from sangloc.labelfile import LabelledPage
from sangloc.page import paragraphs_of
from sangloc.shape import Shape, shape_of
from sangloc.sieve import BATCH, Sieve
from sangloc.tokens import Tokens, tokenise
from sangloc.words import pairs_of, words_of

Made = TypeVar("Made")
# pytest-benchmark's fixture, as used here: calls the function with its arguments, often where it measures, and returns what that returned.
Benchmark = Callable[..., Made]


@pytest.fixture(scope="module")
def texts(labelled: list[LabelledPage]) -> list[str]:
    """Return pages of many sites, as many as `tag_many` takes at once."""
    chosen = []
    size = 0
    for page in labelled[::4] + labelled[1::4] + labelled[2::4] + labelled[3::4]:
        chosen.append(page.text)
        size += len(page.text) + 1
        if size >= BATCH:
            break
    return chosen


@pytest.fixture(scope="module")
def tokens(texts: list[str]) -> Tokens:
    return tokenise(texts)


@pytest.fixture(scope="module")
def shape(tokens: Tokens) -> Shape:
    return shape_of(tokens)


@pytest.fixture(scope="module")
def features(texts: list[str], sieve: Sieve) -> Features:
    return features_of(texts, sieve.model.first.sizes, sieve.model.known)


@pytest.fixture(scope="module")
def count(texts: list[str]) -> int:
    return sum(1 for text in texts for _ in paragraphs_of(text))


def test_tokenise(benchmark: Benchmark[Tokens], texts: list[str], count: int) -> None:
    assert len(benchmark(tokenise, texts).indents) == count


def test_shape(benchmark: Benchmark[Shape], tokens: Tokens, count: int) -> None:
    assert len(benchmark(shape_of, tokens).chars) == count


def test_context(benchmark: Benchmark[dict[str, np.ndarray]], tokens: Tokens, shape: Shape, count: int) -> None:
    columns = benchmark(context_of, tokens, shape, Places(tokens.page_lines))
    assert {len(column) for column in columns.values()} == {count}


def test_known(benchmark: Benchmark[dict[str, np.ndarray]], tokens: Tokens, sieve: Sieve, count: int) -> None:
    assert sieve.model.known is not None
    columns = benchmark(known_columns, tokens, pairs_of(tokens.hashes), Places(tokens.page_lines), sieve.model.known)
    assert {len(column) for column in columns.values()} == {count}


def test_words(benchmark: Callable[..., object], tokens: Tokens, shape: Shape, sieve: Sieve) -> None:
    assert benchmark(words_of, tokens, pairs_of(tokens.hashes), shape, sieve.model.first.sizes) is not None


def test_first_pass(benchmark: Benchmark[np.ndarray], features: Features, sieve: Sieve, count: int) -> None:
    assert benchmark(sieve.first.scores, features).shape == (count, len(sieve.model.labels.labels))


def test_second_pass(benchmark: Benchmark[np.ndarray], features: Features, sieve: Sieve, count: int) -> None:
    first, own = sieve.first.scores_and_words(features)
    assert benchmark(sieve.second.scores, first, own, features).shape == first.shape == (count, len(sieve.model.labels.labels))


def test_whole(benchmark: Benchmark[list[object]], texts: list[str], sieve: Sieve) -> None:
    assert len(benchmark(lambda: list(sieve.tag_many(texts)))) == len(texts)
