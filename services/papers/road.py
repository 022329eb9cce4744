"""A document about a case: drafted from the record, completed, approved, signed, numbered; then never changed again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlmodel import Session

from models.queries import documents as queries
from models.queries.cases import case_file as case_queries
from models.queries.cases.selection import CaseFile
from models.tables.messages import OfficeDocument
from models.tables.plan import ObligationRow, Occurrence
from reports.facts import Completion
from rules.office import Office
from rules.plan import DocumentKind, Obligation
from services import issuing, log
from services.errors import Refused
from services.issuing import Road
from services.papers.gathering import PAPER_KINDS, Subject

if TYPE_CHECKING:
    from reports.completion import Item
    from reports.papers.facts import Facts

FOLDER = "documents"
LONGEST = 8000
DRAFT = "draft"
ROAD = Road(
    "document",
    {
        DRAFT: ("approved", "dropped"),
        "approved": ("signed", DRAFT),
        "signed": ("issued", DRAFT),
        "dropped": (DRAFT,),
    },
    {
        DRAFT: "document.reopened",
        "approved": "document.approved",
        "signed": "document.signed",
        "issued": "document.issued",
        "dropped": "document.dropped",
    },
)


@dataclass(frozen=True)
class Paper:
    """A document as lists and its own part of a page show it."""

    row: OfficeDocument
    occurrence: Occurrence
    obligation: ObligationRow
    slots: tuple[Item, ...]
    words: Mapping[str, str]

    @property
    def kind(self) -> DocumentKind:
        return DocumentKind(self.row.kind)

    @property
    def empty(self) -> list[str]:
        return [slot.slot for slot in self.slots if not self.words.get(slot.key, "").strip()]


@dataclass(frozen=True)
class Offer:
    """A document that can be drafted about a case, and those there are of it."""

    duty: Obligation
    kind: DocumentKind
    documents: tuple[OfficeDocument, ...]

    @property
    def waiting(self) -> bool:
        return any(row.state in queries.ON_THE_ROAD for row in self.documents)


def offers(session: Session, office: Office, file: CaseFile) -> list[Offer]:
    """What the office issues about this case; nothing about a case of another body."""
    duties = [item for item in office.plan.obligations if item.document and _is_of(item, file.obligation.code)]
    if not duties or file.organisation.key != office.plan.lead:
        return []
    rows = queries.of_case(session, file.id)
    return [
        Offer(duty, duty.document, tuple(row for row in rows if row.step == duty.id))
        for duty in duties
        if duty.document
    ]


def _is_of(item: Obligation, code: str) -> bool:
    return item.id == code or bool(item.follows and item.follows.deliverable == code)


def waiting(session: Session) -> list[Paper]:
    return [_paper(*row) for row in queries.waiting(session)]


def settled(session: Session, most: int = 10) -> list[Paper]:
    return [Paper(*row, (), {}) for row in queries.settled(session, most)]


def _paper(row: OfficeDocument, occurrence: Occurrence, obligation: ObligationRow) -> Paper:
    from reports.papers.writing import slots  # Word libraries load slowly; only documents pay for them

    return Paper(row, occurrence, obligation, tuple(slots(DocumentKind(row.kind), _facts(row))), json.loads(row.words))


def file_of(session: Session, office: Office, id: int) -> Path | None:
    """None when there is no such document, or its file is gone."""
    row = session.get(OfficeDocument, id)
    path = office.folder / row.file if row else None
    return path if path and path.is_file() else None


# --- drafting ---------------------------------------------------------------------------------------------------------


def draft(session: Session, office: Office, case_id: int, step: str, by: str, now: datetime) -> OfficeDocument:
    """From the record as of now. Raises Refused: also where one of this kind is on the road."""
    log.hold(session)
    file = case_queries.whole_case(session, case_id)
    offer = next((one for one in offers(session, office, file) if one.duty.id == step.upper()), None) if file else None
    if file is None or offer is None:
        raise Refused("Hồ sơ này không có văn bản ấy. / This case has no such document.")
    if offer.waiting:
        raise Refused("Văn bản này đã có dự thảo. / There is a draft of this document already.")
    kind = PAPER_KINDS[offer.kind]
    facts = kind.gather(session, office, Subject(file, offer.duty, now))
    version = len(offer.documents) + 1
    name = f"{kind.prefix}-{offer.duty.id}-{file.occurrence.period}{f'-{version}' if version > 1 else ''}.docx"
    row = OfficeDocument(
        kind=offer.kind.value,
        case_id=case_id,
        step=offer.duty.id,
        as_of=facts.as_of,
        facts=_kept(facts),
        words="{}",
        drafted_at=now,
        drafted_by=by,
        file=f"{FOLDER}/{name}",
    )
    session.add(row)
    session.flush()
    _write(office, row)
    details = {"kind": row.kind, "step": row.step, "file": name}
    log.append(session, now, by, "document.draft", f"document:{row.id}", details)
    return row


def redraft(session: Session, office: Office, id: int, by: str, now: datetime) -> None:
    """From the record as it is now; what people wrote is kept. Raises Refused."""
    row = _open(session, id)
    file = case_queries.whole_case(session, row.case_id)
    duty = office.obligations.get(row.step)
    if file is None or duty is None:
        raise Refused("Kế hoạch hiện hành không còn việc này. / The plan in force no longer has this duty.")
    facts = PAPER_KINDS[DocumentKind(row.kind)].gather(session, office, Subject(file, duty, now))
    row.facts, row.as_of, row.drafted_at, row.drafted_by = _kept(facts), facts.as_of, now, by
    session.add(row)
    _write(office, row)
    log.append(session, now, by, "document.redraft", f"document:{id}", {"as_of": facts.as_of})


def write_words(session: Session, office: Office, id: int, words: Mapping[str, str], by: str, now: datetime) -> int:
    """Keep what changed, and put it into the document. Raises Refused."""
    row = _open(session, id)
    kept = json.loads(row.words)
    changed = {slot: text for slot, text in words.items() if text != kept.get(slot, "")}
    if any(len(text) > LONGEST for text in changed.values()):
        raise Refused(f"Phần bổ sung dài quá {LONGEST} chữ. / Longer than {LONGEST} letters.")
    if changed:
        row.words = json.dumps({**kept, **changed}, ensure_ascii=False)
        session.add(row)
        _write(office, row)
        log.append(session, now, by, "document.words", f"document:{id}", {"slots": sorted(changed)})
    return len(changed)


def _open(session: Session, id: int) -> OfficeDocument:
    log.hold(session)
    row = queries.document(session, id)
    if row is None or row.state != DRAFT:
        raise log.overtaken(session, f"document:{id}")
    return row


def _facts(row: OfficeDocument) -> Facts:
    facts: Facts = TypeAdapter(PAPER_KINDS[DocumentKind(row.kind)].facts).validate_json(row.facts)
    return facts


def _kept(facts: Facts) -> str:
    return TypeAdapter(type(facts)).dump_json(facts).decode()


def _write(office: Office, row: OfficeDocument) -> Path:
    from reports.papers.writing import write_paper  # Word libraries load slowly; only documents pay for them

    completion = Completion(json.loads(row.words), row.document_number, row.issued_on)
    return write_paper(DocumentKind(row.kind), _facts(row), office.folder / row.file, completion)


# --- the road ---------------------------------------------------------------------------------------------------------


def approve(session: Session, id: int, despite: bool, by: str, now: datetime) -> None:
    """Fit to be signed; with slots that are still empty only where the leader says so. Raises Refused."""
    from reports.papers.writing import slots

    row = _open(session, id)
    words = json.loads(row.words)
    empty = [item.slot for item in slots(DocumentKind(row.kind), _facts(row)) if not words.get(item.key, "").strip()]
    if empty and not despite:
        raise Refused(
            f"Còn {len(empty)} chỗ trống: {'; '.join(empty)}. Đánh dấu «Duyệt dù còn chỗ trống» nếu vẫn duyệt. / "
            f"{len(empty)} slots are empty."
        )
    issuing.move(session, ROAD, row, "approved", by, now, {"empty": empty} if empty else None)


def sign(session: Session, id: int, by: str, now: datetime) -> None:
    issuing.move(session, ROAD, queries.document(session, id), "signed", by, now)


def reopen(session: Session, id: int, reason: str, by: str, now: datetime) -> None:
    """Back to its author, from wherever it is before it is issued. Raises Refused."""
    _with_reason(session, id, DRAFT, reason, by, now)


def drop(session: Session, id: int, reason: str, by: str, now: datetime) -> None:
    _with_reason(session, id, "dropped", reason, by, now)


def _with_reason(session: Session, id: int, state: str, reason: str, by: str, now: datetime) -> None:
    if not reason.strip():
        raise Refused("Cần ghi lý do. / A reason is required.")
    row = queries.document(session, id)
    if state == DRAFT and row and any(one.state in queries.ON_THE_ROAD for one in _others(session, row)):
        raise Refused("Văn bản này đã có dự thảo khác. / There is another draft of this document.")
    issuing.move(session, ROAD, row, state, by, now, {"reason": reason.strip()})


def _others(session: Session, row: OfficeDocument) -> Sequence[OfficeDocument]:
    return [one for one in queries.of_case(session, row.case_id) if one.step == row.step and one.id != row.id]


def issue(session: Session, office: Office, id: int, number: str, issued_on: date, by: str, now: datetime) -> None:
    """Number and day stand in the document from now on, and it never changes again. Raises Refused."""
    row = issuing.issue(session, ROAD, queries.document(session, id), number, issued_on, by, now)
    row.file = f"{row.file.removesuffix('.docx')}-ban-hanh.docx"
    path = _write(office, row)
    row.sha256 = sha256(path.read_bytes()).hexdigest()
    session.add(row)
    log.append(session, now, by, "case.document", f"case:{row.case_id}", _of_case(row))


def _of_case(row: OfficeDocument) -> dict[str, object]:
    return {"document": row.id, "step": row.step, "number": row.document_number, "issued_on": row.issued_on}


def issued_about(session: Session, case_id: int, step: str) -> OfficeDocument | None:
    """Whose number and day prove the step, or the hand-in."""
    return queries.issued_for(session, case_id, step)
