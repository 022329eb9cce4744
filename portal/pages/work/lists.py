"""The router of all lists of pending work, behind one guard."""

from __future__ import annotations

from fastapi import APIRouter

from portal.pages.work import index, large_mails, ledger, letters, mails, proposals, undelivered

router = APIRouter()
for part in (index, proposals, letters, mails, large_mails, undelivered, ledger):
    router.include_router(part.router)
