"""A step of a ladder is called by its title, whatever its notice adds to the code."""

from __future__ import annotations

from dataclasses import replace

from plan_70 import a_plan

from rules.office import Office
from rules.plan import Ladder, LadderStep, Text
from rules.working_days import WorkCalendar

FIRST = LadderStep("L2", 2, "target_day", -3, ("focal_point",), "due_soon", Text("Nhắc hạn", "Due soon"))
OFFICE = Office(a_plan(), WorkCalendar(), {"default": Ladder("default", (FIRST, replace(FIRST, id="L3")))})


def test_a_step_has_its_title_whatever_its_notice_adds_to_the_code() -> None:
    for code in ("L2", "L2@2014-01-20", "L2.1", "L2+3", "L2.2@2014-01-20"):
        assert OFFICE.step_title(code) == Text("Nhắc hạn", "Due soon")


def test_a_step_no_ladder_has_any_more_is_called_by_its_code() -> None:
    assert OFFICE.step_title("X9@2014-01-20") == Text("X9", "X9")
