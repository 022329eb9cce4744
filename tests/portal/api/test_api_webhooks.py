"""Other systems are told of what happens: signed, at least once, and only where an address may be called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import a_province
import pytest
from builders import together
from sqlmodel import select
from systems import System, a_copy
from test_api import decide, register

from models.database import reading, writing
from models.tables.api import Webhook, WebhookDelivery
from models.tables.messages import Message
from notifications.webhook_post import PostResult, post, signature
from portal.context import PortalContext
from rules.systems.outside import Outside, beyond
from rules.systems.scopes import DISABLED_AFTER
from services.cases.decide import accept
from services.cases.hand_in import find
from services.outbox.sending_policy import Restraint
from services.systems import api_tokens, webhooks
from services.systems.webhook_delivery import DeliveryResult, deliver

NOW = a_province.NOW
HERE = beyond(["127.0.0.0/8"], https_only=False)
ALL = ["case.submitted", "case.decided", "case.stage", "case.overdue"]


@dataclass
class Listener:
    """Another system's ear."""

    port: int = 0
    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/kyhan"

    @property
    def told(self) -> list[dict]:
        return [json.loads(body) for _, body in self.heard]


@pytest.fixture
def listener() -> Iterator[Listener]:
    ear = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            ear.heard.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(ear.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.end_headers()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        ear.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield ear
        server.shutdown()


@pytest.fixture
def context(context: PortalContext, tmp_path: Path) -> PortalContext:
    return a_copy(context, tmp_path, outside=HERE)


@pytest.fixture
def ioffice(context: PortalContext) -> System:
    return System(context)


@pytest.fixture
def case(context: PortalContext) -> int:
    with reading(context.engine) as session:
        return find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW).case.id or 0


def subscribe(system: System, url: str, *kinds: str):
    return system.post("/webhooks", json={"url": url, "kinds": list(kinds or ALL)})


def round_at(context: PortalContext, later: timedelta = timedelta(0), **changed) -> DeliveryResult:
    return deliver(context.engine, context.office, context.outside, NOW + later, **changed)


def rows(context: PortalContext, kind):
    with reading(context.engine) as session:
        return session.exec(select(kind).order_by(kind.id)).all()


# --- what is told ---------------------------------------------------------------------------------------------------


def test_an_act_is_told_with_its_ids_signed_and_once(
    context: PortalContext, ioffice: System, case: int, listener: Listener
):
    made = subscribe(ioffice, listener.url).json()
    register(ioffice, case)
    decide(ioffice, case, "accept")
    assert round_at(context).delivered == 2
    assert round_at(context, timedelta(hours=1)) == DeliveryResult()
    assert [(told["kind"], told.get("what"), told["case"], told["unit"]) for told in listener.told] == [
        ("case.submitted", "hand_in", case, "SYT"),
        ("case.decided", "accept", case, "SYT"),
    ]
    headers, body = listener.heard[0]
    assert headers["Kyhan-Signature"] == signature(made["secret"], int(NOW.timestamp()), body)
    assert headers["Kyhan-Event"] == json.loads(body)["id"]


@pytest.mark.parametrize(
    "restraint", [Restraint(dry_run=True), Restraint(allow_list=frozenset({"lan@example.vn"}))], ids=["dry", "listed"]
)
def test_what_is_kept_in_waits(
    context: PortalContext, ioffice: System, case: int, listener: Listener, restraint: Restraint
):
    subscribe(ioffice, listener.url)
    register(ioffice, case)
    assert round_at(context, restraint=restraint).delivered == 0
    listed = Restraint(allow_list=frozenset({listener.url.lower()}))
    assert round_at(context, timedelta(hours=1), restraint=listed).delivered == 1


def test_what_was_rolled_back_is_never_told(context: PortalContext, ioffice: System, case: int, listener: Listener):
    subscribe(ioffice, listener.url)
    register(ioffice, case)
    with reading(context.engine) as session:  # nothing is kept
        accept(session, find(session, context.office, "SYT", "I5-CALENDAR", "2014", NOW), "Lan", NOW)
    round_at(context)
    assert [told["kind"] for told in listener.told] == ["case.submitted"]


def test_what_becomes_overdue_is_told_once(context: PortalContext, ioffice: System, listener: Listener):
    subscribe(ioffice, listener.url, "case.overdue")
    assert round_at(context, timedelta(days=1)).delivered == 0
    round_at(context, timedelta(days=12))
    round_at(context, timedelta(days=13))
    told = [(one["kind"], one["at"][:10]) for one in listener.told]
    assert told
    assert set(told) == {("case.overdue", "2014-01-11")}  # one was given until the tenth


