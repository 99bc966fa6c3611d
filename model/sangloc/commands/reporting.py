"""`sangloc report`."""

from pathlib import Path
from typing import Annotated

import typer

from sangloc.commands.explaining import Pages
from sangloc.commands.options import Glob, HtmlField, ModelFile, Strict, TextField, say


def report(
    paths: Pages,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The HTML file to write.")] = Path("report.html"),
    keep: Annotated[str, typer.Option("--keep", "-k", help="Groups or labels that count as kept, separated by commas.")] = "body",
    why: Annotated[bool, typer.Option("--explain/--no-explain", help="With the reasons for each label; a millisecond a paragraph.")] = True,
    model: ModelFile = None,
    text_field: TextField = "text",
    html_field: HtmlField = None,
    glob: Glob = "*",
    strict: Strict = False,
) -> None:
    """Write a report on pages: one HTML file to look at them, to see why, to correct labels and to download them as label files.

    Example: sangloc report pages/ -o report.html
    """
    from rich.console import Console
    from rich.progress import track

    from sangloc.files import atomic
    from sangloc.outputs import check_apart
    from sangloc.pipeline import sieve_of
    from sangloc.reading import read
    from sangloc.records import Options
    from sangloc.report.build import as_html
    from sangloc.report.data import ReportData
    from sangloc.sources import sources

    check_apart(output, paths, folder=False)
    found = list(sources(paths, glob))
    try:
        data = ReportData(sieve_of(model), keep, why)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--keep") from None
    failures = 0

    def complain(message: str) -> None:
        nonlocal failures
        failures += 1
        say(message)

    options = Options(text_field=text_field, html_field=html_field, strict=strict)
    bar = Console(stderr=True)
    pages = read(found, options, complain, say)
    for record, text in track(pages, "reading", total=len(found), console=bar, transient=True, disable=not bar.is_terminal):
        data.add(record, text)
    with atomic(output) as file:
        file.write(as_html(data.as_dict(), output.stem))
    say(f"{output}: {len(data.pages)} pages")
    if failures:
        say(f"sangloc: {failures} inputs failed (named above)")
        raise typer.Exit(1)
