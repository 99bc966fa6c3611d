"""Cut a stream of WARC records apart by their lengths, and find the next record after whatever is broken."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sangloc.readers.compression import CHUNK, Unpacked

MARK = b"WARC/"
MAX_HEADER = 1 << 16
_LENGTH = re.compile(rb"^Content-Length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_NEXT = re.compile(rb"WARC/[01]\.[0-9]{1,2}\r?\n")
_BLANK = re.compile(rb"[\r\n]+")
_HEADER_END = re.compile(rb"\r?\n\r?\n")


@dataclass(slots=True)
class Frame:
    """A record's header and content and where they are; or what is wrong there. Content over the size cap is None."""

    start: int
    end: int
    header: bytes = b""
    content: bytes | None = None
    fault: str = ""


class Frames:
    """Iterates over the records of a stream."""

    def __init__(self, file: Unpacked, limit: int) -> None:
        self.file, self.limit = file, limit
        self.held = bytearray()
        self.offset = file.offset  # of what is held

    def __iter__(self) -> Iterator[Frame]:
        while True:
            self._pass_blank_lines()
            if not self._fill(1):
                return
            yield self._next()

    def _next(self) -> Frame:
        """Take the next record; where it is broken, all bytes up to the one behind it."""
        self._fill(len(MARK))
        header = self._header() if self.held.startswith(MARK) else b""
        if not header:
            return self._lost("a record header without an end" if self.held.startswith(MARK) else "bytes that are no record")
        length = _LENGTH.search(header)
        if length is None:
            return self._lost("a record without a Content-Length")
        size = len(header) + int(length[1])
        if size > self.limit + len(header):
            # Where the next one begins is sought all the same: the length may be wrong.
            frame = self._lost("a Content-Length over the size cap that does not fit the record")
            return Frame(frame.start, frame.end, header) if size <= frame.end - frame.start <= size + 4 else frame
        whole = self._fill(size + 4)
        behind = bytes(self.held[size : size + 4])
        if len(self.held) < size:
            return self._lost("a record cut short, or with a wrong Content-Length")
        if behind != b"\r\n\r\n" and (whole or behind.strip(b"\r\n")):
            return self._lost("a Content-Length that does not fit the record")
        start = self.offset
        content = bytes(self.held[len(header) : size])
        self._drop(size)
        return Frame(start, self.offset, header, content)

    def _lost(self, fault: str) -> Frame:
        """Drop bytes up to the next record."""
        start = self.offset
        while (found := _NEXT.search(self.held, 1)) is None:
            # A mark may be cut in two.
            self._drop(max(0, len(self.held) - 16))
            if not self._fill(len(self.held) + CHUNK):
                found = _NEXT.search(self.held, 1)
                break
        self._drop(found.start() if found else len(self.held))
        return Frame(start, self.offset, fault=fault)

    def _header(self) -> bytes:
        """Return the record's header with the blank line behind it; nothing where there is no end in sight."""
        size = 1 << 10
        while True:
            more = self._fill(size)
            if found := _HEADER_END.search(self.held, 0, MAX_HEADER):
                return bytes(self.held[: found.end()])
            if not more or size > MAX_HEADER:
                return b""
            size *= 4

    def _pass_blank_lines(self) -> None:
        while self._fill(1) and (blank := _BLANK.match(self.held)):
            self._drop(blank.end())

    def _fill(self, size: int) -> bool:
        """Hold at least so many bytes; False if the stream has fewer."""
        while len(self.held) < size:
            data = self.file.read(max(CHUNK, size - len(self.held)))
            if not data:
                return False
            self.held += data
        return True

    def _drop(self, size: int) -> None:
        del self.held[:size]
        self.offset += size
