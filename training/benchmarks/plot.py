"""The benchmark as a picture: bars of speed, and accuracy against speed."""

from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "sangloc"  # the same picture for the same figures
import matplotlib.pyplot as plt

OURS, OTHERS = "#b3401f", "#5f7d8c"


def draw(figures: dict[str, tuple[float, float, float | None]], path: Path) -> None:
    """Draw (text MB/s, pages/s, kept_char) of each extractor."""
    names = list(figures)
    colours = [OURS if name.startswith("sangloc") else OTHERS for name in names]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6))
    left.barh(names[::-1], [figures[name][0] for name in names[::-1]], color=colours[::-1])
    left.set_xscale("log")
    left.set_xlabel("MB of page text a second, one core")
    for name, colour in zip(names, colours, strict=True):
        _, pages, kept = figures[name]
        if kept is None:
            continue
        right.scatter(pages, kept, color=colour)
        html = "HTML" in name
        label = "sangloc from HTML" if html else name.split(" ")[0].rstrip(",")
        right.annotate(label, (pages, kept), fontsize=8, xytext=(0, -11 if html else 6), textcoords="offset points", ha="center")
    right.set_xscale("log")
    right.set_xlabel("pages a second, one core")
    right.set_ylabel("kept_char")
    right.margins(0.25)
    for axes in (left, right):
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
