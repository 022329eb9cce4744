"""Other systems at the door: each with a token of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient
from visitors import a_browser

from models.database import connect, writing
from portal.context import PortalContext
from rules.systems.scopes import Scope
from services.systems import api_tokens

API = "/api/v1"
OF_A_UNIT = frozenset(Scope) - {Scope.DECISIONS_WRITE, Scope.METRICS_READ}
KEYS = count(1)


def a_token(
    context: PortalContext, *scopes: Scope, unit: str | None = None, name: str = "iOffice", days: int = 365
) -> str:
    """All scopes there are for it, unless some are named."""
    asked: Collection[Scope] = scopes or (OF_A_UNIT if unit else frozenset(Scope))
    with writing(context.engine) as session:
        _, token = api_tokens.make(session, name, asked, unit, timedelta(days=days), "Quản trị", context.clock())
    return token


def a_copy(context: PortalContext, folder: Path, **changed: Any) -> PortalContext:
    """The same province in a folder of one's own, to be changed; quicker than letting it live through its winter."""
    with (
        closing(sqlite3.connect(context.engine.url.database)) as source,
        closing(sqlite3.connect(folder / "k.db")) as own,
    ):
        source.backup(own)
    engine = connect(f"sqlite:///{folder}/k.db")
    return replace(context, engine=engine, office=replace(context.office, folder=folder), demo=False, **changed)


class System:
    """Calls as iOffice would; a write gets a key of its own unless one is given."""

    def __init__(
        self, context: PortalContext, *scopes: Scope, unit: str | None = None, token: str | None = None
    ) -> None:
        self.context = context
        self.client: TestClient = a_browser(context)
        self.token = token or a_token(context, *scopes, unit=unit)

    def get(self, path: str, **query: Any):
        return self.client.get(API + path, params=query or None, headers=self._headers())

    def post(self, path: str, key: str | None = None, **told: Any):
        return self.client.post(API + path, headers=self._headers(key or f"test-key-{next(KEYS):06d}"), **told)

    def delete(self, path: str, key: str | None = None):
        return self.client.delete(API + path, headers=self._headers(key or f"test-key-{next(KEYS):06d}"))

    def _headers(self, key: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
