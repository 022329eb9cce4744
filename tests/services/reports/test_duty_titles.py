"""How a report names a duty of a period."""

from __future__ import annotations

import pytest

from services.reports.duties import titled


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Rà soát tiến độ sau 6 tháng đầu năm", "Rà soát tiến độ sau 6 tháng đầu năm 2015"),
        ("Danh mục cho năm kế tiếp", "Danh mục cho năm 2015"),
        ("Lịch phổ biến thông tin", "Lịch phổ biến thông tin năm 2015"),
        ("Báo cáo định kỳ (quý, 6 tháng, năm) tình hình", "Báo cáo định kỳ tình hình năm 2015"),
        ("Danh mục (dự thảo)", "Danh mục (dự thảo) năm 2015"),
    ],
)
def test_a_duty_is_named_with_its_year_once(title: str, said: str) -> None:
    assert titled(title, "2015") == said
