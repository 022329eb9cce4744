"""What is almost the same name is proposed; what differs by number, period or place is not."""

from __future__ import annotations

import pytest

from services.content.similar_names import MOST, similar_names
from services.forms.near_names import near_pairs


def pairs(*names: str) -> list[tuple[str, str]]:
    return [(pair.one, pair.other) for pair in similar_names(names)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Số giường bệnh", "Số gường bệnh"),
        ("Chỉ số sản xuất công nghiệp", "Chi số sản xuất công nghiệp"),
        ("Diện tích gieo trồng cây hàng năm", "Diện tích gieo trồng cây hằng năm"),
    ],
)
def test_another_spelling_is_proposed(one: str, other: str) -> None:
    assert pairs(one, other, "Vận tải hành khách") == [(min(one, other), max(one, other))]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Giá trị xuất khẩu hàng hóa", "Giá trị nhập khẩu hàng hóa"),
        ("Báo cáo kinh tế - xã hội quý I", "Báo cáo kinh tế - xã hội quý II"),
        ("Báo cáo kinh tế - xã hội tháng", "Báo cáo kinh tế - xã hội quý"),
        ("Niên giám thống kê 2014", "Niên giám thống kê 2015"),
        ("Dân số huyện Kế Sách", "Dân số huyện Mỹ Xuyên"),
    ],
)
def test_another_number_period_or_place_is_another_thing(one: str, other: str) -> None:
    assert pairs(one, other) == []


def test_where_a_tone_mark_is_written_makes_no_difference_at_all() -> None:
    assert pairs("Hàng hoá", "Hàng hóa") == []  # the same name, not a similar one


def test_very_many_names_give_a_list_a_person_can_read() -> None:
    names = [
        f"Sản lượng cây trồng thứ {'a' * (n % 40)} {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(3000)
    ]
    assert len(similar_names(names)) <= MOST


def test_in_a_long_table_names_with_the_same_figures_are_compared_however_far_apart_they_stand() -> None:
    names = [f"Báo cáo số {number} về việc làm" for number in range(10, 3000)]
    near = near_pairs([*names, "Báo cáoo số 1500 về vviệc làm"])
    assert {tuple(sorted(pair)) for pair in near} == {(1490, len(names))}
