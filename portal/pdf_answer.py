"""A Word document of the office, handed to a browser as PDF."""

from __future__ import annotations

from pathlib import Path

from fastapi.responses import FileResponse, Response

from portal.rendering import Page
from portal.stored_files import as_attachment
from reports.beside.pdf import NoPdf, kept_pdf

KEPT = "pdf"  # in the office's folder: made again from the documents whenever it is missing


def pdf_answer(page: Page, document: Path, back: str) -> Response:
    """`back`: the page to return to where there can be no PDF."""
    try:
        pdf = kept_pdf(document, page.context.office.folder / KEPT)
    except NoPdf as error:
        return page.render("no_pdf.html", status_code=503, problem=error, back=back, here="")
    return FileResponse(pdf, media_type="application/pdf", headers=as_attachment(f"{document.stem}.pdf"))
