"""Repetition over sites, counted in two stages in Spark: the single machine's counts and labels."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from sangloc.rendering import paragraphs
from sangloc.sieve import Sieve
from sangloc.sites import counted
from tests.engines.conftest import need
from tests.engines.spark_session import session

need("pyspark")
import sangloc.spark
from sangloc.spark_sites import KEYS, PAGES, site_counts

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]
FURNITURE = "Trang chủ\nThời sự\nMời bạn đọc các bài viết cùng chuyên mục được quan tâm trong tuần\n"
Pages = list[tuple[str | None, str | None]]


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    with session("local[2]") as spark:
        yield spark


@pytest.fixture(scope="module")
def pages(texts: list[str]) -> Pages:
    """Return pages of sites of 1 to 60 pages, some of none, whose lists of stories recur."""
    sites = [f"site-{int(number**0.5)}" for number in range(240)]
    out: Pages = [(site, FURNITURE + text + f"\n{FURNITURE}Đọc nhiều trên {site}") for site, text in zip(sites, texts, strict=False)]
    return [*out, *((None, text) for text in texts[240:260]), ("site-3", None), (None, None), ("lonely", "")]


def test_it_counts_and_tags_as_one_machine_does(spark: Any, pages: Pages, sieve: Sieve) -> None:
    rows = [(number, site, text) for number, (site, text) in enumerate(pages)]
    df = spark.createDataFrame(rows, "id long, site string, text string").repartition(5)
    there = [(site, text) for site, text in pages if text is not None]
    counts = counted(there)

    found = {row["site"]: row for row in site_counts(df, "text", "site").collect()}
    assert {site: row[PAGES] for site, row in found.items()} == counts.pages
    keys = np.sort(np.concatenate([np.array(row[KEYS], dtype=np.int64) for row in found.values()]).view(np.uint64))
    assert keys.tolist() == counts.keys.tolist()

    tagged = {row["id"]: row.asDict(recursive=True) for row in sangloc.spark.tag(df, site_col="site").collect()}
    assert len(tagged) == len(pages)
    expected = sieve.tag_many([text for _, text in there], [site for site, _ in there], counts)
    plain = sieve.tag_many([text for _, text in there])
    changed = 0
    for number, (site, text) in enumerate(pages):
        row = tagged[number]
        assert (row["site"], row["text"]) == (site, text)
        if text is None:
            assert row["paragraphs"] is row["kept"] is None
            continue
        page = next(expected)
        changed += page.keep() != next(plain).keep()
        assert row["paragraphs"] == paragraphs(page)
        assert row["kept"] == page.keep()
    assert changed  # the counts did tell


def test_a_missing_site_column_is_said(spark: Any) -> None:
    df = spark.createDataFrame([("a", 1)], "text string, site int")
    with pytest.raises(ValueError, match="no column is called 'host'"):
        sangloc.spark.tag(df, site_col="host")
    with pytest.raises(ValueError, match="'site' is int, not string"):
        sangloc.spark.tag(df, site_col="site")
