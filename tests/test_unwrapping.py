"""Hard-wrapped text becomes paragraphs; what its writer broke stays broken."""

import textwrap
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sangloc
from sangloc.labelfile import LabelledPage
from sangloc.unwrapping import joined_lines, looks_wrapped, unwrap

WORDS = (
    "Việc xây cầu ở xã ta đã xong phần móng, tuần sau sẽ đổ bê tông mặt cầu nếu trời không mưa. Mọi người đều mong cầu xong trước Tết "
    "để đi lại cho tiện, vì mùa nước lên đò ngang phải nghỉ. Xã cũng đã vận động các nhà hai bên đường hiến đất, có nhà hiến cả trăm "
    "mét vuông."
)
POEM = "Chiều nay ra đứng bờ sông\nNhìn con nước cạn mà lòng nhớ quê\nAi đi bao thuở chưa về\nĐể cho cây gạo bốn bề đứng trông\n" * 3
LIST = "Cần mang:\n- giấy khai sinh, bản sao có công chứng, mỗi thứ hai bản\n- hai ảnh\n- đơn xin học, có chữ ký của cha mẹ\n- học bạ\n" * 3
TABLE = (
    "\n".join(f"Xã số {i:2d}     {i * 137 % 911:4d} hộ     {i * 71 % 97:3d} cầu     đã xong phần móng và mặt cầu" for i in range(9)) + "\n"
)
MENU = "Trang chủ\nThời sự\nThế giới\nKinh doanh\nVăn hóa - Giải trí\nThể thao\nSức khỏe\nĐời sống\n" * 3


def wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.fill(line, width) if line else line for line in text.split("\n"))


def hyphenated(text: str, width: int) -> str:
    """Wrap as a typesetter does: a word that does not fit is cut, with two letters or more on either side."""
    lines = [""]
    for word in text.split():
        room = width - len(lines[-1]) - 1
        if len(word) <= room:
            lines[-1] += f" {word}"
        elif room > 3 and len(word) > room:
            cut = min(room - 1, len(word) - 2)
            lines[-1] += f" {word[:cut]}-"
            lines.append(f" {word[cut:]}")
        else:
            lines.append(f" {word}")
    return "\n".join(line[1:] for line in lines)


@pytest.mark.parametrize("width", range(60, 100, 7))
def test_wrapped_paragraphs_come_back(width: int) -> None:
    page = f"Cây cầu mới\n\n{WORDS}\n\n{WORDS[::-1].capitalize()}\n\nLan Hạ\n"
    assert wrapped(page, width) != page
    assert unwrap(wrapped(page, width)) == page


def test_paragraphs_without_blank_lines_between_them_come_back() -> None:
    page = f"{WORDS}\n{WORDS[30:].capitalize()}\n{WORDS[60:].capitalize()}\nXem thêm\nLiên hệ\n"
    assert unwrap(wrapped(page, 72)) == page


@pytest.mark.parametrize("page", [POEM, LIST, TABLE, MENU, f"{WORDS}\n" * 5, "", "\n\n", "một dòng"])
def test_what_is_not_wrapped_stays(page: str) -> None:
    assert unwrap(page) == page
    assert not looks_wrapped(page)


@pytest.mark.parametrize("page", [POEM, LIST, TABLE, MENU])
def test_poems_lists_tables_and_menus_stay_beside_wrapped_text(page: str) -> None:
    assert unwrap(f"{wrapped(WORDS, 72)}\n\n{page}\n{wrapped(WORDS, 72)}\n") == f"{WORDS}\n\n{page}\n{WORDS}\n"


def test_quotes_keep_their_marks() -> None:
    quoted = "\n".join(f"> {line}" for line in textwrap.wrap(WORDS, 70))
    twice = "\n".join(f"> > {line}" for line in textwrap.wrap(WORDS, 70))
    page = f"{twice}\n{quoted}\n\n{wrapped(WORDS, 70)}\n"
    assert unwrap(page) == f"> > {WORDS}\n> {WORDS}\n\n{WORDS}\n"


def test_list_items_hang_together() -> None:
    item = textwrap.fill(WORDS, 72, initial_indent="- ", subsequent_indent="  ")
    assert unwrap(f"{item}\n{item}\n") == f"- {WORDS}\n- {WORDS}\n"


def test_indented_paragraphs_begin_anew() -> None:
    paragraph = textwrap.fill(WORDS, 72, initial_indent="    ")
    assert unwrap(f"{paragraph}\n{paragraph}\n") == f"    {WORDS}\n    {WORDS}\n"


def test_hyphenated_words_become_whole_and_compounds_stay() -> None:
    text = "The committee of the village has decided that construction of the new bridge will begin in the coming spring of the year, when "
    text += (
        "the river is at its lowest level and the road remains open for the heavy lorries that bring stones from the quarry every morning."
    )
    torn = hyphenated(text, 52)
    assert torn.count("-\n") >= 2
    assert unwrap(f"{torn}\n\n{torn}\n") == f"{text}\n\n{text}\n"
    compound = wrapped(
        "Đường từ Hà Nội về Hải Phòng, đoạn qua xã ta, nay đã rộng hơn trước, xe từ Quảng Ninh-Hải Phòng cũng đi lối này nhiều. " * 4, 72
    )
    assert "Quảng Ninh-Hải Phòng" in unwrap(compound)
    soft = torn.replace("-\n", "\u00ad\n")
    assert unwrap(f"{soft}\n\n{soft}\n") == f"{text}\n\n{text}\n"


def test_windows_line_ends_and_decomposed_letters_are_wrapped_too() -> None:
    page = wrapped(WORDS, 72)
    assert unwrap(page.replace("\n", "\r\n")) == WORDS
    assert unwrap(unicodedata.normalize("NFD", page)) == unicodedata.normalize("NFD", WORDS)


def test_wrapped_pages_are_noticed_and_others_are_not(labelled: list[LabelledPage]) -> None:
    assert looks_wrapped(wrapped(f"{WORDS}\n\n" * 3, 72))
    noticed = [known.path for known in labelled if looks_wrapped(known.text)]
    # Two of the labelled pages are: a mailing list's archive and a scanned book.
    assert {"mail-archive-2003", "digital-library-ocr"} <= {path.split("/")[-2] for path in noticed}
    assert len(noticed) < 0.02 * len(labelled)


@given(st.lists(st.text(alphabet="aB .-\t>|é\u0301\r1", max_size=90), max_size=30))
def test_no_character_but_line_ends_blanks_and_hyphens_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    numbers = [number for group in joined_lines(lines) for number in group]
    assert numbers == list(range(len(lines)))
    drop = str.maketrans("", "", " \t\r\n>-")
    assert unwrap(text).translate(drop) == text.translate(drop)


def test_time_is_linear() -> None:
    begun = time.process_time()
    for text in (
        "a " * 500_000,
        ">" * 500_000,
        "\n" * 500_000,
        (WORDS[:70] + "\n") * 10_000,
        "-" * 500_000,
        "> " * 200_000,
        "| " * 200_000,
    ):
        unwrap(text)
        looks_wrapped(text)
    assert time.process_time() - begun < 10


def test_the_library_names_it() -> None:
    assert sangloc.unwrap is unwrap
