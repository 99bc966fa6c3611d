"""Where results go: standard output, one file, or a folder with a file for each input file. Files appear whole or not at all."""

import io
import os
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path, PurePath
from types import TracebackType
from typing import IO, Protocol, Self

from sangloc.files import LOCK, TEMPORARY, atomic, locked, put_in_place
from sangloc.readers.compression import SUFFIXES as PACKED
from sangloc.records import Record
from sangloc.sinks import PACKINGS, Content, Sink
from sangloc.sources import Source

SYNCING = 16  # files waiting for the disk at a time

SinkMaker = Callable[[IO[bytes], str], Sink]  # takes a stream and how it is packed


class OutputError(Exception):
    """The output can't be written where it was asked for; a usage error (exit 2)."""


class CollisionError(Exception):
    """Two inputs would be written to one file."""


class Output(Protocol):
    """Takes the pages one after the other."""

    def write(self, record: Record, content: Content) -> None:
        """Write a page; raises `CollisionError`, `OSError`."""

    def finish(self, source: Source, failed: bool = False) -> None:
        """Take note that a source of many records has no more; raises as `write` does."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class StreamOutput:
    """All pages into one stream: standard output, or a file that is put in place when all pages are in it."""

    def __init__(self, path: Path | None, make: SinkMaker) -> None:
        """Take the file's path; None: standard output."""
        self.file: AbstractContextManager[IO[bytes]] | None = None
        if path is None:
            self.sink = make(sys.stdout.buffer, "")
        else:
            self.file = atomic(path)
            self.sink = make(self.file.__enter__(), path.suffix if path.suffix in PACKINGS else "")

    def write(self, record: Record, content: Content) -> None:
        """Append a page."""
        self.sink.write(record, content)

    def finish(self, source: Source, failed: bool = False) -> None:
        """Go on: all sources go into one stream."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        file = self.file or nullcontext()
        try:
            if kind is None:
                self.sink.close()
        except BaseException as fault:
            self.sink.abandon()
            file.__exit__(type(fault), fault, fault.__traceback__)
            raise
        if kind is not None:
            self.sink.abandon()
        file.__exit__(kind, error, trace)


class FolderOutput:
    """A file for each input file, under its relative path."""

    def __init__(self, folder: Path, suffix: str, make: SinkMaker) -> None:
        self.folder, self.suffix, self.make = folder, suffix, make
        self.names: dict[Path, str] = {}
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self.lock = locked(folder)
        except BlockingIOError as error:
            raise OutputError(str(error)) from None
        # Waiting for the disk page by page would take longer than tagging; side by side the waits are one.
        self.syncing = ThreadPoolExecutor(SYNCING)
        self.waiting: deque[Future[None]] = deque()
        self.made: set[Path] = set()
        self.written = 0
        self.open: _Part | None = None

    def write(self, record: Record, content: Content) -> None:
        """Write a page's file, or append to its source's; raises `CollisionError`, `OSError` (also for a page some way back)."""
        if record.whole:
            self._put(self._target(record.source), self._alone(record, content))
        else:
            self._part(record.source).sink.write(record, content)

    def finish(self, source: Source, failed: bool = False) -> None:
        """Put a source's file in place; one without records gets an empty one, unless it could not be read."""
        if not failed or (self.open is not None and self.open.source is source):
            self._part(source).close()
            self.open = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if self.open is not None:
                self.open.abandon(error or GeneratorExit())
            for done in self.waiting:
                if kind is None:
                    done.result()
                else:
                    done.cancel()
        finally:
            self.syncing.shutdown()
            self.lock.close()
            (self.folder / LOCK).unlink(missing_ok=True)

    def _part(self, source: Source) -> "_Part":
        """Return the open file of a source."""
        if self.open is None or self.open.source is not source:
            self.open = _Part(source, self._target(source), self.make)
        return self.open

    def _target(self, source: Source) -> Path:
        target = self.folder / output_name(source.relative, self.suffix)
        first = self.names.setdefault(target, source.name)
        if first != source.name:
            raise CollisionError(f"{first} is written to {target} already; give the two inputs different names or folders")
        if target.parent not in self.made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.made.add(target.parent)
        return target

    def _alone(self, record: Record, content: Content) -> bytes:
        """Return the content of a page's own file."""
        packing = record.source.relative.suffix
        if isinstance(content, bytes) and packing not in PACKED:
            return content
        stream = io.BytesIO()
        sink = self.make(stream, packing_for(packing))
        sink.write(record, content)
        sink.close()
        return stream.getvalue()

    def _put(self, target: Path, content: bytes) -> None:
        self.written += 1  # not the number of names: one input may be given twice
        temporary = target.parent / f"{TEMPORARY}{os.getpid()}-{self.written}"
        self.waiting.append(self.syncing.submit(put_in_place, temporary, target, content))
        while len(self.waiting) > 4 * SYNCING:
            self.waiting.popleft().result()


class _Part:
    """The file of a source of many records, while it grows."""

    def __init__(self, source: Source, target: Path, make: SinkMaker) -> None:
        self.source = source
        self.file = atomic(target)
        self.sink = make(self.file.__enter__(), packing_for(source.relative.suffix))

    def close(self) -> None:
        """Put the file in place."""
        try:
            self.sink.close()
        except BaseException as error:
            self.abandon(error)
            raise
        self.file.__exit__(None, None, None)

    def abandon(self, error: BaseException) -> None:
        """Leave no half file."""
        self.sink.abandon()
        self.file.__exit__(type(error), error, error.__traceback__)


def packing_for(suffix: str) -> str:
    """Return how the output of a file with this last suffix is packed: as the input is; gz for lz4."""
    suffix = suffix.lower()
    return suffix if suffix in PACKINGS else ".gz" if suffix in PACKED else ""


def output_name(relative: PurePath, suffix: str) -> PurePath:
    """Return an output file's name: the input's, with the output's suffix for that of its format, packed as the input is."""
    packing = packing_for(relative.suffix)
    bare = PurePath(relative.stem) if packing else relative
    if suffix == ".parquet":
        packing = ""  # packed inside
    if bare.suffix == ".wet" and bare.stem.endswith(".warc"):
        bare = PurePath(bare.stem)
    return relative.with_name(bare.stem + suffix + packing)


def check_apart(target: Path, inputs: list[Source], folder: bool) -> None:
    """Raise `OutputError` where the output is an input, or lies in an input folder that is searched."""
    real = target.resolve()
    for source in inputs:
        if source.path is None:
            continue
        if source.root is not None and (real == source.root.resolve() or source.root.resolve() in real.parents):
            raise OutputError(f"{target}: the output lies inside the input folder {source.root}; choose a place outside it")
        if not folder and source.path.resolve() == real:
            raise OutputError(f"{target}: the output is one of the inputs; choose another name")
