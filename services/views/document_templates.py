"""What an office sees of its Word templates: which are in use, what a changed one makes of real facts, its form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import reading
from models.tables.templates import TemplateVersion
from rules.deadlines import local_day
from rules.documents.form_rules import Verdict
from rules.office import Office
from services import templates
from services.errors import Refused
from services.reminders import urging_letters
from services.reports import road
from services.reports.documents import PROGRESS, URGING_LETTER
from services.reports.facts import report_facts
from services.templates import DOCUMENT

if TYPE_CHECKING:  # Word libraries load slowly
    from reports.word_templates.kinds import DocumentKind
    from reports.word_templates.trial import Trial


@dataclass(frozen=True)
class TriedTemplate:
    trial: Trial
    verdict: Verdict | None = None  # on the form of the document; None: there is none


def _newest_report(session: Session, office: Office, now: datetime) -> Any:  # noqa: ARG001
    newest = next(iter(road.reports(session)), None)
    return report_facts(session, office, newest.period, newest.draft.as_of) if newest else None


REAL: Mapping[str, Callable[[Session, Office, datetime], Any]] = {
    PROGRESS: _newest_report,
    URGING_LETTER: urging_letters.newest_facts,
}  # a kind that is not here is tried on samples alone


def in_use(session: Session) -> dict[str, TemplateVersion]:
    """By name; of the others the shipped one is."""
    return {row.name: row for row in templates.all_in_use(session, DOCUMENT)}


def try_out(engine: Engine, office: Office, kind: DocumentKind, content: bytes, now: datetime) -> TriedTemplate:
    """On the newest real facts and on samples. No transaction is open meanwhile. Raises Refused for no usable file."""
    from reports.document_check.checking import check_form
    from reports.word_templates.trial import try_template
    from reports.workbook_guard import UnsafeWorkbook

    with reading(engine) as session:
        facts = REAL[kind.name](session, office, now) if kind.name in REAL else None
    today = local_day(now)
    try:
        trial = try_template(kind, content, facts)
        verdict = check_form(trial.document, today, today) if trial.document else None
    except UnsafeWorkbook as error:
        raise Refused(str(error)) from error
    return TriedTemplate(trial, verdict)


def need_agreed_form(tried: TriedTemplate, despite: bool) -> None:
    """Raises Refused: a template is put in use only if it can be, and departures from the form only knowingly."""
    if tried.trial.faults:
        raise Refused("Mẫu này không dùng được nữa, xem các lỗi dưới đây. / It cannot be used, see the faults below.")
    if tried.verdict and tried.verdict.departures and not despite:
        count = len(tried.verdict.departures)
        raise Refused(
            f"Văn bản theo mẫu này có {count} chỗ khác thể thức; đánh dấu ô xác nhận nếu vẫn dùng. / "
            f"The document departs from the form in {count} places; tick the box to use it all the same."
        )
