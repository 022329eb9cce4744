"""Signing in through an identity provider that runs as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import a_province
import httpx
import pytest
from fastapi.testclient import TestClient
from sqlmodel import select
from visitors import ADMINISTRATOR, FOCAL_POINT, HEAD, STRANGER, a_browser, post

from config.clock import now
from models.database import reading
from models.tables.log import LogEntry
from models.tables.people import Person
from portal.context import PortalContext, Provider

FAKES = Path(__file__).parents[2] / "fakes"
SECRET = "a client's secret / with signs"
HUNG = {"sub": "u-17", "email": FOCAL_POINT, "email_verified": True}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(FAKES), str(FAKES.parents[1]))),
        "PYTHONWARNINGS": "ignore",
    }
    command = [sys.executable, "-m", "oidc_provider"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.fixture(scope="module")
def joined(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """A province that trusts the provider. Its clock is the machine's: so is the provider's."""
    context = a_province.a_context(tmp_path_factory.mktemp("joined"))
    return replace(context, clock=now, provider=Provider(issuer, "kyhan", SECRET))


def told(issuer: str, misdeed: str = "", **person: object) -> None:
    httpx.put(f"{issuer}/control", json={"person": {**HUNG, **person}, "misdeed": misdeed}).raise_for_status()


def gone_and_back(client: TestClient, then: str = "/") -> str:
    """The address the provider sends the browser back to."""
    away = client.get("/dang-nhap/oidc", params={"tiep": then}).headers["Location"]
    back = httpx.get(away).headers["Location"]
    return back.removeprefix("http://127.0.0.1:8080")


def test_who_the_provider_vouches_for_comes_in_and_gets_where_he_wanted(joined: PortalContext, issuer: str):
    told(issuer)
    client = a_browser(joined)
    assert 'href="/dang-nhap/oidc' in client.get("/dang-nhap").text
    answer = client.get(gone_and_back(client, "/nhiem-vu/I5-CALENDAR?nam=2013"))
    assert answer.headers["Location"] == "/nhiem-vu/I5-CALENDAR?nam=2013"
    assert FOCAL_POINT in client.get("/tai-khoan").text


def test_a_person_is_known_again_though_the_address_changed(joined: PortalContext, issuer: str):
    for email in (STRANGER, "moi@id.example.vn"):
        told(issuer, sub="u-18", email=email)
        client = a_browser(joined)
        assert client.get(gone_and_back(client)).headers["Location"] == "/"


@pytest.mark.parametrize(
    "misdeed",
    ["nonce", "audience", "issuer", "expired", "authorised party", "key", "unsigned", "denied"],
)
def test_a_provider_that_proves_nothing_lets_nobody_in(joined: PortalContext, issuer: str, misdeed: str):
    told(issuer, misdeed)
    client = a_browser(joined)
    answer = client.get(gone_and_back(client))
    assert (answer.status_code, "kyhan_session" in client.cookies) == (403, False)
    assert "Cổng đăng nhập chung chưa xác nhận được" in answer.text


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"email_verified": False}, "chưa xác minh địa chỉ thư"),
        ({"email_verified": "false"}, "chưa xác minh địa chỉ thư"),
        ({"email": "ai-do@example.vn"}, "chưa giữ vị trí nào"),
    ],
)
def test_an_address_that_is_not_proven_or_not_known_is_nobodys(
    joined: PortalContext, issuer: str, claims: dict[str, object], why: str
):
    told(issuer, sub=f"stranger {claims}", **claims)
    client = a_browser(joined)
    assert why in client.get(gone_and_back(client)).text
    assert "kyhan_session" not in client.cookies


def test_verified_may_be_said_as_text_and_a_second_account_is_refused_until_the_first_is_removed(
    joined: PortalContext, issuer: str
):
    def come(subject: str) -> tuple[int, str]:
        told(issuer, sub=subject, email=HEAD, email_verified="true")
        client = a_browser(joined)
        answer = client.get(gone_and_back(client))
        return answer.status_code, answer.text

    assert come("h-1")[0] == 303
    code, text = come("h-2")
    assert (code, "đã gắn với một tài khoản chung khác" in text) == (403, True)
    assert come("h-1")[0] == 303
    with reading(joined.engine) as session:
        id = session.exec(select(Person.id).where(Person.email == HEAD)).one()
        refused = select(LogEntry.subject).where(LogEntry.action == "access.identity_refused")
        assert session.exec(refused).one() == f"person:{id}"
    administrator = a_browser(joined, ADMINISTRATOR)
    assert "Gỡ tài khoản chung" in administrator.get(f"/quan-tri/nguoi/{id}").text
    assert post(administrator, f"/quan-tri/nguoi/{id}/tai-khoan-chung").status_code == 303
    assert come("h-2")[0] == 303


def test_an_answer_brought_by_another_browser_is_worth_nothing(joined: PortalContext, issuer: str):
    """Else a stranger could sign somebody in under the stranger's name."""
    told(issuer)
    stolen = gone_and_back(a_browser(joined))
    victim = a_browser(joined)
    assert victim.get(stolen).status_code == 403
    victim.get("/dang-nhap/oidc")
    assert victim.get(stolen).status_code == 403


def test_an_answer_counts_once(joined: PortalContext, issuer: str):
    told(issuer)
    client = a_browser(joined)
    back = gone_and_back(client)
    carried = client.cookies["kyhan_oidc"]
    assert client.get(back).status_code == 303
    again = a_browser(joined)
    again.cookies.set("kyhan_oidc", carried)
    assert again.get(back).status_code == 403


def test_what_is_sent_away_holds_no_secret_and_comes_back_to_us_alone(joined: PortalContext):
    away = urlsplit(a_browser(joined).get("/dang-nhap/oidc").headers["Location"])
    asked = parse_qs(away.query)
    assert asked["redirect_uri"] == ["http://127.0.0.1:8080/dang-nhap/oidc/tra-loi"]
    assert asked["code_challenge_method"] == ["S256"]
    assert "secret" not in away.query


def test_a_provider_that_is_away_leaves_the_other_ways_in(joined: PortalContext):
    away = replace(joined, provider=Provider("http://127.0.0.1:9", "kyhan", SECRET))
    answer = a_browser(away).get("/dang-nhap/oidc")
    assert answer.status_code == 502
    assert "/dang-nhap/lien-ket" in answer.text


def test_without_a_provider_there_is_no_such_way(context: PortalContext):
    client = a_browser(context)
    assert client.get("/dang-nhap/oidc").status_code == 404
    assert "oidc" not in client.get("/dang-nhap").text
