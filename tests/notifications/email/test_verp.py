"""Addresses that prove themselves."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.addresses import is_address
from notifications.email.verp import (
    REPLIES_WITHIN,
    About,
    ReplyToken,
    Try,
    bounce_address,
    claims_to_be,
    read_bounce_address,
    read_reply_address,
    reply_address,
)

KEY, OTHER = b"k" * 32, b"o" * 32
ISSUED = date(2013, 12, 10)
IDS = st.integers(0, 10**12)


@given(IDS, st.integers(1, 40))
def test_a_bounce_address_tells_the_message_and_the_attempt(message: int, attempt: int) -> None:
    address = bounce_address(message, attempt, KEY, "example.vn")
    assert is_address(address)
    assert read_bounce_address(address, KEY) == Try(message, attempt)


@given(st.sampled_from(About), IDS)
def test_a_reply_address_tells_what_is_answered(about: About, id: int) -> None:
    address = reply_address(about, id, ISSUED, KEY, "example.vn")
    assert is_address(address)
    assert read_reply_address(address, KEY) == ReplyToken(about, id, ISSUED)


def test_a_relay_may_write_it_in_capitals_and_brackets() -> None:
    assert read_bounce_address(f"<{bounce_address(7, 1, KEY, 'example.vn').upper()}>", KEY) == Try(7, 1)


@pytest.mark.parametrize("wrong", [lambda a: a.replace("bounce+7.", "bounce+8."), lambda a: a.replace(".1.", ".2.")])
def test_a_changed_address_is_worth_nothing(wrong) -> None:
    assert read_bounce_address(wrong(bounce_address(7, 1, KEY, "example.vn")), KEY) is None


def test_another_key_opens_nothing() -> None:
    assert read_bounce_address(bounce_address(7, 1, KEY, "example.vn"), OTHER) is None
    assert read_reply_address(reply_address(About.CASE, 7, ISSUED, KEY, "example.vn"), OTHER) is None


def test_a_reply_address_of_a_case_is_none_of_a_unit() -> None:
    address = reply_address(About.CASE, 7, ISSUED, KEY, "example.vn")
    assert read_reply_address(address.replace("nop+c", "nop+u"), KEY) is None


def test_a_reply_address_is_good_for_years_and_not_for_ever() -> None:
    token = ReplyToken(About.CASE, 7, ISSUED)
    assert not token.expired(ISSUED + REPLIES_WITHIN)
    assert token.expired(ISSUED + REPLIES_WITHIN + timedelta(days=1))
    assert token.expired(ISSUED - timedelta(days=1))


def test_a_forgery_is_told_from_a_plain_address() -> None:
    assert claims_to_be("bounce", "Bounce+x@example.vn")
    assert not claims_to_be("bounce", "nhacviec@example.vn")
