"""How the machine is: what `kyhan doctor` finds, versions, the last backup, the size of the database."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from portal.context import Desk
from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from services.checkup import machine
from services.checkup.data import Finding, look
from services.checkup.subjects import subject_text

router = APIRouter(prefix="/quan-tri/he-thong", dependencies=[Depends(may(Action.SEE_OFFICE))])


@router.get("")
def show_system(page: AnyPage) -> HTMLResponse:
    desk = page.desk
    findings = [*desk.checks(page.now)] if desk.checks else _of_the_data(desk, page.now)
    return page.render(
        "office/health.html",
        findings=sorted(findings, key=lambda one: one.ok),
        name_of=subject_text,
        versions=list(machine.versions(desk.engine)),
        size=machine.database_size(desk.engine),
        here="/quan-tri",
    )


def _of_the_data(desk: Desk, now: datetime) -> list[Finding]:
    return [*look(desk.engine, desk.office, now), machine.last_backup(desk.engine, now)]
