"""No page of a container with flipped bytes is lost: pages in = pages out + pages named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inputs import PACKED, TEXTS, jsonl, read, stored, warc

FLIPS = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6)


def mutated(data: bytes, flips: list[tuple[float, int]]) -> bytes:
    out = bytearray(data)
    for place, value in flips:
        out[int(place * len(out))] = value
    return bytes(out)


@given(FLIPS)
def test_no_line_of_broken_jsonl_is_lost(tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[float, int]]) -> None:
    data = mutated(jsonl(TEXTS), flips)
    found = read(stored(tmp_path_factory.getbasetemp() / "a.jsonl", data))
    lines = sum(1 for line in data.split(b"\n") if line.strip(b" \t\r\n\v\f"))
    assert len(found.texts) + found.named == lines


@given(FLIPS, st.booleans())
@settings(max_examples=200)
def test_no_record_of_a_broken_warc_is_lost(tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[float, int]], wet: bool) -> None:
    path = stored(tmp_path_factory.getbasetemp() / "a.warc", mutated(warc(TEXTS, wet), flips))
    found = read(path)
    assert len(found.texts) <= len(TEXTS)
    assert len(found.texts) + found.named >= len(TEXTS)


@given(FLIPS, st.sampled_from([".gz", ".zst"]))
def test_no_record_of_a_broken_packed_file_is_lost(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[float, int]], packing: str
) -> None:
    whole = PACKED[packing](jsonl(TEXTS))
    path = stored(tmp_path_factory.getbasetemp() / f"a.jsonl{packing}", mutated(whole, flips))
    found = read(path, format="jsonl")
    assert list(found.texts.values()) == TEXTS or found.failures
