"""Drafts of letters, messages nobody got, bad addresses and channels: acted upon, undone, and never twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import a_province
import pytest
from a_province import NOW
from builders import counted
from sqlmodel import col, select
from visitors import ADMINISTRATOR, COORDINATOR, a_browser, post
from waiting_work import given_up, state_of

from models.database import reading, writing
from models.tables.answers import InboundEvent
from models.tables.channels import ChannelHealth
from models.tables.inbound import AddressHealth
from models.tables.log import LogEntry
from models.tables.messages import LetterDraft
from models.tables.people import Person
from portal.context import PortalContext
from rules.channels import EMAIL, ChannelPolicy
from services.outbox.address_health import mark
from services.reminders import urging_letters


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    return a_province.a_context(tmp_path)


def drafts(context: PortalContext) -> list[LetterDraft]:
    with reading(context.engine) as session:
        return list(session.exec(select(LetterDraft).order_by(col(LetterDraft.id))))


def logged(context: PortalContext) -> list[tuple[str, str]]:
    with reading(context.engine) as session:
        rows = session.exec(select(LogEntry).order_by(col(LogEntry.seq).desc()).limit(3))
        return [(row.action, row.actor) for row in rows]


# --- letters ----------------------------------------------------------------------------------------------------------


@pytest.mark.office
def test_a_draft_is_fetched_as_pdf_by_who_decides(context: PortalContext):
    client, draft = a_browser(context, COORDINATOR), drafts(context)[0]
    assert f"/viec/cong-van/{draft.id}/pdf" in client.get("/viec/cong-van").text
    assert client.get(f"/viec/cong-van/{draft.id}/pdf").content.startswith(b"%PDF")
    assert ("letter.read", "Bùi Minh Phúc (ví dụ)") in logged(context)


def test_a_draft_is_fetched_as_a_file_signed_and_issued(context: PortalContext):
    client, draft = a_browser(context, COORDINATOR), drafts(context)[0]
    page = client.get("/viec/cong-van").text
    assert f"/viec/cong-van/{draft.id}/tep" in page
    fetched = client.get(f"/viec/cong-van/{draft.id}/tep")
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert fetched.content[:2] == b"PK"
    assert post(client, f"/viec/cong-van/{draft.id}/ky").status_code == 303
    told = {"number": "512/CTK-TH", "issued_on": "2014-01-08"}
    assert post(client, f"/viec/cong-van/{draft.id}/so", **told).status_code == 303
    issued = drafts(context)[0]
    assert (issued.state, issued.document_number) == ("issued", "512/CTK-TH")
    assert issued.changed_by == "Bùi Minh Phúc (ví dụ)"
    assert "512/CTK-TH" in client.get("/viec/cong-van").text
    with reading(context.engine) as session:
        case = urging_letters.cases_of(session, draft.id or 0)[0]
    assert "512/CTK-TH" in client.get(f"/ho-so/{case}").text


def test_a_letter_laid_aside_comes_back_when_it_was_a_mistake(context: PortalContext):
    client, draft = a_browser(context, COORDINATOR), drafts(context)[0]
    assert post(client, f"/viec/cong-van/{draft.id}/bo").status_code == 409
    assert post(client, f"/viec/cong-van/{draft.id}/bo", reason="Đã gửi").status_code == 303
    assert post(client, f"/viec/cong-van/{draft.id}/cho").status_code == 303
    assert drafts(context)[0].state == "waiting"


def test_who_signs_what_another_dropped_is_told_so(context: PortalContext):
    client, draft = a_browser(context, COORDINATOR), drafts(context)[0]
    with writing(context.engine) as session:
        urging_letters.drop(session, draft.id or 0, "Mai", "Đơn vị đã nộp", NOW)
    answer = post(client, f"/viec/cong-van/{draft.id}/ky")
    assert answer.status_code == 409
    assert "Mai đã bỏ dự thảo" in answer.text
    assert "Đơn vị đã nộp" in answer.text


def test_what_was_typed_is_kept_when_the_day_is_wrong(context: PortalContext):
    client, draft = a_browser(context, COORDINATOR), drafts(context)[0]
    answer = post(client, f"/viec/cong-van/{draft.id}/so", number="512/CTK-TH", issued_on="2014-02-01")
    assert answer.status_code == 409
    assert 'value="512/CTK-TH"' in answer.text
    assert drafts(context)[0].state == "waiting"


# --- what nobody got --------------------------------------------------------------------------------------------------


def test_an_undelivered_message_is_sent_again_or_given_up_with_a_reason(context: PortalContext):
    client, (first, second) = a_browser(context, COORDINATOR), given_up(context, 2)
    assert "550 hộp thư không tồn tại" in client.get("/viec/chua-gui").text
    post(client, "/viec/chua-gui", chon=first, viec="retry")
    assert post(client, "/viec/chua-gui", chon=second, viec="give_up").status_code == 409
    post(client, "/viec/chua-gui", chon=second, viec="give_up", reason="Đã gọi điện")
    assert [state_of(context, first), state_of(context, second)] == ["pending", "given_up"]
    assert logged(context)[0][0] == "message.give_up"
    assert "Đã gọi điện" in client.get("/viec/chua-gui").text
    post(client, "/viec/chua-gui", chon=second, viec="bring_back")
    assert state_of(context, second) == "exhausted"


def test_a_message_nobody_got_is_called_by_its_kind(context: PortalContext):
    given_up(context, 1)
    client = a_browser(context, COORDINATOR)
    assert "thư nhắc việc trong ngày ·" in client.get("/viec/chua-gui").text
    assert "reminders of a day ·" in client.get("/viec/chua-gui?lang=en").text


def test_before_a_perhaps_second_letter_the_page_warns(context: PortalContext):
    given_up(context, 1, "bounced")
    page = a_browser(context, COORDINATOR).get("/viec/chua-gui").text
    assert "hai thư giống nhau" in page
    assert "bị trả về" in page


def test_the_second_who_gives_up_is_told_of_the_first(context: PortalContext):
    client, [message] = a_browser(context, COORDINATOR), given_up(context, 1)
    other = a_browser(context, ADMINISTRATOR)
    post(other, "/viec/chua-gui", chon=message, viec="retry")
    answer = post(client, "/viec/chua-gui", chon=message, viec="give_up", reason="Đã gọi điện")
    assert answer.status_code == 409
    assert "đã cho gửi lại" in answer.text
    assert state_of(context, message) == "pending"


# --- addresses and channels -------------------------------------------------------------------------------------------


def a_dead_address(context: PortalContext, address: str = "dau-moi.syt@example.vn") -> int:
    with writing(context.engine) as session:
        mark(session, "email", address, "dead", "550 5.1.1 no such user", NOW)
        return session.exec(select(AddressHealth.id)).one() or 0


def person_id(context: PortalContext, address: str) -> int:
    with reading(context.engine) as session:
        return session.exec(select(Person.id).where(Person.email == address)).one() or 0


def test_a_bad_address_is_corrected_and_used_again(context: PortalContext):
    client, health = a_browser(context, COORDINATOR), a_dead_address(context)
    person = person_id(context, "dau-moi.syt@example.vn")
    assert "550 5.1.1 no such user" in client.get("/viec/dia-chi").text
    for wrong in ("no address", "moi@example.vn", "dau-moi.stc@example.vn"):
        assert post(client, f"/viec/dia-chi/{health}/sua", person=person, moi=wrong).status_code == 409
    assert post(client, f"/viec/dia-chi/{health}/sua", person=person, moi="syt@soctrang.gov.vn").status_code == 303
    with reading(context.engine) as session:
        assert session.get_one(Person, person).email == "syt@soctrang.gov.vn"
        assert session.exec(select(AddressHealth)).all() == []
    assert ("person.corrected", "Bùi Minh Phúc (ví dụ)") in logged(context)


def test_a_confirmed_address_is_used_again_once(context: PortalContext):
    client, health = a_browser(context, COORDINATOR), a_dead_address(context)
    assert post(client, f"/viec/dia-chi/{health}/dung-lai").status_code == 303
    assert post(client, f"/viec/dia-chi/{health}/dung-lai").status_code == 409


def test_nobody_gives_a_leader_or_an_administrator_another_address(context: PortalContext):
    """An address is a way in."""
    client = a_browser(context, COORDINATOR)
    for address in ("lanh-dao.ctk@example.vn", "quan-tri@example.vn"):
        with writing(context.engine) as session:
            mark(session, "email", address, "dead", "550", NOW)
            health = session.exec(select(AddressHealth.id).where(AddressHealth.address == address)).one()
        told = {"person": person_id(context, address), "moi": "toi@soctrang.gov.vn"}
        assert post(client, f"/viec/dia-chi/{health}/sua", **told).status_code == 409
        assert person_id(context, address)


def a_paused_channel(context: PortalContext) -> None:
    with writing(context.engine) as session:
        until = NOW + timedelta(minutes=30)
        session.add(ChannelHealth(channel="zalo_bot", paused_until=until, reason="401", month="2014-01", month_count=9))


def test_a_paused_channel_is_shown_and_resumed_by_hand(context: PortalContext):
    bureau = replace(
        context,
        office=replace(context.office, channels=(EMAIL, ChannelPolicy("zalo_bot", "zalo", "bot", per_month=10))),
    )
    a_paused_channel(bureau)
    client = a_browser(bureau, COORDINATOR)
    page = client.get("/viec/kenh").text
    assert re.search(r"9 / 10", page)
    assert "09:30 08/01/2014" in page
    assert post(client, "/viec/kenh/zalo_bot/chay-lai").status_code == 303
    assert post(client, "/viec/kenh/zalo_bot/chay-lai").status_code == 409
    with reading(context.engine) as session:
        assert session.get_one(ChannelHealth, "zalo_bot").paused_until is None


def test_receipts_that_fit_nothing_are_shown_until_somebody_has_seen_them(context: PortalContext):
    told = {"source": "zalo_oa", "kind": "user_received_message", "raw": b"{}", "headers": "{}", "received_at": NOW}
    with writing(context.engine) as session:
        session.add_all([InboundEvent(dedupe_key=f"z:{n}", result="unmatched", **told) for n in range(3)])
    client = a_browser(context, COORDINATOR)
    assert client.get("/viec/kenh").text.count("user_received_message") == 3
    assert post(client, "/viec/kenh-bien-nhan", den=2).headers["Location"] == "/viec/kenh?xong=2"
    assert client.get("/viec/kenh").text.count("user_received_message") == 1


def test_the_lists_ask_the_database_as_often_however_long_they_are(context: PortalContext):
    client, counts = a_browser(context, COORDINATOR), []
    client.get("/viec")  # what the tables of the province leave is put together once
    for number in (1, 20):
        given_up(context, number)
        with counted(context.engine) as statements:
            for path in ("chua-gui", "cong-van", "kenh"):
                assert client.get(f"/viec/{path}").status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
