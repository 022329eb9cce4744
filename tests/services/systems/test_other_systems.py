"""Other systems on either database: one effect for each key, everything told at least once, lists page by page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from builders import (
    CALENDAR,
    FIRST_REMINDER,
    LAST_DAY,
    OVERDUE,
    UNIT,
    YEAR,
    a_case,
    an_answer,
    an_office,
    rows,
    together,
)
from sqlalchemy import Engine
from sqlmodel import select

from models.database import reading, writing
from models.queries.cases import api_lists as api_cases_queries
from models.queries.cases.api_lists import CaseSelection
from models.queries.operations import metrics as metrics_queries
from models.tables.api import ApiAnswer, WebhookDelivery
from models.tables.log import LogEntry
from notifications.webhook_post import Posting, PostResult
from rules.office import Office
from rules.systems.outside import Outside
from rules.systems.scopes import EventName, Scope
from services import log
from services.cases.opening import open_cases
from services.systems import api_tokens, idempotency, webhooks
from services.systems.api_tokens import System
from services.systems.idempotency import KeyUsed, WriteRequest, once
from services.systems.webhook_delivery import deliver

NOW = LAST_DAY
KEY = b"only for tests, and long enough to seal"


class Ear:
    """Takes, or does not take, what is posted."""

    def __init__(self, *, takes: bool = True) -> None:
        self.takes, self.heard = takes, list[Posting]()

    def __call__(self, posting: Posting, outside: Outside) -> PostResult:
        self.heard.append(posting)
        return PostResult(self.takes, outcome="HTTP 200" if self.takes else "HTTP 503")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return an_office(tmp_path, key=KEY)


def a_system(engine: Engine, unit: str | None = None) -> System:
    with writing(engine) as session:
        scopes = {Scope.CASES_READ, Scope.WEBHOOKS_MANAGE}
        _, token = api_tokens.make(session, "iOffice", scopes, unit, timedelta(days=30), "Quản trị", NOW)
        return api_tokens.who(session, token, NOW)


def a_webhook(engine: Engine, system: System, *kinds: EventName) -> None:
    with writing(engine) as session:
        webhooks.subscribe(session, Outside(), system, "https://hook.example.vn/x", kinds, FIRST_REMINDER)


def ask(engine: Engine, office: Office, system: System, content: object = 1, *, fails: bool = False):
    def act(session):
        if fails:
            raise ZeroDivisionError
        return 201, {"entry": log.append(session, NOW, "iOffice", "tried", "test").seq}

    with writing(engine) as session:
        return once(session, office, WriteRequest(system, "key-0001", "POST", "/x", content), NOW, act)


def test_of_many_at_once_with_one_key_one_acts_and_all_get_its_answer(engine: Engine, office: Office):
    system = a_system(engine)
    with together(*[lambda: ask(engine, office, system)] * 4) as answers:
        assert len({answer.content["entry"] for answer in answers}) == 1
        assert sorted(answer.repeated for answer in answers) == [False, True, True, True]
    assert [row.action for row in rows_of_log(engine)].count("tried") == 1


def test_an_act_that_failed_kept_no_key_and_another_body_is_refused(engine: Engine, office: Office):
    system = a_system(engine)
    with pytest.raises(ZeroDivisionError):
        ask(engine, office, system, fails=True)
    assert rows(engine, ApiAnswer) == []
    assert not ask(engine, office, system).repeated
    with pytest.raises(KeyUsed):
        ask(engine, office, system, content=2)


def test_what_was_answered_cannot_be_read_in_the_database(engine: Engine, office: Office):
    ask(engine, office, a_system(engine))
    (kept,) = rows(engine, ApiAnswer)
    assert "entry" not in kept.answer
    with writing(engine) as session:
        assert idempotency.forget_old(session, NOW + timedelta(days=4)) == 1


def rows_of_log(engine: Engine):
    with reading(engine) as session:
        return session.exec(select(LogEntry)).all()


def test_two_rounds_at_once_tell_everything_once(engine: Engine, office: Office):
    a_webhook(engine, a_system(engine), EventName.SUBMITTED)
    for unit in ("SYT", "STC", UNIT):
        an_answer(engine, office, NOW, unit=unit)
    ear = Ear()
    with together(*[lambda: deliver(engine, office, Outside(), NOW, ear)] * 3) as done:
        assert sum(one.delivered for one in done) == 3
    assert len({posting.event for posting in ear.heard}) == len(ear.heard) == 3


def test_a_unit_hears_of_itself_and_what_is_overdue_is_told(engine: Engine, office: Office):
    a_webhook(engine, a_system(engine, UNIT), EventName.SUBMITTED, EventName.OVERDUE)
    an_answer(engine, office, NOW, unit="SYT")
    with writing(engine) as session:
        open_cases(session, office, NOW)
    ear = Ear()
    deliver(engine, office, Outside(), OVERDUE + timedelta(hours=1), ear)
    assert {posting.kind for posting in ear.heard} == {"case.overdue"}
    assert all(f'"unit": "{UNIT}"'.encode() in posting.body for posting in ear.heard)


def test_what_nobody_took_waits_longer_each_time(engine: Engine, office: Office):
    a_webhook(engine, a_system(engine), EventName.SUBMITTED)
    an_answer(engine, office, NOW)
    waits, moment = [], NOW
    for _ in range(4):
        deliver(engine, office, Outside(), moment, Ear(takes=False))
        (row,) = rows(engine, WebhookDelivery)
        waits.append(round((row.not_before - moment).total_seconds() / 60))
        moment = row.not_before
    assert waits == [1, 5, 15, 60]


def test_lists_are_read_with_every_filter_page_by_page(engine: Engine, office: Office):
    with writing(engine) as session:
        own = a_case(session, office, now=NOW).case
    an_answer(engine, office, NOW)
    with reading(engine) as session:
        wanted = CaseSelection({own.organisation_id}, UNIT, CALENDAR, YEAR, ["received"], (), NOW.date(), NOW.date())
        (found,) = api_cases_queries.cases(session, wanted, NOW, None, 2)
        assert api_cases_queries.cases(session, wanted, NOW, (found.target_day, found.id), 2) == []
        (sent,) = api_cases_queries.submissions(session, CaseSelection(unit=UNIT), 0, 2)
        assert (sent.case_id, api_cases_queries.files_of(session, [sent.id])) == (found.id, [])
        first, second = api_cases_queries.occurrences(session, CaseSelection(), None, 2)
        after = (first.target_day, first.id)
        assert api_cases_queries.occurrences(session, CaseSelection(), after, 1)[0].id == second.id


def test_the_figures_are_counted(engine: Engine, office: Office):
    an_answer(engine, office, NOW)
    with reading(engine) as session:
        assert ("steps_past_target", 1) in [tuple(row) for row in metrics_queries.cases(session, NOW)]
        assert [row[:3] for row in metrics_queries.messages(session)] == [("email", "pending", 1)]
        assert (metrics_queries.deliveries(session), metrics_queries.disabled_webhooks(session)) == ([], 0)
