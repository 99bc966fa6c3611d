"""Title, authors and date of a page."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc.authors import authors_in
from sangloc.page import Page
from sangloc.sieve import Sieve
from sangloc.titles import title_of
from tests.conftest import SEEDS
from tests.test_page import page

AUTHORS = {
    "Lê Thụy Miên": ["Lê Thụy Miên"],
    "TẤN ÁI - LOAN CHI": ["TẤN ÁI", "LOAN CHI"],
    "Lương Hải Yến và Trịnh Bá Thông": ["Lương Hải Yến", "Trịnh Bá Thông"],
    "Hà Thu (tổng hợp)": ["Hà Thu"],
    "Hải Đường lược ghi": ["Hải Đường"],
    "T.TUYỀN": ["T.TUYỀN"],
    "L.T.A": ["L.T.A"],
    "(Theo Sputnik, TASS)": ["Sputnik", "TASS"],
    "Theo Sầm Hoa (Vietnamnet/Reuters)": ["Sầm Hoa", "Vietnamnet", "Reuters"],
    "Thế Nguyên (theo Nordnytt)": ["Thế Nguyên", "Nordnytt"],
    "Nguồn: Báo Sinh Viên Trẻ": ["Báo Sinh Viên Trẻ"],
    "Bài, ảnh: MINH PHAN": ["MINH PHAN"],
    "Bài: Lưu Trọng Nghĩa. Ảnh: Đỗ Minh Cơ": ["Lưu Trọng Nghĩa"],
    "Phóng sự của ĐOÀN THÁI KHANG": ["ĐOÀN THÁI KHANG"],
    "ThS. NGÔ QUANG HẠO": ["NGÔ QUANG HẠO"],
    "Mina Trịnh, Theo Phụ trương Giải trí 21:48 19/03/2017": ["Mina Trịnh", "Phụ trương Giải trí"],
    "Minh Kha • 25-10-2018 - 14:07 PM | Doanh nghiệp": ["Minh Kha"],
    "Được đăng bởi Bảy Thơ vào lúc 21:47": ["Bảy Thơ"],
    "Posted by Gerald W. Timms at 19:42": ["Gerald W. Timms"],
    "BY CORDELIA VANTONGEREN AND MIMI ASHWORTH-DIALLO": ["CORDELIA VANTONGEREN", "MIMI ASHWORTH-DIALLO"],
    "byKiều Diễm Trang": ["Kiều Diễm Trang"],
    "Tac gia: Ta Quang Binh": ["Ta Quang Binh"],
    "L&ecirc; Ph&#432;&#417;ng": ["Lê Phương"],
}


@pytest.mark.parametrize("line", AUTHORS)
def test_bylines_name_their_authors(line: str) -> None:
    assert authors_in([line]) == AUTHORS[line]


@pytest.mark.parametrize(
    "line",
    [
        "30/06/2025",
        "Thứ Hai, 24/12/2012, 03:04 AM (GMT+7)",
        "Ảnh: Đình Trọng",
        "Photos by Jun Abiko",
        "By Admin",
        "Hà Nội, 28/3",
        "An Giang",
        "Phòng Truyền thông",
        "Lê Lan là phóng viên tự do, sống ở Huế và viết về nước.",
        "Senior Reporter",
        "Nguồn: https://bao.example/bai-viet.htm",
        "lan@bao.example",
        "Đăng ngày 9/5/2017",
        "3 phút đọc",
        "Sửa lần cuối bởi levuong, 14/12/12",
        "Edited by: Kaustubh Rane",
        "",
    ],
)
def test_what_is_not_surely_an_author_is_left_out(line: str) -> None:
    assert authors_in([line]) == []


def test_an_author_is_named_once() -> None:
    assert authors_in(["Đặng Xuân Lãm", "ĐẶNG XUÂN LÃM", "Đ.X.L", "(Theo TASS)", "Theo TASS"]) == ["Đặng Xuân Lãm", "TASS"]
    assert authors_in(["THU HIỀN - HỮU LUÂN", "T.HIỀN - H.LUÂN"]) == ["THU HIỀN", "HỮU LUÂN"]


@given(st.lists(st.text()))
def test_any_bylines_are_read_without_fault(lines: list[str]) -> None:
    assert all(name.strip() == name and name for name in authors_in(lines))


def test_the_longer_headline_wins_against_a_kicker() -> None:
    assert title_of([("CHUYỆN NHÀ", 0.9), ("Cây cầu mới ở xã Đồng Lách", 0.9)]) == "Cây cầu mới ở xã Đồng Lách"


@pytest.mark.parametrize(
    "line",
    [
        "Trang chủ » Tin tức » Cây cầu mới ở xã Đồng Lách",
        "Cây cầu mới ở xã Đồng Lách - Báo Nhịp Sống",
        "Cây cầu mới ở xã Đồng Lách | Nhịp Sống",
        "Cây cầu mới ở xã Đồng Lách – nhipsong.vn",
        "Cây cầu mới ở xã Đồng Lách - Xã hội - Báo Nhịp Sống",
        "  Cây  cầu mới ở xã Đồng Lách 10 7 1",
        "Ca\u0302y ca\u0302\u0300u mới ở xã Đồng Lách (12)",
    ],
)
def test_titles_lose_what_is_not_theirs(line: str) -> None:
    assert title_of([(line, 0.9)], others=["Xã hội"]) == "Cây cầu mới ở xã Đồng Lách"


@pytest.mark.parametrize(
    "line", ["Hà Nội - Hải Phòng: mở đường mới", "Đội A thắng 3 - 1", "Bài 2: Người ở lại", "[Vui vẻ] Chuyện - hai người"]
)
def test_titles_keep_what_is_theirs(line: str) -> None:
    assert title_of([(line, 0.9)]) == line


def test_a_page_without_headline_takes_a_likely_line_or_none() -> None:
    made = page("Cây cầu mới ở xã Đồng Lách\nMột câu của bài.\n", "nav", "text")
    assert made.title is None
    made = page("Cây cầu mới ở xã Đồng Lách\nMột câu của bài.\n", "nav", "text")
    made.probabilities[0, 0] = 0.4
    assert made.title == "Cây cầu mới ở xã Đồng Lách"
    assert page("Menu\nLiên hệ\n", "nav", "nav").title is None


def test_empty_pages_have_nothing(sieve: Sieve) -> None:
    for text in ("", "\n \n"):
        found = sieve.tag(text)
        assert (found.title, found.authors, found.date, found.is_article, found.unlearned) == (None, [], None, 0.0, None)


def test_the_seeds_fields(sieve: Sieve) -> None:
    found = sieve.tag(SEEDS[4].read_text(encoding="utf-8"))
    assert found.title == "Mỹ lên kế hoạch thương lượng với Nga"
    assert found.authors == ["Lan Hạ", "Sputnik", "TASS"]
    assert sieve.tag(SEEDS[0].read_text(encoding="utf-8")).date == date(2025, 6, 30)


def test_fields_cost_nothing_until_asked_for(sieve: Sieve) -> None:
    found: Page = sieve.tag("Tiêu đề\nMột câu của bài.\n")
    found.keep()
    assert found.paragraphs
    assert {"title", "authors", "date", "is_article", "unlearned"}.isdisjoint(vars(found))


def test_long_lines_take_no_time() -> None:
    begun = time.process_time()
    for line in ("- " * 300_000, "Lê Lan, " * 80_000, "((" * 200_000, "theo " * 100_000, "by by " * 100_000):
        authors_in([line, line[:159]])
        title_of([(line, 1.0), (line[:299], 1.0)])
    assert time.process_time() - begun < 3
