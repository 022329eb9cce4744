"""The router of all lists of pending work, behind one guard."""

from __future__ import annotations

from fastapi import APIRouter

from portal.pages.work import index, large_mails, ledger, letters, mails, papers, proposals, undelivered

router = APIRouter()
for part in (index, proposals, letters, papers, mails, large_mails, undelivered, ledger):
    router.include_router(part.router)
