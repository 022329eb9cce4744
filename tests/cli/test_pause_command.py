"""kyhan pause and kyhan resume: in between nothing is tried, and what waits is kept."""

from __future__ import annotations

import pytest
from mail_server import MailServer, running

from tests.cli.conftest import Kyhan

TICK, SEND = ("tick", "--at", "2013-11-01T08:00"), ("dispatch", "--at", "2013-11-01T08:05", "--json")


def waiting(kyhan: Kyhan) -> int:
    return sum(row["state"] == "pending" for row in kyhan("messages", "--json").json)


def test_what_is_held_waits_until_it_is_resumed(kyhan: Kyhan, monkeypatch: pytest.MonkeyPatch) -> None:
    with running(MailServer()) as server:
        monkeypatch.setenv("KYHAN_SMTP_URL", f"smtp://127.0.0.1:{server.port}")
        kyhan(*TICK)
        held_and_resumed(kyhan, waiting(kyhan))


def held_and_resumed(kyhan: Kyhan, before: int) -> None:
    assert before > 0
    assert "Đã giữ mọi kênh" in kyhan("pause").out
    assert kyhan(*SEND).json["sent"] == 0
    assert waiting(kyhan) == before
    assert "Đã giữ mọi kênh từ trước" in kyhan("pause").out
    assert "Gửi tiếp: mọi kênh" in kyhan("resume").out
    assert kyhan("resume").code == 1
    assert kyhan(*SEND).json["sent"] > 0
    assert waiting(kyhan) == 0


def test_a_channel_that_does_not_exist_is_named(kyhan: Kyhan) -> None:
    answer = kyhan("pause", "emial")
    assert (answer.code, "email" in answer.err) == (1, True)
