"""`sangloc explain`."""

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from sangloc.commands.options import Glob, HtmlField, ModelFile, Strict, TextField, say

if TYPE_CHECKING:
    from sangloc.explain import Explanation


Pages = Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.", show_default=False)]


class Style(StrEnum):
    """Output formats of `explain`."""

    TEXT = "text"
    JSONL = "jsonl"


def explain(
    paths: Pages,
    lines: Annotated[
        list[int] | None, typer.Option("--line", "-l", min=1, help="Only this line of the page; may be repeated.", show_default=False)
    ] = None,
    label: Annotated[
        str | None, typer.Option("--label", help="Only paragraphs of these labels or groups, separated by commas.", show_default=False)
    ] = None,
    reasons: Annotated[int, typer.Option("--reasons", "-n", min=0, help="How many reasons to name; the others are added up.")] = 6,
    everything: Annotated[bool, typer.Option("--all", help="Every reason with everything in it.")] = False,
    style: Annotated[Style, typer.Option("--format", "-f", help="For people, or one JSON object a page.")] = Style.TEXT,
    model: ModelFile = None,
    text_field: TextField = "text",
    html_field: HtmlField = None,
    glob: Glob = "*",
    strict: Strict = False,
) -> None:
    """Tell why each paragraph got its label, in numbers that add up.

    A positive number speaks for the label, a negative one for the runner-up, both counted from a usual line.

    Example: sangloc explain page.txt --line 12; sangloc explain page.txt --label related
    """
    from rich.console import Console
    from rich.text import Text

    from sangloc.explain_text import as_dict, as_text, visible
    from sangloc.pipeline import sieve_of
    from sangloc.reading import read
    from sangloc.records import Options
    from sangloc.rendering import dumped
    from sangloc.sources import sources

    sieve = sieve_of(model)
    try:
        wanted = sieve.model.labels.selected(label) if label is not None else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--label") from None
    console = Console(highlight=False, soft_wrap=False)
    failures = 0

    def complain(message: str) -> None:
        nonlocal failures
        failures += 1
        say(message)

    options = Options(text_field=text_field, html_field=html_field, strict=strict)
    for record, text in read(sources(paths, glob), options, complain, say):
        found = sieve.explain(text)
        for line in sorted(set(lines or ()) - {paragraph.line for paragraph in found}):
            complain(f"{record.name}: there is no paragraph on line {line}")
        chosen = [x for x in found if _asked_for(x, lines, wanted)]
        if style is Style.JSONL:
            shown = {"path": record.name, "paragraphs": [as_dict(x, everything) for x in chosen]}
            sys.stdout.buffer.write(dumped(shown) + b"\n")
            continue
        with console.capture() as printed:
            console.print(Text(visible(record.name), "bold"), Text(), sep="\n")
            for paragraph in chosen:
                console.print(as_text(paragraph, reasons, everything))
        sys.stdout.buffer.writelines(f"{row.rstrip()}\n".encode() for row in printed.get().split("\n")[:-1])
    if failures:
        raise typer.Exit(1)


def _asked_for(found: "Explanation", lines: list[int] | None, labels: frozenset[str] | None) -> bool:
    return (not lines or found.line in lines) and (labels is None or found.label in labels)
