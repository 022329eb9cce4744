"""The story of an occurrence on the dashboard is told in sentences, never in codes."""

from __future__ import annotations

import pytest

from rules.log_words import ACTIONS
from services.views.dashboard_projection import _sentence


@pytest.mark.parametrize("action", [*ACTIONS, "an.action_of_tomorrow"])
def test_every_action_is_told_in_words(action: str) -> None:
    line = _sentence(action, "kyhan", "{}", "Sở Y tế")
    assert line.startswith("Sở Y tế · ")
    assert action not in line
