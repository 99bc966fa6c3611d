"""Pages as columns: what dataset libraries hand over batch by batch (Hugging Face `datasets`, Ray Data)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from typing import Any

from sangloc.page import Page
from sangloc.pipeline import sieve_of
from sangloc.rendering import paragraphs as paragraph_objects
from sangloc.sieve import Sieve
from sangloc.sites import SiteCounts

ADDED = ("paragraphs", "kept")  # the columns that tagging adds


def tag_batch(
    batch: Mapping[str, Sequence[Any]],
    text_col: str = "text",
    keep: str | Sequence[str] = "body",
    model: str | PathLike[str] | None = None,
) -> dict[str, Sequence[Any]]:
    """Return a batch of columns with two more: `paragraphs`, the objects of the JSON format, and `kept`, the text of what is kept.

    Made for `datasets.Dataset.map(tag_batch, batched=True)` and `ray.data.Dataset.map_batches(tag_batch)`. Where the text is None, so are
    both. The model is loaded once in a process. `ValueError` where the text's column is missing or an added one is there already.
    """
    check_columns(list(batch), text_col)
    sieve = sieve_of(None if model is None else fspath(model))
    paragraphs: list[list[dict[str, object]] | None] = []
    kept: list[str | None] = []
    for page in pages_of(sieve, batch[text_col]):
        paragraphs.append(None if page is None else paragraph_objects(page))
        kept.append(None if page is None else page.keep(keep))
    return {**batch, "paragraphs": paragraphs, "kept": kept}


def pages_of(
    sieve: Sieve, texts: Iterable[str | None], sites: Iterable[str | None] | None = None, counts: SiteCounts | None = None
) -> Iterator[Page | None]:
    """Tag the texts that are there, in batches; None stays None. See `Sieve.tag_many` for sites."""
    given = list(texts)
    names = None if sites is None else [site for site, text in zip(sites, given, strict=True) if text is not None]
    pages = sieve.tag_many([text for text in given if text is not None], names, counts)
    return (None if text is None else next(pages) for text in given)


def check_columns(columns: Sequence[str], text_col: str) -> None:
    """Raise `ValueError` naming the text's column if it is missing, or one that would be overwritten."""
    if text_col not in columns:
        raise ValueError(f"no column is called {text_col!r}; there are {', '.join(map(repr, columns))}")
    folded = {name.lower(): name for name in columns}  # as Spark and SQL compare names
    for name in ADDED:
        if name in folded:
            raise ValueError(f"the column {folded[name]!r} is there already and would be overwritten; rename or drop it first")
