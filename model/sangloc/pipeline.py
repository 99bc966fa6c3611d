"""Read, tag and write many files, in this process or in several, in input order."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from sangloc.decoding import BinaryError, Decoded, decode
from sangloc.htmltext import html_to_text, looks_like_html
from sangloc.outputs import CollisionError, Output
from sangloc.rendering import render
from sangloc.sieve import Sieve, load
from sangloc.sources import STDIN, Missed, Source
from sangloc.workers import Workers

CHUNK_BYTES = 1 << 19
CHUNK_FILES = 64
HTML_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})


@dataclass(frozen=True, slots=True)
class Job:
    """What to do with each page."""

    model: str | None = None  # path of a model file; None: the shipped one
    style: str = "tsv"
    keep: str = "body"
    strict: bool = False


@dataclass(slots=True)
class Result:
    """What became of one input file: its page as it will be written, or why there is none."""

    source: Source | Missed
    content: bytes | None = None
    failure: str = ""
    warning: str = ""
    groups: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Tally:
    """What was done and what not."""

    pages: int = 0
    failures: int = 0
    warnings: int = 0
    groups: Counter[str] = field(default_factory=Counter)


_SIEVES: dict[str | None, Sieve] = {}


def sieve_of(model: str | None) -> Sieve:
    """Return the sieve of a model file, loaded once in a process."""
    if model not in _SIEVES:
        _SIEVES[model] = load(model)
    return _SIEVES[model]


def process(chunk: list[Source | Missed], job: Job) -> list[Result]:
    """Read, tag and render some files; the work of a worker process."""
    results = []
    read: list[tuple[Result, str]] = []
    for source in chunk:
        result = Result(source)
        results.append(result)
        if isinstance(source, Missed):
            result.failure = source.reason
            continue
        text = _read(source, job, result)
        if text is not None:
            read.append((result, text))
    pages = sieve_of(job.model).tag_many(text for _, text in read)
    for (result, _), page in zip(read, pages, strict=True):
        rendered = render(page, result.source.name, job.style, job.keep)
        result.content = rendered.encode("utf-8", "surrogatepass")
        counts = Counter(page.codes.tolist())
        for code, count in counts.items():
            result.groups[page.label_set.group_of[page.label_set.labels[code]]] += count
    return results


def _read(source: Source, job: Job, result: Result) -> str | None:
    """Return a file's text, or None with the failure noted."""
    try:
        data = sys.stdin.buffer.read() if source.path is None else source.path.read_bytes()
        suffix = source.relative.suffix.lower()
        is_html = suffix in HTML_SUFFIXES or looks_like_html(data)
        decoded: Decoded = html_to_text(data) if is_html else decode(data)
    except OSError as error:
        result.failure = str(error.strerror or error)
        return None
    except (BinaryError, MemoryError) as error:
        result.failure = str(error) or "not enough memory for it"
        return None
    if decoded.bad_byte is not None:
        what = f"not valid {decoded.encoding} from byte {decoded.bad_byte} on"
        if job.strict:
            result.failure = what
            return None
        result.warning = f"{what}; what could not be read is U+FFFD in the output"
    return decoded.text


def run(found: list[Source | Missed], job: Job, output: Output, jobs: int, say: Callable[[str], None]) -> Tally:
    """Process all inputs and write them in order; `say` takes each complaint. Raises `OSError` where the output fails."""
    tally = Tally()
    # Standard input is read here: workers don't have it.
    jobs = 1 if any(isinstance(item, Source) and item.name == STDIN for item in found) else jobs
    sieve_of(job.model)  # fails here, before anything was written; and worker processes inherit it

    def missed(name: str, reason: str) -> None:
        tally.failures += 1
        say(f"{name}: {reason}")

    for result in _results(found, job, jobs):
        if result.content is None or isinstance(result.source, Missed):
            missed(result.source.name, result.failure)
            continue
        try:
            output.write(result.source, result.content)
        except CollisionError as error:
            missed(result.source.name, str(error))
            continue
        tally.pages += 1
        tally.groups += result.groups
        if result.warning:
            tally.warnings += 1
            say(f"{result.source.name}: warning: {result.warning}")
    return tally


def _results(found: Iterable[Source | Missed], job: Job, jobs: int) -> Iterator[Result]:
    chunks = _chunks(found)
    if jobs <= 1:
        for chunk in chunks:
            yield from process(chunk, job)
    else:
        yield from Workers(jobs, partial(process, job=job), _killed).map(chunks)


def _killed(item: Source | Missed) -> Result:
    return Result(item, failure="the worker process was killed on it twice (out of memory?)")


def _chunks(found: Iterable[Source | Missed]) -> Iterator[list[Source | Missed]]:
    """Group the inputs into chunks worth a worker's while."""
    chunk: list[Source | Missed] = []
    size = 0
    for item in found:
        chunk.append(item)
        if isinstance(item, Source) and item.path is not None:
            with suppress(OSError):  # it vanished; reading it will say so
                size += item.path.stat().st_size
        if size >= CHUNK_BYTES or len(chunk) >= CHUNK_FILES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk
