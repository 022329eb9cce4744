from __future__ import annotations

import unicodedata
from datetime import timedelta
from time import monotonic

import pytest

from notifications.channel import OutcomeKind
from notifications.zalo import http
from notifications.zalo.templates import Parameter, is_date, misfits
from notifications.zalo.zns import mobile, tracking_id
from tests.fakes.zalo_platform.client import DATA, LAN, SEAL, Purse, Zalo, letter, uid, zns
from tests.fakes.zalo_platform.client import zalo as zalo

K = OutcomeKind


def ending(digits: str) -> str:
    return f"0987654{digits}"


def test_a_template_message_is_accepted_and_names_what_is_left_of_the_day(zalo: Zalo):
    outcome = zns(zalo).send(letter())
    assert (outcome.kind, outcome.code, outcome.quota) == (K.OK, "0", (499, 500))
    assert "499/500" in outcome.detail
    (message,) = zalo.sent
    assert message["msg_id"] == outcome.provider_ref
    assert message["to"] == "84987654321"
    assert message["body"]["template_data"] == DATA


def test_the_token_goes_in_its_own_header_and_the_template_is_looked_up_once(zalo: Zalo):
    token = zalo.access_token()
    with zns(zalo, tokens=Purse(token)).open() as session:
        assert [session.send(letter(key=f"k{n}")).kind for n in range(3)] == [K.OK] * 3
    assert [one["headers"]["access_token"] for one in zalo.requests("zns")] == [token] * 3
    assert len(zalo.requests("template")) == 1


def test_a_trial_reaches_the_administrators_only(zalo: Zalo):
    zns(zalo, development=True).send(letter())
    assert zalo.sent[0]["body"]["mode"] == "development"


def test_an_account_that_asks_for_proof_gets_it(zalo: Zalo):
    zalo.tell("settings", proof=True)
    assert zns(zalo).send(letter()).kind is K.STOP
    assert zns(zalo, app_secret=zalo.known["APP_SECRET"]).send(letter()).kind is K.OK


@pytest.mark.parametrize(
    ("digits", "kind", "kept"),
    [
        ("118", K.DEAD, 0),
        ("119", K.FALLBACK, 0),
        ("114", K.FALLBACK, 0),
        ("139", K.OPTOUT, 0),
        ("141", K.OPTOUT, 0),
        ("500", K.UNKNOWN, 0),
        ("502", K.UNKNOWN, 0),
        ("408", K.UNKNOWN, 1),  # accepted, but the answer never came
        ("499", K.UNKNOWN, 1),
        ("000", K.OK, 1),
    ],
)
def test_what_becomes_of_a_number(zalo: Zalo, digits: str, kind: OutcomeKind, kept: int):
    result = zns(zalo).send(letter(ending(digits)))
    assert (result.kind, result.maybe_sent, len(zalo.sent)) == (kind, kind is K.UNKNOWN, kept)


def test_an_unknown_error_passes(zalo: Zalo):
    channel = zns(zalo)
    assert [channel.send(letter(ending("100"), attempt=n + 1, failures=n)).kind for n in (0, 1)] == [K.RETRY, K.OK]


def test_doubt_can_be_cleared_by_the_receipt(zalo: Zalo):
    result = zns(zalo).send(letter(ending("499")))
    assert result.provider_ref == zalo.sent[0]["tracking_id"] == tracking_id(letter().key, 1, SEAL)


def test_a_used_up_day_waits_for_the_next(zalo: Zalo):
    zalo.tell("settings", quota=0)
    result = zns(zalo).send(letter())
    assert (result.kind, result.code) == (K.RESCHEDULE, "-144")
    assert result.not_before.date() > letter().sent_at.date()


# --- templates ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reminder", "overdue", "urging_letter"])  # in review, disabled, unknown
def test_a_template_that_cannot_be_used_stops_that_template_only(zalo: Zalo, kind: str):
    result = zns(zalo).send(letter(template=kind))
    assert (result.kind, result.concerns, zalo.requests("zns")) == (K.STOP, "template", [])
    assert result.which != ""


def test_doubt_about_the_template_is_no_doubt_about_the_message(zalo: Zalo):
    zalo.fault("template", {"status": 502})
    result = zns(zalo).send(letter())
    assert (result.kind, result.maybe_sent) == (K.RETRY, False)


def test_a_template_that_was_refused_is_looked_up_again(zalo: Zalo):
    channel = zns(zalo)
    zalo.fault("zns", {"error": -1122})
    assert [channel.send(letter(key=f"k{n}")).kind for n in range(2)] == [K.BUG, K.OK]
    assert len(zalo.requests("template")) == 2


def test_decomposed_vietnamese_arrives_composed(zalo: Zalo):
    title = "Nhắc hạn gửi Lịch phổ biến thông tin thống kê Nhà nước năm 2014"
    loose = unicodedata.normalize("NFD", title)
    assert len(title) <= 65 < len(loose)
    assert zns(zalo).send(letter(parameters={**DATA, "tieu_de": loose})).kind is K.OK
    assert zalo.sent[0]["body"]["template_data"]["tieu_de"] == title


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"tieu_de": "Nhắc"}, "tieu_de"),
        ({"so_vb": "1" * 31}, "so_vb"),
        ({"don_vi": "Sở"}, "don_vi"),
        ({"so_vb": ""}, "so_vb"),
        ({"so_vb": "\u200b \n"}, "so_vb"),
        ({"han": "31/02/2014"}, "han"),
        ({"han": "2014-12-31"}, "han"),
        ({"han": "٣١/12/2014"}, "han"),
    ],
)
def test_what_would_be_refused_is_not_sent(zalo: Zalo, changed: dict[str, str], field: str):
    result = zns(zalo).send(letter(parameters={**DATA, **changed}))
    assert result.kind is K.BUG
    assert field in result.detail
    assert zalo.requests("zns") == []


