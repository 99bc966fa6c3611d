"""How accuracy on real pages grows with the number of layouts in training: `python -m training.learning_curve`.

Layouts are drawn by chance, two or three times for each number; every draw is trained and measured on `../shared/real/unseen`, and
the shipped model, of all of them. Writes learning_curve.csv and learning_curve.svg beside this file (five minutes; needs matplotlib).
"""

import csv
import random
import statistics
import sys
from importlib.util import find_spec
from pathlib import Path

import sangloc
from sangloc.evaluation import evaluated
from sangloc.labelfile import LabelledPage, read_labels
from sangloc.sieve import Sieve
from training.real import FORMS, real_pages

HERE = Path(__file__).parent
DRAWS = {25: 3, 50: 3, 100: 3, 200: 2, 400: 2}  # number of layouts: draws
MEASURES = ("group_accuracy", "group_f1", "kept_line", "kept_char")
Row = dict[str, float]


def measured(sieve: Sieve, layouts: int, pages: int, real: dict[str, list[LabelledPage]]) -> Row:
    """Measure a model, trained on so many layouts and pages, on real pages."""
    row: Row = {"layouts": layouts, "pages": pages}
    for form in FORMS:
        scores = evaluated(sieve, real[form]).as_dict()
        row |= {f"{form} {measure}": scores[measure] for measure in MEASURES}
    return row


def draw(rows: list[Row], path: Path) -> None:
    """Draw the means over the draws, and the draws as dots."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "sangloc"
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9, 3.4), sharex=True)
    for axes, measure in zip(panels, ("group_accuracy", "kept_char"), strict=True):
        for form, colour in zip(FORMS, ("#b3401f", "#1f5fb3"), strict=True):
            key = f"{form} {measure}"
            numbers = sorted({row["layouts"] for row in rows})
            means = [statistics.mean(row[key] for row in rows if row["layouts"] == number) for number in numbers]
            axes.plot(numbers, means, color=colour, label=f"{form} pages")
            axes.scatter([row["layouts"] for row in rows], [row[key] for row in rows], color=colour, s=9, alpha=0.5)
        axes.set_xlabel("layouts in training")
        axes.set_title(f"{measure.replace('_', ' ')} on 26 unseen real pages", fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def main() -> int:
    """Measure, write, draw."""
    real = real_pages("unseen")
    if not real:
        print("../shared/real/unseen is not here: nothing to measure on", file=sys.stderr)
        return 1
    if find_spec("matplotlib") is None:  # minutes before it is needed
        print("drawing needs matplotlib: pip install 'sangloc[bench]'", file=sys.stderr)
        return 1
    pages = read_labels(HERE.parent / "labels")
    layouts = sorted({page.layout for page in pages})
    rows: list[Row] = []
    for number, draws in DRAWS.items():
        for draw_number in range(draws):
            drawn = set(random.Random(f"{number} {draw_number}").sample(layouts, number))
            chosen = [page for page in pages if page.layout in drawn]
            rows.append(measured(sangloc.fit(chosen), number, len(chosen), real))
            print({key: round(value, 3) for key, value in rows[-1].items()}, flush=True)
    rows.append(measured(sangloc.load(), len(layouts), len(pages), real))
    with (HERE / "learning_curve.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    draw(rows, HERE / "learning_curve.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
