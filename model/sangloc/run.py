"""A run over many sources: what becomes of each record is written, counted, and said where it is a complaint."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from sangloc.outputs import CollisionError, Output
from sangloc.pipeline import Item, Job, Result, done, sieve_of
from sangloc.readers import records
from sangloc.records import End, Record
from sangloc.sources import Missed, Source
from sangloc.tally import Tally, kind_of


class TooManyError(Exception):
    """More failed than was allowed."""


@dataclass(slots=True)
class Run:
    """What a run does, where its results and complaints go, and its counts."""

    job: Job
    output: Output
    say: Callable[[str], None]  # takes each complaint
    tally: Tally = field(default_factory=Tally)
    max_errors: int | None = None
    passed: Counter[str] = field(default_factory=Counter)  # what was passed over in the source being read
    told: set[tuple[str, str]] = field(default_factory=set)  # hints, by kind and source

    def over(self, found: Iterable[Source | Missed], jobs: int = 1) -> Tally:
        """Process all inputs and write them in order; raises `OSError` where the output fails, and `TooManyError`."""
        sieve_of(self.job.model)  # fails here, before anything was written; and worker processes inherit it
        for item, result in done(self._items(found), self.job, jobs):
            if isinstance(item, Missed):
                self._failed(item.name, item.reason)
            elif isinstance(item, End):
                self._ended(item)
            else:
                self._record(item, result)
        return self.tally

    def _items(self, found: Iterable[Source | Missed]) -> Iterator[Item]:
        """Yield the records of all sources in order, and what can't be read; not what an earlier run has done."""
        for source in found:
            begin = source if isinstance(source, Missed) else self.output.begin(source)
            if isinstance(begin, Missed):
                yield begin
            elif begin is None or isinstance(source, Missed):
                self.tally.done_before += 1
            else:
                yield from records(source, self.job.options, begin)

    def _record(self, record: Record, result: Result) -> None:
        self.tally.bytes_in += record.size
        self.tally.files += record.whole
        if result.skipped:
            self.tally.skipped[result.skipped] += 1
            self.passed[result.skipped] += 1
            if result.content is not None:  # a null
                with suppress(CollisionError):  # the pages beside it say so
                    self.output.write(record, result.content)
        elif result.left_out:
            self.tally.left_out += 1
        elif result.content is None:
            if not record.whole:
                self.output.missed(record.source)
            self._failed(record.name, result.failure)
        else:
            try:
                self.output.write(record, result.content)
            except CollisionError as error:
                self._failed(record.name, str(error))
                return
            self.tally.pages += 1
            self.tally.groups += result.groups
            if self.job.min_prob:
                self.tally.unsure = (self.tally.unsure or 0) + result.unsure
            self.tally.bytes_out += len(result.content) if isinstance(result.content, bytes) else 0
            for warning in [*self._new_hints(record, result), *result.warnings]:
                self.tally.warned[kind_of(warning)] += 1
                self.say(f"{record.name}: warning: {warning}")

    def _new_hints(self, record: Record, result: Result) -> list[str]:
        """Return those of a result's hints that were not given yet: a source's language is told once, wrapped text once a run."""
        out = []
        for kind, hint in result.hints.items():
            about = record.source.name if kind == "language" else ""
            if (kind, about) not in self.told:
                self.told.add((kind, about))
                out.append(hint)
        return out

    def _ended(self, end: End) -> None:
        self.tally.files += 1
        if self.passed:
            counts = ", ".join(f"{count} ({what})" for what, count in sorted(self.passed.items()))
            self.say(f"{end.source.name}: passed over {counts}")
            self.passed.clear()
        try:
            self.output.finish(end.source, bool(end.failure))
        except CollisionError as error:
            self._failed(end.source.name, str(error))
        if end.failure:
            self._failed(end.source.name, end.failure)

    def _failed(self, name: str, reason: str) -> None:
        self.tally.failed[kind_of(reason)] += 1
        self.say(f"{name}: {reason}")
        if self.max_errors is not None and self.tally.failures >= self.max_errors:
            raise TooManyError(f"stopped after {self.tally.failures} failures, as --max-errors says")
