"""Put a member into a JSON object's bytes and leave all others exactly as they are: numbers, order, doubles, escapes."""

import json
import re
from typing import NamedTuple

# Possessive, so linear on any input.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]:,]|[^\s"{}\[\]:,]++', re.DOTALL)


class FieldError(ValueError):
    """A field that would be overwritten."""


class _Member(NamedTuple):
    """Where a member's value is."""

    start: int
    end: int


def with_member(line: bytes, name: str, value: bytes, replace: bool = False) -> bytes:
    """Return a JSON object's bytes with one more member, or with the last one of that name replaced.

    Takes what `json.loads` takes. `FieldError` where the name is in use and not to be replaced.
    """
    line = line.strip()
    last = None
    empty = True
    for key, member in members(line):
        empty = False
        if key == name:
            last = member
    if last is not None:
        if not replace:
            raise FieldError(f"has a field {name!r} already, which would be overwritten; rename it in the input")
        return line[: last.start] + value + line[last.end :]
    quoted = json.dumps(name, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return line[:-1].rstrip() + (b"" if empty else b", ") + quoted + b": " + value + b"}"


def members(line: bytes) -> list[tuple[str, _Member]]:
    """Return the name of each member of a valid JSON object and the span of its value."""
    found = []
    depth = 0
    key: bytes | None = None
    begun: int | None = None
    ended = 0
    for token in _TOKEN.finditer(line):
        mark = token[0]
        if depth == 1 and mark in {b",", b"}"}:
            if key is not None and begun is not None:
                found.append((str(json.loads(key.decode("utf-8", "replace"))), _Member(begun, ended)))
            key = begun = None
        elif depth == 1 and key is None:
            key = mark
        elif depth == 1 and begun is None and mark != b":":
            begun = token.start()
        ended = token.end()
        if mark in {b"{", b"["}:
            depth += 1
        elif mark in {b"}", b"]"}:
            depth -= 1
    return found
