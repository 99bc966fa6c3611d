"""Bytes to text: byte order mark, UTF-8, a guess; nothing is replaced without a word."""

import codecs
from dataclasses import dataclass

# UTF-32's mark begins with UTF-16's.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SAMPLE = 1 << 16
# Shares of control characters in the sample from which on a file is binary: of bytes that are no UTF-8, and of valid UTF-8.
BINARY_SHARE, BINARY_SHARE_UTF8 = 0.02, 0.3
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f") + b"\x7f"


class BinaryError(ValueError):
    """The bytes are no text."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was in, and the offset of the first byte that was replaced, if any."""

    text: str
    encoding: str
    bad_byte: int | None = None


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes; `declared` is an encoding that the document names. `BinaryError` for what is mostly no text."""
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _replacing(data, encoding, len(mark))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_binary(data, BINARY_SHARE)
    else:
        _refuse_binary(data, BINARY_SHARE_UTF8)
        return Decoded(text, "utf-8")
    if declared is not None:
        try:
            return Decoded(data.decode(declared), declared)
        except (UnicodeDecodeError, LookupError):
            pass
    if _mostly_utf8(data):
        return _replacing(data, "utf-8", 0)
    guess = _guessed(data)
    if guess is not None:
        return guess
    return _replacing(data, "utf-8", 0)


def _refuse_binary(data: bytes, share: float) -> None:
    sample = data[:SAMPLE]
    if len(sample) - len(sample.translate(None, _CONTROL)) > share * len(sample):
        raise BinaryError("mostly control characters: a binary file, not text")


def _replacing(data: bytes, encoding: str, start: int) -> Decoded:
    """Decode with U+FFFD for what is invalid, and tell where that begins."""
    body = data[start:]
    try:
        return Decoded(body.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        return Decoded(body.decode(encoding, errors="replace"), encoding, start + error.start)


def _mostly_utf8(data: bytes) -> bool:
    """Tell a UTF-8 text with some broken bytes from one in another encoding."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    intact = sum(1 for char in text[:SAMPLE] if char > "\x7f" and char != "\ufffd")
    return intact >= min(broken, text[:SAMPLE].count("\ufffd") or broken)


def _guessed(data: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:SAMPLE]).best()
    if best is None:
        return None
    try:
        return Decoded(data.decode(best.encoding), best.encoding)
    except (UnicodeDecodeError, LookupError):
        return None
