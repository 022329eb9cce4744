"""An office in which every kind of row exists."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import a_province
from a_province import AFTER_CUTOFF as NOW
from docx import Document
from paper_builders import a_notice
from pydantic import TypeAdapter
from sqlalchemy import update
from sqlmodel import Session, SQLModel, col, select
from systems import a_token
from visitors import ADMINISTRATOR, FOCAL_POINT, a_browser, form_key, post
from waiting_work import asked, given_up

from models.database import reading, writing
from models.tables.access import OutsideIdentity
from models.tables.activities import Activity
from models.tables.amendments import Amendment, Proposal
from models.tables.answers import AnswerRequest, InboundEvent
from models.tables.api import ApiToken, Webhook, WebhookDelivery
from models.tables.calendar import CalendarOverride
from models.tables.cases import Case, Stage
from models.tables.channels import ChannelHealth, SendingHold
from models.tables.content import (
    Consolidation,
    ConsolidationApproval,
    ConsolidationRow,
    ContentCheck,
    ContentRow,
    Settlement,
)
from models.tables.conversation import CaseContact, CaseMessage, CaseNote
from models.tables.forms import FormDraft, OfficeForm
from models.tables.inbound import AddressHealth, InboundMail
from models.tables.messages import Attempt, LetterDraft, Message, OfficeDocument, ReportDraft, ReportWords, SignedFile
from models.tables.organisations import Organisation, OrganisationEvent
from models.tables.people import Absence, ContactAddress, Person
from models.tables.plan import ComingVersion, ObligationRow, Occurrence, TriggerRecord
from models.tables.projection import Projection
from models.tables.submissions import Decision, Submission, SubmissionFile
from models.tables.templates import TemplateVersion
from models.tables.uploads import Upload
from models.tables.zalo import OaToken
from portal.context import PortalContext
from portal.forms import FIELD
from reports.papers.facts import NoticeFacts
from reports.progress import TEMPLATE as PROGRESS
from rules.channels import ChannelPolicy
from services.cases.acts import changed, standing
from services.cases.hand_in import HandIn, hand_in, hold
from services.operations.tick import tick
from services.reports.drafts import draft_reports

CONTENT = "biểu".encode()
HANDED_IN = sha256(CONTENT).hexdigest()


def an_office_with_everything(folder: Path) -> PortalContext:
    context = a_province.a_context(folder)
    channels = (*context.office.channels, ChannelPolicy("zalo_zns", "zalo", "zns"))
    context = replace(
        context, office=replace(context.office, folder=folder, channels=channels), mail_folder=folder / "mail"
    )
    with writing(context.engine) as session:
        hand_in(
            session,
            hold(session, context.office, "CTK", "I5-CALENDAR", "2014", a_province.NOW),
            HandIn(a_province.NOW),
            a_province.NOW,
        )
    tick(context.engine, context.office, NOW)
    draft_reports(context.engine, context.office, NOW, ["II2-REPORT"])
    context = replace(context, clock=lambda: NOW)
    asked(context, 2)
    given_up(context, 2)
    _through_the_pages(context)
    with writing(context.engine) as session:
        session.add_all(_rows(session, case_of(session, "SYT")))
        session.flush()
        session.add_all(_tables(session))
        session.add_all([_issued(context, case_of(session, "SYT")), _waiting(case_of(session, "SYT"))])
        for submission in session.exec(select(Submission)).all():
            case = session.get_one(Case, submission.case_id)
            submission.changed = changed(standing(case), case)  # as if it had been registered for the unit
        for report in session.exec(select(ReportDraft)).all():
            session.add_all(_on_the_road(session, report))
        session.add(_template())
    return context


def _on_the_road(session: Session, report: ReportDraft) -> Iterator[SQLModel]:
    """An issued version, the draft in its place, and what somebody wrote into it."""
    report.version, report.changed_at = 2, NOW
    session.flush()
    before = {"as_of": report.as_of, "drafted_at": NOW, "issued_on": report.as_of, "file": report.file}
    issued = ReportDraft(**before, occurrence_id=report.occurrence_id, state="issued")
    yield issued
    session.add(issued)
    session.flush()
    yield SignedFile(report_id=issued.id, name="", sha256=HANDED_IN, size=1, filed_at=NOW, filed_by="")
    of = {"occurrence_id": report.occurrence_id, "version": 1, "slot": "causes"}
    yield ReportWords(**of, words="Nguyên nhân.", written_at=NOW, written_by="Lan")


def _template() -> TemplateVersion:
    content = PROGRESS.read_bytes()
    kept = {"content": content, "sha256": sha256(content).hexdigest(), "created_at": NOW, "created_by": "Lan"}
    return TemplateVersion(family="document", name="progress", number=1, in_use=True, note="x", fault="x", **kept)


def _waiting(case: Case) -> OfficeDocument:
    facts = TypeAdapter(NoticeFacts).dump_json(a_notice()).decode()
    known = {"kind": "notice", "step": "I5-PUBLISH", "facts": facts, "words": "{}", "file": "documents/DT.docx"}
    return OfficeDocument(**known, case_id=case.id, drafted_at=NOW, as_of=NOW.date(), drafted_by="Lan", state="draft")


def _issued(context: PortalContext, case: Case) -> OfficeDocument:
    (context.office.folder / "documents").mkdir(exist_ok=True)
    Document().save(str(context.office.folder / "documents/TB.docx"))
    known = {"kind": "notice", "step": "I5-PUBLISH", "facts": "{}", "words": "{}", "file": "documents/TB.docx"}
    moments = {"drafted_at": NOW, "changed_at": NOW, "as_of": NOW.date(), "issued_on": NOW.date()}
    return OfficeDocument(**known, **moments, case_id=case.id, drafted_by="Lan", state="issued")


def _tables(session: Session) -> Iterator[SQLModel]:
    """Rows of one unit that are accepted, a settlement, and a frozen version."""
    case = case_of(session, "STC")
    file, submission = session.exec(select(SubmissionFile, Submission).join(Submission)).first() or (None, None)
    assert file is not None
    assert submission is not None
    case.received_at, case.accepted_at, case.returned_at = case.received_at or NOW, NOW, None
    check = ContentCheck(
        submission_file_id=file.id or 0,
        submission_id=submission.id or 0,
        case_id=case.id or 0,
        form_version=0,
        verdict="ok",
        findings="[]",
        findings_count=0,
        rows_taken=1,
        tries=1,
        fault="",
        checked_at=NOW,
    )
    session.add(check)
    session.flush()
    of = {"obligation": "I5-CALENDAR", "period": "2014"}
    place = {"check_id": check.id or 0, "case_id": case.id or 0, "organisation_id": case.organisation_id}
    origin = {"version": submission.version, "sha256": file.sha256, "sheet": "", "row": 6}
    yield ContentRow(**place, **of, **origin, cells="{}", search="x", current=True)
    yield Settlement(
        **of, kind="values", subject="x", choice='{"stamp": "", "take": ""}', reason="", settled_at=NOW, settled_by=""
    )
    frozen = Consolidation(
        **of, number=1, form="{}", facts="{}", rows_count=1, sha256="0" * 64, reason="", frozen_at=NOW, frozen_by=""
    )
    session.add(frozen)
    session.flush()
    yield ConsolidationRow(consolidation_id=frozen.id or 0, position=1, cells="{}", origins="[]")
    stage = session.exec(select(Stage).where(Stage.case_id == case.id, Stage.code == "I5-APPROVE")).one()
    yield ConsolidationApproval(consolidation_id=frozen.id or 0, stage_id=stage.id or 0)


def case_of(session: Session, key: str) -> Case:
    """Of the release calendar: it has a table to fill in, and steps that follow."""
    query = select(Case).join(Organisation, col(Organisation.id) == col(Case.organisation_id))
    query = query.join(Occurrence, col(Occurrence.id) == col(Case.occurrence_id)).join(ObligationRow)
    return session.exec(query.where(Organisation.key == key, ObligationRow.code == "I5-CALENDAR")).one()


def _through_the_pages(context: PortalContext) -> None:
    client = a_browser(context, FOCAL_POINT)
    with reading(context.engine) as session:
        case = case_of(session, "SYT").id
    sent = {"files": ("biểu.txt", CONTENT)}
    assert (
        client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client), "number": "1"}, files=sent).status_code == 303
    )
    assert post(client, "/tai-khoan/lich/SYT/moi").status_code == 303
    a_token(context)
    a_token(context, name="cũ")
    assert post(a_browser(context, ADMINISTRATOR), "/quan-tri/ket-noi/2/thu-hoi").status_code == 303


def _proposals(unit: int, day: date) -> Iterator[SQLModel]:
    """One that waits, one of each verdict, and a version of the plan that waits for its day."""
    for id in (1, 2):
        texts = {"consolidated_by": "", "submitted_number": "", "decision_number": ""}
        yield Amendment(id=id, consolidated_at=NOW, submitted_on=day, decided_on=day if id == 2 else None, **texts)
    for amendment, accepted in ((None, None), (1, None), (2, True), (2, False)):
        texts = {"clause": "II.2", "difficulty": "", "content": "", "via": "portal", "recorded_by": ""}
        texts["file_sha256"] = HANDED_IN
        of_amendment = {"amendment_id": amendment, "accepted": accepted}
        yield Proposal(organisation_id=unit, received_at=NOW, recorded_at=NOW, **texts, **of_amendment)
    texts = {"document": "", "decision": "", "treatment": "{}", "loaded_by": ""}
    yield ComingVersion(effective_from=day + timedelta(days=900), loaded_at=NOW, **texts)


def _rows(session: Session, case: Case) -> Iterator[SQLModel]:
    """One of each kind that the province has none of."""
    id, person = case.id or 0, session.exec(select(Person).where(Person.email == FOCAL_POINT)).one().id or 0
    day, token = NOW.date(), session.exec(select(ApiToken.id)).first() or 0
    for of_unit in (True, False):
        yield CaseMessage(case_id=id, from_unit=of_unit, author="", text="", written_at=NOW, read_at=NOW)
    yield CaseNote(case_id=id, author="", text="", written_at=NOW)
    yield FormDraft(case_id=id, number=1, rows="[]", changed_at=NOW, changed_by="")
    yield CaseContact(case_id=id, way="phone", told="", by="", made_at=NOW, promised_on=day)
    yield Decision(case_id=id, kind="accept", by="", reason="", decided_at=NOW)
    yield AnswerRequest(
        case_id=id, person_id=person, kind="extension", until=day, reason="", at=NOW, state="refused", decided_at=NOW
    )
    for other in session.exec(select(AnswerRequest.case_id)):
        yield CaseContact(case_id=other, way="phone", told="", by="", made_at=NOW)
    seen = {"verdict": "ignored", "seen_at": NOW, "received_at": NOW, "fetched_at": NOW}
    yield InboundMail(dedupe_key="seen", sha256="0" * 64, size=1, **seen)
    session.execute(update(Stage).where(col(Stage.case_id) == id).values(done_on=day, recorded_at=NOW))
    session.execute(
        update(LetterDraft).where(col(LetterDraft.id) == 2).values(state="issued", issued_on=day, changed_at=NOW)
    )
    yield SignedFile(letter_id=1, name="", sha256=HANDED_IN, size=1, signatures="[]", filed_at=NOW, filed_by="")
    yield from _proposals(case.organisation_id, day)
    did = {"obligation": "II1-GUIDE", "organisation_id": case.organisation_id, "kind": "guidance", "on_day": day}
    for ended in (None, NOW):
        yield Activity(**did, summary="", file_sha256=HANDED_IN, recorded_at=NOW, recorded_by="", ended_at=ended)
    record = {"plan_code": "70-KH-UBND", "trigger_code": "BKHDT-REGULATION", "file_sha256": HANDED_IN}
    yield TriggerRecord(**record, fired_on=day, recorded_at=NOW, recorded_by="")
    form = {"plan_code": "70-KH-UBND", "title": "", "sheets": "[]", "file_name": "", "file_sha256": HANDED_IN}
    form |= {"file_size": len(CONTENT), "changed_at": NOW, "changed_by": "", "obligation": "II1-GUIDE"}
    yield OfficeForm(id=1, **form)
    yield OfficeForm(id=2, **form, version=1, from_day=day, until=day + timedelta(days=9))
    yield Absence(person_id=person, from_day=day, to_day=day + timedelta(days=3))
    yield OrganisationEvent(kind="rename", effective_on=day, from_keys=" SYT ", to_keys=" SYT ", legal_basis="")
    yield OutsideIdentity(issuer="https://id.example.vn", subject="", person_id=person)
    yield Webhook(
        token_id=token,
        url="https://hook.example.vn/x",
        kinds=" ",
        salt="s",
        created_at=NOW,
        seen_seq=0,
        seen_until=NOW,
        disabled_at=NOW,
    )
    yield CalendarOverride(day=date(2014, 3, 20), working=False, reason="", entered_by="", entered_at=NOW)
    yield ChannelHealth(channel="zalo_zns", paused_until=NOW + timedelta(hours=1))
    yield SendingHold(channel="zalo_zns", since=NOW, by="")
    yield AddressHealth(channel="email", address="thu-truong.stc@example.vn", state="dead", reason="", since=NOW)
    yield Upload(token="u", case_id=id, person_id=person, name="", size=5, touched_at=NOW)
    yield OaToken(profile="oa", access_token="", refresh_token="", obtained_at=NOW, expires_at=NOW, problem_at=NOW)
    yield ContactAddress(kind="bot", address="", person_id=person, since=NOW)
    yield InboundEvent(dedupe_key="d", source="zalo_bot", kind="k", raw=b"{}", headers="{}", received_at=NOW)
    yield WebhookDelivery(webhook_id=1, event="log-1", kind="case.decided", case_id=id, at=NOW, not_before=NOW)
    yield Projection(occurrence_id=case.occurrence_id, screen_id=str(uuid4()), shown_at=NOW)
    for number, message in enumerate(session.exec(select(Message.id).order_by(col(Message.id)).limit(2)), 1):
        yield Attempt(message_id=message or 0, number=number, address="", subject="", state="rejected", started_at=NOW)
