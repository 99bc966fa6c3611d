"""Files that appear whole or not at all, and a folder that one run has to itself."""

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

LOCK = ".sangloc.lock"
TEMPORARY = ".sangloc-"
_UMASK = os.umask(0)
os.umask(_UMASK)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def file_mode() -> int:
    """Return the permissions that a new file gets."""
    return 0o666 & ~_UMASK


class NewFile(NamedTuple):
    """A file to be put in place."""

    temporary: Path
    target: Path
    content: bytes


def put_in_place(files: Sequence[NewFile]) -> None:
    """Write new files, wait until each is on the disk, then give it its name; raises `OSError`.

    They are all written before the first is waited for: then the disk does the rest of them together.
    """
    handles: list[int] = []
    placed = 0
    try:
        for file in files:
            handles.append(os.open(file.temporary, _NEW, 0o666))
            rest = memoryview(file.content)
            while rest:
                rest = rest[os.write(handles[-1], rest) :]
        for handle, file in zip(handles, files, strict=True):
            os.fsync(handle)
            os.close(handle)
            placed += 1
            os.replace(file.temporary, file.target)  # noqa: PTH105  # half of pathlib's time, once a page
    except BaseException:
        for handle in handles[placed:]:
            os.close(handle)
        for file in files[: len(handles)]:
            file.temporary.unlink(missing_ok=True)
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
        temporary.chmod(file_mode())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def write_new(path: Path, content: bytes) -> bool:
    """Write a file unless one is there: then leave that as it is and return False; raises `OSError`, and leaves no half file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return True


def locked(folder: Path) -> IO[bytes]:
    """Take a folder for this run; `BlockingIOError` where another run has it."""
    file = (folder / LOCK).open("wb")
    try:
        import fcntl
    except ImportError:  # Windows: a second run is not noticed there
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise BlockingIOError(f"{folder}: another run is writing into this folder; wait for it or choose another") from None
    return file
