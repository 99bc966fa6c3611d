"""`sangloc tag` and `sangloc extract`."""

import sys
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sangloc.commands.options import (
    LIKELY_ARTICLE,
    MAX_BYTES,
    TIMEOUT,
    ArticlesOnly,
    FilesFrom,
    From,
    Glob,
    HtmlField,
    Jobs,
    MaxBytes,
    MinArticle,
    ModelFile,
    Nul,
    OutputPath,
    SomePaths,
    Strict,
    TextField,
    Timeout,
    Unwrap,
    size_in_bytes,
)

if TYPE_CHECKING:
    from sangloc.outputs import Output
    from sangloc.records import Options
    from sangloc.sources import Missed, Source


class TagStyle(StrEnum):
    """Output formats of `tag`."""

    TSV = "tsv"
    JSONL = "jsonl"
    PARQUET = "parquet"


class ExtractStyle(StrEnum):
    """Output formats of `extract`."""

    TEXT = "text"
    JSONL = "jsonl"
    WET = "wet"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What to read, as the command line says it."""

    paths: list[str]
    files_from: str | None
    null: bool
    glob: str
    options: "Options"


@dataclass(frozen=True, slots=True)
class Wish:
    """Which pages are wanted, and in what form."""

    min_article: float = 0.0
    unwrap: bool = False


def tag(
    paths: SomePaths = None,
    style: Annotated[
        TagStyle | None,
        typer.Option("--format", "-f", help="Label file, one JSON object a page, or Parquet.", show_default="by -o's suffix, or tsv"),
    ] = None,
    model: ModelFile = None,
    output: OutputPath = None,
    jobs: Jobs = 1,
    source_format: From = None,
    text_field: TextField = "text",
    html_field: HtmlField = None,
    files_from: FilesFrom = None,
    null: Nul = False,
    glob: Glob = "*",
    max_bytes: MaxBytes = MAX_BYTES,
    strict: Strict = False,
    timeout: Timeout = TIMEOUT,
    articles_only: ArticlesOnly = False,
    min_article: MinArticle = 0.0,
    unwrap: Unwrap = False,
) -> None:
    """Label every paragraph of pages: text, HTML, JSONL, Parquet, WARC or WET, packed or not.

    Example: sangloc tag page.txt > page.tsv; sangloc tag pages/ -o tagged/ -j 4; sangloc tag crawl.jsonl.gz -o tagged.jsonl.gz
    """
    chosen = _style(style, output, TagStyle)
    inputs = _inputs(paths, files_from, null, glob, _options(source_format, text_field, html_field, max_bytes, strict, timeout))
    _run(inputs, chosen, None, model, output, jobs, Wish(_least(articles_only, min_article), unwrap))


def extract(
    paths: SomePaths = None,
    keep: Annotated[str, typer.Option("--keep", "-k", help="Groups or labels to keep, separated by commas.")] = "body",
    style: Annotated[
        ExtractStyle | None,
        typer.Option(
            "--format", "-f", help="Text, the record with the kept text in its text field, or WET.", show_default="by -o's suffix, or text"
        ),
    ] = None,
    model: ModelFile = None,
    output: OutputPath = None,
    jobs: Jobs = 1,
    source_format: From = None,
    text_field: TextField = "text",
    html_field: HtmlField = None,
    files_from: FilesFrom = None,
    null: Nul = False,
    glob: Glob = "*",
    max_bytes: MaxBytes = MAX_BYTES,
    strict: Strict = False,
    timeout: Timeout = TIMEOUT,
    articles_only: ArticlesOnly = False,
    min_article: MinArticle = 0.0,
    unwrap: Unwrap = False,
) -> None:
    """Print only what is kept of each page: by default the article's body.

    Example: sangloc extract page.html; sangloc extract pages/ -o bodies/ --keep text,headline; sangloc extract x.warc.gz -o x.wet.gz
    """
    chosen = _style(style, output, ExtractStyle)
    inputs = _inputs(paths, files_from, null, glob, _options(source_format, text_field, html_field, max_bytes, strict, timeout))
    _run(inputs, chosen, keep, model, output, jobs, Wish(_least(articles_only, min_article), unwrap))


def _style(given: StrEnum | None, output: Path | None, styles: type[TagStyle] | type[ExtractStyle]) -> str:
    """Return the output's format: as given, or as the output file's suffix says; the command's first one otherwise."""
    from sangloc.rendering import style_of

    if given is not None:
        return given.value
    named = style_of(output) if output is not None and not output.is_dir() else None
    if named is None:
        return next(iter(styles)).value
    if named not in {style.value for style in styles}:
        known = ", ".join(style.value for style in styles)
        raise typer.BadParameter(f"{output}: this command doesn't write {named}; it writes {known}", param_hint="--output")
    return named


