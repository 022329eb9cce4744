from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import a_province
import pytest
from fastapi.testclient import TestClient
from visitors import COORDINATOR, a_browser

from notifications.email.mailbox import Mailbox
from portal.context import PortalContext


@pytest.fixture(scope="session")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """Read by many tests, changed by none."""
    folder: Path = tmp_path_factory.mktemp("province")
    return replace(a_province.a_context(folder), mail_folder=folder / "mail", demo=True)


@pytest.fixture(scope="session")
def portal(context: PortalContext) -> Iterator[TestClient]:
    """As a coordinator sees it."""
    with a_browser(context, COORDINATOR) as client:
        yield client


@pytest.fixture
def own_context(tmp_path: Path) -> PortalContext:
    """A province of one's own, to be changed."""
    return a_province.a_context(tmp_path)


@pytest.fixture
def caught(context: PortalContext) -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.vn", "b@example.vn", "Nhắc hạn <b>"
    mail["Date"] = "Tue, 07 Jan 2014 01:00:00 +0000"
    mail.set_content("bản chữ")
    mail.add_alternative('<p onclick="x()">Chào</p><script>alert(1)</script><img src="http://e.vn/x">', subtype="html")
    mail.add_attachment(b"BEGIN", maintype="text", subtype="calendar", filename="hạn nộp.ics")
    assert context.mail_folder is not None
    return Mailbox(context.mail_folder).add(mail.as_bytes())
