"""How the plan is amended: units propose, proposals are put together, submitted, decided, and carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.database import id_of
from models.queries.plan import amendments as queries
from models.queries.plan import bindings as binding_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.amendments import Amendment, Proposal
from rules.deadlines import late_from, local_day, start_of
from rules.office import Office
from rules.plan import Obligation, Plan
from rules.text.wording import day_vi
from services import log
from services.errors import Refused
from services.files.store import StoredFile

LONGEST = 4000
WHOLE_PLAN = ""  # as a clause


@dataclass(frozen=True)
class Draft:
    """What a unit proposes, as it was written."""

    clause: str  # WHOLE_PLAN: no clause in particular
    difficulty: str
    content: str
    document_number: str = ""
    document_date: date | None = None
    via: str = "portal"
    file: StoredFile | None = None  # the unit's official letter


def duty_of(plan: Plan) -> Obligation:
    """The obligation under which the plan is amended. Raises Refused: the plan has none."""
    if plan.amendment is None:
        raise Refused(
            f"Kế hoạch {plan.number} không có nhiệm vụ đề xuất sửa đổi (amends trong plan.yaml). / "
            "The plan has no duty for amendments."
        )
    return plan.amendment


def clauses_of(plan: Plan) -> list[str]:
    return list(dict.fromkeys(item.clause for item in plan.obligations))


def may_propose(session: Session, plan: Plan) -> set[int]:
    """The organisations bound to propose."""
    version = plan_queries.current_plan(session)
    if version is None or plan.amendment is None:
        return set()
    row = plan_queries.obligations(session, id_of(version)).get(plan.amendment.id)
    return {one.organisation_id for one in binding_queries.bindings_of(session, [id_of(row)])} if row else set()


def propose(
    session: Session, office: Office, unit: int, draft: Draft, by: str, now: datetime, received: datetime | None = None
) -> Proposal:
    """Raises Refused, saying which field is wrong."""
    duty_of(office.plan)
    _need_sense(office.plan, draft, received or now, now)
    if unit not in may_propose(session, office.plan):
        raise Refused("Cơ quan này không thuộc diện đề xuất sửa đổi Kế hoạch. / This unit is not bound to propose.")
    letter = draft.file or StoredFile("", "", 0)
    proposal = Proposal(
        organisation_id=unit,
        clause=draft.clause,
        difficulty=draft.difficulty,
        content=draft.content,
        document_number=draft.document_number,
        document_date=draft.document_date,
        file_name=letter.name,
        file_sha256=letter.sha256,
        file_size=letter.size,
        via=draft.via,
        received_at=received or now,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(proposal)
    session.flush()
    details = {
        "unit": unit,
        "clause": draft.clause,
        "number": draft.document_number,
        "via": draft.via,
        "file": letter.sha256,
    }
    log.append(session, now, by, "proposal.make", f"proposal:{proposal.id}", details)
    return proposal


def _need_sense(plan: Plan, draft: Draft, received: datetime, now: datetime) -> None:
    if draft.clause != WHOLE_PLAN and draft.clause not in clauses_of(plan):
        raise Refused(f"Kế hoạch không có mục «{draft.clause}». / The plan has no clause “{draft.clause}”.")
    for name, text in (("khó khăn, vướng mắc", draft.difficulty), ("nội dung đề xuất", draft.content)):
        if not text.strip():
            raise Refused(f"Cần ghi {name}. / The difficulty and the proposal must both be written.")
        if len(text) > LONGEST:
            raise Refused(f"Phần {name} dài quá {LONGEST} chữ. / Longer than {LONGEST} letters.")
    if received > now or (draft.document_date and draft.document_date > local_day(received)):
        raise Refused("Ngày văn bản và ngày nhận không được ở sau. / The days of the document cannot lie ahead.")


def consolidate(session: Session, opinions: Mapping[int, str], by: str, now: datetime) -> Amendment:
    """Put these proposals together, each with the opinion of whoever does. Raises Refused."""
    log.hold(session)
    chosen = [one for one in queries.waiting(session) if id_of(one) in opinions]
    if not chosen or len(chosen) != len(opinions):
        raise Refused("Hãy chọn đề xuất chưa được tổng hợp. / Choose proposals that were not put together yet.")
    amendment = Amendment(consolidated_at=now, consolidated_by=by)
    session.add(amendment)
    session.flush()
    for proposal in chosen:
        proposal.amendment_id, proposal.opinion = amendment.id, opinions[id_of(proposal)]
        session.add(proposal)
    details = {"proposals": [one.id for one in chosen]}
    log.append(session, now, by, "amendment.consolidate", f"amendment:{amendment.id}", details)
    return amendment


def submit(session: Session, amendment_id: int, number: str, day: date, by: str, now: datetime) -> None:
    """To whoever decides. Raises Refused."""
    amendment = _held(session, amendment_id)
    if amendment.submitted_on is not None:
        raise Refused("Bản tổng hợp này đã trình. / This has been submitted already.")
    _need_document(number, day, local_day(amendment.consolidated_at), now)
    amendment.submitted_number, amendment.submitted_on = number, day
    session.add(amendment)
    details = {"number": number, "day": day}
    log.append(session, now, by, "amendment.submit", f"amendment:{amendment_id}", details)


def decide(
    session: Session, amendment_id: int, verdicts: Mapping[int, bool], number: str, day: date, by: str, now: datetime
) -> None:
    """Each proposal is accepted or refused. Raises Refused."""
    amendment = _held(session, amendment_id)
    if amendment.submitted_on is None or amendment.decided_on is not None:
        raise Refused("Chỉ ghi quyết định cho bản đã trình, chưa quyết định. / It must be submitted and not decided.")
    _need_document(number, day, amendment.submitted_on, now)
    proposals = queries.proposals_in(session, [amendment_id])
    if {id_of(one) for one in proposals} != set(verdicts):
        raise Refused("Cần ghi chấp nhận hay không cho từng đề xuất. / Say of each proposal whether it is accepted.")
    for proposal in proposals:
        proposal.accepted = verdicts[id_of(proposal)]
        session.add(proposal)
    amendment.decision_number, amendment.decided_on = number, day
    session.add(amendment)
    details = {"number": number, "day": day, "accepted": sorted(id for id, yes in verdicts.items() if yes)}
    log.append(session, now, by, "amendment.decide", f"amendment:{amendment_id}", details)


def _held(session: Session, amendment_id: int) -> Amendment:
    log.hold(session)
    amendment = session.get(Amendment, amendment_id)
    if amendment is None:
        raise Refused("Không có bản tổng hợp này. / There is no such amendment.")
    return amendment


def _need_document(number: str, day: date, not_before: date, now: datetime) -> None:
    if not number.strip():
        raise Refused("Cần ghi số, ký hiệu văn bản. / The number of the document is needed.")
    if day > local_day(now):
        raise Refused(f"Ngày {day_vi(day)} ở tương lai. / {day} lies ahead.")
    if day < not_before:
        raise Refused(
            f"Ngày {day_vi(day)} trước bước liền trước ({day_vi(not_before)}). / {day} is before {not_before}."
        )


def proposals_of(session: Session, first: date, last: date) -> list[Proposal]:
    """Received on these days: what the periodic report lists, each with the opinion on it so far."""
    return list(queries.received_between(session, start_of(first), late_from(last)))
