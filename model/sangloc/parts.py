"""The output file of a source of many records, while it grows; after a checkpoint it can be cut there and go on."""

import hashlib
import os
from pathlib import Path

from sangloc.files import TEMPORARY, file_mode
from sangloc.records import Record
from sangloc.sinks import Content, SinkMaker
from sangloc.sources import Source

# Bytes of output between two checkpoints; with packed output also the size of a member, so it decides the bytes. Tests set it.
CHECKPOINT = int(os.environ.get("SANGLOC_CHECKPOINT", "16777216"))


def part_path(target: Path) -> Path:
    """Return the name that a file has while it grows."""
    return target.with_name(f"{TEMPORARY}{hashlib.blake2b(os.fsencode(target.name), digest_size=8).hexdigest()}.part")


class Part:
    """The file of one source; it gets its name when it is whole. Raises `OSError`."""

    def __init__(self, source: Source, target: Path, make: SinkMaker, packing: str, length: int = 0) -> None:
        """Begin it, or go on with the first `length` bytes of what an earlier run left."""
        self.source, self.target = source, target
        self.temporary = part_path(target)
        self.file = self.temporary.open("r+b" if length else "wb")
        self.file.truncate(length)
        self.file.seek(length)
        self.kept = length > 0  # a checkpoint says that it is there
        self.since = 0
        self.sink = make(self.file, packing)
        if self.kept:
            self.sink.resume()

    def write(self, record: Record, content: Content) -> None:
        """Append a page."""
        self.sink.write(record, content)
        self.since += len(content) if isinstance(content, bytes) else 0

    def checkpoint(self) -> int | None:
        """Return the length up to which the file is on the disk and can be gone on with, or None if it is not the time for that."""
        if self.since < CHECKPOINT or not self.sink.settle():
            return None
        self.since = 0
        self.file.flush()
        os.fsync(self.file.fileno())
        self.kept = True
        return self.file.tell()

    def close(self) -> None:
        """Put the file in place."""
        try:
            self.sink.close()
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            self.temporary.chmod(file_mode())
            self.temporary.replace(self.target)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Leave no half file, but one that a later run can go on with."""
        self.sink.abandon()
        try:
            self.file.close()
        finally:
            if not self.kept:
                self.temporary.unlink(missing_ok=True)
