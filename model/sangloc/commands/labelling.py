"""`sangloc labels …`."""

import sys
from typing import Annotated

import typer

LabelPaths = Annotated[list[str], typer.Argument(help="Label files, or folders of them.", show_default=False)]


def check(
    paths: LabelPaths,
    suspects: Annotated[
        int, typer.Option("--suspects", metavar="N", help="Also train without each site in turn, and list the N labels least expected.")
    ] = 0,
) -> None:
    """Check label files: format, labels, and that their text is the source's. Doubtful ones are warned of on standard error.

    Example: sangloc labels check labels; sangloc labels check labels --suspects 50
    """
    from collections import Counter

    from sangloc.checks import contradictions, near_duplicates, unexpected
    from sangloc.labelfile import label_set, read_labels

    pages = read_labels(*paths)
    counts = Counter(label for page in pages for label in page.labels)
    layouts = len({page.layout for page in pages})
    print(f"{len(pages)} pages in {layouts} layouts, {counts.total()} paragraphs")
    for label in label_set(paths).labels:
        print(f"{counts[label]:8d}  {label}")
    for suspect in (*near_duplicates(pages), *contradictions(pages)):
        print(f"warning: {suspect}", file=sys.stderr)
    if suspects:
        for suspect in unexpected(pages)[:suspects]:
            print(suspect)
