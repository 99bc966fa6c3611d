"""Find the input files that paths on the command line mean."""

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """An input file: how messages and headers call it, where it is, and its path in an output folder."""

    name: str
    path: Path | None  # None: standard input
    relative: Path
    stamp: tuple[int, int] = (-1, -1)  # its size and time of change when it was found


@dataclass(frozen=True, slots=True)
class Missed:
    """An input that can't be read, and why."""

    name: str
    reason: str


def printable(path: str | os.PathLike[str]) -> str:
    """Return a path as messages and headers show it: on one line, undecodable bytes as escapes."""
    raw = os.fsencode(path)
    return raw.decode("utf-8", errors="backslashreplace").translate(_ESCAPES)


_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), 127)} | {ord("\n"): "\\n", ord("\t"): "\\t"}


def sources(paths: Sequence[str], glob: str = "*") -> Iterator[Source | Missed]:
    """Yield the files that the paths mean, folders searched deep in sorted order; and what can't be read."""
    for given in paths:
        if given == STDIN:
            yield Source(STDIN, None, Path("stdin"))
            continue
        path = Path(given)
        found = _stamp(path)
        if isinstance(found, str):
            yield Missed(printable(given), found)
        elif path.is_dir():
            yield from _inside(path, glob)
        else:
            yield Source(printable(given), path, Path(path.name), found)


def listed(file: str, null: bool = False) -> list[str]:
    """Return the paths that a file, or `-` for standard input, lists: one a line, or each with a NUL behind it. Raises `OSError`."""
    data = sys.stdin.buffer.read() if file == STDIN else Path(file).read_bytes()
    names = data.split(b"\0") if null else data.replace(b"\r\n", b"\n").split(b"\n")
    return [os.fsdecode(name) for name in names if name]


def _stamp(path: Path) -> tuple[int, int] | str:
    """Return a path's size and time of change, or why it can't be an input."""
    try:
        status = path.stat()
    except OSError as error:
        return str(error.strerror or error)
    mode = status.st_mode
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return status.st_size, status.st_mtime_ns
    kind = "a pipe (use '-' and redirect it)" if stat.S_ISFIFO(mode) else "a device or socket"
    return f"not a regular file but {kind}"


def _inside(folder: Path, glob: str) -> Iterator[Source | Missed]:
    """Yield the files under a folder; hidden ones and other programs' special files are passed over with a word."""
    failed: list[Missed] = []

    def note(error: OSError) -> None:
        failed.append(Missed(printable(error.filename or folder), str(error.strerror or error)))

    above: set[tuple[int, int]] = set()
    for root, folders, files in os.walk(folder, onerror=note, followlinks=True):
        yield from failed
        failed.clear()
        here = Path(root)
        folders.sort()
        for name in list(folders):
            if name.startswith("."):
                folders.remove(name)
            elif (here / name).is_symlink():
                try:
                    status = (here / name).stat()
                except OSError:
                    continue
                ancestors = {_identity(parent) for parent in (here, *here.parents)} | above
                if (status.st_dev, status.st_ino) in ancestors:
                    folders.remove(name)
                    yield Missed(printable(here / name), "a symbolic link back to a folder above it")
        for name in sorted(files):
            path = here / name
            if name.startswith(".") or (glob != "*" and not path.match(glob)):
                continue
            found = _stamp(path)
            if isinstance(found, str):
                yield Missed(printable(path), found)
            else:
                yield Source(printable(path), path, path.relative_to(folder), found)
    yield from failed


def _identity(path: Path) -> tuple[int, int]:
    status = path.resolve().stat()
    return status.st_dev, status.st_ino
