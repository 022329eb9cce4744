"""Health of the system: the findings of `kyhan doctor`, versions, the last backup, the size of the database."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from portal.context import PortalContext
from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from services.checkup import machine
from services.checkup.data import CheckFinding, look
from services.checkup.subjects import subject_text
from services.checkup.templates import document_templates

router = APIRouter(prefix="/quan-tri/he-thong", dependencies=[Depends(may(Action.SEE_OFFICE))])


@router.get("")
def show_system(page: AnyPage) -> HTMLResponse:
    context = page.context
    findings = [*context.checks(page.now)] if context.checks else _of_the_data(context, page.now)
    return page.render(
        "office/health.html",
        findings=sorted(findings, key=lambda one: one.ok),
        name_of=subject_text,
        versions=list(machine.versions(context.engine)),
        size=machine.database_size(context.engine),
        here="/quan-tri",
    )


def _of_the_data(context: PortalContext, now: datetime) -> list[CheckFinding]:
    found = [*look(context.engine, context.office, now), *document_templates(context.engine)]
    return [*found, machine.last_backup(context.engine, now)]
