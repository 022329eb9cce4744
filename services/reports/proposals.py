"""Annex IV of the periodic report: what units proposed in the period, as known on the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session

from models.queries.plan import amendments as queries
from models.tables.amendments import Amendment, Proposal
from models.tables.organisations import OrganisationName
from reports.facts import AnnexIVRow
from rules.deadlines import local_day
from rules.text.wording import day_vi
from services.plan.amendments import proposals_of


def annex_iv(
    session: Session, first: date, as_of: date, names: Mapping[int, OrganisationName]
) -> tuple[AnnexIVRow, ...]:
    """Received from `first` on; opinions and decisions of later days are not known yet."""
    amendments = {one.id: one for one in queries.amendments(session)}
    return tuple(
        AnnexIVRow(
            unit=names[one.organisation_id].name,
            proposal=f"{_clause(one)}: {one.content}",
            reason=one.difficulty,
            opinion=_opinion(one, amendments.get(one.amendment_id), as_of),
        )
        for one in proposals_of(session, first, as_of)
    )


def _clause(proposal: Proposal) -> str:
    return f"Mục {proposal.clause}" if proposal.clause else "Toàn Kế hoạch"


def _opinion(proposal: Proposal, amendment: Amendment | None, as_of: date) -> str:
    if amendment is None or local_day(amendment.consolidated_at) > as_of:
        return ""
    if amendment.decided_on is None or amendment.decided_on > as_of or proposal.accepted is None:
        return proposal.opinion
    verdict = "được chấp nhận" if proposal.accepted else "không được chấp nhận"
    decision = f"{verdict} (văn bản số {amendment.decision_number} ngày {day_vi(amendment.decided_on)})"
    return f"{proposal.opinion}; {decision}" if proposal.opinion else decision[0].upper() + decision[1:]
