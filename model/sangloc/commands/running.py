"""How `tag` and `extract` go over many pages: where results go, progress, summary, exit code."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sangloc import __version__
from sangloc.commands.options import Batch, SiteFrom, say

if TYPE_CHECKING:
    from sangloc.outputs import Output
    from sangloc.pipeline import Job
    from sangloc.records import Options
    from sangloc.sources import Missed, Source
    from sangloc.tally import Tally

MANY = 1000  # pages from which on a summary is printed where there is no terminal


@dataclass(frozen=True, slots=True)
class Inputs:
    """What to read, as the command line says it."""

    paths: list[str]
    files_from: str | None
    null: bool
    glob: str
    options: "Options"

    def sources(self) -> "Iterator[Source | Missed]":
        """Yield the files; they are searched anew each time."""
        from sangloc.sources import sources

        return sources(self.paths, self.glob)


def run_batch(inputs: Inputs, style: str, keep: str | None, model: str | None, output: Path | None, batch: Batch) -> None:
    """Read, tag and write; raises `typer.Exit` where something failed."""
    from sangloc.files import atomic
    from sangloc.pipeline import Job, sieve_of
    from sangloc.progress import shown, wanted
    from sangloc.run import Run, TooManyError
    from sangloc.sources import listed
    from sangloc.tally import Tally

    try:
        labels = sieve_of(model).model.labels
        if keep is not None:  # a label set of one's own needn't have a group called body
            labels.selected(keep)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--keep") from None
    if inputs.files_from is not None:
        inputs = replace(inputs, paths=[*inputs.paths, *listed(inputs.files_from, inputs.null)])
    options = replace(
        inputs.options,
        all_fields=style in {"jsonl", "parquet"},
        row_values=style == "jsonl",
        adds="paragraphs" if keep is None and style != "tsv" else "",
    )
    job = Job(model, style, keep, options, batch.min_article, batch.unwrap, batch.min_prob, batch.site_from.value)
    tally = Tally()
    stopped = ""
    bar = not batch.quiet and wanted(output is None)
    folder = _checked(output, inputs, job, batch)
    try:
        with ExitStack() as stack:
            if batch.site_from is not SiteFrom.NONE:
                job = stack.enter_context(_counted(inputs, job, batch, tally, bar))
            target = stack.enter_context(_output(output, folder, job, batch))
            stack.enter_context(shown(tally, _bytes(inputs)) if bar else nullcontext())
            Run(job, target, say, tally, batch.max_errors).over(inputs.sources(), batch.jobs)
    except TooManyError as error:
        stopped = str(error)
    if batch.summary is not None:
        with atomic(batch.summary) as file:
            file.write(json.dumps(tally.as_dict(), ensure_ascii=False, indent=2).encode() + b"\n")
    if not batch.quiet and (bar or tally.pages >= MANY):
        for line in tally.lines():
            say(line)
    if tally.left_out:
        all_pages = tally.pages + tally.left_out
        say(f"sangloc: {tally.left_out} of {all_pages} pages left out: no article (is_article below {batch.min_article:g})")
    if tally.unsure and keep is not None:
        say(f"sangloc: {tally.unsure} paragraphs left out: what is kept is less probable there than {batch.min_prob:g}")
    _end(tally, stopped)


@contextmanager
def _counted(inputs: Inputs, job: "Job", batch: Batch, tally: "Tally", bar: bool) -> "Iterator[Job]":
    """Read all pages for their sites' lines, say what was found, and yield the job that tags with it."""
    from sangloc.counting import counted_first
    from sangloc.progress import shown
    from sangloc.tally import Tally

    first = Tally()
    with ExitStack() as stack:
        with shown(first, _bytes(inputs), "counting lines: ") if bar else nullcontext():
            job, census = stack.enter_context(counted_first(inputs.sources(), job, batch.jobs, first))
        tally.sites = census.as_dict()
        if census.pages and not batch.quiet:
            say(census.line())
        if complaint := census.complaint():
            say(complaint)
        yield job


def _end(tally: "Tally", stopped: str) -> None:
    """Say what was not done, and exit with its code."""
    if stopped:
        say(f"sangloc: {stopped}; {tally.pages} pages done")
    elif tally.failures:
        say(f"sangloc: {tally.pages} pages done, {tally.failures} inputs failed (named above)")
    elif not tally.files + tally.done_before:
        say("sangloc: no input files were found")
    else:
        return
    raise typer.Exit(1)


def _bytes(inputs: Inputs) -> int:
    """Return how much there is to read; 0 if that isn't known."""
    from sangloc.sources import Source

    sizes = [found.stamp[0] for found in inputs.sources() if isinstance(found, Source)]
    return 0 if -1 in sizes else sum(sizes)


def _checked(output: Path | None, inputs: Inputs, job: "Job", batch: Batch) -> bool:
    """Return whether the output is a folder; raises `OutputError` and `typer.BadParameter` for what can't be, before anything is read."""
    from sangloc.outputs import OutputError, check_apart
    from sangloc.rendering import style_of
    from sangloc.sinks import PACKINGS
    from sangloc.sources import STDIN

    if batch.site_from is not SiteFrom.NONE and STDIN in inputs.paths:
        raise typer.BadParameter("pages are read twice, and standard input can't be; put it into a file first", param_hint="--site-from")
    if job.style == "parquet" and output is not None and output.suffix in PACKINGS:
        raise OutputError(f"{output}: Parquet is packed inside; leave {output.suffix} away")
    folder = output is not None and (style_of(output) is None or output.is_dir())
    if batch.resume and not folder:
        raise typer.BadParameter("only a folder (-o DIR) can be gone on with", param_hint="--resume")
    if output is not None:
        check_apart(output, inputs.paths, folder)
    return folder


def _output(output: Path | None, folder: bool, job: "Job", batch: Batch) -> "Output":
    """Return where results go; raises `OutputError`."""
    from sangloc.folder import FolderOutput
    from sangloc.outputs import StreamOutput
    from sangloc.rendering import SUFFIX
    from sangloc.sinks import sink_maker

    make = sink_maker(job.style)
    if output is None or not folder:
        return StreamOutput(output, make)
    return FolderOutput(output, SUFFIX[job.style], make, _made_with(job), batch.resume)


def _made_with(job: "Job") -> dict[str, object]:
    """Return what decides the outputs' bytes beside the input."""
    from sangloc.manifest import sha256
    from sangloc.sieve import SHIPPED
    from sangloc.sitefiles import digest

    reading = asdict(job.options)
    reading["from"] = reading.pop("format")
    del reading["timeout"]
    return {
        "sangloc": __version__,
        "model": sha256(Path(job.model or SHIPPED)),
        "format": job.style,
        "keep": job.keep,
        "min_article": job.min_article,
        "unwrap": job.unwrap,
        "min_prob": job.min_prob,
        # With --resume the same pages must have been counted: one more page of a site may change what the others get.
        "sites": None if job.counts is None else f"{job.site_from} {digest(job.counts)}",
        **reading,
    }
