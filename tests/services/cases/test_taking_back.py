"""What a coordinator did is taken back while its mail waits, and corrected with a reason afterwards."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from builders import CALENDAR, DUE_SOON, IN_NOVEMBER, a_case
from sqlalchemy import Engine, update
from sqlmodel import col, select

from models.database import id_of, reading, writing
from models.queries.cases import case_file
from models.queries.reports.known import _acts
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.messages import Message
from models.tables.submissions import Decision, Submission
from rules.office import Office
from services.cases import acts, register, taking_back
from services.cases.decide import accept, extend, return_for_completion
from services.cases.decisions import DecisionRefused
from services.cases.hand_in import HandIn
from services.operations.tick import tick

RECEIVED = DUE_SOON - timedelta(hours=2)
AGREED, COMPLETED_BY = date(2014, 1, 24), date(2014, 1, 10)
SOON, LATE = DUE_SOON + timedelta(minutes=9, seconds=59), DUE_SOON + timedelta(minutes=10)


@pytest.fixture(autouse=True)
def opened(engine: Engine, office: Office) -> None:
    tick(engine, office, IN_NOVEMBER, CALENDAR)


def registered(engine: Engine, office: Office, at: datetime = DUE_SOON, number: str = "12/BC") -> int:
    with writing(engine) as session:
        arrived = HandIn(RECEIVED, "paper", number, date(2013, 12, 20), registered_by="Lan")
        return register.register(session, a_case(session, office).id, arrived, at)


def act(engine: Engine, office: Office, kind: str) -> None:
    """Done by Lan at DUE_SOON."""
    if kind == "hand_in":
        registered(engine, office)
        return
    with writing(engine) as session:
        file = a_case(session, office)
        if kind == "return":
            return_for_completion(session, file, "Lan", DUE_SOON, "Thiếu biểu 2", COMPLETED_BY)
        else:
            extend(session, office, file, "Lan", DUE_SOON, "Đơn vị đang sắp xếp lại", AGREED)


def take_back(engine: Engine, office: Office, kind: str, now: datetime = SOON, by: str = "Lan") -> None:
    with writing(engine) as session:
        case = a_case(session, office).id
        if kind == "hand_in":
            newest = case_file.submissions(session, case)
            taking_back.take_back_registration(session, case, newest[0].version if newest else 1, by, now)
        else:
            id = session.exec(select(Decision.id).where(Decision.kind == kind)).one()
            taking_back.take_back_decision(session, case, id or 0, by, now)


def stands(engine: Engine, office: Office) -> dict[str, Any]:
    with reading(engine) as session:
        return acts.standing(a_case(session, office).case)


def mails(engine: Engine, kind: str) -> list[Message]:
    with reading(engine) as session:
        return list(session.exec(select(Message).where(Message.kind == kind).order_by(col(Message.id))))


def told(engine: Engine, *actions: str) -> list[dict[str, Any]]:
    with reading(engine) as session:
        query = select(LogEntry.details).where(col(LogEntry.action).in_(actions)).order_by(col(LogEntry.seq))
        return [json.loads(details) for details in session.exec(query)]


KINDS = {"hand_in": "receipt", "return": "returned", "extend": "extended"}


def prepared(engine: Engine, office: Office, kind: str) -> None:
    if kind == "return":
        registered(engine, office, DUE_SOON - timedelta(hours=1))


@pytest.mark.parametrize("kind", KINDS)
def test_taken_back_while_its_mail_waits(engine: Engine, office: Office, kind: str) -> None:
    prepared(engine, office, kind)
    before = stands(engine, office)
    act(engine, office, kind)
    assert stands(engine, office) != before
    assert mails(engine, KINDS[kind])[-1].not_before == LATE  # the mail waits those ten minutes
    take_back(engine, office, kind)
    assert stands(engine, office) == before
    assert mails(engine, KINDS[kind])[-1].state == "expired"
    assert len(told(engine, f"case.{kind}", f"case.{kind}_taken_back")) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_done_again_after_it_was_taken_back_is_told_anew(engine: Engine, office: Office, kind: str) -> None:
    prepared(engine, office, kind)
    act(engine, office, kind)
    take_back(engine, office, kind)
    act(engine, office, kind)
    assert [one.state for one in mails(engine, KINDS[kind])][-2:] == ["expired", "pending"]


@pytest.mark.parametrize("kind", KINDS)
def test_no_longer_taken_back_by_one_click(engine: Engine, office: Office, kind: str) -> None:
    prepared(engine, office, kind)
    act(engine, office, kind)
    after = stands(engine, office)
    with pytest.raises(DecisionRefused, match="sent"):
        take_back(engine, office, kind, LATE)
    with writing(engine) as session:  # the ten minutes have not passed, but somebody is sending it
        session.execute(update(Message).where(col(Message.kind) == KINDS[kind]).values(state="leased"))
    with pytest.raises(DecisionRefused, match="sent"):
        take_back(engine, office, kind)
    assert stands(engine, office) == after


@pytest.mark.parametrize("kind", KINDS)
def test_the_second_of_two_hears_that_it_was_taken_back(engine: Engine, office: Office, kind: str) -> None:
    prepared(engine, office, kind)
    act(engine, office, kind)
    take_back(engine, office, kind)
    if kind == "hand_in":
        with writing(engine) as session, pytest.raises(DecisionRefused, match="taken_back"):
            taking_back.take_back_registration(session, a_case(session, office).id, 1, "Minh", SOON)
        return
    with pytest.raises(DecisionRefused, match="taken_back"):
        take_back(engine, office, kind, by="Minh")


def test_not_once_somebody_has_gone_on(engine: Engine, office: Office) -> None:
    registered(engine, office)
    with writing(engine) as session:
        accept(session, a_case(session, office), "Minh", DUE_SOON)
    with pytest.raises(DecisionRefused, match="moved_on"):
        take_back(engine, office, "hand_in")


def test_what_a_unit_handed_in_itself_is_not_taken_back_by_an_officer(engine: Engine, office: Office) -> None:
    from services.cases.hand_in import hand_in

    with writing(engine) as session:
        hand_in(session, a_case(session, office), HandIn(RECEIVED, "portal", registered_by="Hoa"), DUE_SOON)
    assert mails(engine, "receipt")[0].not_before == DUE_SOON  # it waits for nobody
    with pytest.raises(DecisionRefused, match="kind"):
        take_back(engine, office, "hand_in")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_taken_back_is_in_no_report(engine: Engine, office: Office, kind: str) -> None:
    prepared(engine, office, kind)
    act(engine, office, kind)
    take_back(engine, office, kind)
    with reading(engine) as session:
        file = a_case(session, office)
        kept = [one.kind for one in _acts(session, [id_of(file.occurrence)], LATE, None)[file.id]]
    assert kept == (["hand_in"] if kind == "return" else [])


# --- afterwards -------------------------------------------------------------------------------------------------------


def correct(engine: Engine, office: Office, document: taking_back.Document, reason: str = "Ghi nhầm") -> None:
    with writing(engine) as session:
        case = a_case(session, office).id
        taking_back.correct_document(session, case, 1, document, "Lan", LATE, reason)


def test_a_document_is_corrected_and_its_case_counted_anew(engine: Engine, office: Office) -> None:
    registered(engine, office)
    with writing(engine) as session:
        session.execute(update(Message).where(col(Message.kind) == "receipt").values(state="sent"))
    earlier = RECEIVED - timedelta(days=3)
    correct(engine, office, taking_back.Document("21/BC", date(2013, 12, 18), earlier))
    assert stands(engine, office)["received_at"] == earlier.astimezone(UTC).isoformat()
    entry = told(engine, "case.document_corrected")[0]
    assert (entry["before"]["number"], entry["after"]["number"]) == ("12/BC", "21/BC")
    lines = json.loads(mails(engine, "case_message")[0].facts or "")["lines"]
    assert lines[:2] == [
        "Trước đây ghi: Văn bản số 12/BC ngày 20/12/2013",
        "Nay sửa thành: Văn bản số 21/BC ngày 18/12/2013",
    ]


@pytest.mark.parametrize(
    ("document", "reason", "problem"),
    [
        (taking_back.Document("21/BC", None, RECEIVED), " ", "reason"),
        (taking_back.Document("21/BC", None, LATE + timedelta(days=1)), "x", "future"),
        (taking_back.Document("21/BC", date(2014, 2, 1), RECEIVED), "x", "dated"),
        (taking_back.Document("12/BC", date(2013, 12, 20), RECEIVED), "x", "same"),
        (taking_back.Document("21/BC", None, RECEIVED - timedelta(days=900)), "x", "early"),
    ],
    ids=["reason", "future", "dated", "same", "early"],
)
def test_what_cannot_be_right_is_refused(
    engine: Engine, office: Office, document: taking_back.Document, reason: str, problem: str
) -> None:
    registered(engine, office)
    with pytest.raises(DecisionRefused, match=problem):
        correct(engine, office, document, reason)


def test_the_wrong_units_document_is_withdrawn_and_the_unit_told(engine: Engine, office: Office) -> None:
    before = stands(engine, office)
    registered(engine, office)
    with writing(engine) as session:
        session.execute(update(Message).where(col(Message.kind) == "receipt").values(state="sent"))
    with writing(engine) as session:
        case = a_case(session, office).id
        taking_back.withdraw_registration(session, case, 1, "Lan", LATE + timedelta(days=2), "Của đơn vị khác")
    assert stands(engine, office) == before
    assert "nay rút khỏi hồ sơ" in (mails(engine, "case_message")[0].facts or "")
    with reading(engine) as session:
        row = session.exec(select(Submission)).one()
        assert row.taken_back_at == LATE + timedelta(days=2)  # it is kept
        assert case_file.submissions(session, case) == []
        assert session.get_one(Case, case).received_at is None
