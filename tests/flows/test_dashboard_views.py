"""What the screen ought to show of an occurrence, before any engine is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from builders import CALENDAR, DUE_SOON, FIRST_REMINDER, IN_NOVEMBER, LAST_DAY, OVERDUE, UNIT, a_case, an_answer, at
from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.operations.dashboard import newest_entry, touched_since
from models.tables.plan import Occurrence
from rules.office import Office
from rules.status import OccurrenceStatus, Status
from services import log
from services.operations.tick import tick
from services.views import unit_timeline
from services.views.dashboard_projection import (
    OccurrenceView,
    _text,
    mark_failed,
    mark_shown,
    occurrence_views,
    run_url,
    stale,
    story,
    unit_rows,
)


def shown(engine: Engine, office: Office, now: datetime, duty: str = "release-calendar") -> OccurrenceView:
    tick(engine, office, now)
    with reading(engine) as session:
        [view] = occurrence_views(session, now, duty)
    return view


def test_the_name_says_what_for_when_and_how_many_have_answered(sqlite_engine: Engine, office: Office) -> None:
    tick(sqlite_engine, office, IN_NOVEMBER)
    an_answer(sqlite_engine, office, IN_NOVEMBER)
    assert shown(sqlite_engine, office, IN_NOVEMBER).name == "1/33 · Lịch phổ biến thông tin thống kê · 2014"


def test_tags_read_as_text_and_never_as_numbers(sqlite_engine: Engine, office: Office) -> None:
    tags = shown(sqlite_engine, office, IN_NOVEMBER).tags
    assert tags == ("kỳ", "I.5", "I5-CALENDAR", "release-calendar", "năm 2014", "Đang chờ nộp")


def test_it_turns_from_waiting_to_soon_to_overdue(sqlite_engine: Engine, office: Office) -> None:
    seen = [shown(sqlite_engine, office, now).status for now in (IN_NOVEMBER, DUE_SOON, OVERDUE)]
    assert seen == [OccurrenceStatus.WAITING, OccurrenceStatus.SOON, OccurrenceStatus.OVERDUE]


def test_the_text_counts_those_who_are_late(sqlite_engine: Engine, office: Office) -> None:
    assert shown(sqlite_engine, office, OVERDUE).text == "0/33 đã nộp, 33/33 quá hạn (100%), hạn 31/12/2013"


@pytest.mark.parametrize(("late", "share"), [(1, "1/33 quá hạn (3%)"), (15, "15/33 quá hạn (45%)")])
def test_one_late_unit_does_not_look_like_fifteen(late: int, share: str) -> None:
    counts = {Status.ACCEPTED: 33 - late, Status.OVERDUE: late}
    occurrence = Occurrence(
        obligation_id=1, period="2014", target_day=date(2013, 12, 31), late_after=date(2013, 12, 31)
    )
    assert _text(counts, {}, occurrence) == f"{33 - late}/33 đã nộp, {share}, hạn 31/12/2013"


def test_the_day_in_the_text_is_the_one_after_which_a_unit_is_late() -> None:
    report = Occurrence(obligation_id=1, period="2026-Q3", target_day=date(2026, 9, 18), late_after=date(2026, 9, 21))
    assert _text({Status.OVERDUE: 1}, {}, report) == "0/1 đã nộp, 1/1 quá hạn (100%), hạn 21/09/2026"


def test_the_last_day_is_called_so(sqlite_engine: Engine, office: Office) -> None:
    labels = [shown(sqlite_engine, office, day).label for day in (DUE_SOON, LAST_DAY, OVERDUE)]
    assert labels == ["Sắp đến hạn", "Ngày cuối", "Quá hạn"]


def test_where_all_are_waived_there_is_no_ratio(sqlite_engine: Engine, office: Office) -> None:
    tick(sqlite_engine, office, IN_NOVEMBER)
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE unit_case SET outcome = 'waived', outcome_at = opened_at")
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    assert (view.status, view.name[:4]) == (OccurrenceStatus.WAIVED, "– · ")
    assert view.text == "33 được miễn, hạn 31/12/2013"


def test_of_more_units_than_can_be_told_apart_each_group_is_a_bar(
    sqlite_engine: Engine, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_timeline, "MOST_UNITS", 32)
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    an_answer(sqlite_engine, office, IN_NOVEMBER, "CTK")
    with reading(sqlite_engine) as session:
        drawn = unit_timeline.bars(session, view.occurrence, IN_NOVEMBER)
    assert [(bar.name, bar.colour.value, bar.ends) for bar in drawn] == [
        ("1/1 · Cơ quan chủ trì và lãnh đạo", "yellow", IN_NOVEMBER),
        ("0/18 · Sở, ban, ngành", "yellow", None),
        ("0/3 · Cơ quan trung ương và cơ quan khác", "yellow", None),
        ("0/11 · Huyện, thị xã, thành phố", "yellow", None),
    ]


def test_of_what_closed_long_ago_no_bars_are_drawn(sqlite_engine: Engine, office: Office) -> None:
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    with reading(sqlite_engine) as session:
        assert len(unit_timeline.bars(session, view.occurrence, at("2015-02-04"))) == 33
        assert unit_timeline.bars(session, view.occurrence, at("2015-02-05")) == []


def test_what_is_open_stands_on_today(sqlite_engine: Engine, office: Office) -> None:
    assert shown(sqlite_engine, office, at("2013-11-04", "09:00")).at == at("2013-11-04", "00:00")


def test_what_waits_for_its_trigger_is_shown_before_it_opens(sqlite_engine: Engine, office: Office) -> None:
    unfired = tuple(replace(trigger, fired_on=None) for trigger in office.plan.triggers)
    waiting = replace(office, plan=replace(office.plan, triggers=unfired))
    assert shown(sqlite_engine, waiting, at("2014-03-03"), "directive").status is OccurrenceStatus.WAITING_FOR_TRIGGER


def test_what_closed_long_ago_leaves_the_screen(sqlite_engine: Engine, office: Office) -> None:
    tick(sqlite_engine, office, IN_NOVEMBER)
    an_answer(sqlite_engine, office, IN_NOVEMBER, "CTK", "I3-FORMS", "2013")

    def visible(day: str) -> list[str]:
        with reading(sqlite_engine) as session:
            return [tag for view in occurrence_views(session, at(day), "reporting-forms") for tag in view.tags]

    assert "I3-FORMS" in visible("2014-12-01")
    assert "I3-FORMS" not in visible("2015-03-01")


def test_what_waits_stays_on_the_screen_however_long(sqlite_engine: Engine, office: Office) -> None:
    tick(sqlite_engine, office, at("2013-12-10"))
    with reading(sqlite_engine) as session:
        seen = occurrence_views(session, at("2017-03-01"), "regulation")
    assert [view.status for view in seen] == [OccurrenceStatus.WAITING_FOR_TRIGGER] * 2


def test_what_is_shown_as_it_is_needs_no_drawing_until_tomorrow(sqlite_engine: Engine, office: Office) -> None:
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    with writing(sqlite_engine) as session:
        mark_shown(session, view, "3f0ee6b7", 1, IN_NOVEMBER)
    with reading(sqlite_engine) as session:
        assert stale(session, at("2013-11-04", "23:00"), "release-calendar") == []
        assert len(stale(session, at("2013-11-05", "06:00"), "release-calendar")) == 1


def test_what_the_screen_missed_is_drawn_at_the_next_look(sqlite_engine: Engine, office: Office) -> None:
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    with writing(sqlite_engine) as session:
        mark_shown(session, view, "3f0ee6b7", 1, IN_NOVEMBER)
        mark_failed(session, view, "ConnectError", IN_NOVEMBER)
    with reading(sqlite_engine) as session:
        assert [item.run_id for item in stale(session, IN_NOVEMBER, "release-calendar")] == ["3f0ee6b7"]


def test_a_reminder_that_went_out_is_told_and_drawn_the_same_day(sqlite_engine: Engine, office: Office) -> None:
    before = shown(sqlite_engine, office, at("2013-12-09"))
    after = shown(sqlite_engine, office, FIRST_REMINDER)
    assert before.reminders == ()
    assert {reminder.step for reminder in after.reminders} == {"L1"}
    assert sum(reminder.count for reminder in after.reminders) == 33
    assert before.shown != after.shown


def test_the_story_tells_who_handed_in_in_vietnamese(sqlite_engine: Engine, office: Office) -> None:
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    an_answer(sqlite_engine, office, IN_NOVEMBER, document_number="12/SKHĐT-TH")
    with reading(sqlite_engine) as session:
        lines, _ = story(session, view.occurrence, 0, IN_NOVEMBER)
    assert lines[0].text.startswith("Mở kỳ thực hiện.")
    assert lines[-1].text == "Sở Kế hoạch và Đầu tư tỉnh Sóc Trăng · Nộp lần 1. Văn bản số 12/SKHĐT-TH."


def test_the_story_calls_a_step_by_its_title(sqlite_engine: Engine, office: Office) -> None:
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    with writing(sqlite_engine) as session:
        case = a_case(session, office, now=IN_NOVEMBER)
        details = {"stage": "I5-PUBLISH", "done_on": "2013-11-04"}
        log.append(session, IN_NOVEMBER, "CTK", "case.stage", f"case:{case.id}", details)
    with reading(sqlite_engine) as session:
        lines, _ = story(session, view.occurrence, 0, IN_NOVEMBER)
    assert "bước “Công bố Lịch phổ biến thông tin thống kê” ngày 04/11/2013" in lines[-1].text


def test_the_table_lists_every_unit_with_its_status(sqlite_engine: Engine, office: Office) -> None:
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    an_answer(sqlite_engine, office, IN_NOVEMBER)
    with reading(sqlite_engine) as session:
        table = unit_rows(session, view.occurrence, IN_NOVEMBER)
    assert len(table) == 33
    [row] = [row for row in table if row["Đơn vị"].startswith("Sở Kế hoạch và Đầu tư")]
    assert (row["Tình trạng"], row["Nhận ngày"]) == ("Đã nộp, còn bước sau khi nộp", "04/11/2013")


def test_an_answer_touches_its_occurrence_alone(sqlite_engine: Engine, office: Office) -> None:
    view = shown(sqlite_engine, office, IN_NOVEMBER)
    with reading(sqlite_engine) as session:
        before = newest_entry(session)
    an_answer(sqlite_engine, office, IN_NOVEMBER, UNIT, CALENDAR)
    with reading(sqlite_engine) as session:
        assert touched_since(session, before) == {view.occurrence}


def test_a_link_leads_to_the_new_screen() -> None:
    assert run_url("http://127.0.0.1:4200/", "3f0e") == "http://127.0.0.1:4200/v2/runs/flow-run/3f0e"
