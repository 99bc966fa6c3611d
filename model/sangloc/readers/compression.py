"""Files unpacked as they are read: gz, zst and lz4, told by their first bytes. What comes before a fault is given, then the fault."""

import sys
import zlib
from typing import IO, Protocol

CHUNK = 1 << 20
PACKED_CHUNK = 1 << 16
SUFFIXES = frozenset({".gz", ".zst", ".lz4"})
GZIP, ZSTD, SKIPPABLE, LZ4 = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\x2a\x4d\x18", b"\x04\x22\x4d\x18"
ZSTD_PIECE = 1 << 12
WINDOW_LOG = 31  # what `zstd --long=31` needs, as large dumps are packed with


class _Member(Protocol):
    """One packed member of a file; a file may have several."""

    eof: bool
    broken: str  # what is wrong with the data behind what was given
    rest: bytes  # bytes given that were not used: not yet, or not at all after the member's end

    def unpack(self, data: bytes, size: int) -> bytes:
        """Return up to `size` bytes; raises where the data is broken."""


class _Gzip:
    def __init__(self) -> None:
        self.engine = zlib.decompressobj(wbits=31)
        self.eof, self.broken, self.rest = False, "", b""

    def unpack(self, data: bytes, size: int) -> bytes:
        before = self.engine.copy()
        try:
            out = self.engine.decompress(data, size)
        except zlib.error as error:
            self.broken = str(error)
            return _before_fault(before, data)
        self.eof = self.engine.eof
        self.rest = self.engine.unused_data if self.eof else self.engine.unconsumed_tail
        return out


def _before_fault(engine: "zlib._Decompress", data: bytes) -> bytes:
    """Return what can be unpacked of data with a fault in it: an engine gives nothing of the piece that has it."""
    out = b""
    for piece in (4096, 256, 16, 1):
        while True:
            before = engine.copy()
            try:
                out += engine.decompress(data[:piece])
            except zlib.error:
                engine = before
                break
            data = data[piece:]
    return out


class _Zstd:
    def __init__(self) -> None:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        self.engine = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: WINDOW_LOG})
        self.eof, self.broken, self.rest = False, "", b""

    def unpack(self, data: bytes, size: int) -> bytes:
        # In small pieces: the engine gives nothing of one that has a fault in it.
        taken = ZSTD_PIECE if self.engine.needs_input else 0
        out: bytes = self.engine.decompress(data[:taken], size)
        self.eof = self.engine.eof
        self.rest = (self.engine.unused_data if self.eof else b"") + data[taken:]
        return out


def packing_of(head: bytes) -> str | None:
    """Return how a file is packed, by its first bytes."""
    if head.startswith(GZIP):
        return "gz"
    if head.startswith(ZSTD) or (head[1:4] == SKIPPABLE and head[0] >> 4 == 5):
        return "zst"
    return "lz4" if head.startswith(LZ4) else None


class Unpacked:
    """Reads a file, unpacking it if it is packed. A fault ends it: `fault` then says what is wrong."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.held = file.read(PACKED_CHUNK)
        self.ahead = b""  # unpacked and looked at, not given
        self.packing = packing_of(self.held)
        self.fault = ""
        self.offset = 0  # unpacked bytes given
        self.member: _Member | None = None
        self.begun = False
        self.lz4 = self._lz4() if self.packing == "lz4" else None

    def read(self, size: int = CHUNK) -> bytes:
        """Return the next bytes, up to `size`; none at the end and at a fault. `OSError` where the disk fails."""
        if self.ahead:
            data, self.ahead = self.ahead[:size], self.ahead[size:]
        else:
            data = self._next(size)
        self.offset += len(data)
        return data

    def peek(self, size: int) -> bytes:
        """Return the next bytes without passing them."""
        while len(self.ahead) < size and (data := self._next(size - len(self.ahead))):
            self.ahead += data
        return self.ahead[:size]

    def _next(self, size: int) -> bytes:
        if self.fault:
            return b""
        return self._plain(size) if self.packing is None else self._from_lz4(size) if self.lz4 else self._unpacked(size)

    def skip(self, size: int) -> None:
        """Pass over bytes."""
        if self.packing is None and self.file.seekable():
            self.file.seek(self.file.tell() - len(self.held) - len(self.ahead) + size)
            self.held = self.ahead = b""
            self.offset += size
            return
        while size > 0 and (data := self.read(min(size, CHUNK))):
            size -= len(data)

    def _plain(self, size: int) -> bytes:
        if self.held:
            data, self.held = self.held[:size], self.held[size:]
            return data
        return self.file.read(size)

    def _unpacked(self, size: int) -> bytes:
        while True:
            if self.member is None and not self._next_member():
                return b""
            assert self.member is not None  # noqa: S101  # for the type checker
            if not self.held:
                self.held = self.file.read(PACKED_CHUNK)
            exhausted = not self.held
            try:
                data = self.member.unpack(self.held, size)
            except Exception as error:  # noqa: BLE001  # zlib.error, ZstdError: each engine has its own
                self.fault = f"the {self.packing} data is broken: {error}"
                return b""
            self.held = self.member.rest
            if self.member.broken:
                self.fault = f"the {self.packing} data is broken: {self.member.broken}"
                return data
            if self.member.eof:
                self.member = None
            elif exhausted and not data:
                self.fault = f"the {self.packing} data ends too early: the file is truncated"
                return b""
            if data:
                return data

    def _next_member(self) -> bool:
        """Begin the next member, if there is one."""
        if self.packing == "gz" and self.begun:
            self.held = self.held.lstrip(b"\0")  # padding, as gzip allows it
        while len(self.held) < 4 and (more := self.file.read(PACKED_CHUNK)):
            self.held += more
        if not self.held:
            return False
        if packing_of(self.held) != self.packing:
            self.fault = f"after the {self.packing} data comes something else ({len(self.held)} bytes or more): garbage, or a broken member"
            return False
        self.member = _Gzip() if self.packing == "gz" else _Zstd()
        self.begun = True
        return True

    def _lz4(self) -> "_Readable":
        from fastwarc.stream_io import Lz4Reader

        reader: _Readable = Lz4Reader(_Chained(self.held, self.file))
        return reader

    def _from_lz4(self, size: int) -> bytes:
        assert self.lz4 is not None  # noqa: S101  # for the type checker
        try:
            return self.lz4.read(min(size, PACKED_CHUNK))
        except OSError as error:
            self.fault = f"the lz4 data is broken or truncated: {error}"
            return b""


class _Readable(Protocol):
    def read(self, size: int) -> bytes:
        """Return the next bytes."""


class _Chained:
    """Bytes read already, then the rest of the file."""

    def __init__(self, head: bytes, file: IO[bytes]) -> None:
        self.head, self.file = head, file
        self.passed = 0

    def tell(self) -> int:
        return self.passed

    def seek(self, _offset: int, _whence: int = 0) -> int:
        raise OSError("not seekable")

    def close(self) -> None:
        """Leave the file to who opened it."""

    def read(self, size: int = -1) -> bytes:
        if self.head:
            size = len(self.head) if size < 0 else size
            data, self.head = self.head[:size], self.head[size:]
        else:
            data = self.file.read(size)
        self.passed += len(data)
        return data
