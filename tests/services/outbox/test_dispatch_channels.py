"""Several channels: hours, caps, distance, a breaker with one alarm, and a fallback only on what surely failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest
from builders import (
    CALENDAR,
    DUE_SOON,
    FIRST_REMINDER,
    UNIT,
    a_case,
    an_answer,
    at,
    body,
    by_mail,
    header,
    holder,
    messages,
    minutes,
    passed_over,
    rows,
)
from mail_server import MailServer, running
from sqlalchemy import Engine, delete, update
from sqlmodel import col, select

from models.database import id_of, reading, writing
from models.tables.cases import Case
from models.tables.channels import ChannelHealth
from models.tables.inbound import AddressHealth
from models.tables.messages import Attempt, Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Person
from notifications.channel import Envelope, Outcome, OutcomeKind
from rules.channels import EMAIL, ChannelPolicy
from rules.office import Office
from services.cases.decide import extend
from services.delivery.dispatch import DispatchResult, dispatch
from services.delivery.fall_back import fall_back
from services.delivery.undelivered import give_up, retry, undelivered
from services.operations.tick import tick
from services.outbox import address_health
from services.reminders.remind import SUPERSEDED

ZNS = ChannelPolicy("zalo_zns", "zalo", "phone", by_template=True)
MORNING = at("2013-12-26", "08:00")
OK = Outcome(OutcomeKind.OK, "0")
K = OutcomeKind


@dataclass
class Zalo:
    """Answers in turn, the last answer for good."""

    answers: list[Outcome] = field(default_factory=lambda: [OK])
    got: list[Envelope] = field(default_factory=list)
    name: str = "zalo_zns"
    resends_on_doubt: bool = False

    @contextmanager
    def open(self) -> Iterator[Zalo]:
        yield self

    def send(self, envelope: Envelope) -> Outcome:
        self.got.append(envelope)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def bureau(office: Office) -> Office:
    return replace(office, channels=(EMAIL, ZNS))


@pytest.fixture
def due(engine: Engine, bureau: Office) -> Engine:
    """66 mails and one nudge wait for the morning of 26/12/2013."""
    with writing(engine) as session:
        holder(session).phone = "0912345678"
    tick(engine, bureau, DUE_SOON, CALENDAR)
    return engine


def post(
    engine: Engine, office: Office, mail: MailServer, zalo: Zalo, now: datetime = MORNING, **held: Any
) -> DispatchResult:
    outgoing = by_mail(mail.port, **held)
    return dispatch(engine, office, replace(outgoing, channels={**outgoing.channels, "zalo_zns": zalo}), now)


def states(engine: Engine, channel: str) -> Counter[str]:
    return Counter(row.state for row in messages(engine, Message.channel == channel))


def health(engine: Engine, channel: str = "zalo_zns") -> ChannelHealth:
    with reading(engine) as session:
        return session.get_one(ChannelHealth, channel)


def refused(kind: OutcomeKind, code: str = "-118", **told: Any) -> Outcome:
    return Outcome(kind, code, "bị từ chối", **told)


def alarms(engine: Engine) -> Sequence[Message]:
    return messages(engine, Message.kind == "channel_down")


def test_a_nudge_says_the_same_in_short_to_the_telephone(due: Engine, bureau: Office, mail: MailServer) -> None:
    zalo = Zalo()
    assert post(due, bureau, mail, zalo).sent == 67
    [nudge] = zalo.got
    assert (nudge.to_address, nudge.template) == ("0912345678", "due_soon")
    assert len(nudge.text) <= 400
    assert nudge.parameters["han"] == "31/12/2013"


def test_what_was_answered_before_the_nudge_leaves_is_not_nudged(due: Engine, bureau: Office, mail: MailServer) -> None:
    an_answer(due, bureau, DUE_SOON)
    zalo = Zalo()
    post(due, bureau, mail, zalo)
    assert zalo.got == []


def test_reminders_leave_in_working_hours_alone_and_nothing_at_night(
    due: Engine, bureau: Office, mail: MailServer
) -> None:
    for clock in ("05:59", "07:29", "17:00", "21:30", "23:00"):
        assert post(due, bureau, mail, Zalo(), at("2013-12-26", clock)) == DispatchResult()
    an_answer(due, bureau, at("2013-12-26", "22:30"))
    assert post(due, bureau, mail, Zalo(), at("2013-12-26", "22:31")) == DispatchResult()
    assert post(due, bureau, mail, Zalo(), at("2013-12-27", "06:01")).sent == 1  # the receipt


def test_in_doubt_a_nudge_is_not_sent_again(due: Engine, bureau: Office, mail: MailServer) -> None:
    zalo = Zalo([refused(K.UNKNOWN, "read-timeout", maybe_sent=True)])
    for turn in range(3):
        post(due, bureau, mail, zalo, MORNING + minutes(30 * turn))
    assert len(zalo.got) == 1
    assert states(due, "zalo_zns") == {"exhausted": 1}
    with reading(due) as session:
        assert undelivered(session) == []  # its mail has left


def test_a_nudge_that_failed_needs_no_second_mail(due: Engine, bureau: Office, mail: MailServer) -> None:
    post(due, bureau, mail, Zalo([refused(K.DEAD)]))
    assert len(mail.mails) == 66
    [known] = rows(due, AddressHealth)
    assert (known.channel, known.address, known.state) == ("zalo_zns", "0912345678", "dead")


def test_a_mail_that_takes_over_from_a_nudge_does_not_end_with_the_nudges_day(due: Engine, bureau: Office) -> None:
    with writing(due) as session:
        session.execute(delete(Message).where(col(Message.channel) == "email"))
        nudge = session.exec(select(Message).where(col(Message.channel) == "zalo_zns")).one()
        assert nudge.expires_at is not None
        assert fall_back(session, bureau, [id_of(nudge)], MORNING) == 1
    with reading(due) as session:
        assert session.exec(select(Message.expires_at).where(col(Message.channel) == "email")).all() == [None]


def test_what_a_dead_mailbox_cannot_take_is_nudged_instead_once(
    engine: Engine, bureau: Office, mail: MailServer
) -> None:
    with writing(engine) as session:
        person = holder(session)
        person.phone = "0912345678"
        address_health.mark(session, "email", person.email, address_health.DEAD, "550 5.1.1", FIRST_REMINDER)
    tick(engine, bureau, FIRST_REMINDER, CALENDAR)  # the first reminder travels by mail alone
    zalo = Zalo()
    for minute in range(3):
        post(engine, bureau, mail, zalo, at("2013-12-10", "08:00") + minutes(minute))
    assert len(zalo.got) == 1
    assert len(mail.mails) == 33  # and the coordinators are told of the address
    [nudge] = messages(engine, Message.channel == "zalo_zns")
    assert nudge.key.endswith(":email>zalo_zns")
    with reading(engine) as session:
        assert undelivered(session) == []


def test_what_no_channel_can_deliver_is_on_the_operators_list(engine: Engine, office: Office) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    with running(MailServer(answers={"RCPT": ["550 5.1.1 no such user"]})) as mail:
        dispatch(engine, office, by_mail(mail.port), at("2013-12-10", "08:00"))
        with writing(engine) as session:
            [one] = undelivered(session)
            address_health.revive(session, "email", one.email, MORNING, "Lan")
            retry(session, one.id, "Lan", at("2013-12-10", "09:00"))
            assert undelivered(session) == []
        assert dispatch(engine, office, by_mail(mail.port), at("2013-12-10", "09:01")).sent == 1


def test_a_person_may_give_up_with_a_reason(due: Engine, bureau: Office) -> None:
    with writing(due) as session:
        session.execute(update(Message).values(state="failed"))
        first = undelivered(session)[0].id
        give_up(session, first, "Lan", "đã gọi điện thoại", MORNING)
        assert first not in {one.id for one in undelivered(session)}


# --- a channel out of order -------------------------------------------------------------------------------------------


def many_nudges(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Person).values(phone="0912345678"))


def test_a_channel_that_is_closed_is_paused_with_one_alarm_by_mail(
    engine: Engine, bureau: Office, mail: MailServer
) -> None:
    many_nudges(engine)
    tick(engine, bureau, DUE_SOON, CALENDAR)
    zalo = Zalo([refused(K.STOP, "-115")])
    for minute in (0, 1, 31, 62):
        post(engine, bureau, mail, zalo, MORNING + minutes(minute))
    assert len(zalo.got) == 3  # once, and once after each pause
    assert len(alarms(engine)) == 1
    assert {row.state for row in alarms(engine)} == {"sent"}
    zalo.answers = [OK]
    post(engine, bureau, mail, zalo, MORNING + minutes(100))
    assert states(engine, "zalo_zns")["sent"] > 30
    assert (health(engine).paused_until, health(engine).alarmed_at) == (None, None)


def test_five_failures_of_the_network_open_the_line_half_after_five_minutes(
    engine: Engine, bureau: Office, mail: MailServer
) -> None:
    many_nudges(engine)
    tick(engine, bureau, DUE_SOON, CALENDAR)
    zalo = Zalo([refused(K.RETRY, "refused")])
    post(engine, bureau, mail, zalo)
    post(engine, bureau, mail, zalo, MORNING + minutes(1))
    broken = len(zalo.got)
    assert broken >= 5
    post(engine, bureau, mail, zalo, MORNING + minutes(2))
    assert len(zalo.got) == broken
    post(engine, bureau, mail, zalo, MORNING + minutes(8))
    assert len(zalo.got) == broken + 1  # one to see
    assert len(alarms(engine)) == 1


def test_a_refused_template_does_not_close_the_channel(engine: Engine, bureau: Office, mail: MailServer) -> None:
    many_nudges(engine)
    tick(engine, bureau, DUE_SOON, CALENDAR)
    post(engine, bureau, mail, Zalo([refused(K.STOP, "-131", concerns="template"), OK]))
    assert states(engine, "zalo_zns")["failed"] == 1
    assert alarms(engine) == []


def test_a_refused_template_is_told_once_a_day_and_another_one_by_itself(
    engine: Engine, bureau: Office, mail: MailServer
) -> None:
    many_nudges(engine)
    tick(engine, bureau, DUE_SOON, CALENDAR)
    disabled = [refused(K.STOP, "-146", concerns="template", which=which) for which in ("7", "7", "8", "7")]
    post(engine, bureau, mail, Zalo([*disabled, OK]))
    told = messages(engine, Message.kind == "watch")
    assert sorted(row.key.split(":")[3] for row in told) == ["7", "8"]
    assert all("mẫu tin" in (row.facts or "") for row in told)


def test_a_refused_template_opens_no_channel_that_is_paused(engine: Engine, bureau: Office, mail: MailServer) -> None:
    many_nudges(engine)
    tick(engine, bureau, DUE_SOON, CALENDAR)
    zalo = Zalo([refused(K.STOP, "-115"), refused(K.STOP, "-146", concerns="template", which="7")])
    post(engine, bureau, mail, zalo)
    post(engine, bureau, mail, zalo, MORNING + minutes(31))
    assert health(engine).paused_until is not None


# --- not too much -----------------------------------------------------------------------------------------------------


def test_a_cap_is_kept_and_begins_anew_the_next_day(engine: Engine, office: Office, mail: MailServer) -> None:
    bureau = replace(office, channels=(EMAIL, replace(ZNS, per_day=5, per_month=7)))
    many_nudges(engine)
    tick(engine, bureau, DUE_SOON, CALENDAR)
    zalo = Zalo()
    for day, together in (("2013-12-26", 5), ("2013-12-27", 7), ("2013-12-30", 7), ("2014-01-02", 12)):
        with writing(
            engine
        ) as session:  # as if nudges could wait: how they end with their day is another test's matter
            session.execute(update(Message).values(expires_at=None))
        post(engine, bureau, mail, zalo, at(day, "08:00"))
        assert len(zalo.got) == together


def test_the_last_twentieth_of_a_quota_is_left_alone(engine: Engine, bureau: Office, mail: MailServer) -> None:
    many_nudges(engine)
    tick(engine, bureau, DUE_SOON, CALENDAR)
    with writing(engine) as session:
        session.execute(update(Message).where(col(Message.channel) == "email").values(state="sent"))
    zalo = Zalo([Outcome(K.OK, "0", quota=(left, 500)) for left in (27, 26, 25)])
    outgoing = replace(by_mail(mail.port), channels={"zalo_zns": zalo})
    dispatch(engine, bureau, outgoing, MORNING, 1)
    dispatch(engine, bureau, outgoing, MORNING, 10)
    assert len(zalo.got) == 1 + 2


def test_nobody_is_written_to_twice_within_half_an_hour_or_four_times_a_day(
    due: Engine, bureau: Office, mail: MailServer
) -> None:
    with reading(due) as session:
        person = holder(session).id
    with writing(due) as session:
        session.execute(update(Message).where(col(Message.person_id) != person).values(state="sent"))
        session.execute(update(Message).where(col(Message.channel) != "email").values(state="sent"))
        for number in range(4):
            session.add(
                Message(
                    key=f"moved:{number}", person_id=person, channel="email", kind="moved", on_day=MORNING.date(),
                    facts='{"matter": "x", "lines": ["y"]}', created_at=MORNING, not_before=MORNING,
                )
            )  # fmt: skip
    sent = [post(due, bureau, mail, Zalo(), MORNING + minutes(15 * turn)).sent for turn in range(12)]
    assert sent == [1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert {row.attempts for row in messages(due, Message.state == "pending")} == {0}
    assert len(rows(due, Attempt)) == 3


def test_an_allow_list_knows_a_telephone_however_it_is_written(due: Engine, bureau: Office, mail: MailServer) -> None:
    zalo = Zalo()
    post(due, bureau, mail, zalo, allow_list=frozenset({"+84 912 345 678"}))
    assert (len(zalo.got), mail.mails) == (1, [])
    with reading(due) as session:
        assert holder(session, UNIT).phone == "0912345678"


# --- an outage --------------------------------------------------------------------------------------------------------


def test_after_nine_silent_days_across_tet_each_person_gets_one_message_for_the_day_it_leaves(
    engine: Engine, office: Office, mail: MailServer
) -> None:
    """Tết Giáp Ngọ is on 31/01/2014; Kyhan is silent from 24/01 to 05/02."""
    bureau = replace(office, channels=(EMAIL, ZNS))
    many_nudges(engine)
    before, after = at("2014-01-23"), at("2014-02-06")
    tick(engine, bureau, before, CALENDAR)
    held_to_the_day_before_tet(engine, bureau)
    with writing(engine) as session:
        session.execute(update(Message).values(state="sent"))
    tick(engine, bureau, after, CALENDAR)
    zalo = Zalo()
    post(engine, bureau, mail, zalo, after.replace(hour=8))
    late = office.calendar.between(date(2014, 1, 27), after.date())
    assert max(Counter(header(one, "To") for one in mail.mails).values()) == 1
    assert max(Counter(one.key.split(":")[1] for one in zalo.got).values()) == 1
    assert {header(one, "Subject").partition("]")[0] for one in mail.mails} == {
        f"[Quá hạn {late} ngày làm việc",
        "[Kính báo cáo",  # the head, of what the lead owes itself
    }
    assert not any("Còn " in body(one) or "công văn" in header(one, "Subject") for one in mail.mails)
    assert {(row.step, row.skipped) for row in passed_over(engine, Notice.step == "L2")} == {("L2", SUPERSEDED)}


def held_to_the_day_before_tet(engine: Engine, office: Office) -> None:
    """Every unit is granted an extension to 27/01/2014, on the eve of the silence."""
    with writing(engine) as session:
        keys = session.exec(select(Organisation.key).join(Case, col(Case.organisation_id) == Organisation.id)).all()
        for key in sorted(set(keys)):
            case = a_case(session, office, key, now=at("2014-01-23"))
            extend(session, office, case, "Lan", at("2014-01-23"), "trùng Tết", date(2014, 1, 27))
