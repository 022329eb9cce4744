"""kyhan channels test: one honest message, or none where the settings keep it in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from mail_server import MailServer, running

from tests.cli.conftest import Kyhan


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with running(MailServer()) as server:
        monkeypatch.setenv("KYHAN_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        yield server


@pytest.mark.parametrize(("name", "value"), [("KYHAN_DRY_RUN", "true"), ("KYHAN_ALLOW_LIST", "only@me.vn")])
def test_what_keeps_messages_in_keeps_the_test_in_and_is_named(
    kyhan: Kyhan, mail: MailServer, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    answer = kyhan("channels", "test", "email", "someone@else.vn")
    assert (answer.code, name in answer.err, mail.mails) == (1, True, [])


def test_who_is_on_the_list_gets_it(kyhan: Kyhan, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYHAN_ALLOW_LIST", "only@me.vn")
    assert kyhan("channels", "test", "email", "Only@me.vn").code == 0
    assert len(mail.mails) == 1
