"""What units ask for: granted or refused, singly and several at once; who comes second is told who was first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from a_province import NOW
from builders import counted
from sqlmodel import col, select
from visitors import ADMINISTRATOR, COORDINATOR, LEADER, a_browser, post
from waiting_work import asked

from models.database import reading, writing
from models.tables.answers import AnswerRequest
from models.tables.messages import Message
from models.tables.submissions import Decision
from portal.context import PortalContext
from services.cases.requests import decide


@pytest.fixture
def context(own_context: PortalContext) -> PortalContext:
    return own_context


def requests(context: PortalContext) -> list[tuple[str, str, str]]:
    with reading(context.engine) as session:
        return [(row.state, row.decided_by, row.decided_reason) for row in session.exec(select(AnswerRequest))]


def told(context: PortalContext) -> list[list[str]]:
    with reading(context.engine) as session:
        kinds = ("request_decided", "extended", "closed")
        rows = session.exec(select(Message).where(col(Message.kind).in_(kinds), Message.created_at == NOW)).all()
        return [json.loads(row.facts or "")["lines"] for row in rows]


def test_the_menu_counts_what_waits_for_a_coordinator_and_shows_units_nothing_of_it(context: PortalContext):
    asked(context, 3)  # beside 42 hand-ins to review, a draft report and two drafts of letters that wait already
    assert '<b class="badge">48</b>' in a_browser(context, COORDINATOR).get("/").text
    assert "/viec" not in a_browser(context, "dau-moi.syt@example.vn").get("/", follow_redirects=True).text


def test_an_administrator_sees_the_post_but_not_what_units_ask(context: PortalContext):
    asked(context, 3)
    page = a_browser(context, ADMINISTRATOR).get("/viec").text
    assert "/viec/kenh" in page
    assert "/viec/de-nghi" not in page


@pytest.mark.parametrize("email", [COORDINATOR, LEADER])
def test_a_nil_return_that_is_granted_closes_the_case_and_the_unit_is_told(context: PortalContext, email: str):
    [request] = asked(context)
    answer = post(a_browser(context, email), "/viec/de-nghi", chon=request, viec="grant")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/viec/de-nghi?xong=1")
    with reading(context.engine) as session:
        assert session.exec(select(Decision.kind).order_by(Decision.id.desc())).first() == "nil_return"
    [lines] = told(context)
    assert "không phát sinh" in " ".join(lines)


def test_an_extension_that_is_granted_moves_the_date(context: PortalContext):
    [request] = asked(context, kind="extension", until=date(2014, 2, 14))
    post(a_browser(context, COORDINATOR), "/viec/de-nghi", chon=request, viec="grant", reason="Đồng ý")
    with reading(context.engine) as session:
        last = session.exec(select(Decision).order_by(Decision.id.desc())).first()
        assert (last.kind, last.until, last.reason) == ("extend", date(2014, 2, 14), "Đồng ý")
    assert any("14/02/2014" in line for line in told(context)[0])


def test_a_refusal_without_reason_changes_nothing_and_keeps_what_was_chosen(context: PortalContext):
    chosen = asked(context, 2)
    answer = post(a_browser(context, COORDINATOR), "/viec/de-nghi", chon=chosen, viec="refuse")
    assert answer.status_code == 409
    assert "Cần ghi lý do từ chối" in answer.text
    assert answer.text.count("checked") == 2
    assert {state for state, *_ in requests(context)} == {"waiting"}


def test_several_are_refused_at_once_with_one_reason(context: PortalContext):
    chosen = asked(context, 3)
    answer = post(a_browser(context, COORDINATOR), "/viec/de-nghi", chon=chosen, viec="refuse", reason="Chưa có căn cứ")
    assert answer.headers["Location"].endswith("xong=3")
    assert {(state, reason) for state, _, reason in requests(context)} == {("refused", "Chưa có căn cứ")}
    assert len(told(context)) == 3


def test_who_comes_second_is_told_who_decided_what_and_the_others_are_still_decided(context: PortalContext):
    first, second = asked(context, 2)
    with writing(context.engine) as session:
        decide(session, context.office, first, False, "Mai", "Phải báo cáo", context.clock())
    answer = post(a_browser(context, COORDINATOR), "/viec/de-nghi", chon=[first, second], viec="grant")
    assert answer.status_code == 409
    assert "Mai đã từ chối đề nghị" in answer.text
    assert "Lý do: Phải báo cáo" in answer.text
    assert [state for state, *_ in requests(context)] == ["refused", "granted"]


def test_the_list_asks_the_database_as_often_however_long_it_is(context: PortalContext):
    client = a_browser(context, COORDINATOR)
    counts = []
    client.get("/viec")  # the tables of the province are put together anew, once
    for more in (1, 12):
        asked(context, more)
        with counted(context.engine) as statements:
            assert client.get("/viec/de-nghi").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


def test_the_lists_speak_english_too(context: PortalContext):
    asked(context)
    page = a_browser(context, COORDINATOR).get("/viec/de-nghi?lang=en").text
    assert "Requests of units" in page
    assert "Reports that nothing arose" in page


def test_a_number_too_large_for_any_row_is_nobodys(context: PortalContext):
    answer = post(a_browser(context, COORDINATOR), "/viec/de-nghi", chon=10**30, viec="grant")
    assert answer.status_code in (303, 422)


def test_what_waits_at_the_desk_is_seen_as_of_its_clock(context: PortalContext):
    asked(context)
    later = replace(context, clock=lambda: context.clock().replace(hour=9))
    assert a_browser(later, COORDINATOR).get("/viec").status_code == 200
