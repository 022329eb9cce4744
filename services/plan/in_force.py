"""The office as its database has it now: the plan in force, days entered beside calendar.yaml, ladders it made."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from models.queries.calendar import days as day_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.plan import ObligationRow
from rules.office import Office
from rules.plan import Kind, Obligation, Plan, Severity, Text
from rules.working_days import Override
from services.plan.ladder_versions import ladders_now, shipped
from services.plan.load import restore_plan
from services.plan.office_forms import own_forms
from services.plan.stored import forms_of
from services.plan.triggers import in_effect


def entered(session: Session) -> list[Override]:
    return [Override(row.day, row.working, row.reason, row.document) for row in day_queries.entered_days(session)]


def office_now(session: Session, office: Office) -> Office:
    """`office`: as it was when this process began."""
    version = plan_queries.current_plan(session)
    assert version is not None
    plan = in_effect(session, restore_plan(version).completed(office.plan))
    calendar = office.calendar.with_entered(entered(session))
    forms = forms_of(version, office.forms)
    own = own_forms(session, plan.id)
    now = replace(office, plan=plan, calendar=calendar, forms=forms, own_forms=own, dropped=_dropped(session, plan))
    return replace(now, ladders=ladders_now(session, office), shipped_ladders=shipped(office))


def plan_as_loaded(session: Session, office: Office) -> Plan:
    """Of the version in force: without the documents recorded since, so that it can be compared with a file."""
    version = plan_queries.current_plan(session)
    assert version is not None
    return restore_plan(version).completed(office.plan)


def _dropped(session: Session, plan: Plan) -> tuple[Obligation, ...]:
    rows = plan_queries.dropped(session, plan.id, [item.id for item in plan.obligations])
    newest = {row.code: row for row in rows}
    return tuple(_as_it_was_called(row) for row in newest.values())


def _as_it_was_called(row: ObligationRow) -> Obligation:
    """Enough to speak of it; it is asked of nobody any more."""
    return Obligation(
        id=row.code,
        clause=row.clause,
        lines=(0, 0),
        kind=Kind(row.kind),
        title=Text(row.title_vi, row.title_en),
        short=row.short,
        quote=row.quote,
        severity=Severity(row.severity),
        flow=row.flow,
        when=None,
        bound=(),
        hand_in=row.hand_in,
    )


Mark = tuple[int | datetime | None, ...]


def mark(session: Session) -> Mark:
    """Another one whenever the plan, a form, a trigger, a ladder or the calendar is another."""
    return day_queries.plan_and_days(session)
