"""Lays ladders out further: after a gap from where they stood, and month by month as long as an answer is owed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from models.database import id_of
from models.queries.plan import ladder_days as queries
from models.queries.plan.ladder_days import LateTerm
from models.tables.plan import StepDay
from rules.ladder import StepDay as LadderDay
from rules.ladder import resumed
from rules.office import Office
from services.plan.load import day_rows

Rows = dict[tuple[str, str], StepDay]  # by step and whom it reaches


def lay_out_further(session: Session, office: Office, today: date, obligations: Collection[str] | None) -> None:
    """Of late terms with open cases whose next step passed while nobody looked, or has no day yet.

    Reads what is laid out for such terms at once, however many cases are held to them.
    """
    late = queries.late_terms_without_next_step(session, today, obligations)
    if not late:
        return
    ids = [id_of(one.term) for one in late]
    rows, noticed = defaultdict[int, Rows](dict), defaultdict[int, set[str]](set)
    for term, step in queries.steps_with_notices(session, ids):
        noticed[term].add(step)
    for row in queries.step_days_of(session, ids):
        rows[row.term_id][row.step, row.reaches] = row
    for one in late:
        _lay_out(session, office, one, rows[id_of(one.term)], noticed[id_of(one.term)], today)


def _lay_out(
    session: Session, office: Office, late: LateTerm, rows: Rows, noticed: Collection[str], today: date
) -> None:
    ladder = office.ladders.get(late.term.ladder or "")
    if ladder is None:
        return
    days = {_plain(step): (row.on_day, row.until_day) for (step, _), row in rows.items()}
    seen = {_plain(row.step) for row in rows.values() if _looked_at(row, late.looked_on)}
    seen |= {_plain(step) for step in noticed}
    fresh = resumed(ladder, days, seen, today, office.calendar)
    _end_before(list(rows.values()), fresh)
    for row in day_rows(late.term, fresh):
        old = rows.get((row.step, row.reaches))
        if old is None:
            session.add(row)
        else:
            old.on_day, old.until_day = row.on_day, row.until_day


def _looked_at(row: StepDay, looked_on: date | None) -> bool:
    return looked_on is not None and row.on_day <= looked_on


def _end_before(rows: list[StepDay], fresh: list[LadderDay]) -> None:
    """What stood for good is no longer the newest once something follows."""
    for row in rows:
        if fresh and row.on_day < fresh[0].on_day:
            row.until_day = min(row.until_day, fresh[0].on_day)


def _plain(step: str) -> str:
    return step.partition("@")[0]
