"""Sentences a person may take over into the slots of a report: drawn from what units and coordinators recorded."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session

from models.queries.cases import selection as cases_queries
from models.queries.reports.drafts import Reason, reasons_between
from reports.completion import CAUSES, DIFFICULTIES, SHORTCOMINGS
from rules.deadlines import late_from, start_of
from rules.office import Office
from rules.periods import period_title_vi
from rules.text.wording import day_vi
from services.reports.proposals import annex_iv
from services.reports.road import Report
from services.reports.window import window_of

SLOT_OF = {"request": CAUSES, "extend": DIFFICULTIES, "return": SHORTCOMINGS}


def suggestions(session: Session, office: Office, report: Report) -> Mapping[str, tuple[str, ...]]:
    """Key of a slot → sentences, each a fact of the period with who said it."""
    as_of = report.draft.as_of
    first = window_of(session, office.plan, report.period).first
    names = cases_queries.names_on(session, None, as_of)
    sentences: dict[str, list[str]] = {}
    for reason in reasons_between(session, start_of(first), late_from(as_of)):
        sentences.setdefault(SLOT_OF[reason.kind], []).append(_sentence(reason, names[reason.organisation_id].name))
    for row in annex_iv(session, first, as_of, names):
        sentences.setdefault(DIFFICULTIES, []).append(f"{row.unit} nêu khó khăn, vướng mắc: {_bare(row.reason)}.")
    return {slot: tuple(dict.fromkeys(said)) for slot, said in sentences.items()}


def _sentence(said: Reason, unit: str) -> str:
    about = f"{said.duty} ({period_title_vi(said.period)})"
    until = f" đến ngày {day_vi(said.until)}" if said.until else ""
    reason = f"; lý do: {_bare(said.reason)}" if said.reason.strip() else ""
    if said.kind == "request":
        return f"{unit} đề nghị gia hạn {about}{until}{reason}."
    if said.kind == "extend":
        return f"{unit} được gia hạn {about}{until}{reason}."
    return f"{unit} được đề nghị bổ sung {about}{reason.replace('lý do', 'nội dung cần bổ sung')}."


def _bare(text: str) -> str:
    """On one line, for the middle of a sentence."""
    return " ".join(text.split()).rstrip(".")
