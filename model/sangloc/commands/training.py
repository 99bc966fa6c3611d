"""`sangloc train`."""

from pathlib import Path
from typing import Annotated

import typer

from sangloc.commands.labelling import LabelPaths


def train(
    paths: LabelPaths,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The model file to write.", show_default=False)],
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that fit.")] = 2,
) -> None:
    """Train a model on label files.

    Example: sangloc train labels mine -o mine.joblib
    """
    from sangloc.labelfile import read_labels

    pages = read_labels(*paths)
    from sangloc.fitting import fit

    sieve = fit(pages, jobs=jobs)
    sieve.save(output)
    print(f"{output}: trained on {len(pages)} pages")
