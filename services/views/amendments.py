"""Proposals to amend the plan as lists and tables show them: with the unit's name, and how far they have come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.plan import amendments as queries
from models.queries.plan import versions as version_queries
from models.tables.amendments import Amendment, Proposal
from models.tables.plan import PlanVersion
from reports.proposals_list import ProposalRow, proposals_book
from rules.deadlines import PROVINCE, local_day
from rules.office import Office
from rules.plan import Text
from rules.text.wording import day_vi


class AmendmentState(StrEnum):
    CONSOLIDATED = "consolidated"
    SUBMITTED = "submitted"
    REFUSED = "refused"  # nothing was accepted
    DECIDED = "decided"  # no version of the plan carries it out yet
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"


STATES = {
    AmendmentState.CONSOLIDATED: Text("đã tổng hợp, chưa trình", "put together, not submitted"),
    AmendmentState.SUBMITTED: Text("đã trình, chờ quyết định", "submitted, not decided"),
    AmendmentState.REFUSED: Text("không đề xuất nào được chấp nhận", "no proposal was accepted"),
    AmendmentState.DECIDED: Text("đã quyết định, chờ nạp phiên bản mới", "decided, waits for the new version"),
    AmendmentState.SCHEDULED: Text("đã quyết định, chờ ngày áp dụng", "decided, waits for its day"),
    AmendmentState.IN_FORCE: Text("đã đưa vào Kế hoạch", "carried out"),
}
WAITING = Text("chờ tổng hợp", "waits to be put together")
ACCEPTED = {True: Text("được chấp nhận", "accepted"), False: Text("không được chấp nhận", "refused")}


@dataclass(frozen=True)
class ProposalLine:
    proposal: Proposal
    unit: str  # its name
    amendment: Amendment | None
    state: Text

    @property
    def clause(self) -> str:
        return self.proposal.clause or "toàn Kế hoạch"


@dataclass(frozen=True)
class AmendmentLine:
    amendment: Amendment
    state: AmendmentState
    proposals: Sequence[ProposalLine]
    version: PlanVersion | None


def waiting_lines(session: Session, now: datetime) -> list[ProposalLine]:
    return _lines(session, queries.waiting(session), now)


def lines_of_units(session: Session, units: Collection[int], now: datetime) -> list[ProposalLine]:
    """The newest first."""
    return _lines(session, queries.proposals_by(session, units), now)[::-1]


def amendment_lines(session: Session, now: datetime) -> list[AmendmentLine]:
    """The newest first."""
    amendments = queries.amendments(session)
    return _amendment_lines(session, amendments, now)


def amendment_line(session: Session, id: int, now: datetime) -> AmendmentLine | None:
    amendment = session.get(Amendment, id)
    return _amendment_lines(session, [amendment], now)[0] if amendment else None


def _amendment_lines(session: Session, amendments: Sequence[Amendment], now: datetime) -> list[AmendmentLine]:
    by_amendment: dict[int, list[ProposalLine]] = defaultdict(list)
    for line in _lines(session, queries.proposals_in(session, [id_of(one) for one in amendments]), now):
        by_amendment[line.proposal.amendment_id or 0].append(line)
    versions = queries.versions_by_id(session, [one.version_id for one in amendments if one.version_id])
    scheduled = _scheduled(session)
    return [
        AmendmentLine(
            amendment=one,
            state=_state(one, [line.proposal for line in by_amendment[id_of(one)]], scheduled),
            proposals=by_amendment[id_of(one)],
            version=versions.get(one.version_id or 0),
        )
        for one in amendments
    ]


def _scheduled(session: Session) -> int | None:
    coming = version_queries.coming(session)
    return coming.amendment_id if coming else None


def _state(amendment: Amendment, proposals: Sequence[Proposal], scheduled: int | None) -> AmendmentState:
    if amendment.version_id is not None:
        return AmendmentState.IN_FORCE
    if amendment.decided_on is None:
        return AmendmentState.CONSOLIDATED if amendment.submitted_on is None else AmendmentState.SUBMITTED
    if not any(one.accepted for one in proposals):
        return AmendmentState.REFUSED
    return AmendmentState.SCHEDULED if amendment.id == scheduled else AmendmentState.DECIDED


def _lines(session: Session, proposals: Sequence[Proposal], now: datetime) -> list[ProposalLine]:
    names = cases_queries.names_on(session, {one.organisation_id for one in proposals}, local_day(now))
    ids = {one.amendment_id for one in proposals if one.amendment_id}
    amendments = {id_of(one): one for one in queries.amendments(session) if one.id in ids}
    scheduled = _scheduled(session)
    lines = []
    for one in proposals:
        amendment = amendments.get(one.amendment_id or 0)
        state = WAITING if amendment is None else STATES[_state(amendment, [one], scheduled)]
        if one.accepted is not None:
            state = ACCEPTED[one.accepted]
        lines.append(ProposalLine(one, names[one.organisation_id].name, amendment, state))
    return lines


def standing(waiting: Sequence[ProposalLine], amendments: Sequence[AmendmentLine]) -> str:
    """In one Vietnamese sentence: what waits, and every amendment that is not carried out."""
    under_way = [one for one in amendments if one.state not in (AmendmentState.IN_FORCE, AmendmentState.REFUSED)]
    parts = [f"{len(waiting)} đề xuất chờ tổng hợp"] if waiting else []
    parts += [f"bản tổng hợp số {one.amendment.id} {STATES[one.state].vi}" for one in under_way]
    return f"{'; '.join(parts)}." if parts else "Không có đề xuất nào đang chờ."


def table_of(office: Office, line: AmendmentLine, now: datetime) -> bytes:
    """The table that is submitted, as a workbook."""
    title = f"TỔNG HỢP ĐỀ XUẤT SỬA ĐỔI, BỔ SUNG KẾ HOẠCH SỐ {office.plan.number}"
    local = now.astimezone(PROVINCE)
    subtitle = f"Bản tổng hợp số {line.amendment.id}; in lúc {local:%H:%M} ngày {day_vi(local.date())}."
    return proposals_book(title, subtitle, [_row(one) for one in line.proposals])


def _row(line: ProposalLine) -> ProposalRow:
    proposal = line.proposal
    return ProposalRow(
        unit=line.unit,
        clause=line.clause,
        difficulty=proposal.difficulty,
        content=proposal.content,
        document_number=proposal.document_number,
        document_date=proposal.document_date,
        received_on=local_day(proposal.received_at),
        opinion=proposal.opinion,
        result=ACCEPTED[proposal.accepted].vi if proposal.accepted is not None else "",
    )
