"""What can be fetched beside a report's Word document."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from models.database import reading
from portal.parameters import Id
from portal.pdf_answer import pdf_answer
from portal.rendering import AnyPage
from portal.visitor import may
from rules.access import Action
from services.views import leader

router = APIRouter(prefix="/bao-cao", dependencies=[Depends(may(Action.READ_BOARD))])


@router.get("/{id}/pdf")
def fetch_pdf(page: AnyPage, id: Id) -> Response:
    with reading(page.context.engine) as session:
        report = leader.report_of(session, id)
    path = leader.path_of(page.context.office, report) if report else None
    if path is None:
        raise HTTPException(404)
    return pdf_answer(page, path, f"/bao-cao/{id}")
