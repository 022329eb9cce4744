from __future__ import annotations

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from letters import LETTER

from notifications.apprise.channel import AppriseChannel
from notifications.channel import OutcomeKind

TOKEN = "ma-truy-cap-bi-mat"


class Service:
    """A chat service: remembers what it was sent, answers as it is told."""

    def __init__(self) -> None:
        self.status = 200
        self.received: list[tuple[str, dict]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.received.append((self.path, json.loads(body)))
                if outer.status is None:
                    return
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def channel(self) -> AppriseChannel:
        return AppriseChannel(f"json://{TOKEN}:x@127.0.0.1:{self.server.server_port}/to/{{address}}", "chat")


@pytest.fixture
def service():
    started = Service()
    yield started
    started.server.shutdown()
    started.server.server_close()


def test_an_accepted_message_carries_subject_and_text(service):
    assert service.channel.send(LETTER).kind is OutcomeKind.OK
    path, body = service.received[0]
    assert path == "/to/lan@stc.example.vn"
    assert (body["title"], body["message"]) == (LETTER.subject, LETTER.text.strip())


@pytest.mark.parametrize("address", ["a@b.vn?method=GET", "a@b.vn&x=y", "../y", "a@b.vn,c@d.vn", "a\r\nb", " ", ""])
def test_an_address_cannot_become_something_else(service, address):
    assert service.channel.send(replace(LETTER, to_address=address)).kind is OutcomeKind.DEAD
    assert service.received == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, OutcomeKind.STOP),
        (404, OutcomeKind.DEAD),
        (429, OutcomeKind.RETRY),
        (400, OutcomeKind.FALLBACK),
        (500, OutcomeKind.UNKNOWN),
        (None, OutcomeKind.UNKNOWN),
    ],
)
def test_the_reason_is_found_in_the_log(service, status, kind):
    service.status = status
    outcome = service.channel.send(LETTER)
    assert (outcome.kind, outcome.maybe_sent) == (kind, kind is OutcomeKind.UNKNOWN)
    assert TOKEN not in outcome.detail + repr(service.channel)


def test_many_messages_do_not_wait_for_each_other(service):
    with service.channel.open() as session:
        outcomes = [session.send(LETTER) for _ in range(3)]  # reused, Apprise would pause 5.5 s between two
    assert [o.kind for o in outcomes] == [OutcomeKind.OK] * 3


def test_a_url_nobody_understands_is_our_mistake():
    assert AppriseChannel("khongco://{address}").send(LETTER).kind is OutcomeKind.BUG


@pytest.mark.parametrize(("status", "kind"), [(200, OutcomeKind.OK), (404, OutcomeKind.STOP)])
def test_a_room_has_an_address_of_its_own_and_its_end_stops_the_channel(service, status, kind):
    service.status = status
    room = AppriseChannel(f"json://127.0.0.1:{service.server.server_port}/room", "room")
    assert room.send(replace(LETTER, to_address="room")).kind is kind
    assert service.received[0][0] == "/room"
