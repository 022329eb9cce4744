"""The story of an occurrence on the dashboard is told in sentences, never in codes."""

from __future__ import annotations

import pytest

from rules.log_words import ACTIONS
from services.views.dashboard_projection import _sentence


@pytest.mark.parametrize("action", [*ACTIONS, "an.action_of_tomorrow"])
def test_every_action_is_told_in_words(action: str) -> None:
    line = _sentence(action, "kyhan", "{}", "Sở Y tế", {})
    assert line.startswith("Sở Y tế · ")
    assert action not in line


def test_a_step_is_told_by_its_title() -> None:
    details = '{"stage": "I5-PUBLISH", "done_on": "2013-12-10", "place": "https://example.vn"}'
    line = _sentence("case.stage", "CTK", details, "Sở Y tế", {"I5-PUBLISH": "Công bố Lịch phổ biến"})
    assert line == (
        "Sở Y tế · Ghi nhận bước “Công bố Lịch phổ biến” ngày 10/12/2013. Nơi công bố: https://example.vn (CTK)"
    )
