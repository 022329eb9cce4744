"""Another system reads and writes: what it sees, what it may, what it is answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import a_province
import pytest
from builders import together
from sqlalchemy import event
from sqlmodel import select
from systems import System, a_copy, a_token

from models.database import reading, writing
from models.tables.api import ApiToken
from models.tables.log import LogEntry
from models.tables.submissions import Decision, Submission
from portal.context import PortalContext
from rules.systems.scopes import KEPT_ANSWERS, Scope
from services import log
from services.cases.hand_in import find
from services.errors import Refused
from services.seals import kept
from services.systems import api_tokens, idempotency

NOW = a_province.NOW
PDF = ("ke-hoach.pdf", b"%PDF-1.4 content", "application/pdf")


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    return a_copy(context, tmp_path)


@pytest.fixture
def case(context: PortalContext) -> int:
    """Sở Y tế has not answered for its calendar, which was due on 31/12/2013."""
    with reading(context.engine) as session:
        return find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


@pytest.fixture
def ioffice(context: PortalContext) -> System:
    return System(context)


def rows(context: PortalContext, kind):
    with reading(context.engine) as session:
        return session.exec(select(kind)).all()


def register(system: System, case: int, key: str | None = None, *files, **told: str):
    parts = [("files", file) for file in files or (PDF,)]
    return system.post(f"/cases/{case}/submissions", key, data={"document_number": "15/KH-SYT", **told}, files=parts)


def decide(system: System, case: int, kind: str, key: str | None = None, **told):
    seen = told.pop("seen", None) or system.get(f"/cases/{case}").json()["seen"]
    order = {"kind": kind, "by": "Nguyễn Thị Lan", "reason": "Đã đủ", "seen": seen, **told}
    return system.post(f"/cases/{case}/decisions", key, json=order)


# --- proposals to amend the plan ------------------------------------------------------------------------------------


PROPOSAL = {"unit": "SYT", "clause": "II.2", "difficulty": "Trùng kỳ báo cáo ngành", "content": "Lùi đến ngày 25"}


def test_a_proposal_is_made_once_for_a_key_and_listed(ioffice: System):
    first, again = (ioffice.post("/proposals", "mot-de-xuat", json=PROPOSAL) for _ in range(2))
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    [listed] = ioffice.get("/proposals").json()["items"]
    assert listed == first.json()
    assert (listed["unit"], listed["amendment"], listed["accepted"]) == ("SYT", None, None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"clause": "IX"}, 422), ({"difficulty": " "}, 422), ({"unit": "UBND"}, 422), ({"unit": "KHONGCO"}, 404)],
    ids=["clause", "difficulty", "not bound", "no unit"],
)
def test_a_proposal_that_makes_no_sense_is_refused(ioffice: System, changed: dict[str, str], code: int):
    assert ioffice.post("/proposals", json={**PROPOSAL, **changed}).status_code == code
    assert ioffice.get("/proposals").json()["items"] == []


def proposed_with_letter(system: System, *files: tuple[str, bytes], key: str | None = None):
    parts = [("files", file) for file in files]
    return system.post("/proposals/with-letter", key, data=PROPOSAL, files=parts)


def test_a_proposal_with_its_letter_is_made_once_and_the_letter_is_read_again(ioffice: System, context: PortalContext):
    first, again = (proposed_with_letter(ioffice, PDF, key="kem-cong-van") for _ in range(2))
    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    made = first.json()
    assert (made["file_name"], made["file_size"]) == (PDF[0], len(PDF[1]))
    letter = ioffice.get(f"/proposals/{made['id']}/letter")
    assert letter.content == PDF[1]
    assert "attachment" in letter.headers["Content-Disposition"]
    assert System(context, unit="STC").get(f"/proposals/{made['id']}/letter").status_code == 404
    plain = ioffice.post("/proposals", json=PROPOSAL).json()
    assert plain["file_name"] == ""
    assert ioffice.get(f"/proposals/{plain['id']}/letter").status_code == 404


@pytest.mark.parametrize(
    "files", [(("cong-van.pdf", b"MZ"),), (PDF, ("hai.pdf", PDF[1]))], ids=["not what its name says", "two"]
)
def test_a_letter_is_checked_like_what_is_handed_in(ioffice: System, files: tuple[tuple[str, bytes], ...]):
    answer = proposed_with_letter(ioffice, *files)
    assert answer.status_code == 422
    assert "files" in answer.text
    assert ioffice.get("/proposals").json()["items"] == []


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_a_token_is_kept_as_its_digest_alone(context: PortalContext):
    token = a_token(context)
    (row,) = rows(context, ApiToken)
    assert row.token == kept(token)
    assert token not in str(row.model_dump())
    assert not any(token in entry.details for entry in rows(context, LogEntry))


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic abc", "Bearer kyhan_" + "x" * 43, "Bearer " + "x" * 5000]
)
def test_without_a_good_token_nothing_is_told(context: PortalContext, header: str):
    answer = System(context).client.get("/api/v1/cases", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_ends_on_its_day(context: PortalContext):
    token = a_token(context, days=1)
    tomorrow = replace(context, clock=lambda: NOW + timedelta(days=1))
    assert System(context, token=token).get("/cases").status_code == 200
    assert System(tomorrow, token=token).get("/cases").json()["code"] == "token_expired"


def test_a_revoked_token_is_over_at_once(context: PortalContext, ioffice: System):
    with writing(context.engine) as session:
        assert api_tokens.revoke(session, rows(context, ApiToken)[0].id, "Quản trị", NOW)
    assert ioffice.get("/cases").json()["code"] == "token_revoked"
    with writing(context.engine) as session:
        assert not api_tokens.revoke(session, rows(context, ApiToken)[0].id, "Quản trị", NOW)


def test_it_is_seen_when_a_token_was_last_used(context: PortalContext, ioffice: System):
    ioffice.get("/cases")
    assert rows(context, ApiToken)[0].last_used_at == NOW


@pytest.mark.parametrize("scope", [Scope.DECISIONS_WRITE, Scope.METRICS_READ])
def test_no_unit_gets_a_token_that_decides(context: PortalContext, scope: Scope):
    with pytest.raises(Refused, match="một đơn vị"):
        a_token(context, scope, unit="SYT")


def test_whoever_calls_too_often_is_told_how_long_to_wait(context: PortalContext):
    system = System(replace(context, api_per_minute=3))
    answers = [system.get("/units") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 20


# --- reading --------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_list_hold_every_case_once_and_in_order(ioffice: System):
    seen, cursor = [], None
    while True:
        page = ioffice.get("/cases", limit=17, **({"cursor": cursor} if cursor else {})).json()
        seen += [(item["target_day"], item["id"]) for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == sorted(set(seen))
    assert len(seen) == ioffice.get("/status").json()["assigned"] == 128


def test_a_list_is_asked_for_by_unit_duty_period_status_and_day(ioffice: System):
    found = ioffice.get("/cases", unit="syt", obligation="I5-Calendar", period="2014", status="overdue").json()["items"]
    assert [(item["unit"]["key"], item["status_label"]["vi"]) for item in found] == [("SYT", "Quá hạn, chưa gửi")]
    assert ioffice.get("/cases", due_from="2014-02-01").json()["items"] == []


@pytest.mark.parametrize(
    "path", ["/cases?foo=1", "/units?foo=1", "/cases/1?foo=1", "/cases?limit=1000", "/cases?unit=SYT&unit=STC"]
)
def test_what_nobody_knows_is_refused_by_name(ioffice: System, path: str):
    answer = ioffice.get(path)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] in path


def test_the_four_numbers_of_a_unit_are_its_own(context: PortalContext, ioffice: System):
    own = System(context, unit="SYT").get("/status").json()
    assert own == ioffice.get("/status", unit="SYT").json()
    assert (own["assigned"], own["overdue"]) == (4, 1)
    assert System(context, unit="SYT").get("/status", unit="STC").status_code == 404


@pytest.mark.parametrize("path", ["/cases", "/cases?limit=200", "/submissions", "/occurrences", "/units", "/status"])
def test_a_list_costs_the_same_few_questions_however_long_it_is(context: PortalContext, ioffice: System, path: str):
    asked: list[str] = []
    ioffice.get("/units")  # the token was seen just now
    event.listen(context.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    assert ioffice.get(path).status_code == 200
    assert len([statement for statement in asked if not statement.startswith("BEGIN")]) <= 5


# --- handing in -----------------------------------------------------------------------------------------------------


def test_a_document_is_registered_with_its_files_number_day_and_receipt(context: PortalContext, ioffice: System):
    told = {"unit": "SYT", "obligation": "I5-CALENDAR", "period": "2014", "document_number": "15/KH-SYT"}
    told |= {"document_date": "2013-12-30", "received_at": "2013-12-31T16:00:00+07:00", "by": "Hùng"}
    answer = ioffice.post("/submissions", data=told, files=[("files", PDF)])
    assert answer.status_code == 201, answer.text
    (file,) = answer.json()["files"]
    assert answer.json()["registered_by"] == "Hùng (iOffice)"
    assert ioffice.get(answer.headers["Location"].removeprefix("/api/v1")).json() == answer.json()
    assert ioffice.get("/cases", unit="SYT", obligation="I5-CALENDAR").json()["items"][0]["status"] == "received"
    download = ioffice.get(f"/files/{file['id']}")
    assert download.content == PDF[1]
    assert download.headers["Content-Disposition"].startswith("attachment")


def test_the_same_document_sent_with_another_key_is_registered_once(context: PortalContext, ioffice: System, case: int):
    first, second = register(ioffice, case), register(ioffice, case)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"received_at": "2014-01-09T08:00:00+07:00"}, "received_at"),
        ({"received_at": "2014-01-06T08:00:00"}, "received_at"),
        ({"document_date": "2014-01-09"}, "document_date"),
        ({"document_date": "31/12/2013"}, "document_date"),
        ({"numer": "1"}, "numer"),
        ({"document_number": "a\x00b"}, "document_number"),
        ({"document_number": "x" * 300}, "document_number"),
    ],
)
def test_what_is_wrong_in_a_document_is_named(
    context: PortalContext, ioffice: System, case: int, told: dict, field: str
):
    answer = register(ioffice, case, **told)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert not any(row.case_id == case for row in rows(context, Submission))


def test_a_slip_in_the_year_of_receipt_is_refused(context: PortalContext, ioffice: System, case: int):
    answer = register(ioffice, case, received_at="2013-01-06T08:00:00+07:00", document_date="2013-01-06")
    assert (answer.status_code, "kiểm tra lại năm" in answer.json()["detail"]) == (422, True)
    assert not any(row.case_id == case for row in rows(context, Submission))


def test_a_unit_does_not_tell_when_it_was_received(context: PortalContext, case: int):
    answer = register(System(context, unit="SYT"), case, received_at="2013-12-31T08:00:00+07:00")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "received_at")


def test_a_file_the_portal_would_not_take_is_not_taken_here(context: PortalContext, ioffice: System, case: int):
    answer = register(ioffice, case, None, PDF, ("ma.exe", b"MZ", "application/pdf"))
    assert (answer.status_code, answer.json()["code"]) == (422, "files")
    assert answer.json()["errors"] == [
        {"field": "ma.exe", "message": "loại tệp này không được nhận / files of this kind are not taken"}
    ]
    assert not list((context.office.folder / "files").rglob("*"))


def test_a_body_of_another_kind_is_refused(ioffice: System, case: int):
    assert ioffice.post(f"/cases/{case}/submissions", json={}).status_code == 415
    assert ioffice.post(f"/cases/{case}/submissions", data={"document_number": "1"}).status_code == 415


def test_more_json_than_anybody_needs_is_not_read(ioffice: System, case: int):
    answer = ioffice.post(f"/cases/{case}/decisions", content=b" " * 100_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


# --- once -----------------------------------------------------------------------------------------------------------


def test_the_same_key_and_body_give_the_same_answer_and_one_effect(context: PortalContext, ioffice: System, case: int):
    first = register(ioffice, case, "ioffice-0001")
    second = register(ioffice, case, "ioffice-0001")
    assert (second.status_code, second.json()) == (201, first.json())
    assert (second.headers["Idempotency-Replayed"], second.headers["Location"]) == ("true", first.headers["Location"])
    assert len([row for row in rows(context, Submission) if row.case_id == case]) == 1


def test_the_same_key_with_another_body_is_refused(context: PortalContext, ioffice: System, case: int):
    register(ioffice, case, "ioffice-0001")
    answer = register(ioffice, case, "ioffice-0001", document_number="16/KH-SYT")
    assert (answer.status_code, answer.json()["code"]) == (422, "key_used")


def test_one_systems_keys_are_nothing_to_another(context: PortalContext, ioffice: System, case: int):
    register(ioffice, case, "ioffice-0001")
    assert register(System(context), case, "ioffice-0001", document_number="16/KH-SYT").status_code == 201


def test_a_refused_write_may_be_tried_again_with_its_key(context: PortalContext, ioffice: System, case: int):
    assert decide(ioffice, case, "accept", "ioffice-0001").status_code == 409
    register(ioffice, case)
    assert decide(ioffice, case, "accept", "ioffice-0001").status_code == 201


def test_a_write_without_a_key_is_refused(ioffice: System, case: int):
    headers = {"Authorization": f"Bearer {ioffice.token}"}
    answer = ioffice.client.post(f"/api/v1/cases/{case}/decisions", headers=headers, json={})
    assert "Idempotency-Key" in [error["field"] for error in answer.json()["errors"]]


def test_two_at_once_with_one_key_have_one_effect(context: PortalContext, ioffice: System, case: int):
    with together(*[lambda: register(ioffice, case, "ioffice-0001")] * 4) as answers:
        assert [answer.status_code for answer in answers] == [201] * 4
        assert len({answer.text for answer in answers}) == 1
    assert len([row for row in rows(context, Submission) if row.case_id == case]) == 1


def test_keys_are_forgotten_after_some_days_and_not_before(context: PortalContext, ioffice: System, case: int):
    register(ioffice, case, "ioffice-0001")
    for wait, forgotten in ((timedelta(hours=25), 0), (KEPT_ANSWERS + timedelta(seconds=1), 1)):
        with writing(context.engine) as session:
            assert idempotency.forget_old(session, NOW + wait) == forgotten


def test_every_write_is_in_the_log_with_the_system_that_asked(context: PortalContext, ioffice: System, case: int):
    register(ioffice, case, "ioffice-0001")
    (entry,) = [row for row in rows(context, LogEntry) if row.action == "api.write"]
    assert (entry.actor, "ioffice-0001" in entry.details) == ("iOffice (API)", True)
    with reading(context.engine) as session:
        assert log.verify(session).broken_at is None


# --- deciding -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "told", "status"),
    [
        ("extend", {"until": "2014-02-14"}, "due_soon"),
        ("waive", {}, "waived"),
        ("nil_return", {}, "nil_return"),
        ("not_applicable", {}, "not_applicable"),
    ],
)
def test_an_unanswered_case_is_decided_upon(
    context: PortalContext, ioffice: System, case: int, kind: str, told: dict, status: str
):
    answer = decide(ioffice, case, kind, **told)
    assert (answer.status_code, answer.json()["decisions"][0]["by"]) == (201, "Nguyễn Thị Lan (iOffice)")
    assert answer.json()["status"] in (status, "open")


def test_what_was_closed_without_an_answer_is_opened_again(ioffice: System, case: int):
    decide(ioffice, case, "waive")
    answer = decide(ioffice, case, "reopen", reason="Miễn nhầm")
    assert (answer.json()["status"], answer.json()["outcome"]) == ("overdue", None)
    assert register(ioffice, case).status_code == 201
    assert decide(ioffice, case, "reopen").status_code == 409


def test_an_answer_is_accepted_or_returned(ioffice: System, case: int):
    register(ioffice, case)
    assert decide(ioffice, case, "return", until="2014-01-20").json()["status"] == "returned"
    assert decide(ioffice, case, "accept").json()["status"] == "accepted_late"


@pytest.mark.parametrize(
    ("kind", "told", "field"),
    [
        ("waive", {"reason": " "}, "reason"),
        ("extend", {}, "until"),
        ("extend", {"until": "2014-01-07"}, "until"),
        ("extend", {"until": "9999-12-31"}, "until"),
        ("extend", {"until": "2041-01-08"}, "until"),
        ("waive", {"by": ""}, "by"),
        ("forgive", {}, "kind"),
    ],
)
def test_what_is_wrong_in_a_decision_is_named(ioffice: System, case: int, kind: str, told: dict, field: str):
    answer = decide(ioffice, case, kind, **told)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told(context: PortalContext, ioffice: System, case: int):
    seen = ioffice.get(f"/cases/{case}").json()["seen"]
    with together(
        lambda: decide(ioffice, case, "waive", seen=seen, by="Lan"),
        lambda: decide(ioffice, case, "nil_return", seen=seen, by="Mai"),
    ) as answers:
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code, lost.json()["code"]) == (201, 409, "meanwhile")
    winner = won.json()["decisions"][0]
    assert [(item["action"], item["by"]) for item in lost.json()["meanwhile"]] == [
        (f"case.{winner['kind']}", winner["by"])
    ]
    assert len([row for row in rows(context, Decision) if row.case_id == case]) == 1


def test_a_unit_says_that_there_is_nothing_and_a_coordinator_decides(
    context: PortalContext, ioffice: System, case: int
):
    unit = System(context, unit="SYT")
    answer = unit.post(f"/cases/{case}/nothing-to-report", json={"by": "Hùng", "reason": "Không phát sinh"})
    assert (answer.status_code, answer.json()["status"]) == (201, "overdue")
    assert decide(ioffice, case, "nil_return").json()["status"] == "nil_return"


def test_a_day_of_the_document_is_a_day(ioffice: System, case: int):
    answer = register(ioffice, case, document_date="2013-12-30")
    assert date.fromisoformat(answer.json()["document_date"]) == date(2013, 12, 30)
