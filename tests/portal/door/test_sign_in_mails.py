"""However slow the mail server is: whoever asks for a link at the door keeps nobody else from any page."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import a_province
import a_server
import httpx
import pytest
from builders import DOMAIN, headers, messages
from fakes.dripping import dripping
from mail_server import MailServer, running
from sqlmodel import col, select

from models.database import reading
from models.tables.messages import Message
from models.tables.people import Person
from notifications.email.smtp import SmtpAddress, SmtpChannel
from portal import sign_in_mails
from portal.app import create_app
from portal.context import PortalContext
from portal.forms import FIELD, key_for
from portal.pages.door import sign_in
from services.delivery.dispatch import Outgoing

REQUESTS = 60


def patient(port: int) -> Outgoing:
    """As in production, but for the seconds."""
    channel = SmtpChannel(SmtpAddress("127.0.0.1", port), ("", f"nhac@{DOMAIN}"), DOMAIN, timeout=3, patience=3)
    return Outgoing({"email": channel}, DOMAIN)


@pytest.mark.parametrize("kind", ["greeting", "dot"])
def test_sixty_people_at_the_door_hang_no_page_while_the_mail_server_does(
    own_context: PortalContext, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "count_try", lambda *_: None)
    monkeypatch.setattr(sign_in_mails, "A_MOMENT", 0.0)
    with dripping(kind) as server:
        context = replace(own_context, outgoing=lambda: patient(server.port))
        with (
            a_server.running(create_app(context)) as port,
            httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser,
        ):
            assert {ask(browser, email) for email in known_addresses(context)} == {200}
            assert server.at_once <= 2  # one conversation at a time; the one before may be closing
            for path in ("/dang-nhap", "/healthz", "/static/kyhan.css"):
                assert browser.get(path, timeout=60).status_code < 500


def test_when_the_mail_server_is_well_again_the_letters_leave(
    own_context: PortalContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "count_try", lambda *_: None)
    monkeypatch.setattr(sign_in_mails, "A_MOMENT", 0.0)
    first, *others = known_addresses(own_context)[:5]
    hours = [0]
    with dripping("greeting") as ill, running(MailServer()) as well:
        ports = [ill.port]
        context = replace(
            own_context,
            outgoing=lambda: patient(ports[0]),
            clock=lambda: a_province.NOW + timedelta(minutes=10 * hours[0]),
        )
        with (
            a_server.running(create_app(context)) as port,
            httpx.Client(base_url=f"http://127.0.0.1:{port}") as browser,
        ):
            for email in others:
                ask(browser, email)
            ports[0], hours[0] = well.port, 1
            ask(browser, first)
            ended = time.monotonic() + 60
            while len(well.mails) < 5 and time.monotonic() < ended:
                time.sleep(0.05)
    assert len(set(headers(well, "To"))) == len(well.mails) == 5
    assert {row.state for row in messages(context.engine, Message.kind == "sign_in")} == {"sent"}


def known_addresses(context: PortalContext) -> list[str]:
    with reading(context.engine) as session:
        return list(session.exec(select(Person.email).order_by(col(Person.id)).limit(REQUESTS)).all())


def ask(browser: httpx.Client, email: str) -> int:
    if not browser.cookies:
        browser.get("/dang-nhap", timeout=60)
    form = {FIELD: key_for(next(iter(browser.cookies.values())))}
    return browser.post("/dang-nhap/lien-ket", data={**form, "email": email}, timeout=60).status_code
