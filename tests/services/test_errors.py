"""A name that is not known is refused with what is near to it, where there is anything."""

from __future__ import annotations

from services.errors import unknown


def test_where_nothing_is_known_nothing_is_suggested() -> None:
    said = str(unknown("kỳ", "period", "2026", []))
    assert said == "Không có kỳ «2026»; chưa có kỳ nào. / No period “2026”; there is none yet."


def test_what_is_near_is_suggested() -> None:
    assert "Gần đúng: 2025." in str(unknown("kỳ", "period", "2026", ["2025", "H1"]))
