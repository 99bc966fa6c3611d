"""Where results go: standard output, one file, or a folder with a file a page. Files appear whole or not at all."""

import os
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol, Self

from sangloc.sources import Source

LOCK = ".sangloc.lock"
TEMPORARY = ".sangloc-"
SYNCING = 16  # files waiting for the disk at a time


class OutputError(Exception):
    """The output can't be written where it was asked for; a usage error (exit 2)."""


class CollisionError(Exception):
    """Two inputs would be written to one file."""


class Output(Protocol):
    """Takes the pages one after the other."""

    def write(self, source: Source, content: bytes) -> None:
        """Write a page."""

    def __enter__(self) -> Self: ...

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...


class _Stream:
    """All pages into one stream; kept texts with a blank line between."""

    def __init__(self, stream: IO[bytes], separator: bytes) -> None:
        self.stream = stream
        self.separator = separator
        self.begun = False

    def write(self, source: Source, content: bytes) -> None:  # noqa: ARG002  # the folder output needs the source
        """Append a page."""
        if content and self.begun:
            self.stream.write(self.separator)
        self.stream.write(content)
        self.begun = self.begun or bool(content)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stream.flush()


class StdoutOutput(_Stream):
    """Standard output."""

    def __init__(self, separator: bytes) -> None:
        super().__init__(sys.stdout.buffer, separator)


class FileOutput(_Stream):
    """One file, put in place when all pages are in it."""

    def __init__(self, path: Path, separator: bytes) -> None:
        self.path = path
        self.writing = atomic(path)
        super().__init__(self.writing.__enter__(), separator)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.writing.__exit__(kind, error, trace)


class FolderOutput:
    """A file a page, under its relative path."""

    def __init__(self, folder: Path, suffix: str) -> None:
        self.folder = folder
        self.suffix = suffix
        self.names: dict[Path, str] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self.lock = _locked(folder)
        # Waiting for the disk page by page would take longer than tagging; side by side the waits are one.
        self.syncing = ThreadPoolExecutor(SYNCING)
        self.waiting: deque[Future[None]] = deque()
        self.made: set[Path] = set()
        self.written = 0

    def write(self, source: Source, content: bytes) -> None:
        """Write a page's file; raises `CollisionError`, `OSError` (also for a page some way back)."""
        target = self.folder / source.relative.with_suffix(self.suffix)
        first = self.names.setdefault(target, source.name)
        if first != source.name:
            raise CollisionError(f"{first} is written to {target} already; give the two inputs different names or folders")
        if target.parent not in self.made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.made.add(target.parent)
        self.written += 1  # not the number of names: one input may be given twice
        temporary = target.parent / f"{TEMPORARY}{os.getpid()}-{self.written}"
        self.waiting.append(self.syncing.submit(_put_in_place, temporary, target, content))
        while len(self.waiting) > 4 * SYNCING:
            self.waiting.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            for done in self.waiting:
                if kind is None:
                    done.result()
                else:
                    done.cancel()
        finally:
            self.syncing.shutdown()
            self.lock.close()
            (self.folder / LOCK).unlink(missing_ok=True)


def _put_in_place(temporary: Path, target: Path, content: bytes) -> None:
    """Write a new file, wait until it is on the disk, then give it its name."""
    try:
        with temporary.open("xb", buffering=0) as file:
            rest = memoryview(content)
            while rest:
                rest = rest[file.write(rest) :]
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its place only when the block ends well; raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_UMASK)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


_UMASK = os.umask(0)
os.umask(_UMASK)


def _locked(folder: Path) -> IO[bytes]:
    """Take the folder for this run; `OutputError` where another run has it."""
    file = (folder / LOCK).open("wb")
    try:
        import fcntl
    except ImportError:  # Windows: a second run is not noticed there
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise OutputError(f"{folder}: another run is writing into this folder; wait for it or choose another") from None
    return file


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