def test_a_field_that_is_missing_is_named(zalo: Zalo):
    result = zns(zalo).send(letter(parameters={"don_vi": "Sở Tài chính"}))
    assert all(f"{field}: thiếu / missing" in result.detail for field in ("tieu_de", "so_vb", "han"))


def test_a_field_the_template_lacks_is_left_out(zalo: Zalo):
    zns(zalo).send(letter(parameters={**DATA, "ghi_chu": "không có trong mẫu"}))
    assert "ghi_chu" not in zalo.sent[0]["body"]["template_data"]


@pytest.mark.parametrize(
    ("kind", "short", "long"),
    [
        ("TITLE", "Nhắc hạn", "N" * 66),
        ("PARAGRAPH", "Nhắc", "N" * 401),
        ("BUTTON", "Nộp", "N" * 31),
        ("DATE", "", "9" * 21),
    ],
)
def test_a_component_without_limits_has_those_of_its_kind(kind: str, short: str, long: str):
    wanted = [Parameter("x", kind)]
    assert misfits(wanted, {"x": short})
    assert misfits(wanted, {"x": long})


@pytest.mark.parametrize("value", ["31/12/2014", "07:30 31/12/2014"])
def test_a_date_as_zalo_writes_it(value: str):
    assert is_date(value)


def test_a_number_field_takes_digits_only():
    assert misfits([Parameter("n", "NUMBER")], {"n": "ba"})
    assert not misfits([Parameter("n", "NUMBER")], {"n": "3"})


# --- telephone numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", [LAN, "098.765.4321", "+84 987 654 321", "84987654321", "0084987654321", " 0987-654-321 "]
)
def test_a_mobile_number_however_it_is_written(text: str):
    assert mobile(text) == "84987654321"


@pytest.mark.parametrize(
    "text", ["", "0299 382 0000", "+1 650 253 0000", "12345", "0987654321 ext 5", "lan@stc.vn", "9" * 300]
)
def test_what_is_no_vietnamese_mobile_number(text: str):
    assert mobile(text) is None


# --- the reference in the receipt -----------------------------------------------------------------------------------


def test_a_tracking_id_fits_and_cannot_be_guessed():
    made = tracking_id("digest:7:2014-10-03:zalo_zns" * 20, 40, SEAL)
    assert len(made) <= 48
    assert made.replace("-", "").isalnum()
    assert made != tracking_id("digest:7:2014-10-03:zalo_zns" * 20, 40, b"another")
    assert made == tracking_id("digest:7:2014-10-03:zalo_zns" * 20, 40, SEAL)


# --- followers ------------------------------------------------------------------------------------------------------

LAN_FOLLOWS = "2512523625412515"


def test_a_follower_is_reached_by_user_id(zalo: Zalo):
    zalo.tell("user", id=LAN_FOLLOWS)
    result = uid(zalo).send(letter(LAN_FOLLOWS))
    assert (result.kind, result.provider_ref) == (K.OK, zalo.sent[0]["msg_id"])
    assert "tracking_id" not in zalo.requests("uid")[0]["body"]


def test_who_left_the_account_is_reached_otherwise(zalo: Zalo):
    result = uid(zalo).send(letter(LAN_FOLLOWS))
    assert (result.kind, result.concerns) == (K.FALLBACK, "follows")


@pytest.mark.parametrize(("per_minute", "gap"), [(600, 0.1), (100, 0.6), (1, http.LONGEST_GAP), (0, 0.05)])
def test_what_the_account_may_send_in_a_minute_is_kept_to(per_minute: int, gap: float):
    pace = http.Pace(per_second=20)
    pace.keep_to(per_minute)
    assert pace.gap == pytest.approx(gap)


def test_zalo_says_how_much_the_account_may_send_in_a_minute(zalo: Zalo):
    zalo.tell("user", id=LAN_FOLLOWS)
    zalo.tell("settings", per_minute=600)
    channel = uid(zalo)
    channel.send(letter(LAN_FOLLOWS))
    assert channel._pace.gap == pytest.approx(0.1)


def test_too_many_calls_wait_a_minute(zalo: Zalo, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(http, "LONGEST_GAP", 0.01)
    zalo.tell("user", id=LAN_FOLLOWS)
    zalo.tell("settings", per_minute=1)
    channel = uid(zalo)
    assert [channel.send(letter(LAN_FOLLOWS)).code for _ in range(2)] == ["0", "-32"]
    zalo.tell("clock", forward=60)
    assert channel.send(letter(LAN_FOLLOWS)).code == "0"


# --- the token ------------------------------------------------------------------------------------------------------


def test_an_expired_token_is_renewed_and_the_message_goes_out_once(zalo: Zalo):
    old = zalo.access_token()
    zalo.tell("tokens", expire=True)
    assert zns(zalo, tokens=Purse(old, zalo.access_token())).send(letter()).kind is K.OK
    assert len(zalo.sent) == 1


def test_a_token_lives_twenty_five_hours(zalo: Zalo):
    token = zalo.access_token()
    zalo.tell("clock", now=(letter().sent_at + timedelta(hours=26)).isoformat())
    assert zns(zalo, tokens=Purse(token)).send(letter()).code == "no-token"


def test_the_pace_is_kept(zalo: Zalo):
    channel = zns(zalo, per_second=10)
    began = monotonic()
    for n in range(4):
        channel.send(letter(key=f"k{n}"))
    assert monotonic() - began >= 0.3
