"""The pages of those who answer for a unit or decide above it, gathered."""

from __future__ import annotations

from fastapi import APIRouter

from portal.pages.leader import report_files, report_numbers, reports, start
from portal.pages.unit import absences, calendars, fill_in, owed, proposals, resume

router = APIRouter()
for part in (owed, fill_in, proposals, resume, calendars, absences, start):
    router.include_router(part.router)
router.include_router(reports.router)
router.include_router(report_files.router)
router.include_router(report_numbers.router)
