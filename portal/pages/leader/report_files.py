"""What can be fetched beside a report's Word document."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from models.database import reading
from portal.parameters import Id
from portal.pdf_answer import pdf_answer
from portal.rendering import AnyPage, Page
from portal.visitor import may
from reports.figures.read_back import figures_in
from rules.access import Action
from services.reports import road

router = APIRouter(prefix="/bao-cao", dependencies=[Depends(may(Action.READ_BOARD))])


@router.get("/{id}/pdf")
def fetch_pdf(page: AnyPage, id: Id) -> Response:
    return pdf_answer(page, _document(page, id)[1], f"/bao-cao/{id}")


@router.get("/{id}/bieu-do")
def show_figures(page: AnyPage, id: Id) -> HTMLResponse:
    report, path = _document(page, id)
    return page.render("leader/report_figures.html", report=report, figures=figures_in(path), here="")


def _document(page: Page, id: int) -> tuple[road.Report, Path]:
    with reading(page.context.engine) as session:
        report = road.report_of(session, id)
    path = road.path_of(page.context.office, report.draft) if report else None
    if report is None or path is None:
        raise HTTPException(404)
    return report, path
