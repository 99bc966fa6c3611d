"""What labels of one, two or three pages of a site bring on its other pages: `python -m training.added_labels`.

The site is one of `../shared/real/study`; its `like-` folder is left out of the base's training. Every
choice of pages is learned (`sangloc train --base MODEL`), the others are measured. `--retrain N` also fits anew, for the first N choices of
each number, on the base's labels and the pages with several weights (`--base LABELS`): minutes each. Prints a Markdown table.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import combinations, islice
from pathlib import Path

import numpy as np

from sangloc.correction import corrected
from sangloc.evaluation import evaluated
from sangloc.fitting import fit
from sangloc.labelfile import LabelledPage, read_labels
from sangloc.learning import from_labels
from sangloc.sieve import Sieve, load
from training.real import real_pages

LABELS = Path(__file__).parents[1] / "labels"
SITE = "vnexpress.net"
MEASURES = ("group_accuracy", "group_f1", "kept_char")
Learn = Callable[[Sequence[LabelledPage]], Sieve]


def choices(pages: Sequence[LabelledPage], number: int) -> Iterator[tuple[list[LabelledPage], list[LabelledPage]]]:
    """Yield every choice of so many pages, and the others."""
    for chosen in combinations(range(len(pages)), number):
        yield [pages[i] for i in chosen], [page for i, page in enumerate(pages) if i not in chosen]


def measured(sieve: Sieve, pages: Sequence[LabelledPage]) -> list[float]:
    """Return the figures of MEASURES."""
    scores = evaluated(sieve, pages)
    return [getattr(scores, name) for name in MEASURES]


def compare(
    base: Sieve, learn: Learn, pages: Sequence[LabelledPage], number: int, most: int | None = None
) -> tuple[int, list[float], list[float]]:
    """Return the number of choices, and the means over them of what is measured before and after."""
    rows = [(measured(base, rest), measured(learn(chosen), rest)) for chosen, rest in islice(choices(pages, number), most)]
    before, after = np.mean(rows, axis=0).tolist()
    return len(rows), before, after


def fitted_anew(labels: Sequence[LabelledPage], base: Sieve, weight: float, pages: Sequence[LabelledPage]) -> Sieve:
    """Return a model of the labels and the pages."""
    return from_labels(labels, pages, weight=weight, judge=base, jobs=2)[0]


def site_of(page: LabelledPage) -> str:
    """Return the site of a real page, which its file's name begins with."""
    return Path(page.path).name.partition("__")[0]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m training.added_labels", description=__doc__)
    parser.add_argument("--site", default=SITE)
    parser.add_argument("--base", type=Path, help="a model trained without the site; fitted first, where it is not there")
    parser.add_argument("--weights", type=float, nargs="+", default=[1.0])
    parser.add_argument("--retrain", type=int, default=0, metavar="N")
    args = parser.parse_args()
    study = real_pages("study")
    if not study:
        print("../shared/real/study is not here: nothing to measure on", file=sys.stderr)
        return 1
    labels = [page for page in read_labels(LABELS) if page.site != args.site]
    if args.base is not None and args.base.exists():
        base = load(args.base)
    else:
        base = fit(labels)
        if args.base is not None:
            base.save(args.base)
    print("| form | pages added | how | choices | " + " | ".join(f"{name} before | after" for name in MEASURES) + " | seconds |")
    print("|---|---|---|---|" + "---|" * (2 * len(MEASURES) + 1))
    for form, real in study.items():
        pages = [page for page in real if site_of(page) == args.site]
        for number in range(1, len(pages)):
            ways: list[tuple[str, Learn, int | None]] = []
            for weight in args.weights:
                ways.append((f"corrected, weight {weight:g}", partial(corrected, base, weight=weight), None))
                if args.retrain:
                    ways.append((f"fitted anew, weight {weight:g}", partial(fitted_anew, labels, base, weight), args.retrain))
            for name, learn, most in ways:
                begun = time.perf_counter()
                count, before, after = compare(base, learn, pages, number, most)
                seconds = (time.perf_counter() - begun) / count
                figures = " | ".join(f"{a:.3f} | {b:.3f}" for a, b in zip(before, after, strict=True))
                print(f"| {form} | {number} | {name} | {count} | {figures} | {seconds:.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
