import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sangloc.context import Places, running
from sangloc.features import features_of
from sangloc.shape import GRID
from sangloc.words import Sizes

SIZES = Sizes(own=10, around=8, pairs=10, phrases=8)
PAGES = st.lists(st.integers(0, 7), min_size=1, max_size=5)
LONG = "Đây là một câu khá dài của bài báo, " * 4 + "và nó hết ở đây."


def column(texts: list[str], name: str) -> list[float]:
    found = features_of(texts, SIZES)
    values: list[float] = found.dense[:, found.names.index(name)].tolist()
    return values


@given(PAGES, st.integers(-8, 8).filter(bool), st.integers(0, 6))
def test_windows_and_moves_stay_on_the_page(sizes: list[int], low: int, width: int) -> None:
    places = Places(np.concatenate(([0], np.cumsum(sizes))))
    values = np.arange(1.0, places.count + 1)
    means = places.windowed(running(values), low, low + width)
    moved = places.moved(values, low)
    line = 0
    for size in sizes:
        page = values[line : line + size].tolist()
        for i in range(size):
            near = [page[j] for j in range(i + low, i + low + width + 1) if 0 <= j < size]
            assert means[line + i] == (sum(near) / len(near) if near else 0)
            assert moved[line + i] == (page[i + low] if 0 <= i + low < size else 0)
        line += size


def test_repetition_is_seen_within_the_page_only() -> None:
    assert column(["a b\nc\nA b", "a b"], "repeated on the page") == [1, 0, 1, 0]
    assert column(["a\na\nb"], "repeats the line above") == [0, 1, 0]


def test_running_text_around_is_measured() -> None:
    assert column([f"Menu\n{LONG}\nTin liên quan"], "running text below") == [1, 0, 0]
    assert column([f"Menu\n{LONG}\nTin liên quan"], "share of the running text above") == [0, 0, 1]


def test_words_of_the_article_are_recognised_elsewhere() -> None:
    shared = column([f"{LONG}\ncâu dài bài báo\nkhông trùng"], "words shared with the running text")
    assert shared[1] == 1
    assert shared[2] == 0


def test_features_lie_on_their_grid() -> None:
    dense = features_of([f"Menu\n\n  {LONG}\n12/3/2024, 10:30\n"], SIZES).dense
    assert np.array_equal(dense, np.rint(dense / GRID) * GRID)
    assert np.abs(dense).max() < 16
    assert np.isfinite(dense).all()


def test_a_batch_without_a_line_has_features() -> None:
    assert features_of(["", "\n\n"], SIZES).dense.shape[0] == 0
