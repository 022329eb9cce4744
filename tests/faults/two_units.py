"""A province in which each of two units has one of everything an address can name, and words nobody else may read."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import a_province
from a_province import NOW
from docx import Document
from sqlmodel import Session, col, select
from systems import OF_A_UNIT, a_token
from visitors import a_browser, form_key
from waiting_work import a_letter, waits

from models.database import reading, writing
from models.tables.activities import Activity
from models.tables.amendments import Amendment, Proposal
from models.tables.answers import AnswerRequest
from models.tables.api import ApiToken, Webhook
from models.tables.cases import Case
from models.tables.conversation import CaseContact, CaseMessage, CaseNote
from models.tables.messages import LetterDraft, OfficeDocument, SignedFile
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Absence, Person, Post, Tenure
from models.tables.submissions import Decision, Submission, SubmissionFile
from models.tables.uploads import Upload
from notifications.email.mailbox import Mailbox
from portal.context import PortalContext
from portal.forms import FIELD
from rules.channels import ChannelPolicy
from services.access.answer_links import PATH, answer_url
from services.calendar import feeds
from services.cases.acts import changed, standing
from services.files import uploads
from services.files.store import STORE, store_bytes

OWN, OTHER = "SYT", "STC"
DUTY = "I5-CALENDAR"
ROLES = {"focal_point": "dau-moi", "head": "thu-truong", "deputy": "pho-dau-moi"}
INTERNAL = "zqINTERNAL"  # what coordinators write for themselves, about whatever unit


def marker(unit: str, what: str = "") -> str:
    return f"zq{unit}{what}"


def address(unit: str, role: str) -> str:
    return f"{ROLES[role]}.{unit.lower()}@example.vn"


def whole(unit: str) -> str:
    """Names an upload that could be handed in."""
    return f"whole-{unit}"


def markers(unit: str) -> tuple[str, ...]:
    """Whatever is read of them is read of the unit."""
    return (marker(unit), *(address(unit, role) for role in ROLES))


@dataclass(frozen=True)
class TwoUnits:
    context: PortalContext
    own: dict[str, str]  # kind of identifier → one of Sở Y tế
    other: dict[str, str]  # the same of Sở Tài chính
    anywhere: dict[str, str]  # identifiers that are no unit's

    def of(self, unit: str) -> dict[str, str]:
        return self.own if unit == OWN else self.other


def two_units(folder: Path) -> TwoUnits:
    context = a_province.a_context(folder)
    channels = (
        *context.office.channels,
        ChannelPolicy("zalo_bot", "zalo", "bot"),
        ChannelPolicy("chat", "chat", "telegram"),
    )
    office = replace(context.office, folder=folder, channels=channels)
    context = replace(context, mail_folder=folder / "mail", office=office, api_per_minute=10**9)
    waits(context, a_letter())
    with writing(context.engine) as session:
        session.add(Amendment(id=1, consolidated_at=context.clock(), consolidated_by="Lan"))
    _write_draft(context)
    caught = Mailbox(folder / "mail").add(a_letter())
    own, other = (_planted(context, unit) for unit in (OWN, OTHER))
    with reading(context.engine) as session:
        occurrence = session.get_one(Case, int(own["case_id"])).occurrence_id
    return TwoUnits(
        context,
        own,
        other,
        {
            "name": caught,
            "code": DUTY,
            "period": "2014",
            "year": "2014",
            "step": "I5-APPROVE",
            "occurrence": str(occurrence),
            "family": "zalo",
        },
    )


def _write_draft(context: PortalContext) -> None:
    with reading(context.engine) as session:
        draft = context.office.folder / session.get_one(LetterDraft, 1).file
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(b"PK")
    copy = store_bytes(context.office.folder / STORE, "a.pdf", b"%PDF")
    with writing(context.engine) as session:
        of = {"name": copy.name, "sha256": copy.sha256, "size": copy.size, "filed_by": "Lan"}
        session.add(SignedFile(id=1, letter_id=1, filed_at=a_province.NOW, **of))
        session.add(_document(context, session.exec(select(Case.id)).first() or 0))


def _document(context: PortalContext, case: int) -> OfficeDocument:
    path = context.office.folder / "documents" / "TB.docx"
    path.parent.mkdir(exist_ok=True)
    Document().save(str(path))
    known = {"kind": "notice", "step": "I5-PUBLISH", "facts": "{}", "words": "{}", "file": "documents/TB.docx"}
    moments = {"drafted_at": NOW, "changed_at": NOW, "as_of": NOW.date(), "issued_on": NOW.date()}
    return OfficeDocument(id=1, **known, **moments, case_id=case, drafted_by="Lan", state="issued")


def _planted(context: PortalContext, unit: str) -> dict[str, str]:
    with writing(context.engine) as session:
        organisation = session.exec(select(Organisation).where(Organisation.key == unit)).one().id or 0
        _rename(session, organisation, unit)
        case = _open_case(session, organisation)
    _hand_in(context, unit, case)
    token = a_token(context, *OF_A_UNIT, unit=unit, name=marker(unit, "system"))
    with writing(context.engine) as session:
        person = session.exec(select(Person).where(Person.email == address(unit, "focal_point"))).one().id or 0
        found = {"key": unit, "case_id": str(case), "person": str(person), "bearer": token}
        found |= _written(session, unit, case, person)
        found |= _secrets(session, context, unit, organisation, case, person)
        hook = _webhook(session, unit, organisation)
        post = session.exec(select(Post).where(Post.organisation_id == organisation, Post.role == "focal_point")).one()
        return found | {"post": str(post.id), "webhook": str(hook)}


def _rename(session: Session, organisation: int, unit: str) -> None:
    for name in session.exec(select(OrganisationName).where(OrganisationName.organisation_id == organisation)):
        name.name, name.abbreviation = f"{name.name} {marker(unit, 'name')}", marker(unit)
    held = select(Tenure.person_id).join(Post, col(Post.id) == Tenure.post_id)
    for person in session.exec(
        select(Person).where(col(Person.id).in_(held.where(Post.organisation_id == organisation)))
    ):
        person.name, person.phone = f"{person.name} {marker(unit, 'person')}", marker(unit, "phone")


def _open_case(session: Session, organisation: int) -> int:
    unanswered = (col(Case.received_at).is_(None), col(Case.outcome).is_(None))
    return session.exec(select(Case.id).where(Case.organisation_id == organisation, *unanswered)).first() or 0


def _hand_in(context: PortalContext, unit: str, case: int) -> None:
    client = a_browser(context, address(unit, "focal_point"))
    told = {FIELD: form_key(client), "number": marker(unit, "number"), "document_number": marker(unit, "number")}
    file = (f"{marker(unit, 'file')}.csv", marker(unit, "content").encode())
    answer = client.post(f"/ho-so/{case}/nop", data=told, files={"files": file})
    assert answer.status_code == 303, answer.text


def _written(session: Session, unit: str, case: int, person: int) -> dict[str, str]:
    """In the words of people, and the rows that bear them."""
    submission = session.exec(select(Submission).where(Submission.case_id == case)).one()
    row = session.get_one(Case, case)
    submission.changed = changed(standing(row), row)  # as if it had been registered for the unit
    file = session.exec(select(SubmissionFile).where(SubmissionFile.submission_id == submission.id)).one()
    absence = Absence(
        person_id=person, from_day=date(2014, 3, 3), to_day=date(2014, 3, 5), reason=marker(unit, "absence")
    )
    request = AnswerRequest(
        case_id=case, person_id=person, kind="extension", until=date(2014, 2, 3), reason=marker(unit, "asks"), at=NOW
    )
    words = [
        CaseMessage(case_id=case, from_unit=True, author=marker(unit, "a"), text=marker(unit, "says"), written_at=NOW),
        CaseMessage(case_id=case, from_unit=False, author="Lan", text=marker(unit, "hears"), written_at=NOW),
        CaseNote(case_id=case, author="Lan", text=INTERNAL, written_at=NOW),
        CaseContact(case_id=case, way="phone", told=INTERNAL, spoke_with=INTERNAL, by="Lan", made_at=NOW),
        Decision(case_id=case, kind="extend", by="Lan", reason=marker(unit, "why"), decided_at=NOW),
    ]
    activity = _activity(unit, session.get_one(Case, case).organisation_id)
    proposal = _proposal(unit, activity.organisation_id, file)
    session.add_all([absence, request, *words, activity, proposal, _whole_upload(unit, case, person, file)])
    session.flush()
    own = {"submission": submission.id, "file_id": file.id, "absence": absence.id, "activity": activity.id}
    own["proposal"] = proposal.id
    return {name: str(id) for name, id in own.items()}


def _activity(unit: str, organisation: int) -> Activity:
    said = {"kind": "document", "summary": marker(unit, "did"), "recorded_by": marker(unit, "by")}
    return Activity(obligation=DUTY, organisation_id=organisation, on_day=NOW.date(), recorded_at=NOW, **said)


def _proposal(unit: str, organisation: int, file: SubmissionFile) -> Proposal:
    said = {"difficulty": marker(unit, "finds"), "content": marker(unit, "proposes"), "recorded_by": marker(unit, "by")}
    letter = {"file_name": file.name, "file_sha256": file.sha256, "file_size": file.size}
    moments = {"received_at": NOW, "recorded_at": NOW}
    return Proposal(organisation_id=organisation, clause="I.5", via="portal", **said, **letter, **moments)


def _whole_upload(unit: str, case: int, person: int, file: SubmissionFile) -> Upload:
    """Looked into, and not handed in yet."""
    kept = {"name": file.name, "size": file.size, "received": file.size, "sha256": file.sha256}
    verdict = json.dumps({"name": file.name, "kind": "csv", "remarks": []})
    return Upload(token=whole(unit), case_id=case, person_id=person, touched_at=NOW, verdict=verdict, **kept)


def _secrets(
    session: Session, context: PortalContext, unit: str, organisation: int, case: int, person: int
) -> dict[str, str]:
    """What an address is enough for, and an upload on its way."""
    upload = uploads.begin(session, context.office.intake, case, person, f"{marker(unit, 'up')}.txt", 9, "", NOW)
    feeds.renew(session, context.office, person, organisation, "Lan", NOW)
    feed = feeds.feeds_of(session, context.office, person)[organisation].address
    link = answer_url(context.office, case, person, NOW)
    return {
        "upload": upload.token,
        "secret": feed.rpartition("/")[2].removesuffix(".ics"),
        "answer": link.rpartition(PATH)[2],
    }


def _webhook(session: Session, unit: str, organisation: int) -> int:
    token = session.exec(select(ApiToken).where(ApiToken.organisation_id == organisation)).one()
    hook = Webhook(
        token_id=token.id or 0,
        organisation_id=organisation,
        url=f"https://hook.example.vn/{marker(unit, 'hook')}",
        kinds="case.decided",
        salt=unit,
        created_at=NOW,
        seen_seq=0,
        seen_until=NOW,
    )
    session.add(hook)
    session.flush()
    return hook.id or 0
