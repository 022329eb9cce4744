"""Operators see how everything fares; nobody else does, and no person is told of."""

from __future__ import annotations

from pathlib import Path

import a_province
import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event
from sqlmodel import select
from systems import System, a_copy, a_token
from visitors import COORDINATOR, a_browser

from models.database import reading
from models.tables.people import Person
from portal.app import create_app
from portal.context import PortalContext
from rules.systems.scopes import Scope

HERE = {"base_url": "http://127.0.0.1:8080", "client": ("127.0.0.1", 50000)}


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    return a_copy(context, tmp_path)


def figures(client: TestClient, **headers: str) -> dict[tuple, float]:
    """(name, labels) → value"""
    told = client.get("/metrics", headers=headers)
    assert told.status_code == 200, told.text
    families = text_string_to_metric_families(told.text)
    return {(one.name, *sorted(one.labels.values())): one.value for family in families for one in family.samples}


def test_cases_messages_beats_and_requests_are_counted(context: PortalContext):
    client = TestClient(create_app(context), **HERE)
    client.get("/healthz")
    found = figures(client)
    numbers = System(context).get("/status").json()["by_status"]
    assert {status: found["kyhan_cases", status] for status in numbers} == numbers
    assert any(name == "kyhan_messages" for name, *_ in found)
    assert found["kyhan_heartbeat_age_seconds", "tick:I5-CALENDAR"] == 5400  # ticked at 07:30, it is 09:00
    assert found["kyhan_oldest_waiting_message_seconds",] > 0
    assert found["kyhan_http_requests_total", "/healthz", "200", "GET"] == 1


def test_requests_are_counted_by_route_and_not_by_address(context: PortalContext):
    client = TestClient(create_app(context), **HERE)
    for path in ("/api/v1/cases/1", "/api/v1/cases/2", "/nowhere", "/nowhere/else", "/static/logo.svg"):
        client.get(path)
    client.request("ODD", "/healthz")
    found = {key[1:]: value for key, value in figures(client).items() if key[0] == "kyhan_http_requests_total"}
    assert found["/api/v1/cases/{case_id}", "401", "GET"] == 2
    assert found["404", "GET", "other"] == 2
    assert not any("nowhere" in word or "ODD" in word for key in found for word in key)


def test_no_person_is_told_of(context: PortalContext):
    told = TestClient(create_app(context), **HERE).get("/metrics").text
    with reading(context.engine) as session:
        people = session.exec(select(Person)).all()
    assert not [person.email for person in people if person.email in told or person.name in told]


def test_a_token_that_may_is_let_in_from_anywhere(context: PortalContext):
    client = a_browser(context)
    assert client.get("/metrics").status_code == 401
    for scope in Scope:
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {a_token(context, scope)}"})
        assert answer.status_code == (200 if scope is Scope.METRICS_READ else 403)


def test_a_signed_in_person_is_not_an_operator(context: PortalContext):
    assert a_browser(context, COORDINATOR).get("/metrics").status_code == 401


@pytest.mark.parametrize(
    "changed",
    [
        {"client": ("203.0.113.7", 50000)},
        {"headers": {"X-Forwarded-For": "127.0.0.1"}},
        {"headers": {"Forwarded": "for=127.0.0.1"}},
        {"base_url": "https://kyhan.soctrang.example"},
    ],
)
def test_whoever_comes_through_a_web_server_on_this_machine_is_not_from_here(context: PortalContext, changed: dict):
    assert TestClient(create_app(context), **{**HERE, **changed}).get("/metrics").status_code == 401


def test_looking_costs_the_same_few_questions(context: PortalContext):
    client, asked = TestClient(create_app(context), **HERE), []
    event.listen(context.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    figures(client)
    assert len([statement for statement in asked if not statement.startswith("BEGIN")]) <= 5


def test_it_is_still_told_whether_the_portal_lives(context: PortalContext):
    assert a_browser(context).get("/healthz").json() == {"portal": "ok", "engine": "ok"}
    assert a_province.NOW
