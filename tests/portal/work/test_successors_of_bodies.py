"""Whoever receives, approves or stands above goes by its successor once it is merged, wherever it is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import a_province
import pytest
from a_province import NOW
from case_steps import case_of
from visitors import COORDINATOR, a_browser

from models.database import reading, writing
from models.queries.plan.occurrences import organisations_by_key
from portal.context import PortalContext
from rules.deadlines import local_day
from services.cases.hand_in import HandIn, find, hand_in
from services.people.reorganise import merge
from services.standing import Standing
from services.units import bodies_on

SEPTEMBER = NOW.replace(month=9)
MINISTRY, HEIR, APPROVING = "Bộ Kế hoạch và Đầu tư", "Bộ Tài chính", "Sở Tư pháp"


@pytest.fixture
def context(tmp_path: Path) -> Iterator[PortalContext]:
    """The catalogue waits for its approval; the ministry was merged, and the body that approves into another."""
    context = a_province.a_context(tmp_path)
    with writing(context.engine) as session:
        file = find(session, context.office, "CTK", "I4B-CATALOGUE", "2015", SEPTEMBER)
        hand_in(session, file, HandIn(SEPTEMBER), SEPTEMBER)
        for key, heir in (("BKHDT", "BTC"), ("UBND", "STP")):
            merge(session, context.office, [key], heir, date(2014, 1, 2), "Nghị quyết", "Lan", SEPTEMBER)
    yield replace(context, clock=lambda: SEPTEMBER)
    context.engine.dispose()


def test_the_page_of_a_duty_names_the_successor_that_receives_it(context: PortalContext):
    page = a_browser(context, COORDINATOR).get("/nhiem-vu/II2-REPORT?nam=2014").text
    [receiving] = re.findall("<dt>Nơi nhận</dt><dd>([^<]*)", page)
    assert receiving.startswith(APPROVING)
    assert receiving.endswith(f"; {HEIR}")


@pytest.mark.parametrize("path", ["/ho-so/{case}", "/buoc", "/ho-so/{case}/buoc/I4B-APPROVE"])
def test_the_step_of_a_body_that_was_merged_is_that_of_its_successor(context: PortalContext, path: str):
    case = case_of(context, "CTK", "I4B-CATALOGUE", "2015")
    page = a_browser(context, COORDINATOR).get(path.format(case=case)).text
    assert APPROVING in page
    assert "Ủy ban nhân dân tỉnh Sóc Trăng" not in page


def test_a_successor_is_asked_like_the_superior_it_follows(context: PortalContext):
    with reading(context.engine) as session:
        heir = organisations_by_key(session)["STP"].id
        assert heir in Standing.read(session, context.office, local_day(SEPTEMBER)).above
        assert heir not in Standing.read(session, context.office, date(2013, 12, 31)).above
        assert bodies_on(session, date(2013, 12, 31), ["BKHDT", "NONE"])["BKHDT"].name == MINISTRY
