"""Lines that recur on a site: counted exactly, absent for a page alone, and never against the article."""

from collections import Counter, defaultdict
from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc import sites as sites_module
from sangloc.evaluation import scored, truth
from sangloc.features import features_of
from sangloc.labelfile import LabelledPage, read_labels
from sangloc.page import Page
from sangloc.sieve import Sieve
from sangloc.sites import LONG_REPEATED, SHORT_REPEATED, SiteLines, counted, outside_body
from sangloc.words import Sizes
from tests.conftest import REAL

MENU = "Trang chủ\nThời sự\nĐăng ký nhận bản tin của tòa soạn mỗi buổi sáng"
BODIES = [
    f"{MENU}\nCầu số {word} thông xe sau hai năm sửa chữa, người dân hai bên bờ đi lại thuận tiện hơn trước rất nhiều, kể cả mùa lũ, "
    f"theo ban quản lý dự án {word}."
    for word in ("một", "hai", "ba", "bốn")
]

Pages = st.lists(st.tuples(st.sampled_from("ab"), st.lists(st.sampled_from(["tin", "mới", "cũ", "sau", ""]), max_size=5)), max_size=12)


@given(Pages)
def test_repeated_lines_are_those_on_two_pages_of_the_site(pages: list[tuple[str, list[str]]]) -> None:
    counts = counted((site, "\n".join(lines)) for site, lines in pages)
    on: dict[str, Counter[str]] = defaultdict(Counter)
    for site, lines in pages:
        on[site].update({line for line in lines if line})
    assert counts.pages == dict(Counter(site for site, _ in pages))
    for site, lines in pages:
        text = "\n".join(lines)
        hashes = features_of([text], Sizes()).line_hashes
        assert counts.repeated(site, hashes).tolist() == [on[site][line] > 1 for line in lines if line]


def test_counts_are_the_same_however_often_they_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [("a", BODIES[i % 4] + f"\nDòng {'x' * i}") for i in range(40)]
    whole = counted(pages)
    monkeypatch.setattr(sites_module, "PENDING", 3)
    lines = SiteLines()
    for site, text in pages:
        lines.add(site, [text])
    assert np.array_equal(lines.finished().keys, whole.keys)


def test_a_page_alone_is_tagged_as_ever(sieve: Sieve) -> None:
    counts = counted([("a", BODIES[0]), ("a", BODIES[1]), ("b", BODIES[2])])
    plain = [page.probabilities for page in sieve.tag_many(BODIES)]
    for sites in (["a"] * 4, [None] * 4, ["c"] * 4):  # two pages are too few; no site; a site that was not counted
        found = list(sieve.tag_many(BODIES, sites, counts))
        assert all(np.array_equal(a, b.probabilities) for a, b in zip(plain, found, strict=True))


def test_what_recurs_is_shifted_and_the_article_is_not(sieve: Sieve) -> None:
    counts = counted(("a", text) for text in BODIES)
    features = features_of(BODIES[:1], sieve.model.first.sizes, sieve.model.known)
    shifts = counts.shifts(["a"], features).tolist()
    assert shifts[:3] == [SHORT_REPEATED, SHORT_REPEATED, LONG_REPEATED]
    assert shifts[3] < 0
    outside = outside_body(sieve.model.labels)
    alone, together = sieve.tag(BODIES[0]), sieve.tag(BODIES[0], "a", counts)
    assert (together.probabilities[:3] @ outside > alone.probabilities[:3] @ outside).all()


def test_a_copy_of_a_page_does_not_turn_its_text_into_boilerplate(sieve: Sieve) -> None:
    counts = counted(("a", text) for text in [*BODIES, BODIES[0]])
    shifts = counts.shifts(["a"], features_of(BODIES[:1], sieve.model.first.sizes, sieve.model.known))
    assert shifts[3] == 0
    assert shifts[2] == LONG_REPEATED


def test_sites_as_many_as_pages(sieve: Sieve) -> None:
    with pytest.raises(ValueError, match="zip"):
        list(sieve.tag_many(BODIES, ["a"], counted([])))


@pytest.mark.real
@pytest.mark.skipif(not REAL.is_dir(), reason="../shared/real is not here")
def test_sites_help_on_real_pages(sieve: Sieve) -> None:
    pages = [page for form in ("full", "main") for page in read_labels(REAL / "unseen" / form)]
    sites = [page.path.rsplit("/", 2)[1] + page.path.rsplit("/", 1)[1].split("__")[0] for page in pages]
    many = Counter(sites)
    chosen = [(page, site) for page, site in zip(pages, sites, strict=True) if many[site] >= 3]
    pages, sites = [page for page, _ in chosen], [site for _, site in chosen]
    texts = [page.text for page in pages]
    counts = counted(zip(sites, texts, strict=True))
    alone, together = (_kept(sieve, pages, found) for found in (sieve.tag_many(texts), sieve.tag_many(texts, sites, counts)))
    assert together > alone


def _kept(sieve: Sieve, pages: list[LabelledPage], found: Iterable[Page]) -> float:
    tagged = list(found)
    codes, best = [page.codes for page in tagged], [page.probabilities.max(axis=1) for page in tagged]
    return scored(truth(sieve.model.labels, pages, codes, best)).kept_line
