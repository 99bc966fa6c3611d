"""`sangloc eval`."""

import json
from enum import StrEnum
from typing import Annotated

import typer

from sangloc.commands.labelling import LabelPaths
from sangloc.commands.options import ModelFile


class Report(StrEnum):
    """Output formats of `eval`."""

    TEXT = "text"
    JSON = "json"


def evaluate(
    paths: LabelPaths,
    model: ModelFile = None,
    report: Annotated[Report, typer.Option("--format", "-f", help="A table, or one JSON object.")] = Report.TEXT,
) -> None:
    """Measure a model on label files that it was not trained on.

    Example: sangloc eval held-out --model mine.joblib
    """
    from sangloc.evaluation import evaluated, table
    from sangloc.labelfile import read_labels
    from sangloc.sieve import load

    scores = evaluated(load(model), read_labels(*paths))
    print(json.dumps(scores.as_dict()) if report is Report.JSON else table(scores))
