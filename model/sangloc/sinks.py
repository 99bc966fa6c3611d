"""What takes pages one after the other and writes them into one stream: bytes, packed or not, or Parquet."""

import gzip
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import IO, Protocol

from sangloc.records import Record

GZIP_LEVEL, ZSTD_LEVEL = 6, 3  # what the two programs do unasked
PACKINGS = frozenset({".gz", ".zst"})

Content = bytes | object  # a page as `rendering.render` makes it: bytes, or a row's columns for Parquet


SinkMaker = Callable[[IO[bytes], str], "Sink"]  # takes a stream and how it is packed


class Sink(Protocol):
    """Takes pages."""

    def settle(self) -> bool:
        """Write what is held, so that the stream can be cut here and gone on with; False where the format doesn't allow that."""

    def resume(self) -> None:
        """Take note that the stream has pages already."""

    def write(self, record: Record, content: Content) -> None:
        """Write a page."""

    def close(self) -> None:
        """Write what is left; the stream stays open."""

    def abandon(self) -> None:
        """Let go of the stream, whose content is not wanted any more."""


class BytesSink:
    """Pages as bytes, one behind the other, with a separator between those that are not empty."""

    def __init__(self, separator: bytes, stream: IO[bytes], packing: str) -> None:
        """Take what stands between two pages, a stream, and how to pack it: a suffix of PACKINGS, or nothing."""
        self.inner, self.packing = stream, packing
        self.packer: IO[bytes] | None = None  # begun when there is something to pack
        self.separator = separator
        self.begun = False  # there is a page that is not empty
        self.valid = not packing  # what is in the stream can be unpacked

    def write(self, record: Record, content: Content) -> None:  # noqa: ARG002  # Parquet needs the record
        """Append a page."""
        assert isinstance(content, bytes)  # noqa: S101  # render makes bytes for all other styles
        if not content:
            return
        if self.begun:
            self._stream().write(self.separator)
        self._stream().write(content)
        self.begun = True

    def settle(self) -> bool:
        """End the packed member."""
        if self.packer is not None:
            self.packer.close()
            self.packer = None
        return True

    def resume(self) -> None:
        """Separate the next page from those before."""
        self.begun = self.valid = True

    def close(self) -> None:
        """Write what the packer holds; the stream stays open."""
        if not self.valid:
            self._stream()  # nothing, packed, is not nothing
        self.settle()
        self.inner.flush()

    def abandon(self) -> None:
        """End the packer while its stream is open: it would write to a closed one later."""
        with suppress(OSError, ValueError):
            self.settle()

    def _stream(self) -> IO[bytes]:
        if not self.packing:
            return self.inner
        if self.packer is None:
            self.packer = packed(self.inner, self.packing)
            self.valid = True
        return self.packer


class MembersSink:
    """Records as bytes, each packed by itself, so that one can be read without those before it, as WARC readers expect."""

    def __init__(self, stream: IO[bytes], packing: str) -> None:
        self.stream, self.packing = stream, packing

    def write(self, record: Record, content: Content) -> None:  # Parquet needs the record
        """Append a record."""
        assert isinstance(content, bytes)  # noqa: S101  # render makes bytes for WET
        member = BytesSink(b"", self.stream, self.packing)
        member.write(record, content)
        member.close()

    def settle(self) -> bool:
        """Do nothing: each record was packed to its end."""
        return True

    def resume(self) -> None:
        """Do nothing: records stand alone."""

    def close(self) -> None:
        """Write what is left."""
        self.stream.flush()

    def abandon(self) -> None:
        """Do nothing: each record was packed to its end."""


def sink_maker(style: str) -> SinkMaker:
    """Return what makes a style's sink from a stream and how it is to be packed."""
    if style == "parquet":
        from sangloc.tables import ParquetSink

        return ParquetSink
    return MembersSink if style == "wet" else partial(BytesSink, b"\n" if style == "text" else b"")


def packed(stream: IO[bytes], packing: str) -> IO[bytes]:
    """Return a stream that packs what is written to it: the same bytes for the same content. Closing it leaves the other open."""
    if packing == ".gz":
        return gzip.GzipFile("", "wb", GZIP_LEVEL, stream, mtime=0)  # type: ignore[return-value]  # a file but in its type
    if packing == ".zst":
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        return zstd.ZstdFile(stream, "wb", level=ZSTD_LEVEL)  # type: ignore[return-value]  # the same
    return stream
