"""Files that appear whole or not at all, and a folder that one run has to itself."""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple

LOCK = ".sangloc.lock"
TEMPORARY = ".sangloc-"
_UMASK = os.umask(0)
os.umask(_UMASK)
# Not O_EXCL: a run that was killed, with the same process number, may have left a file of this name. The folder is this run's alone.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
OPEN = 4  # descriptors that `put_in_place` holds at a time


def file_mode() -> int:
    """Return the permissions that a new file gets."""
    return 0o666 & ~_UMASK


class NewFile(NamedTuple):
    """A file to be put in place."""

    temporary: Path
    target: Path
    content: bytes


def put_in_place(files: Sequence[NewFile], placed: Callable[[NewFile], object]) -> list[OSError]:
    """Write new files, wait until each is on the disk, then give it its name and tell `placed`; return what went wrong with others.

    Some are written before the first of them is waited for: then the disk does the rest of them together.
    """
    faults: list[OSError] = []
    written: list[tuple[NewFile, int]] = []

    def settle() -> None:
        while written:
            file, handle = written.pop(0)
            try:
                try:
                    os.fsync(handle)
                finally:
                    os.close(handle)
                os.replace(file.temporary, file.target)  # noqa: PTH105  # half of pathlib's time, once a page
            except OSError as fault:
                faults.append(_given_up(file, fault))
            else:
                placed(file)

    for file in files:
        try:
            written.append((file, _written(file)))
        except OSError as fault:
            faults.append(_given_up(file, fault))
        if len(written) == OPEN:
            settle()
    settle()
    return faults


def _written(file: NewFile) -> int:
    """Write a file under its temporary name and return its descriptor."""
    handle = os.open(file.temporary, _NEW, 0o666)
    try:
        rest = memoryview(file.content)
        while rest:
            rest = rest[os.write(handle, rest) :]
    except BaseException:
        with suppress(OSError):
            os.close(handle)
        raise
    return handle


def _given_up(file: NewFile, fault: OSError) -> OSError:
    """Remove what there is of a file; return the fault under the name that the file should have had."""
    with suppress(OSError):
        file.temporary.unlink(missing_ok=True)
    return OSError(fault.errno, fault.strerror, str(file.target))


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
