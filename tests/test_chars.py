import numpy as np
import pytest

from sangloc.chars import BASE, INVERSE, TABLE, characters, mixed, powers
from sangloc.tokens import tokenise
from training.chars import tables


def test_shipped_table_is_what_the_script_makes() -> None:
    # Made under one Python version; later ones may know more characters, so only those of this version's own are compared there.
    shipped = np.load(TABLE)
    made = tables()
    same = (shipped == made).all(axis=0)
    assert same.mean() > 0.99
    assert same[:0x2000].all()


def test_base_has_its_inverse() -> None:
    assert BASE * INVERSE % (1 << 64) == 1
    up, down = powers(1000)
    assert np.all(up * down == 1)


def test_mixed_scatters_without_collisions() -> None:
    values = np.arange(100_000, dtype=np.uint64)
    assert len(np.unique(mixed(values))) == len(values)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("hoà bình", "hòa bình"),
        ("Thuỷ", "thủy"),
        ("VIỆT", "việt"),
        ("12/3", "98/7"),
        ("“Có”", '"Có"'),
        ("cafe\u0301", "café"),
    ],
)
def test_spellings_that_are_one_word(one: str, other: str) -> None:
    assert tokenise([one]).hashes.tolist() == tokenise([other]).hashes.tolist()


@pytest.mark.parametrize(("one", "other"), [("hoa", "hòa"), ("hóa", "hòa"), ("dong", "đông"), ("ab", "ba"), ("a b", "ab")])
def test_spellings_that_are_not(one: str, other: str) -> None:
    assert tokenise([one]).hashes.tolist() != tokenise([other]).hashes.tolist()


def test_every_blank_character_is_blank_to_python_too() -> None:
    kinds = characters().kind
    assert all(chr(code).isspace() == bool(kinds[code] & 1) for code in range(0xFFFF))
