"""Files that appear whole or not at all, and a folder that one run has to itself."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

LOCK = ".sangloc.lock"
TEMPORARY = ".sangloc-"
_UMASK = os.umask(0)
os.umask(_UMASK)


def file_mode() -> int:
    """Return the permissions that a new file gets."""
    return 0o666 & ~_UMASK


def put_in_place(temporary: Path, target: Path, content: bytes) -> None:
    """Write a new file, wait until it is on the disk, then give it its name; raises `OSError`."""
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
