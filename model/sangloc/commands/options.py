"""Options that `tag` and `extract` share."""

import re
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_PATHS = typer.Argument(help="Files, folders, or - for standard input.", show_default=False)
Paths = Annotated[list[str], _PATHS]
SomePaths = Annotated[list[str] | None, _PATHS]  # none, where a file lists them
ModelFile = Annotated[
    str | None, typer.Option("--model", "-m", metavar="FILE", help="Another model than the shipped one.", show_default=False)
]
OutputPath = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR|FILE",
        help="A folder: a file for each input file. A name with a format's suffix: all in one, packed if it ends in .gz or .zst.",
        show_default=False,
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Worker processes.")]
ArticlesOnly = Annotated[bool, typer.Option("--articles-only", help="Leave out pages without an article: the same as --min-article 0.5.")]
MinArticle = Annotated[
    float,
    typer.Option(
        "--min-article",
        metavar="P",
        min=0,
        max=1,
        help="Leave out pages that have an article with a lower probability than this.",
        show_default="none",
    ),
]
Unwrap = Annotated[
    bool,
    typer.Option(
        "--unwrap", help="Join hard-wrapped lines (old archives, e-mail, OCR) into paragraphs first. The joined text is what comes out."
    ),
]
LIKELY_ARTICLE = 0.5


class SiteFrom(StrEnum):
    """Where a page's site is read from."""

    NONE = "none"
    FOLDER = "folder"
    URL_FIELD = "url-field"


SiteOption = Annotated[
    SiteFrom,
    typer.Option(
        "--site-from",
        help="Read all pages twice, and tag with which lines recur on a page's site: pages of one folder (or one file of many pages), "
        "or of one host.",
    ),
]
UrlField = Annotated[str, typer.Option("--url-field", metavar="NAME", help="Field or column with a page's address (JSONL, Parquet).")]
MinProb = Annotated[
    float,
    typer.Option(
        "--min-prob",
        metavar="P",
        min=0,
        max=1,
        help="tag: mark paragraphs whose label is less probable as unsure. extract: keep only those for which the labels kept have "
        "together at least this probability.",
        show_default="none",
    ),
]
Strict = Annotated[bool, typer.Option("--strict", help="Fail pages with undecodable bytes instead of replacing those.")]
Glob = Annotated[str, typer.Option("--glob", help="Which files of a folder to read.")]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FORMAT",
        help="Format of the input: text, html, jsonl, parquet, warc, wet.",
        show_default="by the name's end, then by content",
    ),
]
TextField = Annotated[str, typer.Option("--text-field", metavar="NAME", help="Field or column with a page's text (JSONL, Parquet).")]
HtmlField = Annotated[
    str | None, typer.Option("--html-field", metavar="NAME", help="Field or column with a page's HTML, read instead.", show_default=False)
]
FilesFrom = Annotated[
    str | None,
    typer.Option("--files-from", metavar="FILE", help="Read more paths from a file, or - , one a line.", show_default=False),
]
Nul = Annotated[bool, typer.Option("-0", "--null", help="Paths in --files-from end in NUL, as find -print0 writes them.")]
MaxBytes = Annotated[
    str,
    typer.Option("--max-bytes", metavar="SIZE", help="Fail pages that are longer, unpacked (K, M, G are powers of 1024)."),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=0.1,
        help="Strip the tags off HTML that takes longer to read; give up a page after twice as long, and a second for each MB.",
    ),
]
MAX_BYTES = "512M"
TIMEOUT = 30.0

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def size_in_bytes(given: str) -> int:
    """Return the number that `10M` and the like mean; raises `typer.BadParameter`."""
    found = re.fullmatch(r"(\d{1,15})\s?([KMG]?)(?:i?B)?", given.strip(), re.IGNORECASE)
    if found is None or not int(found[1]):
        raise typer.BadParameter(f"{given!r} is no size; write a number, or one with K, M or G behind it", param_hint="--max-bytes")
    return int(found[1]) * _UNITS[found[2].upper()]


Resume = Annotated[
    bool, typer.Option("--resume", help="Go on with what an earlier run into the same folder (-o DIR) left, by its .sangloc.jsonl.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no summary; complaints only.")]
MaxErrors = Annotated[
    int | None, typer.Option("--max-errors", metavar="N", min=1, help="Stop after so many failures.", show_default="go on")
]
SummaryFile = Annotated[
    Path | None, typer.Option("--summary", metavar="FILE", help="Write what was done as one JSON object.", show_default=False)
]


@dataclass(frozen=True, slots=True)
class Batch:
    """How a run over many pages goes."""

    jobs: int = 1
    resume: bool = False
    quiet: bool = False
    max_errors: int | None = None
    summary: Path | None = None
    min_article: float = 0.0  # leave out pages that are less probably an article
    unwrap: bool = False
    min_prob: float = 0.0  # of a label, below which its paragraph is marked or not kept
    site_from: SiteFrom = SiteFrom.NONE


def say(message: str) -> None:
    """Print a line on standard error."""
    print(message, file=sys.stderr)
