"""An output folder: a file for each input file, and a manifest of what is done, by which a later run can go on."""

import io
import os
import time
from collections import Counter, deque
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sangloc.files import LOCK, TEMPORARY, NewFile, locked
from sangloc.manifest import DifferentError, Entry, Manifest
from sangloc.outputs import CollisionError, OutputError, output_name, packing_for
from sangloc.parts import Part, part_path
from sangloc.readers.compression import SUFFIXES as PACKED
from sangloc.records import START, Position, Record
from sangloc.sinks import Content, SinkMaker
from sangloc.sources import Missed, Source
from sangloc.syncing import Syncing

SYNCING = 4  # threads waiting for the disk
# Files, bytes and seconds after which what came together is handed to one of them.
TOGETHER, TOGETHER_BYTES, TOGETHER_SECONDS = 32, 1 << 20, 1.0
NOTED = 8  # files on the disk from which on they are noted


class FolderOutput:
    """A file for each input file, under its relative path."""

    def __init__(self, folder: Path, suffix: str, make: SinkMaker, made_with: dict[str, object], resume: bool = False) -> None:
        """Take the folder for this run; `OutputError` where another has it, or where it can't be gone on with. Raises `OSError`."""
        self.folder, self.suffix, self.make = folder, suffix, make
        self.names: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self.lock = locked(folder)
        except BlockingIOError as error:
            raise OutputError(str(error)) from None
        try:
            self.manifest = Manifest(folder, made_with, resume)
        except DifferentError as error:
            self._release()
            raise OutputError(
                f"{folder}: what is there was made with something else ({error} changed), so --resume would mix two kinds; "
                "choose another folder, or do it all again without --resume"
            ) from None
        for entry in self.manifest.left:
            with suppress(OSError):
                part_path(folder / entry.output).unlink()
        # Waiting for the disk page by page would take longer than tagging; side by side the waits are one.
        self.syncing = Syncing(SYNCING)
        self.together: list[NewFile] = []  # to be handed over
        self.bytes_together, self.since = 0, time.monotonic()
        self.waiting: deque[Future[list[OSError]]] = deque()
        self.placed: deque[NewFile] = deque()  # by the threads, and not noted yet
        self.entries: dict[Path, Entry] = {}  # of files that are not noted yet, by their temporary names
        self.made: set[Path] = set()
        self.written = 0
        self.open: Part | None = None
        self.named: tuple[Source | None, str] = (None, "")
        self.failures: Counter[str] = Counter()  # of the sources being read, by output

    def begin(self, source: Source) -> Position | Missed | None:
        """Return where to begin reading a source; None: it is done; `Missed`: done, but not all of it came out."""
        entry = self._before(source)
        if entry is None:
            return START
        if not entry.done:
            self.failures[entry.output] = entry.failures
            return Position(entry.offset, entry.number)
        self.names.setdefault(entry.output, source.name)
        return Missed(source.name, f"done before, when {entry.failures} of its pages failed") if entry.failures else None

    def missed(self, source: Source) -> None:
        """Take note that a page of a source was named as failed."""
        self.failures[self._output(source)] += 1

    def write(self, record: Record, content: Content) -> None:
        """Write a page's file, or append to its source's; raises `CollisionError`, `OSError` (also for a page some way back)."""
        if record.after is None:
            self._put(record.source, self._target(record.source), self._alone(record, content))
            return
        part = self._part(record.source)
        part.write(record, content)
        length = part.checkpoint()
        if length is not None:
            self.manifest.note(self._entry(record.source, record.after, length))

    def finish(self, source: Source, failed: bool = False) -> None:
        """Put a source's file in place; one without records gets an empty one, unless it could not be read."""
        if not failed or (self.open is not None and self.open.source is source):
            self._part(source).close()
            self.open = None
            if not failed:
                self.manifest.note(self._entry(source))
        self.failures.pop(self._output(source), None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if self.open is not None:
                self.open.abandon()
            # What is finished is written, whatever stops the run: it was counted.
            self._hand_over()
            try:
                self._settle(0, kind is not None)
            finally:
                self.syncing.shutdown()
                self._note()
        finally:
            self.manifest.close()
            self._release()

    def _release(self) -> None:
        self.lock.close()
        (self.folder / LOCK).unlink(missing_ok=True)

    def _output(self, source: Source) -> str:
        if self.named[0] is not source:  # asked several times for each
            self.named = source, str(output_name(source.relative, self.suffix))
        return self.named[1]

    def _before(self, source: Source) -> Entry | None:
        """Return what an earlier run noted of a source that is the same still, if its output is there too."""
        entry = self.manifest.before.get(self._output(source))
        if entry is None or source.path is None or (entry.input, entry.size, entry.modified) != (source.name, *source.stamp):
            return None
        there = self.folder / entry.output
        try:
            return entry if (there.is_file() and entry.done) or part_path(there).stat().st_size >= entry.length > 0 else None
        except OSError:
            return None

    def _entry(self, source: Source, after: Position | None = None, length: int = 0) -> Entry:
        output = self._output(source)
        offset, number = after or (-1, 0)
        return Entry(output, source.name, *source.stamp, self.failures[output], offset, number, length)

    def _part(self, source: Source) -> Part:
        """Return the open file of a source."""
        if self.open is None or self.open.source is not source:
            entry = self._before(source)
            length = entry.length if entry is not None and not entry.done else 0
            self.open = Part(source, self._target(source), self.make, packing_for(source.relative.suffix), length)
        return self.open

    def _target(self, source: Source) -> Path:
        name = self._output(source)
        target = self.folder / name
        first = self.names.setdefault(name, source.name)
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

    def _put(self, source: Source, target: Path, content: bytes) -> None:
        self.written += 1  # not the number of names: one input may be given twice
        temporary = target.parent / f"{TEMPORARY}{os.getpid()}-{self.written}"
        self.entries[temporary] = self._entry(source)
        self.together.append(NewFile(temporary, target, content))
        self.bytes_together += len(content)
        full = len(self.together) >= TOGETHER or self.bytes_together >= TOGETHER_BYTES
        if full or time.monotonic() - self.since >= TOGETHER_SECONDS:
            self._hand_over()
        self._settle(4 * SYNCING)

    def _hand_over(self) -> None:
        # A signal may come between any two steps: then nothing may be handed over twice.
        files, self.together = self.together, []
        self.bytes_together, self.since = 0, time.monotonic()
        if files:
            self.waiting.append(self.syncing.put(files, self.placed.append))

    def _settle(self, most: int, stopping: bool = False) -> None:
        """Wait until at most so many groups are not on the disk; raises what went wrong with a file, unless all stops."""
        while self.waiting and (len(self.waiting) > most or self.waiting[0].done()):
            faults = self.waiting.popleft().result()
            if faults and not stopping:
                raise faults[0]
        if not most or len(self.placed) >= NOTED:
            self._note()

    def _note(self) -> None:
        placed = [self.placed.popleft().temporary for _ in range(len(self.placed))]
        self.manifest.note(*(self.entries.pop(name) for name in placed))
