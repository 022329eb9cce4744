"""Notices: each step once, to whoever holds the post that day, gathered into one message a person and day."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from builders import (
    CALENDAR,
    DUE_SOON,
    FIRST_REMINDER,
    IN_NOVEMBER,
    LAST_DAY,
    OVERDUE,
    UNIT,
    URGING,
    URGING_AGAIN,
    a_case,
    an_answer,
    at,
    body,
    by_mail,
    hand_over,
    header,
    holder,
    messages,
    notices,
    passed_over,
    together,
)
from mail_server import MailServer
from sqlalchemy import Engine, delete, update
from sqlmodel import Session, col, select

from models.database import reading, writing
from models.queries.messages import claiming as messages_queries
from models.tables.log import LogEntry
from models.tables.messages import Message, Notice
from models.tables.people import Absence, ContactAddress, Tenure
from models.tables.plan import Term
from rules.channels import EMAIL, ChannelPolicy
from rules.office import Office
from services.cases.decide import close_without_submission, extend
from services.cases.opening import open_cases
from services.delivery.dispatch import dispatch
from services.operations.tick import tick
from services.reminders.remind import SUPERSEDED, remind
from services.reminders.urging_letters import FIRST_UNSIGNED

LADDER = [IN_NOVEMBER, FIRST_REMINDER, DUE_SOON, OVERDUE, URGING, URGING_AGAIN]


def ticks(engine: Engine, office: Office, *moments: datetime, duty: str | None = CALENDAR) -> Any:
    """One a day; what was written leaves the same day."""
    for moment in moments:
        result = tick(engine, office, moment, duty)[0]
        with writing(engine) as session:
            session.execute(update(Message).values(state="sent"))
    return result


def of_unit(engine: Engine, office: Office, unit: str = UNIT) -> Any:
    with reading(engine) as session:
        return col(Notice.case_id) == a_case(session, office, unit).case.id


def who(engine: Engine, role: str) -> int | None:
    unit = "CTK" if role == "coordinator" else UNIT
    with reading(engine) as session:
        return holder(session, unit, role).id


def digests(engine: Engine, *conditions: Any) -> Any:
    return messages(engine, Message.kind == "digest", *conditions)


# --- the ladder -------------------------------------------------------------------------------------------------------


def test_a_silent_unit_climbs_the_whole_ladder(engine: Engine, office: Office) -> None:
    ticks(engine, office, *LADDER)
    found = [(row.step, row.on_day, row.person_id) for row in notices(engine, of_unit(engine, office))]
    people = {role: who(engine, role) for role in ("focal_point", "deputy", "head", "coordinator")}
    assert sorted(found) == sorted(
        [
            ("L1", date(2013, 12, 10), people["focal_point"]),
            ("L2", date(2013, 12, 26), people["focal_point"]),
            ("L2", date(2013, 12, 26), people["deputy"]),
            ("L3", date(2014, 1, 2), people["focal_point"]),
            ("L3", date(2014, 1, 2), people["head"]),
            ("CV1", date(2014, 1, 8), people["coordinator"]),
        ]
    )
    assert {(row.step, row.skipped) for row in passed_over(engine)} == {("CV2", FIRST_UNSIGNED)}


def test_a_second_pass_on_the_same_day_writes_nothing(engine: Engine, office: Office) -> None:
    assert ticks(engine, office, IN_NOVEMBER, FIRST_REMINDER).notices == 33
    again = ticks(engine, office, FIRST_REMINDER, at("2013-12-10", "16:00"))
    assert (again.notices, again.skipped, again.messages) == (0, 0, 0)


def test_the_days_between_two_steps_are_quiet(engine: Engine, office: Office) -> None:
    ticks(engine, office, FIRST_REMINDER)
    assert ticks(engine, office, at("2013-12-11"), at("2013-12-25")).notices == 0


def test_nothing_is_written_on_a_day_off_and_the_next_working_day_makes_up_for_it(
    engine: Engine, office: Office
) -> None:
    ticks(engine, office, FIRST_REMINDER, DUE_SOON)
    days_off = [at("2013-12-28"), at("2013-12-29"), at("2014-01-01")]
    assert [ticks(engine, office, day).notices for day in days_off] == [0, 0, 0]
    assert ticks(engine, office, OVERDUE).notices == 66
    assert {row.on_day for row in notices(engine, Notice.step == "L3")} == {date(2014, 1, 2)}


def test_a_step_missed_in_an_outage_is_not_made_up_for_on_a_day_off(engine: Engine, office: Office) -> None:
    assert ticks(engine, office, at("2013-12-09"), at("2013-12-14"), at("2013-12-15")).notices == 0
    assert ticks(engine, office, at("2013-12-16")).notices == 33


def test_a_step_is_made_up_for_after_a_day_without_a_tick(engine: Engine, office: Office) -> None:
    ticks(engine, office, at("2013-12-09"), at("2013-12-12"))
    assert {(row.step, row.on_day) for row in notices(engine)} == {("L1", date(2013, 12, 12))}


def test_after_an_outage_only_the_newest_step_goes_and_the_ledger_says_why(engine: Engine, office: Office) -> None:
    ticks(engine, office, at("2013-12-09"), OVERDUE)
    assert {row.step for row in notices(engine)} == {"L3"}
    assert {(row.step, row.skipped) for row in passed_over(engine)} == {("L1", SUPERSEDED), ("L2", SUPERSEDED)}


def test_a_step_before_the_deadline_is_never_sent_after_it(engine: Engine, office: Office) -> None:
    ticks(engine, office, at("2013-12-20"), at("2014-01-02"))
    assert {row.step for row in notices(engine)} == {"L1", "L3"}
    assert {row.step for row in passed_over(engine)} == {"L2"}


# --- who is left in peace ---------------------------------------------------------------------------------------------


def test_a_unit_that_answered_is_left_in_peace(engine: Engine, office: Office) -> None:
    an_answer(engine, office, IN_NOVEMBER)
    ticks(engine, office, *LADDER)
    assert {row.message for row in notices(engine, of_unit(engine, office))} == {"open_step"}  # of what follows
    assert len(notices(engine, Notice.step == "L1")) == 32


def test_a_unit_that_answered_during_an_outage_has_no_skipped_steps(engine: Engine, office: Office) -> None:
    ticks(engine, office, IN_NOVEMBER)
    an_answer(engine, office, FIRST_REMINDER)
    ticks(engine, office, OVERDUE)
    assert passed_over(engine, of_unit(engine, office)) == []


@pytest.mark.parametrize("kind", ["nil_return", "waive", "not_applicable"])
def test_a_case_closed_without_a_submission_is_left_in_peace(engine: Engine, office: Office, kind: str) -> None:
    with writing(engine) as session:
        close_without_submission(session, a_case(session, office, now=IN_NOVEMBER), kind, "Lan", IN_NOVEMBER, "lý do")
    ticks(engine, office, *LADDER)
    assert notices(engine, of_unit(engine, office)) == []


# --- who holds the post -----------------------------------------------------------------------------------------------


def test_a_step_reaches_whoever_holds_the_post_that_day(engine: Engine, office: Office) -> None:
    ticks(engine, office, FIRST_REMINDER)
    with writing(engine) as session:
        before, after = holder(session).id, hand_over(session, date(2013, 12, 26)).id
    ticks(engine, office, DUE_SOON)
    reached = {row.step: row.person_id for row in notices(engine, col(Notice.person_id).in_([before, after]))}
    assert reached == {"L1": before, "L2": after}


def test_a_successor_is_told_of_the_step_that_still_stands(engine: Engine, office: Office) -> None:
    ticks(engine, office, FIRST_REMINDER)
    with writing(engine) as session:
        after = hand_over(session, date(2013, 12, 16)).id
    ticks(engine, office, at("2013-12-16"))
    assert [row.step for row in notices(engine, Notice.person_id == after)] == ["L1"]


def test_a_successor_has_no_skipped_steps_of_which_the_predecessor_was_told(engine: Engine, office: Office) -> None:
    ticks(engine, office, FIRST_REMINDER, DUE_SOON)
    with writing(engine) as session:
        hand_over(session, date(2013, 12, 27))
    ticks(engine, office, at("2013-12-27"))
    assert passed_over(engine) == []


def leave(session: Session, role: str = "focal_point") -> None:
    tenure = session.exec(select(Tenure).where(Tenure.person_id == holder(session, role=role).id)).one()
    tenure.to_day = date(2013, 12, 1)


def go_away(engine: Engine, first: str, until: str, role: str = "focal_point") -> None:
    with writing(engine) as session:
        person = holder(session, role=role).id
        days = {"from_day": date.fromisoformat(first), "to_day": date.fromisoformat(until)}
        session.add(Absence(person_id=person, reason="nghỉ phép", **days))


def reached(engine: Engine, office: Office, step: str) -> set[int]:
    return {row.person_id for row in notices(engine, of_unit(engine, office), Notice.step == step)}


def test_a_post_without_holder_and_deputy_stops_nobody_else(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        leave(session)
        leave(session, "deputy")
    ticks(engine, office, FIRST_REMINDER)
    assert len(notices(engine, Notice.step == "L1")) == 32


def test_the_deputy_answers_for_an_empty_post(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        leave(session)
    ticks(engine, office, FIRST_REMINDER)
    assert reached(engine, office, "L1") == {who(engine, "deputy")}


def test_the_deputy_is_written_to_while_the_holder_is_away(engine: Engine, office: Office) -> None:
    go_away(engine, "2013-12-09", "2013-12-20")
    ticks(engine, office, FIRST_REMINDER)
    assert reached(engine, office, "L1") == {who(engine, "deputy")}
    assert len(notices(engine, Notice.step == "L1")) == 33
    ticks(engine, office, DUE_SOON)
    assert reached(engine, office, "L2") == {who(engine, "focal_point"), who(engine, "deputy")}


def test_who_is_away_without_a_deputy_at_work_is_written_to_all_the_same(engine: Engine, office: Office) -> None:
    go_away(engine, "2013-12-09", "2013-12-20")
    go_away(engine, "2013-12-09", "2013-12-20", "deputy")
    ticks(engine, office, FIRST_REMINDER)
    assert reached(engine, office, "L1") == {who(engine, "focal_point")}


# --- by which channels ------------------------------------------------------------------------------------------------

ZNS, BOT = ChannelPolicy("zalo_zns", "zalo", "phone", by_template=True), ChannelPolicy("zalo_bot", "zalo", "bot")


def with_zalo(office: Office) -> Office:
    return replace(office, channels=(EMAIL, BOT, ZNS))


def on_zalo(engine: Engine, role: str = "focal_point", *, phone: str = "", chat: str = "") -> int:
    with writing(engine) as session:
        person = holder(session, role=role)
        person.phone = phone
        session.add(person)
        if chat:
            session.add(ContactAddress(kind="bot", address=chat, person_id=person.id, since=IN_NOVEMBER))
        return person.id or 0


def channels_of(engine: Engine, person: int) -> set[str]:
    return {row.channel for row in digests(engine, Message.person_id == person)}


def test_zalo_carries_what_its_step_asks_for_to_those_it_reaches(engine: Engine, office: Office) -> None:
    person = on_zalo(engine, phone="0912345678")
    ticks(engine, with_zalo(office), FIRST_REMINDER)
    assert channels_of(engine, person) == {"email"}  # the first reminder travels by e-mail alone
    ticks(engine, with_zalo(office), DUE_SOON)
    assert channels_of(engine, person) == {"email", "zalo_zns"}
    assert len(digests(engine, Message.channel == "zalo_zns")) == 1


def test_who_has_linked_a_chat_gets_no_second_message_on_zalo(engine: Engine, office: Office) -> None:
    person = on_zalo(engine, phone="0912345678", chat="c1")
    ticks(engine, with_zalo(office), DUE_SOON)
    assert channels_of(engine, person) == {"email", "zalo_bot"}


def test_an_office_without_zalo_writes_mails_alone(engine: Engine, office: Office) -> None:
    person = on_zalo(engine, phone="0912345678", chat="c1")
    ticks(engine, office, DUE_SOON)
    assert channels_of(engine, person) == {"email"}


def test_after_ten_days_of_silence_the_unit_is_named_in_the_report_and_nobody_is_written_to(
    engine: Engine, office: Office
) -> None:
    ticks(engine, office, *LADDER)
    before = len(digests(engine))
    ticks(engine, office, at("2014-01-22"))
    assert [row.message for row in notices(engine, of_unit(engine, office), Notice.step == "REP")] == ["report_line"]
    assert len(digests(engine)) == before


# --- at the same moment -----------------------------------------------------------------------------------------------


def test_reminding_at_the_same_moment_doubles_nothing(engine: Engine, office: Office) -> None:
    with writing(engine) as session:
        open_cases(session, office, IN_NOVEMBER)

    def once() -> int:
        with writing(engine) as session:
            return remind(session, office, DUE_SOON).notices

    with together(*[once] * 4) as written:
        assert sum(written) == len(notices(engine))
    assert max(Counter((row.person_id, row.on_day) for row in digests(engine)).values()) == 1


def test_all_duties_can_tick_at_the_same_moment(engine: Engine, office: Office) -> None:
    duties = [item.id for item in office.plan.obligations if item.when is not None]
    with together(*[lambda duty=duty: tick(engine, office, DUE_SOON, duty)[0] for duty in duties]) as results:
        assert [result.problems for result in results] == [[]] * len(duties)
    carried = [(row.person_id, row.on_day) for row in digests(engine)]
    assert len(carried) == len(set(carried))
    written = notices(engine, Notice.channels != "")
    assert {(row.person_id, row.on_day) for row in written} == set(carried)


# --- the digest -------------------------------------------------------------------------------------------------------


def test_several_duties_of_one_person_make_one_message(engine: Engine, office: Office) -> None:
    ticks(engine, office, IN_NOVEMBER, DUE_SOON, duty=None)
    with reading(engine) as session:
        person = holder(session, "CTK").id
    assert len(notices(engine, Notice.person_id == person, Notice.on_day == DUE_SOON.date())) > 2
    assert len(digests(engine, Message.person_id == person, Message.on_day == DUE_SOON.date())) == 1


def test_a_digest_waits_for_the_office_to_open(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER)
    assert {row.not_before for row in digests(engine)} == {at("2013-12-10", "07:30")}


def test_a_notice_written_after_the_digest_left_joins_that_of_the_next_working_day(
    engine: Engine, office: Office
) -> None:
    friday, monday = at("2013-12-27", "09:00"), at("2013-12-30", "07:30")
    ticks(engine, office, friday)
    with reading(engine) as session:
        person = holder(session, "CTK").id
    tick(engine, office, at("2013-12-27", "10:00"), "I3-FORMS")
    late = digests(engine, Message.person_id == person, Message.state == "pending")
    assert [(row.on_day, row.not_before) for row in late] == [(monday.date(), monday)]
    tick(engine, office, monday, "I2A-DEMAND-LIST")
    assert len(digests(engine, Message.person_id == person, Message.state == "pending")) == 1


def test_a_notice_written_before_the_digest_leaves_joins_it(engine: Engine, office: Office) -> None:
    tick(engine, office, DUE_SOON, CALENDAR)
    tick(engine, office, at("2013-12-26", "07:10"), "I3-FORMS")
    with reading(engine) as session:
        person = holder(session, "CTK").id
    assert {row.on_day for row in notices(engine, Notice.person_id == person)} == {DUE_SOON.date()}
    assert len(digests(engine, Message.person_id == person)) == 1


def test_a_step_reached_while_no_mail_leaves_joins_the_digest_that_waits(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    tick(engine, office, DUE_SOON, CALENDAR)
    with reading(engine) as session:
        person = holder(session).id
    assert len(digests(engine, Message.person_id == person)) == 1
    assert [row.step for row in notices(engine, Notice.person_id == person)] == ["L1", "L2"]


def test_the_last_day_says_nothing_twice(engine: Engine, office: Office) -> None:
    ticks(engine, office, FIRST_REMINDER, DUE_SOON)
    assert ticks(engine, office, LAST_DAY).notices == 0


def test_the_words_of_the_plan_are_said_only_of_the_plans_own_day(engine: Engine, office: Office) -> None:
    tick(engine, office, DUE_SOON)
    with writing(engine) as session:
        extended = a_case(session, office, UNIT)
        extend(session, office, extended, "Lan", DUE_SOON, "Đang sắp xếp lại bộ máy", date(2014, 1, 15))
    with reading(engine) as session:
        terms = session.exec(select(Term)).all()
        owed = messages_queries.owed(session, {term.id or 0 for term in terms})
    said = {term.id: owed[term.id or 0].held.words for term in terms}
    [agreed] = [said[term.id] for term in terms if term.agreed]
    soft = {said[term.id] for term in terms if term.role == "contributor"}
    assert agreed == "trong Quý IV/2013 (chậm nhất ngày 31/12/2013), được gia hạn đến ngày 15/01/2014"
    assert "phấn đấu gửi đến hết thứ Sáu 15/11/2013, chậm nhất thứ Ba 31/12/2013" in soft
    assert not any("Quý IV" in words for words in soft)


# --- the last rung: who leads the body that issued the plan -----------------------------------------------------------


def test_the_leader_of_the_issuing_body_is_told_last(engine: Engine, office: Office, mail: MailServer) -> None:
    ticks(engine, office, IN_NOVEMBER, OVERDUE, *map(at, ("2014-01-08", "2014-01-15", "2014-01-22")))
    tick(engine, office, at("2014-02-12"), CALENDAR)
    with reading(engine) as session:
        leader = holder(session, "UBND", "head")
    told = notices(engine, Notice.step == "LD")
    assert {row.person_id for row in told} == {leader.id}
    assert len(told) == 33
    dispatch(engine, office, by_mail(mail.port), at("2014-02-12", "09:00"))
    [letter] = [one for one in mail.mails if f"<{leader.email}>" in header(one, "To")]
    assert header(letter, "Subject") == "[Kính báo cáo] 33 nội dung chưa thực hiện của 33 cơ quan"
    assert "Sở Y tế tỉnh Sóc Trăng: " in body(letter)
    assert "quá 25 ngày làm việc" in body(letter)
    assert "Kính đề nghị Đồng chí quan tâm, xem xét, chỉ đạo" in body(letter)


def test_a_step_that_reaches_nobody_is_passed_over_and_the_log_says_so_once(engine: Engine, office: Office) -> None:
    ticks(engine, office, IN_NOVEMBER, OVERDUE, *map(at, ("2014-01-08", "2014-01-15", "2014-01-22")))
    with writing(engine) as session:
        leader = holder(session, "UBND", "head")
        gone = {leader.id, holder(session, "UBND", "deputy").id}  # who would stand in
        session.execute(delete(Tenure).where(col(Tenure.person_id).in_(gone)))
    ticks(engine, office, at("2014-02-12"), at("2014-02-13"))
    assert notices(engine, Notice.step == "LD") == []
    with reading(engine) as session:
        entries = session.exec(select(LogEntry).where(LogEntry.action == "notices.nobody")).all()
    assert [json.loads(one.details) for one in entries] == [{"step": "LD", "reaches": "issuer", "cases": 33}]
