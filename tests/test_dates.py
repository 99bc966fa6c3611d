"""Dates in lines, and which of a page's dates is its own."""

import re
import time
import unicodedata
from datetime import date, datetime, timedelta, timezone

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangloc.dates import dates_in
from sangloc.folding import folded, tidy
from sangloc.published import publication_date

HANOI = timezone(timedelta(hours=7))
LINES = {
    "Thứ hai, 30/6/2025, 10:15 (GMT+7)": datetime(2025, 6, 30, 10, 15, tzinfo=HANOI),
    "30 tháng 6 năm 2025": date(2025, 6, 30),
    "June 3, 2021": date(2021, 6, 3),
    "2025-10-21 06:15:42": datetime(2025, 10, 21, 6, 15, 42),
    "2025-10-21T06:15:42Z": datetime(2025, 10, 21, 6, 15, 42, tzinfo=timezone(timedelta(0))),
    "2025-10-21T06:15:42+07:00": datetime(2025, 10, 21, 6, 15, 42, tzinfo=HANOI),
    "Cập nhật lúc: thứ hai, 13 11 2017 05:07": datetime(2017, 11, 13, 5, 7),
    "By Admin | Tháng Mười Một 3, 2015": date(2015, 11, 3),
    "By JVN | Tháng Mười 28, 2015": date(2015, 10, 28),
    "ngày 1 tháng Năm năm 2025": date(2025, 5, 1),
    "cập nhật thứ hai, ngày 24/12/12 11:05 tối": datetime(2012, 12, 24, 23, 5),
    "16/10/2013 3:42:00 CH": datetime(2013, 10, 16, 15, 42),
    "Cập nhật lúc 09h14&#39; ngày 23/10/2013&nbsp;": datetime(2013, 10, 23, 9, 14),
    "18:05, Thứ Hai, 12/10/2015": datetime(2015, 10, 12, 18, 5),
    "07-03-2026 - 00:01 AM | Thị trường": datetime(2026, 3, 7, 0, 1),
    "Wed 12 Jun 2019 18.20 BST": datetime(2019, 6, 12, 18, 20),
    "4:45pm Oct 22, 2023": datetime(2023, 10, 22, 16, 45),
    "May 5th, 2019": date(2019, 5, 5),
    "22 Th4, 2022": date(2022, 4, 22),
    "12 thg 6 '20 lúc 3:44": datetime(2020, 6, 12, 3, 44),
    "Lê Khánh26.10.202\u200b3, 21:48": datetime(2023, 10, 26, 21, 48),
    "09/09/201612/09/2016": date(2016, 9, 9),
}


@pytest.mark.parametrize("line", LINES)
def test_forms_of_dates(line: str) -> None:
    assert dates_in(line)[0].value == LINES[line]


@pytest.mark.parametrize("line", LINES)
def test_accents_composition_and_capitals_make_no_difference(line: str) -> None:
    for other in (unicodedata.normalize("NFD", line), folded(line), line.upper().replace("&#39;", "'").replace("&NBSP;", "")):
        assert [found.value for found in dates_in(other)][:1] == [LINES[line]], other


@pytest.mark.parametrize(
    "line",
    [
        "31/02/2020",
        "29/2/2023",
        "04/22/2024",
        "0913.550.284",
        "1.2.2020.5",
        "9.2.2021.061",
        "14/2021/DS-ST",
        "tháng 3-2008",
        "3-2",
        "2024",
        "",
    ],
)
def test_what_is_no_date(line: str) -> None:
    assert dates_in(line) == []
    assert dates_in(line, 2024) == []


def test_the_day_comes_before_the_month() -> None:
    assert dates_in("3/6/2021")[0].value == date(2021, 6, 3)


def test_a_year_is_taken_from_elsewhere_only_if_asked_for() -> None:
    assert dates_in("Ngày 19/6") == []
    assert dates_in("Ngày 19/6", 2017)[0].value == date(2017, 6, 19)


def test_each_date_has_its_own_time() -> None:
    found = [one.value for one in dates_in("08/03/2024 14:20 • Cập nhật 11/03/2024")]
    assert found == [datetime(2024, 3, 8, 14, 20), date(2024, 3, 11)]


@given(st.dates(date(1970, 1, 1), date(2069, 12, 31)))
def test_every_date_is_read_in_every_form(day: date) -> None:
    months = "Một Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Mười-Một Mười-Hai"
    name = months.split()[day.month - 1].replace("-", " ")
    for line in (
        f"{day.day}/{day.month}/{day.year}",
        f"{day:%d-%m-%Y}",
        f"{day:%d.%m.%y}",
        day.isoformat(),
        f"{day.day} tháng {day.month}, {day.year}",
        f"Tháng {name} {day.day}, {day.year}",
        f"{day.day} Tháng {name} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.day} {day:%b} {day.year}",
    ):
        assert [found.value for found in dates_in(line)] == [day], line


@given(st.text())
def test_any_line_is_read_without_fault_and_places_are_right(line: str) -> None:
    for found in dates_in(line):
        assert re.search(r"\d", tidy(line)[found.start : found.end])


def test_long_lines_take_no_time() -> None:
    begun = time.process_time()
    for line in ("1/" * 500_000, "thang " * 200_000, "12 " * 300_000, "thu hai, ngay " * 80_000, "12:" * 300_000):
        dates_in(line)
    assert time.process_time() - begun < 3


def chosen(*lines: str, bylines: int = 99, near: int = 0) -> date | None:
    is_byline = np.arange(len(lines)) < bylines
    return publication_date(lines, is_byline, np.full(len(lines), 0.3), near)


def test_the_date_of_publication_comes_before_those_of_changes() -> None:
    assert chosen("Cập nhật 17 thg 2, 2023 · Đăng lần đầu 2 thg 6, 2021") == date(2021, 6, 2)
    assert chosen("Tham gia: 14/5/2017", "Ngày gửi 21/8/2022", "Chỉnh sửa cuối: 22/8/2022") == date(2022, 8, 21)
    assert chosen("Cập nhật: 02/11/2023") == date(2023, 11, 2)
    assert chosen("Tham gia: 14/5/2017") is None


def test_date_lines_near_the_headline_stand_in_for_bylines() -> None:
    rows = ["Tiêu đề của bài", "Thứ tư, 22/10/2025, 19:25 (GMT+7)", *["Một câu của bài."] * 9, "Thứ năm, 23/10/2025"]
    assert chosen(*rows, bylines=0) == datetime(2025, 10, 22, 19, 25, tzinfo=HANOI)
    assert chosen(rows[0], "Hội nghị ngày 22/10/2025 bàn về cầu mới và các việc khác của xã", bylines=0) is None


def test_a_day_without_year_takes_the_year_of_another_line() -> None:
    rows = ["Ngày 19/6", *["Một câu"] * 9, "Thứ hai, 20/6/2017"]
    assert chosen(*rows, bylines=1) == date(2017, 6, 19)
    assert chosen("Ngày 19/6", bylines=1) is None
