"""`sangloc labels draft` and `sangloc labels edit`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from sangloc.commands.options import Glob, ModelFile, say

SURE = 0.8


def draft(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.", show_default=False)],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The folder for the label files.", show_default=False)],
    model: ModelFile = None,
    sure: Annotated[float, typer.Option("--unsure", metavar="P", min=0, max=1, help="Mark lines less probable than this.")] = SURE,
    most: Annotated[
        int | None, typer.Option("--most", "-n", metavar="N", min=1, help="Draft only the N pages that teach most.", show_default=False)
    ] = None,
    glob: Glob = "*",
) -> None:
    """Write label files filled in by the model, to be corrected. Files that are there are never overwritten.

    Prints a line a page, the most teaching page first: label file, how many of its lines are unsure, and what it teaches (each line counts
    as the model's doubt times the share of its word pairs that are on no page before it, nor on one that has a label file there).

    Example: sangloc labels draft pages/vnexpress -o labels/mine
    """
    from sangloc.drafting import drafts
    from sangloc.pipeline import sieve_of
    from sangloc.sources import sources

    failures: list[str] = []

    def complain(what: str) -> None:
        failures.append(what)
        say(what)

    found = list(sources(paths, glob))
    for done in drafts(sieve_of(model), found, output, sure=sure, most=most, complain=complain, note=say):
        print(f"{done.path}\t{done.unsure} of {done.paragraphs} lines unsure\tteaches {done.teaches:.2f}")
    if failures:
        say(f"sangloc: {len(failures)} inputs failed (named above)")
        raise typer.Exit(1)


def edit(
    file: Annotated[Path, typer.Argument(help="A label file.", show_default=False)],
    model: ModelFile = None,
) -> None:
    """Correct a label file on the terminal: one key a label, undo, next unsure line, search. Needs the extra 'label'.

    Example: sangloc labels edit labels/mine/page.tsv
    """
    from sangloc.editing import Editing

    editing = Editing(file)
    try:
        from sangloc.editor import LabelEditor
    except ModuleNotFoundError as error:
        if error.name != "textual":
            raise
        say("sangloc: the editor needs Textual; install it with: pip install 'sangloc[label]'")
        raise typer.Exit(2) from None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        say("sangloc: 'labels edit' needs a terminal; in a pipe or a script, edit the file itself")
        raise typer.Exit(2)
    from sangloc.pipeline import sieve_of

    LabelEditor(editing, editing.judge(sieve_of(model))).run()
