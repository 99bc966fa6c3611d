"""What each engine costs by itself, and with tagging in it: `.venv-engines/bin/python -m training.benchmarks.engines`.

Every round runs an engine once with a step that does nothing and once with the tagging step, in turn; the median of the rounds counts.
Measured is the CPU time of all the engine's processes (on a shared machine the clock tells about the others), with one worker, input and
output in files as the engine has them. A first round starts the engine and isn't counted.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

# Before NumPy is imported: one thread for everyone.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

from sangloc.batch import tag_batch
from sangloc.labelfile import read_labels
from sangloc.pipeline import sieve_of
from sangloc.rendering import dumped, paragraphs
from training.benchmarks.__main__ import cpu

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CRAWL_PAGES = 2.6e9  # a month of Common Crawl
TICKS = os.sysconf("SC_CLK_TCK")
Engine = Callable[[Path, bool], None]


def processes() -> dict[int, list[str]]:
    """Return the fields of /proc/PID/stat of this process and everything below it, by PID."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, _, rest = path.read_text(encoding="utf-8", errors="replace").partition(" (")
        except OSError:
            continue
        stats[int(pid)] = rest.rpartition(") ")[2].split()
    ours = {os.getpid()}
    grown = True
    while grown:
        more = {pid for pid, fields in stats.items() if int(fields[1]) in ours} - ours
        grown = bool(more)
        ours |= more
    return {pid: stats[pid] for pid in ours if pid in stats}


def used() -> float:
    """Return the CPU seconds of this process and all below it, those ended and waited for included."""
    return sum(sum(map(int, fields[11:15])) for fields in processes().values()) / TICKS


def memory() -> float:
    """Return the GB that this process and all below it hold, each's peak."""
    total = 0.0
    for pid in processes():
        try:
            status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1e6
    return total


def library(place: Path, tag: bool) -> None:
    """Read JSON lines, write JSON lines, in one process without any engine."""
    with (place / "pages" / "pages.jsonl").open(encoding="utf-8") as source, (place / "library.jsonl").open("wb") as target:
        rows = map(json.loads, source)
        if tag:
            for page in sieve_of(None).tag_many(row["text"] for row in rows):
                target.write(dumped({"text": page.keep(), "paragraphs": paragraphs(page)}) + b"\n")
        else:
            for row in rows:
                target.write(dumped(row) + b"\n")


def datatrove(place: Path, tag: bool) -> None:
    """Run the documented steps in this process."""
    from datatrove.pipeline.writers import JsonlWriter

    from sangloc.datatrove import BoilerplateTagger, SafeJsonlReader

    data: Any = None
    steps = [
        SafeJsonlReader(str(place / "pages")),
        *([BoilerplateTagger()] if tag else []),
        JsonlWriter(str(place / "datatrove"), compression=None),
    ]
    for step in steps:
        data = step.run(data)
    for _ in data:
        pass


def datasets(place: Path, tag: bool) -> None:
    """Map a data set that is on the disk into another."""
    import datasets as library

    library.disable_caching()
    library.disable_progress_bars()
    pages = library.load_from_disk(str(place / "dataset"))
    pages.map(tag_batch if tag else dict, batched=True).save_to_disk(str(place / "mapped"))
    shutil.rmtree(place / "mapped")


def spark(place: Path, tag: bool) -> None:
    """Map a Parquet file into another, on one core."""
    from pyspark.sql import SparkSession

    import sangloc.spark

    session = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.driver.memory", "1g").getOrCreate()
    pages = session.read.parquet(str(place / "pages.parquet"))
    done = sangloc.spark.tag(pages) if tag else pages.mapInArrow(_through, pages.schema)
    done.write.mode("overwrite").parquet(str(place / "spark.parquet"))


def _through(batches: Iterator[Any]) -> Iterator[Any]:
    yield from batches


ENGINES: dict[str, Engine] = {"library": library, "datatrove": datatrove, "datasets": datasets, "spark": spark}


def prepare(place: Path, count: int) -> float:
    """Write the pages as each engine reads them; return their mean size in bytes."""
    texts = [page.text for page in read_labels(ROOT / "labels")]
    pages = [f"{number}\n{texts[number % len(texts)]}" for number in range(count)]
    (place / "pages").mkdir()
    with (place / "pages" / "pages.jsonl").open("w", encoding="utf-8") as file:
        file.writelines(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n" for number, text in enumerate(pages))
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
        from datasets import Dataset

        pq.write_table(pa.table({"id": list(map(str, range(count))), "text": pages}), place / "pages.parquet")
        Dataset.from_dict({"id": list(map(str, range(count))), "text": pages}).save_to_disk(str(place / "dataset"))
    except ImportError:
        pass
    return sum(len(text.encode()) for text in pages) / count


def measure(name: str, place: Path, rounds: int) -> list[dict[str, float]]:
    """Run one engine in this process: without and with tagging, in turn."""
    engine = ENGINES[name]
    out = []
    for number in range(rounds + 1):
        row = {}
        for tag in (False, True):
            begun = used()
            engine(place, tag)
            row["tag" if tag else "bare"] = used() - begun
        if number:
            out.append({**row, "memory": memory()})
    return out


def table(seconds: dict[str, dict[str, float]], count: int, size: float) -> list[str]:
    """Return the table: milliseconds a page and core hours a crawl, the engine's share of them, and memory a worker."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S607
    hours = CRAWL_PAGES / 3600
    where = f"{cpu()}, Python {platform.python_version()}, commit {commit}"
    lines = [
        f"{count} pages made from labels/, {size / 1000:.1f} kB of text each; {where}; CPU time of one worker, medians.",
        "",
        "| | alone, ms a page | with tagging | engine alone of it | core hours, 2.6 billion pages | of these the engine | GB a worker |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, row in seconds.items():
        bare, tag = row["bare"] / count, row["tag"] / count
        share = f"{bare / tag:.0%} | {tag * hours:,.0f} | {bare * hours:,.0f}"
        lines.append(f"| {name} | {bare * 1000:.2f} | {tag * 1000:.2f} | {share} | {row['memory']:.1f} |")
    return lines


def main() -> int:
    """Measure every engine that is installed, each in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks.engines", description=__doc__)
    parser.add_argument("engines", nargs="*", default=list(ENGINES), help=f"some of {', '.join(ENGINES)}; all by default")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--documents", type=int, default=4000)
    parser.add_argument("--write", action="store_true", help="write engines.md, which model/docs/engines.md shows")
    parser.add_argument("--measure", nargs=2, metavar=("ENGINE", "FOLDER"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        print("\n" + json.dumps(measure(args.measure[0], Path(args.measure[1]), args.rounds)))
        return 0
    rows: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        size = prepare(Path(folder), args.documents)
        for name in args.engines:
            command = [sys.executable, "-m", "training.benchmarks.engines", "--rounds", str(args.rounds), "--measure", name, folder]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # ourselves
            if done.returncode:
                print(f"{name}: not measured: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
                continue
            rows[name] = json.loads(done.stdout.strip().splitlines()[-1])
    seconds = {name: {key: statistics.median(row[key] for row in found) for key in found[0]} for name, found in rows.items()}
    lines = table(seconds, args.documents, size)
    print("\n".join(lines))
    if args.write:
        (HERE / "engines.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
