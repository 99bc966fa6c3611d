import pytest

from sangloc.shape import GRID, shape_of
from sangloc.tokens import tokenise


def shape(line: str) -> dict[str, float]:
    return {name: float(values[0]) for name, values in shape_of(tokenise([line])).columns.items()}


@pytest.mark.parametrize(
    ("line", "feature"),
    [
        ("Hết câu.", "ends with full stop"),
        ("“Hết câu.”", "ends with full stop"),
        ("Sao thế?", "ends with question or exclamation mark"),
        ("Tin liên quan:", "ends with colon"),
        ("(Theo TTXVN)", "ends with bracket"),
        ("Còn nữa...", "ends with ellipsis"),
        ("Còn nữa…", "ends with ellipsis"),
        ("Bình luận 12", "ends with digit"),
        ("[ Gửi ]", "begins with bracket"),
        ("• Một", "begins with bullet"),
        ("và rồi", "begins with lower case"),
        ("ái chà", "begins with lower case"),
        ("12:30", "no letter"),
        ("TRANG CHỦ", "all capitals"),
        ("Ngày 12/3/2024", "date"),
        ("lúc 10:30", "clock time"),
        ("© 2024 Báo Mẫu", "has sign"),
        ("a@b.vn", "has at"),
        ("Giá 20 $", "has money"),
        ("Một | Hai", "has bar"),
        ("chữ " * 20, "longer than 40"),
    ],
)
def test_feature_is_seen(line: str, feature: str) -> None:
    assert shape(line)[feature] == 1


@pytest.mark.parametrize(
    ("line", "feature"),
    [("Đà Nẵng", "begins with lower case"), ("1 đồng", "begins with lower case"), ("Một câu", "ends with full stop"), ("12", "date")],
)
def test_feature_is_not_seen(line: str, feature: str) -> None:
    assert shape(line)[feature] == 0


def test_shares_are_counted_over_characters() -> None:
    found = shape("Ab 12, c")
    assert found["share of digits"] == pytest.approx(2 / 8)
    assert found["share of capitals"] == pytest.approx(1 / 8)
    assert found["share of marks"] == pytest.approx(1 / 8)
    assert found["share of capitalised words"] == pytest.approx(1 / 3, abs=GRID)


def test_white_space_around_a_line_does_not_count() -> None:
    assert shape("  Tin mới\t \r") == shape("Tin mới")
