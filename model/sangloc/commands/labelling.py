"""`sangloc labels …`."""

from typing import Annotated

import typer

LabelPaths = Annotated[list[str], typer.Argument(help="Label files, or folders of them.", show_default=False)]


def check(paths: LabelPaths) -> None:
    """Check label files: format, labels, and that their text is the source's.

    Example: sangloc labels check labels
    """
    from collections import Counter

    from sangloc.labelfile import label_set, read_labels

    pages = read_labels(*paths)
    counts = Counter(label for page in pages for label in page.labels)
    layouts = len({page.layout for page in pages})
    print(f"{len(pages)} pages in {layouts} layouts, {counts.total()} paragraphs")
    for label in label_set(paths).labels:
        print(f"{counts[label]:8d}  {label}")
