"""`sangloc model …`."""

from typing import Annotated

import typer


def info(
    model: Annotated[str | None, typer.Argument(help="A model file; the shipped model by default.", show_default=False)] = None,
) -> None:
    """Tell what a model knows and what it was trained on.

    Example: sangloc model info mine.joblib
    """
    from sangloc.sieve import load

    found = load(model).model
    for group in found.labels.groups:
        print(f"{group}: {', '.join(label for label in found.labels.labels if found.labels.group_of[label] == group)}")
    for key, value in found.training.items():
        shown = ", ".join(f"{name} {number}" for name, number in value.items()) if isinstance(value, dict) else value
        print(f"{key}: {shown}")
