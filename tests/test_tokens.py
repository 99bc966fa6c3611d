import unicodedata

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sangloc.chars import BASE, IGNORED, PUNCT, TONE_FACTOR, TONE_SHIFT, WORD, characters, mixed
from sangloc.tokens import CAP, tokenise

TEXTS = st.text(alphabet=st.sampled_from("aăĐ1 9,.“…\n\t\r\u200b\x00hòà😀\u00a0\u2028") | st.characters(), max_size=60)


def kind(char: str) -> int:
    return int(characters().kind[min(ord(char), 0xFFFF)])


def plain_tokens(text: str) -> list[list[str]]:
    """The lines' tokens, found one character after the other."""
    lines = []
    for line in unicodedata.normalize("NFC", text).split("\n"):
        if not line.strip():
            continue
        tokens: list[str] = []
        open_word = False
        for char in line:
            if kind(char) & IGNORED:
                continue
            if kind(char) & WORD:
                if open_word:
                    tokens[-1] += char
                else:
                    tokens.append(char)
            elif kind(char) & PUNCT:
                tokens.append(char)
            open_word = bool(kind(char) & WORD)
        lines.append([*tokens, "\n"])
    return lines


def plain_hash(token: str) -> int:
    table = characters()
    codes = [min(ord(char), 0xFFFF) for char in token]
    tones = sum(int(table.count[code]) >> int(TONE_SHIFT) for code in codes) % (1 << 12)
    value = sum(int(table.value[code]) * pow(BASE, place, 1 << 64) for place, code in enumerate(codes)) + tones * int(TONE_FACTOR)
    return int(mixed(np.array([value % (1 << 64)], dtype=np.uint64))[0])


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_same_tokens_as_one_character_after_the_other(texts: list[str]) -> None:
    found = tokenise(texts)
    expected = [line for text in texts for line in plain_tokens(text)]
    assert np.diff(found.line_tokens).tolist() == [len(line) for line in expected]
    assert found.hashes.tolist() == [plain_hash(token) for line in expected for token in line]
    assert np.diff(found.page_lines).tolist() == [len(plain_tokens(text)) for text in texts]


@given(TEXTS, st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=3))
def test_a_page_is_the_same_in_any_batch(text: str, before: list[str], after: list[str]) -> None:
    alone, among = tokenise([text]), tokenise([*before, text, *after])
    start, end = among.page_lines[len(before)], among.page_lines[len(before) + 1]
    assert among.line_hashes[start:end].tolist() == alone.line_hashes.tolist()
    assert among.blanks_before[start:end].tolist() == alone.blanks_before.tolist()
    assert among.indents[start:end].tolist() == alone.indents.tolist()


def test_blank_lines_and_indentation_are_counted_from_the_page_top() -> None:
    found = tokenise(["x\n\n", "\n \n  a\nb\n\n\tc"])
    assert found.blanks_before.tolist() == [0, 2, 0, 1]
    assert found.indents.tolist() == [0, 2, 0, 1]


def test_a_line_of_invisible_characters_is_a_paragraph() -> None:
    found = tokenise(["a\n\u200b\n\nb"])
    assert np.diff(found.line_tokens).tolist() == [2, 1, 2]
    assert found.blanks_before.tolist() == [0, 0, 1]


def test_of_a_long_line_both_ends_are_read() -> None:
    line = "đầu " + "x" * (3 * CAP) + " cuối"
    found = tokenise([line])
    assert found.hashes[0] == tokenise(["đầu"]).hashes[0]
    assert found.hashes[-2] == tokenise(["cuối"]).hashes[0]
    assert len(found.codes) == 2 * CAP + 1
