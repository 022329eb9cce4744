"""One decision for many cases, two people who decide at the same moment, and a case that is opened again."""

from __future__ import annotations

from datetime import date

from builders import LAST_DAY, OVERDUE, URGING, a_case, an_answer, an_office, messages, rows, together
from sqlalchemy import Engine

from models.database import reading, writing
from models.queries.cases.status import facts_of
from models.tables.messages import Message
from models.tables.submissions import Decision
from rules.status import Status, status_of
from services.cases.bulk_decisions import Bulk, decide_all, standings
from services.cases.case_file import case_page
from services.cases.decisions import ConcurrentDecision, DecisionRefused, Order, decide

OFFICE = an_office()
UNITS = ("SKHDT", "SYT", "STC")


def cases(engine: Engine, answered: tuple[str, ...] = ()) -> list[int]:
    with writing(engine) as session:
        found = [a_case(session, OFFICE, unit).case.id or 0 for unit in UNITS]
    for unit in answered:
        an_answer(engine, OFFICE, LAST_DAY, unit)
    return found


def seen(engine: Engine, ids: list[int]) -> dict[int, int]:
    with reading(engine) as session:
        return {row.case_id: row.seen for row in standings(session, OFFICE, ids, None, OVERDUE)}


def status(engine: Engine, case: int, now=OVERDUE) -> Status:
    with reading(engine) as session:
        page = case_page(session, OFFICE, now, case)
        assert page is not None
        return status_of(facts_of(page.case, page.term), now)


def an_order(engine: Engine, case: int, kind: str, reason: str = "", until: date | None = None) -> Order:
    return Order(kind, reason, until, seen(engine, [case])[case])


def tried(engine: Engine, case: int, order: Order, by: str):
    """What came of it: nothing when it was written, else the refusal."""

    def go():
        try:
            with writing(engine) as session:
                decide(session, OFFICE, case, order, by, OVERDUE)
        except (ConcurrentDecision, DecisionRefused) as refusal:
            return refusal
        return None

    return go


# --- two at once ------------------------------------------------------------------------------------------------------


def test_of_two_who_decide_at_the_same_moment_one_wins_and_the_other_is_told_by_whom(engine: Engine):
    [case, *_] = cases(engine, answered=("SKHDT",))
    accepts = an_order(engine, case, "accept")
    returns = an_order(engine, case, "return", "Thiếu biểu 3", date(2014, 1, 15))
    with together(tried(engine, case, accepts, "Lan"), tried(engine, case, returns, "Minh")) as answers:
        [refusal] = [answer for answer in answers if answer is not None]
    [decision] = rows(engine, Decision)
    assert isinstance(refusal, ConcurrentDecision)
    assert (refusal.told[0].actor, refusal.told[0].action) == (decision.by, f"case.{decision.kind}")


def test_two_who_decide_in_bulk_at_once_share_the_cases_without_deciding_any_twice(engine: Engine):
    found = cases(engine, answered=UNITS)
    known = seen(engine, found)
    mine, hers = (Bulk("accept", "", None, dict(order)) for order in (known.items(), reversed(known.items())))
    one, other = (
        lambda: decide_all(engine, OFFICE, mine, "Lan", OVERDUE),
        lambda: decide_all(engine, OFFICE, hers, "Minh", OVERDUE),
    )
    with together(one, other) as (lan, minh):
        written = [item for item in (*lan, *minh) if not item.problem]
        missed = [item for item in (*lan, *minh) if item.problem]
    assert sorted(item.case_id for item in written) == sorted(found)
    assert {item.problem for item in missed} == {"meanwhile"}
    assert len(rows(engine, Decision)) == len(found)


# --- many at once -----------------------------------------------------------------------------------------------------


def test_what_cannot_be_for_one_case_is_said_before_and_leaves_the_others_alone(engine: Engine):
    found = cases(engine, answered=("SKHDT", "STC"))
    with reading(engine) as session:
        foreseen = standings(session, OFFICE, found, Order("accept", "", None, 0), OVERDUE)
    assert sorted(row.problem for row in foreseen) == ["", "", "kind"]
    done = decide_all(engine, OFFICE, Bulk("accept", "", None, seen(engine, found)), "Lan", OVERDUE)
    assert [item.problem for item in done].count("") == 2
    assert [status(engine, case) for case in found] == [Status.ACCEPTED, Status.OVERDUE, Status.ACCEPTED]


def test_the_same_form_sent_twice_decides_nothing_twice(engine: Engine):
    found = cases(engine, answered=UNITS)
    bulk = Bulk("accept", "", None, seen(engine, found))
    decide_all(engine, OFFICE, bulk, "Lan", OVERDUE)
    again = decide_all(engine, OFFICE, bulk, "Lan", OVERDUE)
    assert {item.problem for item in again} == {"meanwhile"}
    assert len(rows(engine, Decision)) == 3


# --- opened again -----------------------------------------------------------------------------------------------------


def test_an_acceptance_taken_back_leaves_what_was_received_and_when(engine: Engine):
    [case, *_] = cases(engine, answered=("SKHDT",))
    assert tried(engine, case, an_order(engine, case, "accept"), "Lan")() is None
    assert tried(engine, case, an_order(engine, case, "reopen", "Nhầm hồ sơ"), "Lan")() is None
    assert status(engine, case) is Status.RECEIVED
    assert [row.kind for row in rows(engine, Decision)] == ["accept", "reopen"]
    assert len(messages(engine, Message.kind == "case_message")) == 1


def test_a_waiver_taken_back_makes_the_case_owed_again(engine: Engine):
    [case, *_] = cases(engine)
    assert tried(engine, case, an_order(engine, case, "waive", "Giải thể"), "Lan")() is None
    assert status(engine, case, URGING) is Status.WAIVED
    assert tried(engine, case, an_order(engine, case, "reopen", "Chưa giải thể"), "Lan")() is None
    assert status(engine, case, URGING) is Status.OVERDUE


def test_what_is_open_cannot_be_opened_again_and_reopening_needs_a_reason(engine: Engine):
    [case, *_] = cases(engine, answered=("SKHDT",))
    refusal = tried(engine, case, an_order(engine, case, "reopen", "x"), "Lan")()
    assert isinstance(refusal, DecisionRefused)
    assert refusal.problem == "kind"
    tried(engine, case, an_order(engine, case, "accept"), "Lan")()
    assert tried(engine, case, an_order(engine, case, "reopen"), "Lan")().problem == "reason"
