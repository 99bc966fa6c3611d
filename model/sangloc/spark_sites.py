"""Which lines recur on each site, counted over a whole crawl in Spark, then tagging with the counts.

Two stages. Each page gives the keys of its different lines; those on more than one page are brought together by site. Then each site's
keys and pages go to one partition, the keys sorted to the front: a task reads the keys of its sites, and streams their pages past them. So
a task's memory is bounded by the recurring lines of its sites (8 bytes each), not by their pages. The result is that of `sites.counted`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from sangloc.sites import SiteCounts, hashes_by_page, keys_of
from sangloc.spark import Asked, with_tags
from sangloc.tokens import Hashes

if TYPE_CHECKING:
    from pyarrow import RecordBatch
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

    Mapped = Callable[[Iterator[RecordBatch]], Iterator[RecordBatch]]

KEYS, PAGES = "sangloc_keys", "sangloc_pages"  # of a site, on the rows that carry its counts
ROWS = 512  # pages whose lines are hashed together


def tag_with_sites(df: "DataFrame", schema: "StructType", asked: Asked) -> "DataFrame":
    """Return the frame tagged with its own counts; `schema` is that of the result."""
    from pyspark.sql import functions as f
    from pyspark.sql.types import StructField, StructType

    text_col, site_col = asked.text_col, asked.site_col
    assert site_col is not None  # noqa: S101  # for the type checker
    counts = site_counts(df, text_col, site_col)
    both = df.unionByName(counts.withColumnRenamed("site", site_col), allowMissingColumns=True)
    # Pages of no site go anywhere, pages of a site to its counts.
    place = f.when(f.col(site_col).isNull(), f.xxhash64(text_col)).otherwise(f.xxhash64(site_col))
    placed = both.repartition(place).sortWithinPartitions(f.col(KEYS).isNull())
    nullable = StructType([StructField(field.name, field.dataType) for field in schema.fields])  # as the union makes them
    return placed.mapInArrow(_tagger(df.columns, asked), nullable)


def site_counts(df: "DataFrame", text_col: str, site_col: str) -> "DataFrame":
    """Return a row a site: `site`, the keys of its recurring lines (array of bigint), and how many pages it has."""
    from pyspark.sql import functions as f

    pages = df.select(f.col(site_col).alias("site"), f.col(text_col).alias("text")).dropna()
    lines = pages.mapInArrow(_line_keys, "site string, key bigint")
    recurring = lines.groupBy("site", "key").count().where("count > 1").groupBy("site").agg(f.collect_list("key").alias(KEYS))
    sizes = pages.groupBy("site").agg(f.count("*").alias(PAGES))
    none = f.array().cast("array<bigint>")
    return sizes.join(recurring, "site", "left").select("site", f.coalesce(KEYS, none).alias(KEYS), PAGES)


def _line_keys(batches: "Iterator[RecordBatch]") -> "Iterator[RecordBatch]":
    """Yield site and key of each page's different lines."""
    import pyarrow as pa

    for batch in batches:
        for start in range(0, batch.num_rows, ROWS):
            sites, texts = (column.to_pylist() for column in batch.slice(start, ROWS).columns)
            keys = [keys_of(site, hashes) for site, hashes in zip(sites, hashes_by_page(texts), strict=True)]
            names = pa.array(sites, pa.string()).take(pa.array(np.repeat(np.arange(len(sites)), [len(page) for page in keys])))
            yield pa.RecordBatch.from_arrays([names, pa.array(_joined(keys).view(np.int64))], ["site", "key"])


def _tagger(columns: Sequence[str], asked: Asked) -> "Mapped":
    columns = list(columns)

    def tagged(batches: "Iterator[RecordBatch]") -> "Iterator[RecordBatch]":
        keys: list[Hashes] = []
        sizes: dict[str, int] = {}
        counts = None
        for batch in batches:
            carries = batch.column(KEYS).is_valid()
            rows = batch.filter(carries)
            if rows.num_rows:
                keys.append(rows.column(KEYS).flatten().to_numpy().view(np.uint64))
                sizes.update(zip(rows.column(asked.site_col).to_pylist(), rows.column(PAGES).to_pylist(), strict=True))
            pages = batch.filter(batch.column(KEYS).is_null())
            if pages.num_rows:
                counts = counts or SiteCounts(np.sort(_joined(keys)), sizes)  # all counts came before the first page
                yield from with_tags(pages.select(columns), asked, counts)

    return tagged


def _joined(keys: Sequence[Hashes]) -> Hashes:
    return np.concatenate((np.zeros(0, dtype=np.uint64), *keys))
