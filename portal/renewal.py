"""The portal works by the office as it is now: another process may have loaded a plan or given a day off."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from fastapi import FastAPI

from models.database import reading
from portal.context import Desk
from services.plan.in_force import mark, office_now


def renew(app: FastAPI) -> None:
    """Ask again for the plan and the calendar, whatever was known before."""
    desk: Desk = app.state.desk
    with reading(desk.engine) as session:
        app.state.office_mark = mark(session)
        office = office_now(session, desk.office)
    app.state.desk = replace(desk, office=office)
    app.state.renderer.renew(office)


def renewed(app: FastAPI) -> Desk:
    """The desk, looked at anew when its time has come and something has changed."""
    desk: Desk = app.state.desk
    if desk.renews_every is None or monotonic() < getattr(app.state, "office_fresh_until", 0):
        return desk
    app.state.office_fresh_until = monotonic() + desk.renews_every
    with reading(desk.engine) as session:
        known = mark(session)
    if known != getattr(app.state, "office_mark", None):
        renew(app)
    found: Desk = app.state.desk
    return found
