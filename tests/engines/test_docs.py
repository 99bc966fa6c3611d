"""The examples of model/docs/engines.md, run as they stand on 2,000 pages."""

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from sangloc.batch import tag_batch
from sangloc.sieve import Sieve
from tests.conftest import LABELS, ROOT
from tests.engines.conftest import COUNT, need

DOCS = (ROOT / "model" / "docs" / "engines.md").read_text(encoding="utf-8")
SCRIPTS: dict[str, str] = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", DOCS, re.DOTALL))
SHOWN = re.findall(r"```py\n(.*?)```", DOCS, re.DOTALL)

pytestmark = [pytest.mark.engine, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def expected(texts: list[str]) -> dict[str, Any]:
    found = tag_batch({"text": texts})
    return {str(number): row for number, row in enumerate(zip(found["paragraphs"], found["kept"], strict=True))}


@pytest.fixture
def here(place: Path, tmp_path: Path) -> Path:
    """Return a folder with the pages and every script."""
    (tmp_path / "pages").symlink_to(place / "pages")
    for name, code in SCRIPTS.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    return tmp_path


def run(here: Path, *command: str) -> str:
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False, env={**os.environ, "PATH": tools})
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def read(folder: Path) -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for path in sorted(folder.glob("*.gz")) for line in gzip.decompress(path.read_bytes()).splitlines()]
    found = {row["id"]: row for row in rows}
    assert len(found) == len(rows)
    return found


def test_every_script_has_a_test() -> None:
    tests = Path(__file__).read_text(encoding="utf-8")
    assert len(SCRIPTS) >= 5
    assert all(f'"{name}"' in tests for name in SCRIPTS)


def test_datatrove_cleans_and_a_killed_run_is_taken_up_again(here: Path, expected: dict[str, Any]) -> None:
    need("datatrove")
    running = subprocess.Popen([sys.executable, "clean.py"], cwd=here, stderr=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 300
    while not list((here / "logs/clean/completions").glob("*")) and running.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    assert running.poll() is None
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    complete = {path.name for path in (here / "logs/clean/completions").iterdir()}
    times = {name: (here / "bodies" / f"{name}.jsonl.gz").stat().st_mtime_ns for name in complete}
    run(here, sys.executable, "clean.py")
    assert times == {name: (here / "bodies" / f"{name}.jsonl.gz").stat().st_mtime_ns for name in complete}
    bodies, without = read(here / "bodies"), read(here / "no-body")
    assert {name: row["text"] for name, row in bodies.items()} == {name: kept for name, (_, kept) in expected.items() if kept}
    assert set(without) == {name for name, (_, kept) in expected.items() if not kept}
    assert len(bodies) + len(without) == COUNT


def test_datatrove_tags_wet_files(here: Path, texts: list[str], expected: dict[str, Any]) -> None:
    need("datatrove")
    from io import BytesIO

    from warcio.warcwriter import WARCWriter

    (here / "wet").mkdir()
    for part in range(4):
        with (here / "wet" / f"{part}.warc.wet.gz").open("wb") as file:
            writer = WARCWriter(file, gzip=True)
            for number in range(part, COUNT, 4):
                headers = {"WARC-Identified-Payload-Type": "text/plain"}
                payload = BytesIO(texts[number].encode())
                uri = f"http://example.org/{number}"
                writer.write_record(
                    writer.create_warc_record(uri, "conversion", payload=payload, warc_content_type="text/plain", warc_headers_dict=headers)
                )
    run(here, sys.executable, "wet.py")
    found = {row["metadata"]["url"].rsplit("/", 1)[1]: row["metadata"]["paragraphs"] for row in read(here / "tagged").values()}
    assert found == {name: paragraphs for name, (paragraphs, _) in expected.items()}


def test_spark_tags(here: Path, expected: dict[str, Any]) -> None:
    need("pyspark")
    import pyarrow.parquet as pq

    [command] = re.findall(r"\$ (spark-submit .*)", DOCS)
    run(here, "sh", "-c", command)  # "tag.py"
    rows = pq.read_table(here / "tagged.parquet").to_pylist()
    assert {row["id"]: (row["paragraphs"], row["kept"]) for row in rows} == expected
    assert len(rows) == COUNT


def test_spark_counts_sites(here: Path, texts: list[str], sieve: Sieve) -> None:
    need("pyspark")
    import pyarrow.parquet as pq

    from sangloc.sites import counted

    run(here, sys.executable, "sites.py")
    sites = [f"site-{number % 40}" for number in range(COUNT)]
    pages = sieve.tag_many(texts, sites, counted(zip(sites, texts, strict=True)))
    rows = pq.read_table(here / "sites.parquet").to_pylist()
    assert {row["id"]: row["kept"] for row in rows} == {str(number): page.keep() for number, page in enumerate(pages)}
    assert len(rows) == COUNT


def test_datasets_maps(here: Path, expected: dict[str, Any]) -> None:
    need("datasets")
    run(here, sys.executable, "map.py")
    rows = [json.loads(line) for line in (here / "tagged.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {str(row["id"]): (row["paragraphs"], row["kept"]) for row in rows} == expected


def test_scikit_learn_validates(here: Path) -> None:
    for seed in sorted(LABELS.glob("seed-*"))[:3]:
        shutil.copytree(seed, here / "mine" / seed.name)
    assert re.fullmatch(r"right by held-out site: \[[01. 0-9]+\]\n", run(here, sys.executable, "validate.py"))


def test_the_slurm_example_is_accepted(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need("datatrove")
    from datatrove.executor.slurm import SlurmPipelineExecutor
    from datatrove.pipeline.readers import warc

    monkeypatch.chdir(here)
    launched = []
    monkeypatch.setattr(SlurmPipelineExecutor, "run", lambda self: launched.append(self.tasks))
    # No network: the readers' and writers' folders are local ones here.
    [code] = [code.replace("s3://", "") for code in SHOWN if "Slurm" in code]
    exec(compile(code, "slurm", "exec"), {})  # noqa: S102  # the documentation's code is what is tested
    assert launched == [9000]
    assert warc.WarcReader is not None


def test_the_table_of_costs_is_the_one_measured() -> None:
    table = (ROOT / "training" / "benchmarks" / "engines.md").read_text(encoding="utf-8")
    assert table in DOCS
    assert all(f"| {engine} |" in table for engine in ("library", "datatrove", "datasets", "spark"))
