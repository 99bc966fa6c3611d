"""The same pages through every door: labels, groups, probabilities and texts are the same bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from sangloc.rendering import dumped, paragraphs
from sangloc.sieve import Sieve
from tests.conftest import Cli
from tests.engines.conftest import need, write_jsonl
from tests.engines.spark_session import session

need("datatrove", "pyspark", "datasets")
import datasets

import sangloc.spark
from sangloc.datatrove import BoilerplateTagger, SafeJsonlReader

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]


def test_all_ways_give_the_same_bytes(cli: Cli, sieve: Sieve, texts: list[str], tmp_path: Path) -> None:
    given = [*texts[:400], "", "\n \n", "a\r\nb\u2028c\x0bd\n\ufeffe", "Trang chủ"]  # composed and decomposed, odd line ends
    write_jsonl(tmp_path / "in" / "pages.jsonl", given)
    ways: dict[str, dict[int, Any]] = {"one by one": {number: paragraphs(sieve.tag(text)) for number, text in enumerate(given)}}
    ways["tag_many"] = dict(enumerate(map(paragraphs, sieve.tag_many(given))))
    done = cli("tag", "in/pages.jsonl", "--format", "jsonl", "-j", "2")
    assert done.returncode == 0, done.stderr
    ways["CLI"] = {int(row["id"]): row["paragraphs"] for row in map(json.loads, done.stdout.splitlines())}
    documents = BoilerplateTagger().run(SafeJsonlReader(str(tmp_path / "in")).run())
    ways["datatrove"] = {int(document.id): document.metadata["paragraphs"] for document in documents}
    ways["datatrove"][given.index("")] = []  # an empty text is no document there
    frame = datasets.Dataset.from_dict({"text": given}).map(sangloc.tag_batch, batched=True, batch_size=64)
    ways["datasets"] = dict(enumerate(frame["paragraphs"][:]))
    with session("local[2]") as spark:
        rows = sangloc.spark.tag(spark.createDataFrame(list(enumerate(given)), "id long, text string").repartition(3)).collect()
    ways["Spark"] = {row["id"]: row.asDict(recursive=True)["paragraphs"] for row in rows}
    bytes_of = {way: [dumped(found[number]) for number in range(len(given))] for way, found in ways.items()}
    for way, found in bytes_of.items():
        assert found == bytes_of["one by one"], way
