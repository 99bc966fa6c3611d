"""`sangloc tag` and `sangloc extract`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sangloc.commands.options import (
    LIKELY_ARTICLE,
    MAX_BYTES,
    TIMEOUT,
    ArticlesOnly,
    Batch,
    FilesFrom,
    From,
    Glob,
    HtmlField,
    Jobs,
    MaxBytes,
    MaxErrors,
    MinArticle,
    MinProb,
    ModelFile,
    Nul,
    OutputPath,
    Quiet,
    Resume,
    SiteFrom,
    SiteOption,
    SomePaths,
    Strict,
    SummaryFile,
    TextField,
    Timeout,
    Unwrap,
    UrlField,
    size_in_bytes,
)
from sangloc.commands.running import Inputs, run_batch

if TYPE_CHECKING:
    from sangloc.records import Options


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
    url_field: UrlField = "url",
    files_from: FilesFrom = None,
    null: Nul = False,
    glob: Glob = "*",
    max_bytes: MaxBytes = MAX_BYTES,
    strict: Strict = False,
    timeout: Timeout = TIMEOUT,
    articles_only: ArticlesOnly = False,
    min_article: MinArticle = 0.0,
    unwrap: Unwrap = False,
    min_prob: MinProb = 0.0,
    site_from: SiteOption = SiteFrom.NONE,
    max_errors: MaxErrors = None,
    resume: Resume = False,
    summary: SummaryFile = None,
    quiet: Quiet = False,
) -> None:
    """Label every paragraph of pages: text, HTML, JSONL, Parquet, WARC or WET, packed or not.

    Example: sangloc tag page.txt > page.tsv; sangloc tag pages/ -o tagged/ -j 4; sangloc tag crawl.jsonl.gz -o tagged.jsonl.gz
    """
    chosen = _style(style, output, TagStyle)
    inputs = _inputs(paths, files_from, null, glob, _options(source_format, text_field, html_field, url_field, max_bytes, strict, timeout))
    batch = Batch(jobs, resume, quiet, max_errors, summary, _least(articles_only, min_article), unwrap, min_prob, site_from)
    run_batch(inputs, chosen, None, model, output, batch)


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
    url_field: UrlField = "url",
    files_from: FilesFrom = None,
    null: Nul = False,
    glob: Glob = "*",
    max_bytes: MaxBytes = MAX_BYTES,
    strict: Strict = False,
    timeout: Timeout = TIMEOUT,
    articles_only: ArticlesOnly = False,
    min_article: MinArticle = 0.0,
    unwrap: Unwrap = False,
    min_prob: MinProb = 0.0,
    site_from: SiteOption = SiteFrom.NONE,
    max_errors: MaxErrors = None,
    resume: Resume = False,
    summary: SummaryFile = None,
    quiet: Quiet = False,
) -> None:
    """Print only what is kept of each page: by default the article's body.

    Example: sangloc extract page.html; sangloc extract pages/ -o bodies/ --keep text,headline; sangloc extract x.warc.gz -o x.wet.gz
    """
    chosen = _style(style, output, ExtractStyle)
    inputs = _inputs(paths, files_from, null, glob, _options(source_format, text_field, html_field, url_field, max_bytes, strict, timeout))
    batch = Batch(jobs, resume, quiet, max_errors, summary, _least(articles_only, min_article), unwrap, min_prob, site_from)
    run_batch(inputs, chosen, keep, model, output, batch)


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


def _options(
    source_format: str | None, text_field: str, html_field: str | None, url_field: str, max_bytes: str, strict: bool, timeout: float
) -> "Options":
    from sangloc.readers.formats import FORMATS
    from sangloc.records import Options

    if source_format is not None and source_format not in FORMATS:
        raise typer.BadParameter(f"{source_format!r} is none of {', '.join(FORMATS)}", param_hint="--from")
    return Options(source_format, text_field, html_field, url_field, size_in_bytes(max_bytes), strict, timeout)


def _inputs(paths: list[str] | None, files_from: str | None, null: bool, glob: str, options: "Options") -> Inputs:
    if not paths and files_from is None:
        raise typer.BadParameter("name at least one file or folder, or - for standard input", param_hint="PATHS")
    return Inputs(paths or [], files_from, null, glob, options)


def _least(articles_only: bool, min_article: float) -> float:
    """Return the probability of an article from which on a page is wanted."""
    return min_article or (LIKELY_ARTICLE if articles_only else 0.0)
