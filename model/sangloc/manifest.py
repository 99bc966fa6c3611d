"""What a run has done in an output folder, for `--resume`: a file of JSON lines that only grows.

The first line says what the outputs were made with. Each further one is an `Entry`, written after its output was put on the disk, so that
what it says holds whenever the run is killed; a half-written last line is dropped. The last entry for an output counts.
"""

import hashlib
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

NAME = ".sangloc.jsonl"
SYNC = 5.0  # seconds between waits for the disk: what the disk then has not, is done again


@dataclass(frozen=True, slots=True)
class Entry:
    """An output that is whole, or how far it is."""

    output: str  # relative to the folder
    input: str
    size: int  # of the input, as is its time of change
    modified: int
    failures: int = 0  # pages of the input that were named as failed
    offset: int = -1  # where to go on reading, and the number of the record there; -1: it is done
    number: int = 0
    length: int = 0  # bytes of the output up to there

    @property
    def done(self) -> bool:
        """Tell whether the output is whole."""
        return self.offset < 0


class DifferentError(Exception):
    """The folder's outputs were made with something else."""


class Manifest:
    """The manifest of an output folder that this run has to itself."""

    def __init__(self, folder: Path, made_with: dict[str, object], resume: bool) -> None:
        """Open or begin it; `DifferentError` where a run can't go on with what is there, `OSError`."""
        self.path = folder / NAME
        first, self.before, length = read(self.path)
        if resume and first is not None and first != made_with:
            changed = ", ".join(sorted(key for key in {*first, *made_with} if first.get(key) != made_with.get(key)))
            raise DifferentError(changed)
        if not resume:
            self.left = [entry for entry in self.before.values() if not entry.done]
            self.before, first, length = {}, None, 0
        else:
            self.left = []
        self.file = self.path.open("r+b" if length else "wb")
        self.file.truncate(length)
        self.file.seek(length)
        self.synced = time.monotonic()
        if first is None:
            self._append(made_with)

    def note(self, *entries: Entry) -> None:
        """Write entries; their outputs must be on the disk."""
        self._append(*map(_row, entries))

    def close(self) -> None:
        """Wait for the disk and close the file."""
        try:
            os.fsync(self.file.fileno())
        finally:
            self.file.close()

    def _append(self, *rows: dict[str, object]) -> None:
        self.file.write(b"".join(json.dumps(row).encode() + b"\n" for row in rows))
        self.file.flush()
        if time.monotonic() - self.synced > SYNC:
            os.fsync(self.file.fileno())
            self.synced = time.monotonic()


_DEFAULTS: dict[str, object] = {"failures": 0, "offset": -1, "number": 0, "length": 0}


def _row(entry: Entry) -> dict[str, object]:
    """Return an entry's fields without what is usual; `asdict` would copy each of them deeply."""
    row = {name: getattr(entry, name) for name in Entry.__slots__}
    return {name: value for name, value in row.items() if name not in _DEFAULTS or value != _DEFAULTS[name]}


def read(path: Path) -> tuple[dict[str, object] | None, dict[str, Entry], int]:
    """Return a manifest's first line, the last entry for each output, and the length of what is whole; nothing where there is none."""
    entries: dict[str, Entry] = {}
    first: dict[str, object] | None = None
    length = 0
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None, {}, 0
    with file:
        for line in file:
            try:
                row = json.loads(line)
                if not line.endswith(b"\n") or not isinstance(row, dict):
                    break
                if first is None:
                    first = row
                else:
                    entry = Entry(**row)
                    entries[entry.output] = entry
            except (ValueError, TypeError):
                break  # half-written: what comes behind it was not either
            length += len(line)
    return first, entries, length


def sha256(path: Path) -> str:
    """Return the hash of a file; raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
