"""Renews the office while the portal runs: another process may have loaded a plan or changed a day off."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from fastapi import FastAPI

from models.database import reading
from portal.context import PortalContext
from services.plan.in_force import mark, office_now


def renew(app: FastAPI) -> None:
    """Read the plan and the calendar again."""
    context: PortalContext = app.state.context
    with reading(context.engine) as session:
        app.state.office_mark = mark(session)
        office = office_now(session, context.office)
    app.state.context = replace(context, office=office)
    app.state.renderer.renew(office)


def renewed(app: FastAPI) -> PortalContext:
    """The context, read again when it is older than `renews_every` and something has changed."""
    context: PortalContext = app.state.context
    if context.renews_every is None or monotonic() < getattr(app.state, "office_fresh_until", 0):
        return context
    app.state.office_fresh_until = monotonic() + context.renews_every
    with reading(context.engine) as session:
        known = mark(session)
    if known != getattr(app.state, "office_mark", None):
        renew(app)
    renewed: PortalContext = app.state.context
    return renewed
