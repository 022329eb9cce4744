"""Rows, consolidations and cross-checks for other systems, with the rights of their token."""

from __future__ import annotations

import pytest
from content_builders import accepted, handed_in, judged
from systems import System

from portal.context import PortalContext

DUTY, YEAR = "I5-CALENDAR", "2014"


@pytest.fixture
def context(own_context: PortalContext) -> PortalContext:
    for unit, name in (("SYT", "Số giường bệnh"), ("STC", "Thu ngân sách")):
        rows = judged(*({"content": f"{name} {n}", "product": name, "release": f"2014-0{n}-29"} for n in (1, 2)))
        case = handed_in(own_context.engine, own_context.office, unit, own_context.clock(), rows, DUTY, YEAR)
    accepted(own_context.engine, case, own_context.clock())
    return own_context


def test_rows_come_page_by_page_with_their_origin(context: PortalContext) -> None:
    system = System(context)
    first = system.get("/rows?limit=3").json()
    rest = system.get(f"/rows?limit=3&cursor={first['next']}").json()
    found = [(row["unit"], row["row"], row["accepted"]) for row in first["items"] + rest["items"]]
    assert found == [("SYT", 6, False), ("SYT", 7, False), ("STC", 6, True), ("STC", 7, True)]
    assert first["items"][0]["cells"]["release"] == "2014-01-29"


@pytest.mark.parametrize(
    ("query", "count"), [("words=giuong", 2), ("unit=stc", 2), ("period=2015", 0), ("words=x&unit=STC", 0)]
)
def test_rows_are_chosen_by_unit_period_and_words(context: PortalContext, query: str, count: int) -> None:
    assert len(System(context).get(f"/rows?{query}").json()["items"]) == count


def test_the_state_of_a_consolidation(context: PortalContext) -> None:
    told = System(context).get(f"/consolidations/{DUTY}/{YEAR}").json()
    assert (told["rows"], "STC" in told["accepted"], "SYT" in told["waiting"]) == (2, True, True)
    assert System(context).get(f"/consolidations/{DUTY}/2051").status_code == 404


def test_a_cross_check_names_what_is_lacking(context: PortalContext) -> None:
    told = System(context).get("/crosschecks/2014").json()
    assert "I4B-CATALOGUE" in told["lacking"]
    assert [one["kind"] for one in told["findings"]] == ["not_in_catalogue"]


def test_the_token_of_one_unit_sees_its_own_rows_and_nothing_of_all_together(context: PortalContext) -> None:
    own = System(context, unit="SYT")
    assert {row["unit"] for row in own.get("/rows").json()["items"]} == {"SYT"}
    assert own.get("/rows?unit=STC").json()["items"] == []
    answers = [own.get(path).status_code for path in (f"/consolidations/{DUTY}/{YEAR}", "/crosschecks/2014")]
    assert answers == [404, 404]


def test_an_address_with_a_line_break_is_answered_like_any_other_of_the_api(context: PortalContext) -> None:
    answer = System(context).get("/consolidations/a%0Ab/2014")
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
