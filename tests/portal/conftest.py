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
from portal.context import Desk


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Read by many tests, changed by none."""
    folder: Path = tmp_path_factory.mktemp("province")
    return replace(a_province.a_desk(folder), mail_folder=folder / "mail", demo=True)


@pytest.fixture(scope="session")
def portal(desk: Desk) -> Iterator[TestClient]:
    """As a coordinator sees it."""
    with a_browser(desk, COORDINATOR) as client:
        yield client


@pytest.fixture
def own_desk(tmp_path: Path) -> Desk:
    """A province of one's own, to be changed."""
    return a_province.a_desk(tmp_path)


@pytest.fixture
def caught(desk: Desk) -> str:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.vn", "b@example.vn", "Nhắc hạn <b>"
    mail["Date"] = "Tue, 07 Jan 2014 01:00:00 +0000"
    mail.set_content("bản chữ")
    mail.add_alternative('<p onclick="x()">Chào</p><script>alert(1)</script><img src="http://e.vn/x">', subtype="html")
    mail.add_attachment(b"BEGIN", maintype="text", subtype="calendar", filename="hạn nộp.ics")
    assert desk.mail_folder is not None
    return Mailbox(desk.mail_folder).add(mail.as_bytes())