def _options(source_format: str | None, text_field: str, html_field: str | None, max_bytes: str, strict: bool, timeout: float) -> "Options":
    from sangloc.readers.formats import FORMATS
    from sangloc.records import Options

    if source_format is not None and source_format not in FORMATS:
        raise typer.BadParameter(f"{source_format!r} is none of {', '.join(FORMATS)}", param_hint="--from")
    return Options(source_format, text_field, html_field, size_in_bytes(max_bytes), strict, timeout)


def _inputs(paths: list[str] | None, files_from: str | None, null: bool, glob: str, options: "Options") -> Inputs:
    if not paths and files_from is None:
        raise typer.BadParameter("name at least one file or folder, or - for standard input", param_hint="PATHS")
    return Inputs(paths or [], files_from, null, glob, options)


def _least(articles_only: bool, min_article: float) -> float:
    """Return the probability of an article from which on a page is wanted."""
    return min_article or (LIKELY_ARTICLE if articles_only else 0.0)


def _run(inputs: Inputs, style: str, keep: str | None, model: str | None, output: Path | None, jobs: int, wish: Wish) -> None:
    from sangloc.pipeline import Job, run, sieve_of

    try:
        labels = sieve_of(model).model.labels
        if keep is not None:  # a label set of one's own needn't have a group called body
            labels.selected(keep)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--keep") from None
    found = _found(inputs)
    options = replace(
        inputs.options,
        all_fields=style in {"jsonl", "parquet"},
        row_values=style == "jsonl",
        adds="paragraphs" if keep is None and style != "tsv" else "",
    )
    with _output(output, style, found) as target:
        tally = run(found, Job(model, style, keep, options, wish.min_article, wish.unwrap), target, jobs, say)
    if tally.left_out:
        all_pages = tally.pages + tally.left_out
        say(f"sangloc: {tally.left_out} of {all_pages} pages left out: no article (is_article below {wish.min_article:g})")
    if tally.failures:
        say(f"sangloc: {tally.pages} pages done, {tally.failures} inputs failed (named above)")
        raise typer.Exit(1)


def _found(inputs: Inputs) -> "list[Source | Missed]":
    from sangloc.sources import listed, sources

    paths = inputs.paths if inputs.files_from is None else [*inputs.paths, *listed(inputs.files_from, inputs.null)]
    return list(sources(paths, inputs.glob))


def _output(output: Path | None, style: str, found: "list[Source | Missed]") -> "Output":
    """Return where results go; raises `OutputError`."""
    from sangloc.outputs import FolderOutput, OutputError, StreamOutput, check_apart
    from sangloc.rendering import SUFFIX, style_of
    from sangloc.sinks import PACKINGS, sink_maker
    from sangloc.sources import Source

    if style == "parquet" and output is not None and output.suffix in PACKINGS:
        raise OutputError(f"{output}: Parquet is packed inside; leave {output.suffix} away")
    make = sink_maker(style)
    if output is None:
        return StreamOutput(None, make)
    folder = style_of(output) is None or output.is_dir()
    check_apart(output, [item for item in found if isinstance(item, Source)], folder)
    return FolderOutput(output, SUFFIX[style], make) if folder else StreamOutput(output, make)


def say(message: str) -> None:
    """Print a line on standard error."""
    print(message, file=sys.stderr)
