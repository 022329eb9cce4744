"""The plan as it stands: its file, and the documents it waits for, as they were recorded or handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from sqlmodel import Session

from models.queries.plan import triggers as queries
from models.tables.plan import TriggerRecord
from rules.deadlines import local_day
from rules.plan import AfterDocument, Plan, Trigger


def in_effect(session: Session, plan: Plan) -> Plan:
    """A record in the database goes before the plan's own day; a plan already in effect stays as it is."""
    documents = {code for item in plan.obligations for code in item.waits_for if isinstance(item.when, AfterDocument)}
    recorded = newest(queries.records(session, plan.id))
    named = [_recorded(trigger, recorded.get(trigger.id)) for trigger in plan.triggers if trigger.id not in documents]
    handed_in = _handed_in(session, plan, documents) if documents else ()
    return replace(plan, triggers=(*named, *handed_in))


def newest(records: Iterable[TriggerRecord]) -> dict[str, TriggerRecord]:
    """Trigger → the record that counts; `records`: the newest first."""
    return {record.trigger_code: record for record in reversed(list(records))}


def _recorded(trigger: Trigger, record: TriggerRecord | None) -> Trigger:
    return replace(trigger, fired_on=record.fired_on) if record else trigger


def _handed_in(session: Session, plan: Plan, codes: set[str]) -> Iterator[Trigger]:
    """The first document of each counts, by its own day or, where it bears none, the day it came."""
    days: dict[str, date] = {}
    for code, received, day in queries.documents(session, codes):
        days.setdefault(code, day or local_day(received))
    for code, day in sorted(days.items()):
        yield Trigger(code, day, plan.obligation(code).title.vi)


def conditions_met(session: Session, plan: Plan) -> bool:
    """Whether something waits whose documents exist by now."""
    waiting = queries.waiting(session)
    fired = {trigger.id for trigger in plan.triggers if trigger.fired_on}
    return any(item.id in waiting and fired.issuperset(item.conditions) for item in plan.obligations)
