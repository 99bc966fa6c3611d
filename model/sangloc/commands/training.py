"""`sangloc train`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sangloc.commands.labelling import LabelPaths

if TYPE_CHECKING:
    from sangloc.labelfile import LabelledPage

SHIPPED = "shipped"


def train(
    paths: LabelPaths,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The model file to write.", show_default=False)],
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="shipped|MODEL|LABELS",
            help="Learn LABELS on top of the shipped model, another model file, or other labels (a folder), and tell what they bring.",
            show_default=False,
        ),
    ] = None,
    weight: Annotated[
        float | None,
        typer.Option(
            "--weight",
            metavar="W",
            min=0.01,
            help="How many pages of the base each page counts as.",
            show_default="0.25 on a model, 1 on labels",
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that fit.")] = 2,
) -> None:
    """Train a model on label files: on these alone, or on top of a base.

    With --base shipped the shipped model is corrected, in seconds; with --base labels (a folder) all is trained anew on both, in minutes.

    Example: sangloc train mine --base shipped -o mine.joblib; sangloc train labels mine -o mine.joblib
    """
    from sangloc.labelfile import read_labels

    pages = read_labels(*paths)
    if base is None:
        if weight is not None:
            raise typer.BadParameter("needs a base that the pages count beside; all pages of LABELS weigh the same", param_hint="--weight")
        from sangloc.fitting import fit

        sieve = fit(pages, jobs=jobs)
        sieve.save(output)
        print(f"{output}: trained on {len(pages)} pages")
        return
    _on_top_of(base, pages, output, weight, jobs)


def _on_top_of(base: str, pages: "list[LabelledPage]", output: Path, weight: float | None, jobs: int) -> None:
    """Train on the pages and a base, and print what the pages bring."""
    from sangloc.correction import WEIGHT
    from sangloc.labelfile import SUFFIX, read_labels
    from sangloc.learning import from_labels, from_model, table
    from sangloc.sieve import load

    if Path(base).is_dir() or base.endswith(SUFFIX):
        texts = {page.text for page in pages}
        others = [page for page in read_labels(base) if page.text not in texts]
        weight = 1.0 if weight is None else weight
        sieve, gains = from_labels(others, pages, weight=weight, judge=load(), jobs=jobs)
        what = f"{len(others)} pages of {base}"
    else:
        weight = WEIGHT if weight is None else weight
        sieve, gains = from_model(load(None if base == SHIPPED else base), pages, weight)
        what = f"the {base} model" if base == SHIPPED else base
    sieve.save(output)
    if gains:
        print(table(gains))
    print(f"{output}: {what}, and {len(pages)} pages that count {weight:g} times")
