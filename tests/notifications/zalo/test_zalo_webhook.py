"""Webhooks arrive over real HTTP from the platform: early, twice, late, forged, replayed."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from notifications.channel import OutcomeKind
from notifications.zalo import webhook as hooks
from notifications.zalo.webhook import Signing, event_in, verified
from notifications.zalo.zns import tracking_id
from tests.fakes.zalo_platform.client import MORNING, SEAL, Zalo, letter, zns
from tests.fakes.zalo_platform.client import zalo as zalo

Heard = list[tuple[bytes, dict[str, str]]]


class Door:
    """Where the platform knocks."""

    def __init__(self) -> None:
        self.heard: Heard = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                outer.heard.append((raw, dict(self.headers)))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hooks/zalo/oa"

    def wait_for(self, count: int) -> Heard:
        until = time.monotonic() + 60
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.02)
        return self.heard


@contextmanager
def a_door() -> Iterator[Door]:
    door = Door()
    threading.Thread(target=door.server.serve_forever, args=(0.02,), daemon=True).start()
    yield door
    door.server.shutdown()
    door.server.server_close()


@pytest.fixture
def door(zalo: Zalo) -> Iterator[Door]:
    with a_door() as opened:
        zalo.tell("hook", url=opened.url)
        yield opened


def signing(zalo: Zalo, **changed: Any) -> Signing:
    known = zalo.known
    return replace(Signing(known["APP_ID"], known["OA_ID"], known["OA_SECRET"]), **changed)


def fired(zalo: Zalo, door: Door, event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    zalo.tell("fire", event={"app_id": zalo.known["APP_ID"], **event})
    return door.wait_for(1)[-1]


FOLLOW = {"event_name": "follow", "follower": {"id": "2468458835"}, "oa_id": "388", "source": "oa_profile"}


# --- receipts -------------------------------------------------------------------------------------------------------


def test_a_receipt_names_our_message(zalo: Zalo, door: Door):
    outcome = zns(zalo).send(letter())
    raw, headers = door.wait_for(1)[0]
    assert verified(raw, headers, signing(zalo)) == "app_id"
    receipt = event_in(raw)
    assert isinstance(receipt, hooks.DeliveredEvent)
    assert (receipt.msg_id, receipt.tracking_id) == (outcome.provider_ref, tracking_id(letter().key, 1, SEAL))
    assert receipt.delivered_at == MORNING
    assert headers["X-ZEvent-Server"] == "ZNS"


def test_a_receipt_may_come_before_the_answer(zalo: Zalo, door: Door):
    zalo.tell("hook", url=door.url, mode={"race": True})
    outcome = zns(zalo).send(letter())
    assert len(door.heard) == 1  # when the answer was there, the receipt was too
    assert event_in(door.heard[0][0]).msg_id == outcome.provider_ref


def test_a_receipt_clears_a_doubt(zalo: Zalo, door: Door):
    zalo.fault("zns", {"cut": True, "after": True})
    outcome = zns(zalo).send(letter())
    assert outcome.kind is OutcomeKind.UNKNOWN
    assert event_in(door.wait_for(1)[0][0]).tracking_id == outcome.provider_ref


def test_the_same_event_told_twice_has_the_same_key(zalo: Zalo, door: Door):
    zalo.tell("hook", url=door.url, mode={"times": 2})
    zns(zalo).send(letter())
    keys = {event_in(raw).key for raw, _ in door.wait_for(2)}
    assert (len(door.heard), len(keys)) == (2, 1)


def test_two_messages_have_two_keys(zalo: Zalo, door: Door):
    for n in range(2):
        zns(zalo).send(letter(key=f"k{n}"))
    assert len({event_in(raw).key for raw, _ in door.wait_for(2)}) == 2


def test_an_event_we_refused_comes_again_for_an_hour_and_a_half(zalo: Zalo, door: Door):
    door.status = 503
    fired(zalo, door, FOLLOW)
    for seconds in (30, 300, 900, 1800, 3600, 3600):
        zalo.tell("clock", forward=seconds)
    numbers = [headers.get("num_retry") for _, headers in door.heard]
    assert numbers == [None, "1", "2", "3", "4", "5"]
    raw, headers = door.heard[-1]
    last = MORNING + timedelta(seconds=30 + 300 + 900 + 1800 + 3600)
    assert verified(raw, headers, signing(zalo))
    assert not event_in(raw).is_stale(last)


def test_an_old_event_is_stale_though_genuine(zalo: Zalo, door: Door):
    raw, headers = fired(zalo, door, FOLLOW)
    assert verified(raw, headers, signing(zalo))
    assert not event_in(raw).is_stale(MORNING + timedelta(minutes=119))
    assert event_in(raw).is_stale(MORNING + timedelta(minutes=121))
    assert event_in(raw).is_stale(MORNING - timedelta(days=1))


# --- signatures -----------------------------------------------------------------------------------------------------


SIGNATURES: list[tuple[dict[str, str], tuple[str, ...], str | None]] = [
    ({}, ("app_id", "oa_id"), "app_id"),
    ({"identity": "oa_id"}, ("app_id", "oa_id"), "oa_id"),
    ({"identity": "oa_id"}, ("app_id",), None),
    ({"mac": "bare"}, ("app_id",), "app_id"),
    ({"mac": "wrong"}, tuple(hooks.VARIANTS), None),
    ({"mac": "missing"}, tuple(hooks.VARIANTS), None),
    ({"secret": "bi-mat-ung-dung-7c1f"}, tuple(hooks.VARIANTS), None),  # signed with the app's secret
    ({}, ("app_id-header",), "app_id-header"),
    ({"identity": "oa_id"}, ("oa_id-header",), "oa_id-header"),
    ({}, (), None),
]


@pytest.mark.parametrize(("mode", "variants", "matched"), SIGNATURES)
def test_a_signature(zalo: Zalo, door: Door, mode: dict, variants: tuple[str, ...], matched: str | None):
    zalo.tell("hook", url=door.url, mode=mode)
    raw, headers = fired(zalo, door, FOLLOW)
    assert verified(raw, headers, signing(zalo, variants=variants)) == matched


def test_every_way_to_sign_is_tried():
    assert {matched for _, _, matched in SIGNATURES} == {*hooks.VARIANTS, None}
    assert {"right", "wrong", "missing", "bare"} == {mode.get("mac", "right") for mode, _, _ in SIGNATURES}


def test_a_changed_body_is_not_genuine(zalo: Zalo, door: Door):
    raw, headers = fired(zalo, door, FOLLOW)
    assert verified(raw.replace(b"2468458835", b"2468458836"), headers, signing(zalo)) is None
    assert verified(json.dumps(json.loads(raw)).encode(), headers, signing(zalo)) is None  # same meaning, other bytes


def test_a_body_cannot_lend_its_end_to_the_time_stamp(zalo: Zalo, door: Door):
    raw, headers = fired(zalo, door, FOLLOW)
    moved = {**headers, "X-ZEvent-Timestamp": raw[-1:].decode() + headers["X-ZEvent-Timestamp"]}
    assert verified(raw[:-1], moved, signing(zalo, variants=("app_id-header",))) is None


def test_without_a_secret_nothing_is_genuine(zalo: Zalo, door: Door):
    raw, headers = fired(zalo, door, FOLLOW)
    stamp = json.loads(raw)["timestamp"]
    forged = {
        **headers,
        "X-ZEvent-Signature": "mac=" + sha256(zalo.known["APP_ID"].encode() + raw + stamp.encode()).hexdigest(),
    }
    assert verified(raw, forged, signing(zalo, secret="")) is None


def test_header_names_are_found_in_any_case(zalo: Zalo, door: Door):
    raw, headers = fired(zalo, door, FOLLOW)
    for change in (str.lower, str.upper):
        assert verified(raw, {change(name): value for name, value in headers.items()}, signing(zalo)) == "app_id"


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"\xff\xfe", b"{", b"[" * 100_000, b'{"timestamp": {}}', b'{"a": "' + b"x" * 300_000 + b'"}']
)
def test_nonsense_is_neither_genuine_nor_an_event(raw: bytes):
    signature = {"X-ZEvent-Signature": f"mac={'0' * 64}"}
    assert verified(raw, signature, Signing("app", "oa", "secret", tuple(hooks.VARIANTS))) is None
    if not raw.startswith(b'{"timestamp'):
        assert event_in(raw) is None


def test_a_signing_shows_no_secret(zalo: Zalo):
    assert zalo.known["OA_SECRET"] not in repr(signing(zalo))


# --- what events say ------------------------------------------------------------------------------------------------


def event(**told: Any) -> hooks.Event | None:
    return event_in(json.dumps({"app_id": "1", "timestamp": "1602560967477", **told}, ensure_ascii=False).encode())


ABOUT = {"name": "", "at": datetime(2020, 10, 13, 3, 49, 27, 477000, UTC)}


@pytest.mark.parametrize(
    ("told", "kind", "holds"),
    [
        (FOLLOW, hooks.FollowedEvent, {"user_id": "2468458835"}),
        ({**FOLLOW, "event_name": "unfollow"}, hooks.UnfollowedEvent, {"user_id": "2468458835"}),
        (
            {
                "event_name": "user_send_text",
                "sender": {"id": "246"},
                "message": {"text": "XONG 12/TB", "msg_id": "m1"},
            },
            hooks.UserText,
            {"user_id": "246", "text": "XONG 12/TB", "msg_id": "m1"},
        ),
        (
            {"event_name": "user_seen_message", "sender": {"id": "246"}, "message": {"msg_ids": ["m1", "m2"]}},
            hooks.SeenEvent,
            {"user_id": "246", "msg_ids": ("m1", "m2")},
        ),
        ({"event_name": "user_withdraw", "sender": {"id": "246"}}, hooks.WithdrawnEvent, {"user_id": "246"}),
        (
            {"event_name": "change_oa_daily_quota", "oaId": "388", "quota": {"prev_value": "500", "new_value": 1000}},
            hooks.QuotaChanged,
            {"before": 500, "after": 1000},
        ),
        (
            {
                "event_name": "change_template_status",
                "template_id": 12345,
                "status": {"prev_status": "PENDING_REVIEW", "new_status": "REJECT"},
                "reason": "Mẫu tin bị lặp",
            },
            hooks.TemplateChanged,
            {"template_id": "12345", "status": "REJECT", "reason": "Mẫu tin bị lặp"},
        ),
        (
            {"event_name": "user_received_message", "recipient": {"id": "246"}, "message": {"msg_id": "m1"}},
            hooks.DeliveredEvent,
            {"to": "246", "msg_id": "m1", "tracking_id": "", "delivered_at": None},
        ),
        ({"event_name": "create_group"}, hooks.UnknownEvent, {"name": "create_group"}),
        ({}, hooks.UnknownEvent, {"name": ""}),
    ],
)
def test_an_event_says(told: dict, kind: type, holds: dict):
    found = event(**told)
    assert type(found) is kind
    assert {name: getattr(found, name) for name in holds} == holds
    assert found.at == ABOUT["at"]


@pytest.mark.parametrize("name", hooks.PARSERS)
@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, {"id": {}}, {"id": None}])
def test_an_event_of_odd_shape_is_read_as_far_as_it_goes(name: str, junk: Any):
    odd = dict.fromkeys(
        ["sender", "recipient", "message", "follower", "quota", "status", "template_id", "timestamp"], junk
    )
    assert event(event_name=name, **odd).name == name


def test_a_moment_that_is_none_makes_an_event_stale():
    assert event(timestamp="99999999999999999").is_stale(MORNING)
