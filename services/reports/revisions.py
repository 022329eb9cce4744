"""Which numbers of the report before have changed by what was recorded after its day, and by what."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.queries.reports import corrections as queries
from models.queries.reports.corrections import REOPENED, STEP, Correction
from models.tables.organisations import OrganisationName
from reports import facts as say
from rules.deadlines import late_from, local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.punctuality import ReportOutcome
from rules.reporting import ReportingWindow
from rules.text.wording import text_day_vi
from services.reports.duties import INSTANT, count_duties
from services.reports.window import report_of, window_of


@dataclass(frozen=True)
class Revised:
    title: str = ""  # of the report before
    day: date | None = None
    revisions: tuple[say.Revision, ...] = ()


def revised(
    session: Session, office: Office, window: ReportingWindow, as_of: date, names: Mapping[int, OrganisationName]
) -> Revised:
    """As known at the end of `as_of`."""
    before = queries.report_before(session, report_of(office.plan).id, window.period, as_of)
    if before is None:
        return Revised()
    period, day = before
    return Revised(period_title_vi(period), day, revisions_of(session, office, period, day, late_from(as_of), names))


def revisions_of(
    session: Session, office: Office, period: str, day: date, before: datetime, names: Mapping[int, OrganisationName]
) -> tuple[say.Revision, ...]:
    """Of a report counted as of `day`, by what was recorded after it and before a moment."""
    until = before - INSTANT
    recorded: dict[int, list[Correction]] = defaultdict(list)
    for one in queries.corrections(session, day, late_from(day) - INSTANT, until):
        recorded[one.case_id].append(one)
    if not recorded:
        return ()
    earlier = window_of(session, office.plan, period)
    printed = count_duties(session, office, earlier, day, names).rows
    now = {row.title: row for row in count_duties(session, office, earlier, day, names, until).rows}
    pairs = [(row, now[row.title]) for row in printed if row.title in now]
    revisions = (_revision(row, other, recorded) for row, other in pairs)
    return tuple(one for one in revisions if one is not None)


def _revision(
    printed: say.DutyResult, now: say.DutyResult, recorded: Mapping[int, Sequence[Correction]]
) -> say.Revision | None:
    """None where no case stands in another column."""
    before = {case.case_id: case for case in printed.results}
    moved = [case for case in now.results if before.get(case.case_id, case).outcome is not case.outcome]
    if not moved:
        return None
    old, new = (Counter(case.outcome for case in row.results) for row in (printed, now))
    moves = tuple((outcome, old[outcome], new[outcome]) for outcome in ReportOutcome if old[outcome] != new[outcome])
    reasons = (_reason(case.unit, one, case) for case in moved for one in recorded.get(case.case_id, ())[-1:])
    return say.Revision(printed.title, moves, tuple(reasons))


def _reason(unit: str, what: Correction, case: say.CaseResult) -> str:
    day = text_day_vi(local_day(what.at))
    reason = f", lý do: {' '.join(what.reason.split()).rstrip('.')}" if what.reason.strip() else ""
    if what.kind == REOPENED:
        return f"{unit}: hồ sơ được mở lại ngày {day}{reason}"
    if what.kind == STEP:
        return f"{unit}: được ghi nhận lại ngày {day}{reason}"
    number = f" số {what.document_number}" if what.document_number else ""
    received = f" nhận ngày {text_day_vi(case.received_on)}" if case.received_on else ""
    return f"{unit}: văn bản{number}{received}, đăng ký ngày {day}"
