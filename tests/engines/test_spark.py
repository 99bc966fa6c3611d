"""`sangloc.spark.tag` on two local cores, and on two executors in processes of their own."""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sangloc.batch import tag_batch
from sangloc.sieve import Sieve
from tests.engines.conftest import need
from tests.engines.spark_session import session

need("pyspark")
import pyarrow as pa

from sangloc.spark import tag

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]  # PySpark warns of its own dependencies
MASTERS = ["local[2]", "local-cluster[2,1,1024]"]


@pytest.fixture(scope="module", params=MASTERS)
def spark(request: pytest.FixtureRequest) -> Iterator[Any]:
    with session(request.param) as spark:
        yield spark


def frame(spark: Any, texts: list[str | None]) -> Any:
    rows = list(enumerate(texts))
    return spark.createDataFrame(rows, "id long, text string").repartition(4)


def rows_of(df: Any) -> dict[int, Any]:
    return {row["id"]: row.asDict(recursive=True) for row in df.collect()}


def test_every_page_is_tagged_as_the_library_does(spark: Any, texts: list[str]) -> None:
    given: list[str | None] = [*texts[:600], None, "", "\n\n"]
    found = rows_of(tag(frame(spark, given)))
    expected = tag_batch({"text": given})
    assert len(found) == len(given)
    for number, (text, paragraphs, kept) in enumerate(zip(given, expected["paragraphs"], expected["kept"], strict=True)):
        assert found[number] == {"id": number, "text": text, "paragraphs": paragraphs, "kept": kept}


def test_the_schema_is_typed(spark: Any) -> None:
    df = tag(frame(spark, ["Trang chủ"]), keep="footer")
    assert df.schema.simpleString() == (
        "struct<id:bigint,text:string,paragraphs:array<struct<label:string,group:string,prob:double,text:string>>,kept:string>"
    )


def test_what_can_not_be_done_is_said_before_any_work(spark: Any) -> None:
    df = frame(spark, ["Trang chủ"])
    with pytest.raises(ValueError, match="'Kept' is there already"):
        tag(df.withColumnRenamed("id", "Kept"))
    with pytest.raises(ValueError, match="no column is called 'body'; there are 'id', 'text'"):
        tag(df, text_col="body")
    with pytest.raises(ValueError, match="'id' is bigint, not string"):
        tag(df, text_col="id")
    with pytest.raises(ValueError, match="no label or group is called 'bdy'"):
        tag(df, keep="bdy")


def test_a_model_of_ones_own_travels_with_the_job(spark: Any, sieve: Sieve, tmp_path: Path) -> None:
    sieve.save(tmp_path / "mine.joblib")
    df = tag(frame(spark, ["Trang chủ\nThời sự"]), model=tmp_path / "mine.joblib")
    (tmp_path / "mine.joblib").unlink()
    [row] = df.collect()
    assert [paragraph["label"] for paragraph in row["paragraphs"]] == [found.label for found in sieve.tag("Trang chủ\nThời sự").paragraphs]


def test_a_killed_executor_loses_nothing(texts: list[str], tmp_path: Path) -> None:
    begun, killed = tmp_path / "begun", tmp_path / "killed"

    def waiting(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Let pages through, but stop in the middle of a partition until this executor is killed; the next try goes on."""
        for batch in batches:
            yield batch
            if 7 in batch.column("id").to_pylist() and not killed.exists():
                daemon = os.getppid()
                executor = re.findall(r"^PPid:\s*(\d+)", Path(f"/proc/{daemon}/status").read_text(encoding="utf-8"), re.MULTILINE)[0]
                (tmp_path / "writing").write_text(executor, encoding="utf-8")
                (tmp_path / "writing").rename(begun)
                time.sleep(120)

    found: dict[int, Any] = {}
    with session("local-cluster[2,1,1024]") as spark:
        pages = frame(spark, list(texts[:400]))
        job = threading.Thread(target=lambda: found.update(rows_of(tag(pages.mapInArrow(waiting, pages.schema)))))
        job.start()
        until = time.monotonic() + 120
        while not begun.exists() and time.monotonic() < until:
            time.sleep(0.1)
        executor = int(begun.read_text(encoding="utf-8"))
        assert "CoarseGrainedExecutorBackend" in Path(f"/proc/{executor}/cmdline").read_text(encoding="utf-8")
        killed.touch()
        os.kill(executor, signal.SIGKILL)
        job.join(timeout=120)
        assert not job.is_alive()
    expected = tag_batch({"text": texts[:400]})
    assert [found[number]["paragraphs"] for number in range(400)] == expected["paragraphs"]
    assert [found[number]["kept"] for number in range(400)] == expected["kept"]
    assert not subprocess.run(["ps", "-p", str(executor)], capture_output=True, check=False).stdout.count(b"java")
