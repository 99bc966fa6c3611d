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


class Sink(Protocol):
    """Takes pages."""

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
        self.stream = packed(stream, packing)
        self.inner = stream
        self.separator = separator
        self.begun = False

    def write(self, record: Record, content: Content) -> None:  # noqa: ARG002  # Parquet needs the record
        """Append a page."""
        assert isinstance(content, bytes)  # noqa: S101  # render makes bytes for all other styles
        if content and self.begun:
            self.stream.write(self.separator)
        self.stream.write(content)
        self.begun = self.begun or bool(content)

    def close(self) -> None:
        """Write what the packer holds; the stream stays open."""
        if self.stream is not self.inner:
            self.stream.close()
        self.inner.flush()

    def abandon(self) -> None:
        """End the packer while its stream is open: it would write to a closed one later."""
        if self.stream is not self.inner:
            with suppress(OSError, ValueError):
                self.stream.close()


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

    def close(self) -> None:
        """Write what is left."""
        self.stream.flush()

    def abandon(self) -> None:
        """Do nothing: each record was packed to its end."""


def sink_maker(style: str) -> Callable[[IO[bytes], str], Sink]:
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
