"""`sangloc report`."""

from pathlib import Path
from typing import Annotated

import typer

from sangloc.commands.tagging import Glob, ModelFile, Paths, Strict, say


def report(
    paths: Paths,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The HTML file to write.")] = Path("report.html"),
    keep: Annotated[str, typer.Option("--keep", "-k", help="Groups or labels that count as kept, separated by commas.")] = "body",
    why: Annotated[bool, typer.Option("--explain/--no-explain", help="With the reasons for each label; a millisecond a paragraph.")] = True,
    model: ModelFile = None,
    strict: Strict = False,
    glob: Glob = "*",
) -> None:
    """Write a report on pages: one HTML file to look at them, to see why, to correct labels and to download them as label files.

    Example: sangloc report pages/ -o report.html
    """
    from sangloc.outputs import atomic, check_apart
    from sangloc.pipeline import sieve_of
    from sangloc.reading import texts_of
    from sangloc.report.build import as_html
    from sangloc.report.data import ReportData
    from sangloc.sources import Source, sources

    check_apart(output, [found for found in sources(paths, glob) if isinstance(found, Source)], folder=False)
    try:
        data = ReportData(sieve_of(model), keep, why)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--keep") from None
    failures = 0

    def complain(message: str) -> None:
        nonlocal failures
        failures += 1
        say(message)

    for name, text in texts_of(paths, glob, strict, complain, say):
        data.add(name, text)
    with atomic(output) as file:
        file.write(as_html(data.as_dict(), output.stem))
    say(f"{output}: {len(data.pages)} pages")
    if failures:
        say(f"sangloc: {failures} inputs failed (named above)")
        raise typer.Exit(1)
