"""A restored copy sends nothing outside and reads nothing there, by whichever way, until it is taken into use."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import CALENDAR, DUE_SOON, by_mail, messages
from mail_server import MailServer
from sqlalchemy import Engine

from models.database import writing
from notifications.zalo.official_account import NoToken
from rules.office import Office
from rules.systems.outside import Outside
from services.delivery.dispatch import dispatch
from services.inbound.receive import receive
from services.inbound.zalo_round import Zalo, take_round
from services.operations.tick import tick
from services.outbox import rest
from services.systems.webhook_delivery import deliver
from services.zalo.tokens import OaTokens, cipher

NOON = DUE_SOON + timedelta(hours=5)


class Untouched:
    """Whatever is asked of it fails the test."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"{name} was asked for by a copy at rest")


@pytest.fixture
def copy(engine: Engine, office: Office) -> Engine:
    tick(engine, office, DUE_SOON, CALENDAR)
    with writing(engine) as session:
        rest.lay_to_rest(session, DUE_SOON, "test", "restored")
    return engine


def activated(engine: Engine) -> None:
    with writing(engine) as session:
        assert rest.take_into_use(session, NOON, "test")


def test_its_letters_wait_and_leave_when_it_is_taken_into_use(copy: Engine, office: Office, mail: MailServer) -> None:
    done = dispatch(copy, office, by_mail(mail.port), NOON)
    assert (done.sent, mail.mails) == (0, [])
    assert "kyhan activate" in done.problems[0]
    assert {one.state for one in messages(copy)} == {"pending"}
    activated(copy)
    assert dispatch(copy, office, by_mail(mail.port), NOON).sent == len(mail.mails) > 0


def test_its_own_mail_catcher_is_inside(copy: Engine, office: Office, mail: MailServer) -> None:
    assert dispatch(copy, office, replace(by_mail(mail.port), inside=frozenset({"email"})), NOON).sent > 0


def test_no_other_system_is_called(copy: Engine, office: Office) -> None:
    called: list[object] = []
    outcome = deliver(copy, office, Outside(), NOON, send=lambda *told: called.append(told))  # type: ignore[arg-type]
    assert (called, outcome.delivered, outcome.failed) == ([], 0, 0)


def test_zalo_is_neither_heard_nor_asked_for_tokens(copy: Engine, office: Office) -> None:
    zalo = Zalo(bot=Untouched(), fetches=True, account=Untouched(), tokens=Untouched())  # type: ignore[arg-type]
    assert take_round(copy, office, zalo, NOON).quiet
    tokens = OaTokens(copy, Untouched(), cipher("k" * 40))  # type: ignore[arg-type]
    for ask in (tokens.current, tokens.keep_alive):
        with pytest.raises(NoToken, match="kyhan activate"):
            ask(NOON)


def test_no_mailbox_is_opened(copy: Engine, office: Office, tmp_path: Path) -> None:
    done = receive(copy, office, Untouched(), tmp_path, NOON, key=b"k" * 40, domain="example.vn")  # type: ignore[arg-type]
    assert done.registered == 0


def test_being_taken_into_use_is_logged_once(copy: Engine) -> None:
    activated(copy)
    with writing(copy) as session:
        assert not rest.take_into_use(session, NOON, "test")
