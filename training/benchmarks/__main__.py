"""Speed and accuracy beside peers, in one run: `make bench`.

Every round times each extractor once on all pages, in turn, so that a slow moment of the machine falls on all of them; the median of
the rounds counts. MB are those of the pages' text for everyone. One core: this process pins itself to one where it can.
"""

import argparse
import os
import platform
import statistics
import sys
import time
from pathlib import Path

# Before NumPy is imported: one thread for everyone.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

from training.benchmarks.accuracy import kept_char
from training.benchmarks.pages import bench_pages
from training.benchmarks.peers import peers

HERE = Path(__file__).parent


def cpu() -> str:
    """Return the processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def shown(value: float | None) -> str:
    """Return a figure, or a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


def main() -> int:
    """Run the comparison, print the table, write it and the plot beside this file."""
    parser = argparse.ArgumentParser(prog="python -m training.benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--repeat", type=int, default=8, help="how often sangloc goes through the pages in one round, being quick")
    parser.add_argument("--write", action="store_true", help="write results.md and results.svg, which README shows")
    args = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    what, pages = bench_pages()
    size = sum(len(page.text.encode("utf-8", "surrogatepass")) for page in pages) / 1e6
    extractors = peers()
    kept: dict[str, float | None] = {}
    for name, extract in extractors.items():
        texts = extract(pages)  # warms up, too
        kept[name] = kept_char(pages, texts) if texts else None
    times: dict[str, list[float]] = {name: [] for name in extractors}
    for _ in range(args.rounds):
        for name, extract in extractors.items():
            repeat = args.repeat if name.startswith("sangloc") else 1
            given = pages * repeat
            begun = time.perf_counter()
            extract(given)
            times[name].append((time.perf_counter() - begun) / repeat)
    seconds = {name: statistics.median(rows) for name, rows in times.items()}
    ours = next(iter(seconds.values()))
    lines = [
        f"{what}, {size:.2f} MB of text; {cpu()}, one core, Python {platform.python_version()}, median of {args.rounds} rounds.",
        "",
        "| | text MB/s | pages/s | sangloc is faster by | kept_char |",
        "|---|---|---|---|---|",
    ]
    for name, taken in seconds.items():
        lines.append(f"| {name} | {size / taken:.2f} | {len(pages) / taken:.0f} | {taken / ours:.1f} | {shown(kept[name])} |")
    print("\n".join(lines))
    if args.write:
        from training.benchmarks.plot import draw

        (HERE / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        draw({name: (size / taken, len(pages) / taken, kept[name]) for name, taken in seconds.items()}, HERE / "results.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
