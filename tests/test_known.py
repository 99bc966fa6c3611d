"""How widely words are known: counted over sites, without those that are left out."""

import numpy as np
import pytest

from sangloc.features import Features, features_of
from sangloc.known import BITS, ENOUGH, FEWEST, Census, Known
from sangloc.labelfile import LabelledPage
from sangloc.sieve import load
from sangloc.words import Sizes

MENU, STORY = "Trang chủ", "Lũ quét cuốn trôi cầu treo bản Nậm"


def page(site: str, *lines: str) -> LabelledPage:
    return LabelledPage(f"labels/{site}/1.tsv", "\n".join(lines) + "\n", ("nav",) * len(lines), {}, 1)


@pytest.fixture(scope="module")
def census() -> Census:
    fill = [page(f"fill{i}", f"{'xyzw'[i % 4] * (i + 9)}") for i in range(ENOUGH)]
    pages = [page(f"site{i}", MENU, MENU, f"Bài {'abcdefgh'[i] * 5}") for i in range(4)]
    return Census([*fill, *pages, page("site0", MENU, "Chỉ một"), page("like-site0", "Chỉ một"), page("other", STORY)])


def test_few_sites_tell_nothing() -> None:
    pages = [page(f"site{i}", MENU) for i in range(ENOUGH)]
    assert Census(pages).known() is not None
    assert Census(pages[1:]).known() is None


def seen(known: Known | None, *lines: str) -> Features:
    return features_of(["\n".join(lines)], Sizes(), known)


def test_sites_are_counted_not_pages_nor_lines(census: Census) -> None:
    found = seen(census.known(), MENU, STORY, "Chỉ một", "Hoàn toàn mới")
    assert np.expm1(found.column("log sites of the whole line")).round().tolist() == [4, 0, 0, 0]  # one site's is as good as none
    assert found.column("known as a whole").tolist() == [1, 0, 0, 0]
    assert found.column("share of new words").tolist() == pytest.approx([0, 8 / 9, 2 / 3, 3 / 4], abs=1e-3)  # the line's end is known
    assert found.column("share of new pairs").tolist() == pytest.approx([0, 1, 1, 1])


def test_a_site_that_is_left_out_does_not_count(census: Census) -> None:
    lines = (MENU, "Chỉ một")
    assert np.expm1(seen(census.known(["site1"]), *lines).column("log sites of the whole line")).round().tolist() == [3, 0]
    without = census.known([f"site{i}" for i in range(4)])
    assert without is not None
    assert not without.lines.any()
    assert seen(without, MENU).column("share of new words").tolist() == pytest.approx([2 / 3], abs=1e-3)  # all but the end of the line
    assert np.expm1(seen(census.known(), MENU).column("log sites of the whole line")).round() == 4  # and the count itself stays


def test_what_stands_around_a_line_counts_too(census: Census) -> None:
    found = seen(census.known(), *[MENU] * 7, *[STORY] * 7)
    above, below = (found.column(f"known as a whole in 5 lines {where}") for where in ("above", "below"))
    assert (above[0], above[6], above[13]) == (0, 1, 0)
    assert (below[0], below[6], below[13]) == (1, 0, 0)
    assert found.column("known as a whole nearby")[7] == pytest.approx(7 / 14, abs=1e-3)


def test_a_model_without_the_tables_has_no_such_features() -> None:
    bare, found = features_of([MENU], Sizes()), seen(load().model.known, MENU)
    assert found.names[: len(bare.names)] == bare.names
    assert len(found.names) - len(bare.names) == 17
    assert features_of(["", "\n"], Sizes(), load().model.known).dense.shape == (0, len(found.names))


def test_the_shipped_tables_know_menus_and_no_stories() -> None:
    known = load().model.known
    assert known is not None
    assert {name: len(getattr(known, name)) for name in BITS} == {name: 1 << bits for name, bits in BITS.items()}
    found = seen(known, MENU, STORY)
    assert np.expm1(found.column("log sites of the whole line"))[0] > 100
    assert found.column("share of new pairs")[0] == 0 < found.column("share of new pairs")[1]
    of_pairs = found.column("mean log sites of the pairs")
    assert of_pairs[0] > of_pairs[1] + 1
    for name in BITS:
        table = getattr(known, name)
        assert ((table == 0) | (table >= FEWEST)).all()
