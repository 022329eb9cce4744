"""Every message with the longest names there really are, and with the least that can be known."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any

import pytest
from builders import the_catalogue
from letters import SAMPLES

from notifications.facts import DueItem
from notifications.kinds import MessageKind
from notifications.render.letter import LONGEST_SUBJECT, render
from rules.deadlines import PROVINCE

PERSON = "Huỳnh Nguyễn Thị Thùy Phương Trang"
LINK = "https://nhacviec.cucthongke.soctrang.gov.vn/tra-loi/1e240.3039.251c.0123456789abcdef01234567"
NUMBER = "1234/SNNPTNT-CCTLBVTV-KHTC"
OTHER_DATES = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{2}\b(?!\d)|(?<!\d)\d/\d{1,2}/\d{4}")
LEFT_OVER = re.compile(r"\bNone\b|[{}]|Undefined|\(\)|,\s*,|\bngày (?=[.,;)])|<br>\s*<br>\s*<br>")


@cache
def longest_unit() -> str:
    return max((name.name for unit in the_catalogue().organisations for name in unit.names), key=len)


@cache
def longest_duty() -> str:
    return max((duty.title.vi for duty in the_catalogue().plan.obligations), key=len)


@cache
def longest_head() -> str:
    return max((name.head_title or "" for unit in the_catalogue().organisations for name in unit.names), key=len)


def longest(facts: Any) -> Any:
    """The same facts with every name as long as it can be."""
    told = {
        "recipient_name": PERSON,
        "recipient_title": f"{longest_head()} {longest_unit()}",
        "unit_name": longest_unit(),
        "head_name": PERSON,
        "head_title": longest_head(),
        "focal_point_name": PERSON,
        "title": f"{longest_duty()} (6 tháng đầu năm 2014)",
        "matter": f"{longest_duty()} (6 tháng đầu năm 2014)",
        "report_title": f"{longest_duty()} (6 tháng đầu năm 2014)",
        "document_number": NUMBER,
        "reviewer": PERSON,
        "invited_by": PERSON,
    }
    known = {field.name for field in fields(facts)}
    changed = {name: value for name, value in told.items() if name in known}
    if "items" in known:
        changed["items"] = tuple(_item(item) for item in facts.items)
    return replace(facts, **changed)


def _item(item: DueItem) -> DueItem:
    return replace(
        item,
        title=f"{longest_duty()} (6 tháng đầu năm 2014)",
        short=longest_duty(),
        unit_name=longest_unit(),
        answer_url=LINK,
    )


@pytest.mark.parametrize("as_long_as_can_be", [False, True])
@pytest.mark.parametrize("name", SAMPLES)
def test_whatever_is_known_the_message_reads_well(name: str, as_long_as_can_be: bool) -> None:
    kind, facts = SAMPLES[name]
    written = render(kind, longest(facts) if as_long_as_can_be else facts)
    everything = "\n".join((written.subject, written.text, written.html))
    assert len(written.subject) <= LONGEST_SUBJECT
    assert unicodedata.is_normalized("NFC", everything)
    assert not OTHER_DATES.search(re.sub(r"https?://\S+", "", everything))
    assert not LEFT_OVER.search(re.sub(r"<style.*?</style>", "", everything, flags=re.S))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_end_of_a_long_subject_is_kept(name: str) -> None:
    kind, facts = SAMPLES[name]
    if kind not in (MessageKind.REMINDER, MessageKind.DUE_SOON):
        return
    whole, cut = render(kind, facts).subject, render(kind, longest(facts)).subject
    assert cut.rpartition("hạn")[2] == whole.rpartition("hạn")[2]


def test_every_kind_is_tried() -> None:
    assert {kind for kind, _ in SAMPLES.values()} == set(MessageKind)
    assert all(is_dataclass(facts) for _, facts in SAMPLES.values())
    assert PROVINCE.key == "Asia/Ho_Chi_Minh"
