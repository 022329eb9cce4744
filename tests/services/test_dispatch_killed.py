"""A worker killed in the middle of a batch: everything arrives in the end, and a repeat can be told from a new mail."""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from builders import CALENDAR, FIRST_REMINDER, Child, a_child, at, by_mail, headers, messages, minutes, rows
from mail_server import MailServer, running
from sqlalchemy import Engine

from models.messages import Attempt
from rules.office import Office
from services.dispatch import LEASE, dispatch
from services.tick import tick

MORNING = at("2013-12-10", "08:00")


@dataclass
class DeadlyServer(MailServer):
    """Kills its client on the mail of this number, before or after it has kept it."""

    victim: Child | None = None
    on_mail: int = 0
    keeps_it: bool = True

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.victim is None or len(self.mails) + 1 != self.on_mail:
            return await super().handle_DATA(server, session, envelope)
        if self.keeps_it:
            self.mails.append(envelope.content)
        pid, self.victim = self.victim.process.pid, None
        os.kill(pid, signal.SIGKILL)
        with suppress(ChildProcessError):  # the test itself asks how it ended, and may have been quicker
            os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        return "250 2.0.0 Ok: nobody hears this"


@pytest.mark.parametrize("keeps_it", [True, False], ids=["accepted", "not accepted"])
def test_everything_arrives_after_a_worker_was_killed_in_mid_batch(
    engine: Engine, office: Office, keeps_it: bool
) -> None:
    tick(engine, office, FIRST_REMINDER, CALENDAR)
    with running(DeadlyServer(on_mail=12, keeps_it=keeps_it)) as mail:
        mail.victim = worker = a_child(engine, lambda own, _: dispatch(own, office, by_mail(mail.port), MORNING))
        assert worker.ends() == -signal.SIGKILL
        assert dispatch(engine, office, by_mail(mail.port), MORNING + minutes(1)).sent == 0
        dispatch(engine, office, by_mail(mail.port), MORNING + LEASE + minutes(1))
    sent = Counter(headers(mail, "Message-ID"))
    assert len(sent) == 33
    assert max(sent.values()) <= 2
    assert {row.state for row in messages(engine)} == {"sent"}
    assert {row.state for row in rows(engine, Attempt, Attempt.number == 1)} == {"unknown"}
