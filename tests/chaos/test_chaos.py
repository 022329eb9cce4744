"""The dispatcher is killed again and again, at every point of its work; nothing is lost and no nudge comes twice.

Meanwhile every batch has its poison, messages that raise in our own code, and now and then the mail server drips.
Every 50th round Prefect's database is damaged, restores are killed, and two portals finish one upload.

KYHAN_CHAOS_ROUNDS: how many deaths for each database and number of workers; the suite takes few, and strikes besides
on SQLite alone.
"""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import loads
from threading import Thread
from typing import Any

import pytest
from builders import CALENDAR, DOMAIN, DUE_SOON, IN_NOVEMBER, a_child, at, header, messages, rows
from chaos.doomed import POINTS, POISON, Doom, Peers, live_and_die
from chaos.other_faults import OtherFaults
from fakes.dripping import dripping
from mail_server import MailServer
from sqlalchemy import Engine, select, update
from sqlmodel import col

from models.database import insert_selected, reading, writing
from models.tables.messages import Attempt, Message
from models.tables.people import Person
from notifications.keys import message_id
from rules.channels import EMAIL, ChannelPolicy
from rules.office import Office
from services.delivery.dispatch import LEASE, MOST_DOUBTS
from services.delivery.undelivered import undelivered
from services.operations.tick import tick

DEATHS = int(os.environ.get("KYHAN_CHAOS_ROUNDS", "52"))
ZNS = ChannelPolicy("zalo_zns", "zalo", "phone", by_template=True)
DRIPS = ("dot", "greeting")
DRIPS_EVERY = 10  # rounds
BESIDES_EVERY = 50
LONG = "KYHAN_CHAOS_ROUNDS" in os.environ
KEY = b"only for tests, and long enough to seal"
WAITING = ("pending", "leased")
COPIED = [
    "person_id", "channel", "kind", "on_day", "created_at", "not_before", "state", "attempts", "reason", "carries"
]  # fmt: skip


