"""The office changes a ladder: what moves is shown, nothing said already is said again, and it can be taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import CALENDAR, DUE_SOON, FIRST_REMINDER, OVERDUE, UNIT, URGING, a_case, an_answer, notices, steps_done
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading, writing
from models.tables.messages import Notice
from models.tables.plan import StepDay, Term
from models.tables.templates import TemplateVersion
from rules.office import Office
from rules.plan import Ladder, LadderStep, Text
from services.errors import Refused
from services.operations.tick import tick
from services.plan.in_force import mark, office_now
from services.plan.ladder_change import Effect, LadderPreview, change_ladder, preview, use_version

WHY = "Nhắc thêm theo ý kiến của lãnh đạo"
FIVE_BEFORE = LadderStep("N1", 2, "target_day", -5, ("focal_point",), "due_soon", Text("Nhắc thêm", "Once more"))
ITS_DAY = date(2013, 12, 24)


def default(office: Office) -> Ladder:
    return office.ladders["default"]


def with_step(ladder: Ladder, step: LadderStep, without: str = "") -> Ladder:
    return replace(ladder, steps=(*(one for one in ladder.steps if one.id != without), step))


def without(ladder: Ladder, *codes: str) -> Ladder:
    return replace(ladder, steps=tuple(one for one in ladder.steps if one.id not in codes))


def seen(engine: Engine, office: Office, ladder: Ladder, now=FIRST_REMINDER) -> LadderPreview:
    with writing(engine) as session:
        return preview(session, office, ladder, now)


def changed(engine: Engine, office: Office, ladder: Ladder, now=FIRST_REMINDER) -> Office:
    with writing(engine) as session:
        change_ladder(session, office, ladder, WHY, "Lan", now)
        return office_now(session, office)


def days(engine: Engine, office: Office) -> dict[str, date]:
    with reading(engine) as session:
        term = a_case(session, office).case.term_id
        return {row.step: row.on_day for row in session.exec(select(StepDay).where(StepDay.term_id == term))}


def steps_sent(engine: Engine, office: Office) -> list[str]:
    """To the focal point and others of one case, in their order, each once."""
    with reading(engine) as session:
        case = a_case(session, office).case.id
        rows = session.exec(
            select(Notice).where(Notice.case_id == case, col(Notice.skipped).is_(None)).order_by(Notice.id)
        )
        return list(dict.fromkeys(row.step for row in rows))


@pytest.fixture
def reminded(engine: Engine, office: Office) -> Engine:
    """Of the release calendar, due on 31/12/2013: the first reminder went out."""
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    return engine


def test_a_step_more_is_shown_for_every_open_case_and_nothing_is_done(reminded: Engine, office: Office) -> None:
    an_answer(reminded, office, FIRST_REMINDER, UNIT)
    before = days(reminded, office)
    shown = seen(reminded, office, with_step(default(office), FIVE_BEFORE))
    (one,) = [row for row in shown.moved if row.step == "N1"]
    assert (one.duty, one.effect, one.old, one.new, len(one.units)) == (CALENDAR, Effect.NEW, None, ITS_DAY, 32)
    assert shown.count(Effect.NEW) == 32  # one of 33 has answered
    assert shown.count(Effect.AT_ONCE) == shown.count(Effect.DROPPED) == 0
    assert shown.to_come > 0
    assert days(reminded, office) == before
    with reading(reminded) as session:
        assert office_now(session, office).ladders == office.ladders


def test_confirmed_it_is_sent_on_its_day_and_taken_back_it_is_gone(reminded: Engine, office: Office) -> None:
    before = days(reminded, office)
    mine = changed(reminded, office, with_step(default(office), FIVE_BEFORE))
    assert days(reminded, office) == before | {"N1": ITS_DAY}
    tick(reminded, mine, FIRST_REMINDER + timedelta(days=14), CALENDAR)
    assert steps_sent(reminded, office) == ["L1", "N1"]
    with writing(reminded) as session:
        use_version(session, mine, "default", 0, "Lan", FIRST_REMINDER + timedelta(days=14))
        assert office_now(session, mine).ladders == office.ladders
    assert days(reminded, office) == before | {"N1": ITS_DAY}  # somebody was told of it: it stays on record
    tick(reminded, office, DUE_SOON, CALENDAR)
    assert steps_sent(reminded, office) == ["L1", "N1", "L2"]


def test_taken_back_before_its_day_nobody_hears_of_it(reminded: Engine, office: Office) -> None:
    before = days(reminded, office)
    mine = changed(reminded, office, with_step(default(office), FIVE_BEFORE))
    assert seen(reminded, mine, office.ladders["default"]).count(Effect.DROPPED) == 33
    with writing(reminded) as session:
        use_version(session, mine, "default", 0, "Lan", FIRST_REMINDER)
    assert days(reminded, office) == before


def test_a_step_whose_day_has_come_goes_out_once_and_at_once(reminded: Engine, office: Office) -> None:
    late = DUE_SOON - timedelta(days=1)  # L2 comes tomorrow; five working days before was yesterday
    ladder = with_step(default(office), FIVE_BEFORE)
    assert seen(reminded, office, ladder, late).count(Effect.AT_ONCE) == 33
    mine = changed(reminded, office, ladder, late)
    tick(reminded, mine, late, CALENDAR)
    tick(reminded, mine, late, CALENDAR)
    assert steps_sent(reminded, office) == ["L1", "N1"]


def sent_again(office: Office) -> dict[str, Ladder]:
    """Changes at the moment when L2, three working days before, has just been sent."""
    ladder = default(office)
    same_day = replace(FIVE_BEFORE, offset=-3)
    moved = replace(next(one for one in ladder.steps if one.id == "L2"), offset=-1)
    return {
        "moved later": with_step(ladder, moved, "L2"),
        "another on the same day": with_step(ladder, same_day, "L2"),
        "an earlier one": with_step(ladder, FIVE_BEFORE),
        "taken out": without(ladder, "L2"),
    }


@pytest.mark.parametrize("how", ["moved later", "another on the same day", "an earlier one", "taken out"])
def test_nothing_that_was_said_is_said_again(engine: Engine, office: Office, how: str) -> None:
    tick(engine, office, DUE_SOON, CALENDAR)
    ladder = sent_again(office)[how]
    shown = seen(engine, office, ladder, DUE_SOON)
    assert [row for row in shown.moved if row.duty == CALENDAR] == []
    mine = changed(engine, office, ladder, DUE_SOON)
    before = len(notices(engine))
    for day in range(1, 6):  # to the last day, Monday's look included
        tick(engine, mine, DUE_SOON + timedelta(days=day), CALENDAR)
    assert len(notices(engine)) == before


def test_what_is_late_goes_on_from_where_it_stands(engine: Engine, office: Office) -> None:
    for day in (OVERDUE, URGING):
        tick(engine, office, day, CALENDAR)
    sent = steps_sent(engine, office)
    before = days(engine, office)
    eight_after = replace(FIVE_BEFORE, anchor="late_after", offset=8, message="overdue", reaches=("head",))
    long_ago = replace(eight_after, id="N2", offset=2)
    ladder = with_step(with_step(without(default(office), "CV2"), eight_after), long_ago)
    shown = seen(engine, office, ladder, URGING)
    effects = {row.step: row.effect for row in shown.moved if row.duty == CALENDAR}
    assert effects == {"N1": Effect.NEW, "CV2": Effect.DROPPED}
    mine = changed(engine, office, ladder, URGING)
    after = days(engine, office)
    assert set(after) == set(before) - {"CV2"} | {"N1"}
    assert {code: day for code, day in after.items() if code != "N1"} == {
        code: day for code, day in before.items() if code != "CV2"
    }
    tick(engine, mine, URGING + timedelta(days=7), CALENDAR)
    assert steps_sent(engine, office)[: len(sent)] == sent
    assert "N2" not in steps_sent(engine, office)


def test_a_monthly_reminder_that_is_switched_off_ends(engine: Engine, office: Office) -> None:
    for day in (90, 125):  # once, and a month later
        tick(engine, office, DUE_SOON + timedelta(days=day), CALENDAR)
    ladder = default(office)
    once = replace(ladder, steps=tuple(replace(one, repeat_monthly=False) for one in ladder.steps))
    now = DUE_SOON + timedelta(days=126)
    mine = changed(engine, office, once, now)
    before = [row.step for row in notices(engine) if row.step.startswith("HT")]
    for month in (1, 2, 3):
        tick(engine, mine, now + timedelta(days=31 * month), CALENDAR)
    after = [row.step for row in notices(engine) if row.step.startswith("HT")]
    assert len(set(after)) <= max(1, len(set(before)))


def test_steps_after_a_hand_in_follow_their_ladder_too(engine: Engine, office: Office) -> None:
    an_answer(engine, office, DUE_SOON, UNIT)
    tick(engine, office, DUE_SOON, CALENDAR)
    ladder = office.ladders["steps"]
    later = replace(ladder, steps=tuple(replace(one, offset=one.offset + 1) for one in ladder.steps))
    shown = seen(engine, office, later, DUE_SOON)
    moved = [row for row in shown.moved if row.effect in (Effect.LATER, Effect.AT_ONCE)]
    assert moved
    changed(engine, office, later, DUE_SOON)
    steps_done(engine, DUE_SOON, UNIT)


def test_recipients_channels_and_words_are_changed_with_the_days(reminded: Engine, office: Office) -> None:
    ladder = default(office)
    others = tuple(
        replace(one, reaches=("head",), channels=("email",)) if one.id == "L2" else one for one in ladder.steps
    )
    ladder = replace(ladder, steps=others)
    assert {row.effect for row in seen(reminded, office, ladder).moved} == {Effect.OTHERWISE}
    changed(reminded, office, ladder)
    with reading(reminded) as session:
        term = a_case(session, office).case.term_id
        rows = session.exec(select(StepDay).where(StepDay.term_id == term, StepDay.step == "L2")).all()
    assert [(row.reaches, row.channels) for row in rows] == [("head", " email ")]


def test_the_first_moment_of_soon_moves_with_the_last_reminder(reminded: Engine, office: Office) -> None:
    def soon() -> date:
        with reading(reminded) as session:
            moment = session.get_one(Term, a_case(session, office).case.term_id).due_soon_at
        assert moment is not None
        return moment.date()

    before = soon()
    changed(reminded, office, without(default(office), "L2"))
    assert soon() < before


def test_versions_stay_and_other_processes_see_another_mark(engine: Engine, office: Office) -> None:
    with reading(engine) as session:
        first = mark(session)
    mine = changed(engine, office, with_step(default(office), FIVE_BEFORE))
    with reading(engine) as session:
        assert mark(session) != first
        assert office_now(session, office).ladders["default"].steps[-1] == FIVE_BEFORE
    with writing(engine) as session:
        use_version(session, mine, "default", 0, "Lan", FIRST_REMINDER)
    with reading(engine) as session:
        assert mark(session) == first
        (version,) = session.exec(select(TemplateVersion)).all()
    assert (version.family, version.name, version.number, version.note) == ("ladder", "default", 1, WHY)


def test_an_older_version_is_used_again(engine: Engine, office: Office) -> None:
    first = with_step(default(office), FIVE_BEFORE)
    mine = changed(engine, office, first)
    mine = changed(engine, mine, without(first, "N1", "L2"))
    with writing(engine) as session:
        use_version(session, mine, "default", 1, "Lan", FIRST_REMINDER)
        assert office_now(session, mine).ladders["default"] == first


def test_a_version_that_cannot_be_read_gives_way_to_the_shipped_ladder(engine: Engine, office: Office) -> None:
    mine = changed(engine, office, with_step(default(office), FIVE_BEFORE))
    with writing(engine) as session:
        session.exec(select(TemplateVersion)).one().content = b"[{"
    with reading(engine) as session:
        assert office_now(session, mine).ladders == office.ladders


def test_what_changes_nothing_or_says_no_reason_is_refused(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        with pytest.raises(Refused, match="Không có gì thay đổi"):
            change_ladder(session, office, default(office), WHY, "Lan", FIRST_REMINDER)
        with pytest.raises(Refused, match="lý do"):
            change_ladder(session, office, without(default(office), "L1"), " ", "Lan", FIRST_REMINDER)
        with pytest.raises(Refused, match="Không có gì thay đổi"):
            use_version(session, office, "default", 0, "Lan", FIRST_REMINDER)
        with pytest.raises(Refused, match="Không có phiên bản 7"):
            use_version(session, office, "default", 7, "Lan", FIRST_REMINDER)
