"""Where results go: standard output or one file (for a folder see `sangloc.folder`). Files appear whole or not at all."""

import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path, PurePath
from types import TracebackType
from typing import IO, Protocol, Self

from sangloc.files import atomic
from sangloc.readers.compression import SUFFIXES as PACKED
from sangloc.records import START, Position, Record
from sangloc.sinks import PACKINGS, Content, SinkMaker
from sangloc.sources import STDIN, Missed, Source


class OutputError(Exception):
    """The output can't be written where it was asked for; a usage error (exit 2)."""


class CollisionError(Exception):
    """Two inputs would be written to one file."""


class Output(Protocol):
    """Takes the pages one after the other."""

    def begin(self, source: Source) -> Position | Missed | None:
        """Return where to begin reading a source; None: it is done; `Missed`: done, but not all of it came out."""

    def missed(self, source: Source) -> None:
        """Take note that a page of a source was named as failed."""

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

    def begin(self, source: Source) -> Position:  # noqa: ARG002  # the folder output needs it
        """Return where to begin reading: at the beginning."""
        return START

    def missed(self, source: Source) -> None:
        """Go on."""

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


def check_apart(target: Path, paths: Iterable[str], folder: bool) -> None:
    """Raise `OutputError` where the output is one of the inputs, or lies in an input folder that is searched."""
    real = target.resolve()
    for given in paths:
        path = Path(given)
        if path.is_dir():
            if real == path.resolve() or path.resolve() in real.parents:
                raise OutputError(f"{target}: the output lies inside the input folder {path}; choose a place outside it")
        elif not folder and given != STDIN and path.resolve() == real:
            raise OutputError(f"{target}: the output is one of the inputs; choose another name")