@pytest.fixture
def nudges() -> Iterator[tuple[int, list[str]]]:
    """The other side of the channel that must not get anything twice: keys, in the order they came."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append(loads(self.rfile.read(int(self.headers["Content-Length"])))["key"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, came
    server.shutdown()
    server.server_close()


class Calendar:
    """A moment for each round: the leases of the dead have run out, and the office is open."""

    def __init__(self, office: Office) -> None:
        self._office, self.now = office, at("2013-12-26", "07:31")

    def later(self) -> datetime:
        self.now += LEASE + timedelta(minutes=1)
        if self.now.hour >= 16:
            self.tomorrow()
        return self.now

    def tomorrow(self) -> None:
        day = self._office.calendar.add(self.now.date(), 1)
        self.now = datetime.combine(day, at("2013-12-26", "07:31").timetz())


def waiting(engine: Engine) -> int:
    return len(messages(engine, col(Message.state).in_(WAITING)))


def once_more(engine: Engine, turn: int) -> None:
    """The same people, under new keys, on another day."""
    query = select(
        (col(Message.key) + f"#{turn}").label("key"), *(col(getattr(Message, name)) for name in COPIED)
    ).where(col(Message.key).not_like("%#%"), col(Message.kind) == "digest")
    with writing(engine) as session:
        insert_selected(session, Message, ["key", *COPIED], query)
        session.execute(
            update(Message)
            .where(col(Message.key).like(f"%#{turn}"))
            .values(state="pending", attempts=0, reason="", finished_at=None, not_before=IN_NOVEMBER)
        )
        session.execute(
            update(Message)
            .where(col(Message.key).like(f"%#{turn}"), col(Message.id) % POISON == 1, col(Message.channel) == "email")
            .values(kind="moved", facts="{")
        )


@pytest.mark.timeout(max(900, 10 * DEATHS))
@pytest.mark.parametrize("workers", [1, 4])
def test_whenever_the_dispatcher_dies_nothing_is_lost_and_no_nudge_comes_twice(
    engine: Engine, office: Office, mail: MailServer, nudges: tuple[int, list[str]], workers: int
) -> None:
    chance, port_and_keys = random.Random(workers), nudges
    bureau = replace(office, channels=(EMAIL, ZNS), key=KEY)
    with writing(engine) as session:
        session.execute(update(Person).values(phone="0912345678"))
    tick(engine, bureau, DUE_SOON, CALENDAR)
    besides = OtherFaults(engine, bureau, office.folder, workers)
    calendar, deaths, turn, peers = Calendar(office), Counter[str](), 0, Peers(mail.port, port_and_keys[0])
    for number in range(20 * DEATHS):
        if deaths.total() >= DEATHS:
            break
        if waiting(engine) < 4 * workers:
            turn += 1
            once_more(engine, turn)
            calendar.tomorrow()
        dooms = [Doom(chance.choice(POINTS), chance.randrange(3)) for _ in range(workers)]
        with peers_of(number, peers) as met:
            deaths += one_round(engine, bureau, met, calendar.later(), dooms)
        if number % BESIDES_EVERY == BESIDES_EVERY - 1 and (LONG or engine.dialect.name == "sqlite"):
            besides.strike(calendar.now)
    while waiting(engine):
        one_round(engine, bureau, peers, calendar.later(), [None])
    assert set(deaths) == set(POINTS)  # each of them was really passed
    check(engine, bureau.key, mail, port_and_keys[1])
    besides.check()
    print(f"\n{engine.dialect.name}, {workers} tiến trình: {told(engine, mail, port_and_keys[1], deaths)}")
    if besides.counts["times"]:
        print(besides.text())


@contextmanager
def peers_of(number: int, usual: Peers) -> Iterator[Peers]:
    turn, rest = divmod(number, DRIPS_EVERY)
    if rest != DRIPS_EVERY - 1:
        yield usual
        return
    with dripping(DRIPS[turn % len(DRIPS)]) as server:
        yield replace(usual, mail=server.port, drips=True)


def one_round(
    engine: Engine, office: Office, peers: Peers, now: datetime, dooms: list[Doom | None] | list[Doom]
) -> Counter[str]:
    """Returns at which points its workers died."""
    alive = [(doom, a_child(engine, lambda own, _, d=doom: live_and_die(own, office, peers, now, d))) for doom in dooms]
    ended = [(doom, child.ends()) for doom, child in alive]
    assert {code for _, code in ended} <= {0, -signal.SIGKILL}
    return Counter(doom.point for doom, code in ended if doom is not None and code == -signal.SIGKILL)


def check(engine: Engine, key: bytes, mail: MailServer, nudged: list[str]) -> None:
    assert [key for key, number in Counter(nudged).items() if number > 1] == []
    everything = messages(engine)
    by_id = {message_id(row.key, key, DOMAIN): row for row in everything if row.channel == "email"}
    addresses = {row.id: row.email for row in rows(engine, Person)}
    came = Counter(header(one, "Message-ID") for one in mail.mails)
    assert max(came.values()) <= MOST_DOUBTS
    for one in mail.mails:  # one mail has one id: that of its message, and it went to that message's person
        assert addresses[by_id[header(one, "Message-ID")].person_id] in header(one, "To")
    arrived = {by_id[known].id for known in came} | {row.id for row in everything if row.key in set(nudged)}
    with reading(engine) as session:
        listed = {one.id for one in undelivered(session)}
    unread = {(row.person_id, row.on_day) for row in everything if row.id in listed}
    carried = {(row.person_id, row.on_day) for row in everything if row.state == "sent" and row.channel == "email"}
    for row in everything:
        if row.state == "expired":  # a nudge of a day that has passed: the mail has said it, or a person sees to it
            assert row.channel != "email"
            assert row.id not in arrived
            assert (row.person_id, row.on_day) in carried | unread
        elif is_poison(row):
            assert row.id not in arrived
            assert row.state in ("failed", "exhausted")
            copy_left = row.kind == "digest" and (row.person_id, row.on_day) in carried  # in many rounds one is sound
            assert row.id in listed or row.channel != "email" or copy_left
        elif row.state == "sent":
            assert row.id in arrived
        else:
            assert row.state == "exhausted"
            assert row.id in listed or (row.person_id, row.on_day) in carried
    assert rows(engine, Attempt, Attempt.state == "intent") == []


def is_poison(row: Message) -> bool:
    return row.kind == "moved" or (row.id or 0) % POISON == 0


def told(engine: Engine, mail: MailServer, nudged: list[str], deaths: Counter[str]) -> str:
    states = Counter((row.channel, row.state) for row in messages(engine))
    again = len(mail.mails) - len({header(one, "Message-ID") for one in mail.mails})
    poison = sum(map(is_poison, messages(engine)))
    died = ", ".join(f"{point} {number}" for point, number in sorted(deaths.items()))
    return (
        f"{deaths.total()} lần chết ({died}); {states.total()} tin, {poison} hỏng; "
        f"{len(mail.mails)} thư, {again} gửi lại cùng mã; "
        f"{len(nudged)} tin Zalo, 0 trùng; để người xử lý: {sum(n for (_, s), n in states.items() if s != 'sent')}"
    )
