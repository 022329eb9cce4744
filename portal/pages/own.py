"""The pages of those who answer for a unit or decide above it, gathered."""

from __future__ import annotations

from fastapi import APIRouter

from portal.pages import absences, calendars, leader, owed, resume

router = APIRouter()
for part in (owed, resume, calendars, absences, leader):
    router.include_router(part.router)
router.include_router(leader.reports_router)