def test_only_what_was_asked_for_is_told(context: PortalContext, ioffice: System, case: int, listener: Listener):
    subscribe(ioffice, listener.url, "case.decided")
    register(ioffice, case)
    assert round_at(context).delivered == 0


def test_a_unit_is_told_of_its_own_cases_alone(context: PortalContext, ioffice: System, listener: Listener):
    subscribe(System(context, unit="STC"), listener.url)
    for unit in ("SYT", "STC"):
        told = {"unit": unit, "obligation": "I5-CALENDAR", "period": "2014", "document_number": "77"}
        assert ioffice.post("/submissions", data=told, files=[("files", ("a.txt", b"a"))]).status_code == 201
    round_at(context)
    assert [told["unit"] for told in listener.told] == ["STC"]


def test_a_ping_arrives_without_a_case(context: PortalContext, ioffice: System, listener: Listener):
    id = subscribe(ioffice, listener.url).json()["id"]
    assert ioffice.post(f"/webhooks/{id}/ping").status_code == 202
    round_at(context)
    assert [(told["kind"], "case" in told) for told in listener.told] == [("ping", False)]
    assert ioffice.get(f"/webhooks/{id}/deliveries").json()["items"][0]["outcome"] == "HTTP 200"


def test_two_rounds_at_once_tell_everything_once(
    context: PortalContext, ioffice: System, case: int, listener: Listener
):
    subscribe(ioffice, listener.url)
    register(ioffice, case)
    decide(ioffice, case, "accept")
    with together(*[lambda: round_at(context)] * 3) as done:
        assert sum(one.delivered for one in done) == 2
    assert len(listener.heard) == 2


# --- when nobody listens --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 400, 500, 503])
def test_what_was_not_taken_is_told_again_later_and_redirects_lead_nowhere(
    context: PortalContext, ioffice: System, case: int, listener: Listener, status: int
):
    listener.status = status
    subscribe(ioffice, listener.url)
    register(ioffice, case)
    assert round_at(context).failed == 1
    assert round_at(context, timedelta(seconds=50)).failed == 0
    listener.status = 204
    assert round_at(context, timedelta(seconds=70)).delivered == 1
    assert len({told["id"] for told in listener.told}) == 1


def test_of_a_webhook_that_fails_the_rest_waits(context: PortalContext, ioffice: System, case: int, listener: Listener):
    listener.status = 500
    subscribe(ioffice, listener.url)
    register(ioffice, case)
    decide(ioffice, case, "accept")
    round_at(context)
    assert len(listener.heard) == 1


def test_a_fault_while_one_is_called_stops_no_other(
    context: PortalContext, ioffice: System, case: int, listener: Listener
):
    subscribe(ioffice, f"{listener.url}/faulty")
    subscribe(ioffice, listener.url)
    register(ioffice, case)

    def with_a_fault(posting, outside):
        if posting.url.endswith("/faulty"):
            raise ZeroDivisionError
        return post(posting, outside)

    done = round_at(context, send=with_a_fault)
    assert (done.delivered, done.failed) == (1, 1)
    assert len(listener.heard) == 1


def test_after_days_of_failures_it_is_disabled_and_coordinators_are_told(
    context: PortalContext, ioffice: System, case: int, listener: Listener
):
    listener.status = 500
    id = subscribe(ioffice, listener.url).json()["id"]
    register(ioffice, case)
    round_at(context)
    assert round_at(context, DISABLED_AFTER + timedelta(minutes=1)).disabled == 1  # the first took a moment itself
    assert ioffice.get(f"/webhooks/{id}").json()["disabled_why"] == "HTTP 500"
    assert any("webhook" in (row.facts or "") for row in rows(context, Message) if row.kind == "watch")
    assert round_at(context, DISABLED_AFTER * 2) == DeliveryResult()
    listener.status = 200
    decide(ioffice, case, "accept")
    assert ioffice.post(f"/webhooks/{id}/enable").json()["disabled_at"] is None
    assert round_at(context, DISABLED_AFTER * 2).delivered >= 2


def test_gone_is_gone(context: PortalContext, ioffice: System, case: int, listener: Listener):
    listener.status = 410
    subscribe(ioffice, listener.url)
    register(ioffice, case)
    assert round_at(context).disabled == 1


