"""Read and tag the records of many sources, in this process or in several, in input order."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from sangloc.addresses import site_of
from sangloc.languages import unlearned
from sangloc.limits import TooLongError, within
from sangloc.page import Page
from sangloc.readers import records, text_of
from sangloc.records import End, Options, Record
from sangloc.rendering import render, render_null
from sangloc.sieve import Sieve, line_hashes, load
from sangloc.sinks import Content
from sangloc.sitefiles import counts_in
from sangloc.sources import Missed, Source
from sangloc.splicing import FieldError
from sangloc.tokens import Hashes
from sangloc.unwrapping import looks_wrapped, unwrap
from sangloc.workers import Workers

CHUNK_BYTES = 1 << 19
CHUNK_RECORDS = 64

READING = Options()  # as files are read unasked

Item = Record | End | Missed


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with each page."""

    model: str | None = None  # path of a model file; None: the shipped one
    style: str = "tsv"  # one of rendering.SUFFIX
    keep: str | None = None  # labels or groups to keep; None: label all
    options: Options = READING
    min_article: float = 0.0  # pages whose is_article is lower are left out
    unwrap: bool = False
    min_prob: float = 0.0  # paragraphs with a less probable label are marked, or not kept
    site_from: str = "none"  # NONE, FOLDER or URL_FIELD of `addresses`
    counting: bool = False  # the first of two passes: count the lines of sites, tag nothing
    counts: str | None = None  # the folder with what the first pass counted (see `sitefiles`)


@dataclass(slots=True)
class Result:
    """What became of one record: its page as it will be written, or why there is none."""

    content: Content | None = None
    failure: str = ""
    skipped: str = ""  # there was no page in it, and that is no failure: what it was
    left_out: bool = False  # it has no article, and those alone were asked for
    warnings: list[str] = field(default_factory=list)
    hints: dict[str, str] = field(default_factory=dict)  # what is said once of a source, or of a run: see `hints`
    groups: Counter[str] = field(default_factory=Counter)
    unsure: int = 0  # paragraphs that are marked, or not kept, since their label is not probable enough
    site: str | None = None
    lines: Hashes | None = None  # of the page's different lines, in the first pass


_SIEVES: dict[str | None, Sieve] = {}


def sieve_of(model: str | None) -> Sieve:
    """Return the sieve of a model file, loaded once in a process."""
    if model not in _SIEVES:
        _SIEVES[model] = load(model)
    return _SIEVES[model]


def process(chunk: list[Item], job: Job) -> list[Result]:
    """Read, tag and render some records; the work of a worker process. Other items get an empty result."""
    results = []
    read: list[tuple[Record, Result, str]] = []
    for item in chunk:
        result = Result()
        results.append(result)
        if isinstance(item, Record) and (text := _read(item, result, job)) is not None:
            result.site = site_of(item, job.site_from)
            read.append((item, result, unwrap(text) if job.unwrap else text))
    if job.counting:
        for (_, result, _), lines in zip(read, line_hashes([text for _, _, text in read]), strict=True):
            result.lines = lines
        return results
    texts, sites = (text for _, _, text in read), (result.site for _, result, _ in read)
    pages = sieve_of(job.model).tag_many(texts, sites, None if job.counts is None else counts_in(job.counts))
    for (record, result, _), page in zip(read, pages, strict=True):
        if job.min_article and page.is_article < job.min_article:
            result.left_out = True
            continue
        try:
            result.content = render(page, record, job.style, job.keep, job.options.text_field, min_prob=job.min_prob)
        except FieldError as error:
            result.failure = str(error)
        else:
            result.groups = counts(page)
            result.unsure = unsure(page, job) if job.min_prob else 0
    return results


def _read(record: Record, result: Result, job: Job) -> str | None:
    """Return a record's text, as it came, and note what there is to say of it."""
    opened = text_of(record, job.options)
    result.failure, result.skipped, result.warnings = opened.failure, opened.skipped, opened.warnings
    if opened.about is not None:
        record.about = opened.about
    if job.counting:
        return opened.text
    if opened.skipped and record.form == "parquet":
        result.content = render_null(record, job.style, job.keep, job.options.text_field, job.min_prob)
    if opened.text is not None:
        result.hints = hints(opened.text, job)
    return opened.text


def unsure(page: Page, job: Job) -> int:
    """Return how many paragraphs are marked as unsure, or have a label to keep and are not kept."""
    if job.keep is None:
        return len(page.unsure(job.min_prob))
    return int(page.kept(job.keep).sum() - page.kept(job.keep, job.min_prob).sum())


def hints(text: str, job: Job) -> dict[str, str]:
    """Return what should be said of a text: that the shipped model has not learned its language, that its lines look hard-wrapped."""
    found = {}
    if job.model is None and (language := unlearned(text)) is not None:
        found["language"] = f"the model has learned Vietnamese and English, and this looks like {language}; don't trust the labels"
    if not job.unwrap and looks_wrapped(text):
        found["wrapped"] = "looks hard-wrapped, and the model judges line by line; try --unwrap"
    return found


def counts(page: Page) -> Counter[str]:
    """Return the number of paragraphs of each group that the page has."""
    groups: Counter[str] = Counter()
    for label, count in zip(page.label_set.labels, np.bincount(page.codes, minlength=len(page.label_set.labels)).tolist(), strict=True):
        if count:
            groups[page.label_set.group_of[label]] += count
    return groups


def items(found: Iterable[Source | Missed], options: Options) -> Iterator[Item]:
    """Yield the records of all sources in order, and what can't be read."""
    for source in found:
        if isinstance(source, Missed):
            yield source
        else:
            yield from records(source, options)


def done(found: Iterable[Item], job: Job, jobs: int) -> Iterator[tuple[Item, Result]]:
    """Yield each item with what became of it, in order."""
    allowed = partial(limit, timeout=job.options.timeout)
    if jobs <= 1:
        for chunk in chunks(found):
            yield from zip(chunk, attempt(chunk, job, allowed), strict=True)
    else:
        yield from Workers(jobs, partial(attempt, job=job), _lost, allowed).map(chunks(found))


def limit(chunk: list[Item], timeout: float) -> float:
    """Return how many seconds a chunk may take: twice the limit for a page's HTML, and one more for every megabyte."""
    return 2 * timeout + sum(item.size for item in chunk if isinstance(item, Record)) / 1_000_000


def attempt(chunk: list[Item], job: Job, allowed: Callable[[list[Item]], float | None] = lambda _: None) -> list[Result]:
    """Process a chunk, each of its items alone if that fails; whatever an item raises is its failure."""
    try:
        with within(allowed(chunk)):
            return process(chunk, job)
    except (Exception, TooLongError) as error:  # noqa: BLE001  # a fault that nobody foresaw costs its page and no other
        if len(chunk) == 1:
            return [Result(failure=_said(error))]
    return [result for item in chunk for result in attempt([item], job, allowed)]


def _said(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "not enough memory for it"
    return str(error) if isinstance(error, TooLongError) else f"unforeseen {type(error).__name__}: {error}; please report it"[:300]


def _lost(_: Item, why: str) -> Result:
    return Result(failure=f"given up after a second try: {why}")


def chunks(found: Iterable[Item]) -> Iterator[list[Item]]:
    """Group items into chunks worth a worker's while. They don't depend on the number of workers."""
    chunk: list[Item] = []
    size = 0
    for item in found:
        chunk.append(item)
        size += item.size if isinstance(item, Record) else 0
        if size >= CHUNK_BYTES or len(chunk) >= CHUNK_RECORDS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
