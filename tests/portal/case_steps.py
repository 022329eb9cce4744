"""What tests of the case page do to a case."""

from __future__ import annotations

import re

from a_province import NOW
from fastapi.testclient import TestClient
from visitors import post

from models.database import reading
from portal.context import PortalContext
from services.cases.hand_in import find


def case_of(context: PortalContext, unit: str, duty: str, period: str) -> int:
    with reading(context.engine) as session:
        return find(session, context.office, unit, duty, period, NOW).case.id or 0


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found is not None
    return found[1]


def decides(client: TestClient, case: int, viec: str, **fields: object):
    fields.setdefault("seen", seen(client.get(f"/ho-so/{case}").text))
    return post(client, f"/ho-so/{case}/quyet-dinh", viec=viec, **fields)