def test_a_worker_that_dies_after_posting_tells_it_again(
    context: PortalContext, ioffice: System, case: int, listener: Listener
):
    subscribe(ioffice, listener.url)
    register(ioffice, case)

    def dies(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        round_at(context, send=dies)
    assert round_at(context, timedelta(minutes=4)).delivered == 0  # still held
    assert round_at(context, timedelta(minutes=6)).delivered == 1


def test_a_revoked_token_is_told_nothing_more(context: PortalContext, ioffice: System, case: int, listener: Listener):
    other = System(context)
    subscribe(other, listener.url)
    with writing(context.engine) as session:
        api_tokens.revoke(session, rows(context, Webhook)[0].token_id, "Quản trị", NOW)
    register(ioffice, case)
    assert round_at(context) == DeliveryResult()


def test_old_deliveries_are_forgotten(context: PortalContext, ioffice: System, case: int, listener: Listener):
    subscribe(ioffice, listener.url)
    register(ioffice, case)
    round_at(context)
    for days, forgotten in ((29, 0), (31, 1)):
        with writing(context.engine) as session:
            assert webhooks.forget_old(session, NOW + timedelta(days=days)) == forgotten
    assert rows(context, WebhookDelivery) == []


def test_a_dropped_webhook_is_gone_with_all_it_waited_for(
    context: PortalContext, ioffice: System, case: int, listener: Listener
):
    id = subscribe(ioffice, listener.url).json()["id"]
    ioffice.post(f"/webhooks/{id}/ping")
    assert ioffice.delete(f"/webhooks/{id}", "drop-it-0001").status_code == 204
    assert ioffice.delete(f"/webhooks/{id}", "drop-it-0001").status_code == 204
    assert ioffice.get(f"/webhooks/{id}").status_code == 404
    assert round_at(context) == DeliveryResult()


# --- where it may lead ----------------------------------------------------------------------------------------------

INNER = [
    "http://127.0.0.1/x",
    "https://localhost/x",
    "https://intranet/x",
    "https://10.1.2.3/x",
    "https://192.168.1.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[64:ff9b::7f00:1]/x",
    "https://[fe80::1]/x",
    "https://0.0.0.0/x",
    "https://100.64.0.1/x",
    "https://224.0.0.1/x",
    "https://2130706433/x",
    "https://127.1/x",
]


@pytest.mark.parametrize("url", [*INNER, "https://a@example.vn/", "https://example.vn/#x", "https:///x", "http://e.vn"])
def test_an_inner_address_cannot_be_asked_for(context: PortalContext, url: str):
    answer = subscribe(System(replace(context, outside=Outside())), url)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "url")


def test_a_name_is_looked_at_again_when_it_is_called(
    context: PortalContext, ioffice: System, case: int, listener: Listener, monkeypatch: pytest.MonkeyPatch
):
    """A name that led outside when it was told may lead inside now."""
    outside = Outside(https_only=False)
    url = f"http://hook.example.vn:{listener.port}/x"
    assert subscribe(System(replace(context, outside=outside)), url).status_code == 201
    register(ioffice, case)
    leads_to = [(2, 1, 6, "", ("127.0.0.1", listener.port))]
    monkeypatch.setattr("notifications.webhook_post.socket.getaddrinfo", lambda *_, **__: leads_to)
    assert deliver(context.engine, context.office, outside, NOW).failed == 1
    assert rows(context, WebhookDelivery)[0].outcome == "address not allowed"
    assert listener.heard == []
    allowed = beyond(["hook.example.vn"], https_only=False)
    assert deliver(context.engine, context.office, allowed, NOW + timedelta(minutes=2)).delivered == 1


def test_of_several_addresses_none_may_be_inner(monkeypatch: pytest.MonkeyPatch):
    assert Outside().reaches("x.vn", "8.8.8.8")
    assert Outside().reaches("x.vn", "2001:4860:4860::8888")
    assert not Outside().reaches("x.vn", "fc00::1")
    assert beyond(["10.1.2.0/24"], https_only=True).reaches("x.vn", "10.1.2.3")
    assert not beyond(["10.1.2.0/24"], https_only=True).reaches("x.vn", "10.1.3.3")


def test_outcomes_name_no_secret():
    assert "secret" not in str(PostResult(False, outcome="timeout"))
