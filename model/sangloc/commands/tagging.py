"""`sangloc tag` and `sangloc extract`."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.", show_default=False)]
ModelFile = Annotated[
    str | None, typer.Option("--model", "-m", metavar="FILE", help="Another model than the shipped one.", show_default=False)
]
OutputPath = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="DIR|FILE", help="A folder: one file a page. A name with suffix: all in one.", show_default=False
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes.")]
Strict = Annotated[bool, typer.Option("--strict", help="Fail files with undecodable bytes instead of replacing those.")]
Glob = Annotated[str, typer.Option("--glob", help="Which files of a folder to read.")]


class Style(StrEnum):
    """Output formats of `tag`."""

    TSV = "tsv"
    JSONL = "jsonl"


def tag(
    paths: Paths,
    style: Annotated[Style | None, typer.Option("--format", "-f", help="Label file or one JSON object a page.", show_default="tsv")] = None,
    model: ModelFile = None,
    output: OutputPath = None,
    jobs: Jobs = 1,
    strict: Strict = False,
    glob: Glob = "*",
) -> None:
    """Label every paragraph of text or HTML pages.

    Example: sangloc tag page.txt > page.tsv; sangloc tag pages/ -o tagged/ -j 4
    """
    chosen = style.value if style else "jsonl" if output and output.suffix == ".jsonl" else "tsv"
    _run(paths, chosen, "body", model, output, jobs, strict, glob)


def extract(
    paths: Paths,
    keep: Annotated[str, typer.Option("--keep", "-k", help="Groups or labels to keep, separated by commas.")] = "body",
    model: ModelFile = None,
    output: OutputPath = None,
    jobs: Jobs = 1,
    strict: Strict = False,
    glob: Glob = "*",
) -> None:
    """Print only what is kept of each page: by default the article's body.

    Example: sangloc extract page.html; sangloc extract pages/ -o bodies/ --keep text,headline
    """
    _run(paths, "text", keep, model, output, jobs, strict, glob)


def _run(paths: list[str], style: str, keep: str, model: str | None, output: Path | None, jobs: int, strict: bool, glob: str) -> None:
    from sangloc.outputs import FileOutput, FolderOutput, Output, StdoutOutput, check_apart
    from sangloc.pipeline import Job, run, sieve_of
    from sangloc.rendering import SUFFIX
    from sangloc.sources import Source, sources

    try:
        sieve_of(model).model.labels.selected(keep)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--keep") from None
    found = list(sources(paths, glob))
    separator = b"\n" if style == "text" else b""
    target: Output
    if output is None:
        target = StdoutOutput(separator)
    else:
        folder = output.suffix not in SUFFIX.values() or output.is_dir()
        check_apart(output, [item for item in found if isinstance(item, Source)], folder)
        target = FolderOutput(output, SUFFIX[style]) if folder else FileOutput(output, separator)
    with target:
        tally = run(found, Job(model, style, keep, strict), target, jobs, say)
    if tally.failures:
        say(f"sangloc: {tally.pages} pages done, {tally.failures} inputs failed (named above)")
        raise typer.Exit(1)


def say(message: str) -> None:
    """Print a line on standard error."""
    print(message, file=sys.stderr)
