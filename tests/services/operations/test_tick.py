"""One pass makes true what ought to be true, says so in numbers, and is harmless to repeat."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from builders import CALENDAR, DUE_SOON, IN_NOVEMBER, LAST_DAY, OVERDUE, UNIT, a_case, an_answer, at, notices, together
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.tables.projection import Heartbeat
from rules.office import Office
from rules.plan import Plan
from services import log
from services.cases.decide import close_without_submission
from services.errors import Refused
from services.operations.tick import OFFICE, tick


def test_the_numbers_of_a_duty(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, CALENDAR)
    an_answer(engine, office, LAST_DAY)
    with writing(engine) as session:
        close_without_submission(session, a_case(session, office, "TTR"), "waive", "Lan", LAST_DAY, "Sáp nhập")
    [soon] = tick(engine, office, LAST_DAY, CALENDAR)
    assert (soon.due, soon.handed_in, soon.done, soon.soon, soon.waiting, soon.overdue) == (32, 1, 0, 31, 32, 0)
    [late] = tick(engine, office, OVERDUE, CALENDAR)
    assert late.text == "1/32 đã nộp, còn 4 bước sau khi nộp (4 quá hạn), 31 quá hạn"


def test_a_duty_without_an_open_occurrence_says_so(engine: Engine, office: Office) -> None:
    [result] = tick(engine, office, IN_NOVEMBER, "i4b-catalogue")
    assert (result.obligation, result.text) == ("I4B-CATALOGUE", "chưa mở kỳ nào")


def test_any_number_of_passes_is_harmless(engine: Engine, office: Office) -> None:
    tick(engine, office, DUE_SOON)
    before = len(notices(engine)), entries(engine)
    for _ in range(3):
        tick(engine, office, DUE_SOON)
    assert (len(notices(engine)), entries(engine)) == before


def test_an_earlier_moment_after_a_later_one_undoes_nothing(engine: Engine, office: Office) -> None:
    tick(engine, office, OVERDUE)
    before = len(notices(engine))
    tick(engine, office, at("2013-12-30"))
    assert len(notices(engine)) >= before
    assert {row.step for row in notices(engine)} >= {"L3"}


def test_every_duty_leaves_a_sign_of_life(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER)
    tick(engine, office, OVERDUE, CALENDAR)
    beats = {row.name: row.at for row in beats_of(engine)}
    dated = {f"tick:{item.id}" for item in office.plan.obligations if item.when is not None}
    assert beats.keys() == dated | {OFFICE}
    assert (beats[f"tick:{CALENDAR}"], beats["tick:I3-FORMS"]) == (OVERDUE, IN_NOVEMBER)


def test_what_is_the_offices_is_done_once_on_each_day_whichever_duty_comes_first(
    engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    days: list[datetime] = []
    monkeypatch.setattr("services.operations.tick.ask_still_you", lambda *given: days.append(given[2]))
    with together(*[lambda duty=duty: tick(engine, office, DUE_SOON, duty) for duty in (CALENDAR, "II2-REPORT")]):
        pass
    tick(engine, office, DUE_SOON, "I3-FORMS")
    tick(engine, office, OVERDUE, "I3-FORMS")
    tick(engine, office, OVERDUE)
    assert days == [DUE_SOON, OVERDUE]


def test_an_error_in_what_is_the_offices_is_told_and_the_duties_are_done(
    engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> int:
        raise KeyError("still_you")

    monkeypatch.setattr("services.operations.tick.ask_still_you", fails)
    [result] = tick(engine, office, IN_NOVEMBER, CALENDAR)
    assert (result.opened, result.problems) == (33, ["KeyError: 'still_you'"])
    monkeypatch.undo()
    assert tick(engine, office, IN_NOVEMBER, CALENDAR)[0].problems == []


def test_an_unknown_duty_is_answered_with_the_nearest(engine: Engine, office: Office) -> None:
    with pytest.raises(Refused, match=r"«I5-CALENDER».*I5-CALENDAR"):
        tick(engine, office, IN_NOVEMBER, "I5-CALENDER")


def test_an_error_in_one_duty_is_told_and_does_not_stop_the_others(engine: Engine, office: Office) -> None:
    unfit = replace(office, plan=_with_a_recipient_nobody_knows(office))
    results = {result.obligation: result for result in tick(engine, unfit, DUE_SOON)}
    assert "missing" in results["II2-REPORT"].problems[0]
    assert results[CALENDAR].problems == []
    with reading(engine) as session:
        assert a_case(session, office, UNIT).case.id


def _with_a_recipient_nobody_knows(office: Office) -> Plan:
    plan = office.plan
    report = replace(plan.obligation("II2-REPORT"), recipients=("missing",))
    return replace(plan, obligations=tuple(report if item.id == report.id else item for item in plan.obligations))


def entries(engine: Engine) -> int:
    with reading(engine) as session:
        return log.verify(session).entries


def beats_of(engine: Engine) -> list[Heartbeat]:
    with reading(engine) as session:
        return list(session.exec(select(Heartbeat)).all())
