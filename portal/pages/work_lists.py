"""Every page about what waits for a person, behind one door."""

from __future__ import annotations

from fastapi import APIRouter

from portal.pages import ledger, work, work_large_mails, work_letters, work_mails, work_post

router = APIRouter()
for part in (work, work_letters, work_mails, work_large_mails, work_post, ledger):
    router.include_router(part.router)
