"""`sangloc labels convert` and `sangloc labels diff`."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Tool(StrEnum):
    """Annotation tools whose files `convert` reads and writes."""

    LABEL_STUDIO = "label-studio"
    DOCCANO = "doccano"


def convert(
    paths: Annotated[list[str], typer.Argument(help="Label files or folders; with --from, exports of the tool.", show_default=False)],
    to: Annotated[Tool | None, typer.Option("--to", help="Write tasks for this tool.", show_default=False)] = None,
    source: Annotated[Tool | None, typer.Option("--from", help="Read this tool's export, write label files.", show_default=False)] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE|DIR", help="The tool's file, or a folder of label files.", show_default=False),
    ] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Label Studio: as predictions to correct, not as finished annotations.")] = False,
) -> None:
    """Convert label files to tasks of Label Studio (JSON) or doccano (JSON lines), and back.

    Example: sangloc labels convert mine --to doccano -o tasks.jsonl; sangloc labels convert export.jsonl --from doccano -o mine
    """
    if (to is None) == (source is None):
        raise typer.BadParameter("give either --to or --from, and the tool's name", param_hint="--to / --from")
    if to is not None:
        _to(paths, to, output, draft)
    elif source is not None:
        _from(paths, source, output)


def _to(paths: list[str], tool: Tool, output: Path | None, draft: bool) -> None:
    from sangloc.exchange import WRITERS
    from sangloc.files import atomic
    from sangloc.labelfile import label_files, label_set, read_file

    labels = label_set(paths)
    pages = []
    for given in map(Path, paths):
        for file in label_files([given]):
            name = file.relative_to(given) if given.is_dir() else Path(file.name)
            pages += [(name.as_posix(), page) for page in read_file(file, labels)]
    content = WRITERS[tool](pages, draft).encode()
    if output is None:
        sys.stdout.buffer.write(content)
        return
    with atomic(output) as file_:
        file_.write(content)
    print(f"{output}: {len(pages)} pages for {tool}", file=sys.stderr)


def _from(paths: list[str], tool: Tool, output: Path | None) -> None:
    from sangloc.exchange import READERS, labelled, place_of
    from sangloc.files import write_new
    from sangloc.labelfile import LabelFileError, label_set

    labels = label_set([*([output] if output else []), *paths])
    files: dict[Path, list[str]] = {}
    failed = number = 0
    for path in paths:
        try:
            export = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise LabelFileError(f"{path}:1: {getattr(error, 'strerror', None) or error}") from None
        for task in READERS[tool](export, path):
            number += 1
            try:
                place, content = Path(place_of(task, number)), labelled(task, labels).format()
                if place in files and not content.startswith("#"):
                    raise LabelFileError(f"{task.where}: {place} is the file of another task too; give each its own 'path'")
                files.setdefault(place, []).append(content)
            except LabelFileError as error:
                print(error, file=sys.stderr)
                failed += 1
    for name, pages in files.items():
        data = "".join(pages).encode()
        if output is None:
            sys.stdout.buffer.write(data)
        elif not write_new(output / name, data):
            print(f"{output / name}: is there already and is left as it was; convert into another folder", file=sys.stderr)
            failed += 1
    print(f"{number} tasks, {failed} failed (named above)" if failed else f"{number} tasks", file=sys.stderr)
    if failed:
        raise typer.Exit(1)


def diff(
    one: Annotated[str, typer.Argument(metavar="A", help="A label file, or a folder of them.", show_default=False)],
    other: Annotated[str, typer.Argument(metavar="B", help="Another labelling of the same pages.", show_default=False)],
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit with 1 where any label differs.")] = False,
) -> None:
    """Compare two labellings of the same pages: the lines that differ, how many agree, and Cohen's kappa.

    Exits with 0, whether labels differ or not (but see --exit-code); 1 where a folder has pages that the other one lacks (named, the
    others compared); 2 where the texts differ.

    Example: sangloc labels diff mine yours
    """
    from sangloc.agreement import agreement, paired

    labels, pairs, alone = paired(one, other)
    found = agreement(labels, pairs)
    for difference in found.differences:
        print(difference)
    print(f"{found.pages} pages, {found.lines} paragraphs, {len(found.differences)} labelled differently")
    print(f"{'labels':7s} {len(labels.labels):2d}: agreement {found.labels:.4f}, kappa {found.labels_kappa:.4f}")
    print(f"{'groups':7s} {len(labels.groups):2d}: agreement {found.groups:.4f}, kappa {found.groups_kappa:.4f}")
    for name in alone:
        print(f"{name}: only one of the folders has this page; not compared", file=sys.stderr)
    if alone or (exit_code and found.differences):
        raise typer.Exit(1)
