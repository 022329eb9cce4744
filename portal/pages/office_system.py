"""How the machine is: what `kyhan doctor` finds, versions, the last backup, the size of the database."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from services import checkup_machine
from services.checkup import look

router = APIRouter(prefix="/quan-tri/he-thong", dependencies=[Depends(may(Action.SEE_OFFICE))])


@router.get("")
def show_system(page: AnyPage) -> HTMLResponse:
    desk = page.desk
    checks = desk.checks or (lambda now: look(desk.engine, desk.office, now))
    findings = [*checks(page.now), checkup_machine.last_backup(desk.engine, page.now)]
    return page.render(
        "office/system.html",
        findings=sorted(findings, key=lambda one: one.ok),
        versions=list(checkup_machine.versions(desk.engine)),
        size=checkup_machine.database_size(desk.engine),
        here="/quan-tri",
    )
