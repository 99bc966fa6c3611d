"""Lines of a file as bytes, in bounded memory."""

from collections.abc import Iterator

from sangloc.readers.compression import Unpacked


def lines(file: Unpacked, limit: int) -> Iterator[tuple[bytes | None, int]]:
    """Yield each line without its end, and the offset behind it; None for a line of more than `limit` bytes."""
    rest: list[bytes] = []
    held = 0
    offset = file.offset
    while block := file.read():
        first, *others = block.split(b"\n")
        held += len(first)
        rest.append(first if held <= limit else b"")
        for part in others:
            offset += held + 1
            yield (b"".join(rest) if held <= limit else None), offset
            rest, held = [part], len(part)
        if held > limit:
            rest = []
    if held:  # after a fault too: what is whole is kept, the rest is named
        yield (b"".join(rest) if held <= limit else None), offset + held
