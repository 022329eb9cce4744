"""Each number of a report opens the cases behind it, as of the day of the report and not as they stand today."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import a_province
import pytest
from a_province import AFTER_CUTOFF
from sqlmodel import select
from visitors import AUDITOR, COORDINATOR, a_browser

from models.database import writing
from models.queries.cases.case_file import hold_case
from models.tables.cases import Case
from portal.context import PortalContext
from services.cases.hand_in import HandIn, hand_in
from services.operations.tick import tick

LINK = re.compile(r'<a href="(/bao-cao/\d+/so-lieu\?so=[^"]+)"[^>]*>([^<]+)</a>')


@pytest.fixture
def context(tmp_path: Path) -> PortalContext:
    """The first quarterly report was drafted."""
    context = a_province.a_context(tmp_path)
    context = replace(context, office=replace(context.office, folder=tmp_path), clock=lambda: AFTER_CUTOFF)
    tick(context.engine, context.office, AFTER_CUTOFF)
    return context


@pytest.fixture
def desk(context: PortalContext) -> str:
    return re.search(r'href="(/bao-cao/\d+)"', a_browser(context, COORDINATOR).get("/bao-cao").text)[1]


def links(client, address: str) -> list[tuple[str, str]]:
    return [(html.unescape(where), text) for where, text in LINK.findall(client.get(address).text)]


def groups(client, address: str) -> list[int]:
    """How many rows stand under each result; the heading says the same."""
    page = client.get(address)
    assert page.status_code == 200, address
    told = []
    for section in re.findall(r"<section.*?</section>", page.text, re.DOTALL) or [page.text]:
        rows = section.count('<tr class="case">')
        heading = re.search(r"<h2[^>]*>[^<]*: (\d+)</h2>", section)
        assert heading is None or int(heading[1]) == rows
        told.append(rows)
    return told


def main_of(client, address: str) -> str:
    return client.get(address).text.partition("<main")[2]


@pytest.mark.parametrize("page", ["", "/bieu-do", "/so-lieu"])
def test_every_number_opens_as_many_cases_as_it_says(context: PortalContext, desk: str, page: str) -> None:
    client = a_browser(context, AUDITOR)
    found = links(client, desk + page)
    assert found
    for where, text in sorted(set(found)):
        assert sum(groups(client, where)) == int(text.replace(".", "")), (where, text)


def test_sentences_and_annex_i_and_figures_have_links(context: PortalContext, desk: str) -> None:
    client = a_browser(context, COORDINATOR)
    keys = {where.partition("so=")[2] for where, _ in links(client, desk)}
    assert {"reminders", "due", "in_time"} & keys
    assert any(key.endswith(".missing") or key.endswith(".on_time") for key in keys)
    assert any(key.endswith((".expected", ".asked")) for key in keys)


def test_what_came_after_the_day_is_not_on_the_list(context: PortalContext, desk: str) -> None:
    client = a_browser(context, COORDINATOR)
    (where, text), *_ = [one for one in links(client, desk) if one[0].endswith(".missing")]
    before = main_of(client, where)
    with writing(context.engine) as session:
        for id in session.exec(select(Case.id).where(Case.received_at.is_(None))).all():
            file = hold_case(session, id)
            if file.occurrence.opens_on and file.occurrence.opens_on <= AFTER_CUTOFF.date():
                hand_in(session, file, HandIn(AFTER_CUTOFF, document_number="1/BC"), AFTER_CUTOFF)
    assert main_of(client, where) == before
    assert before.count('<tr class="case">') == int(text)


def test_an_unknown_number_is_not_found(context: PortalContext, desk: str) -> None:
    client = a_browser(context, COORDINATOR)
    assert client.get(f"{desk}/so-lieu?so=99.late").status_code == 404
    assert client.get(f"{desk}/so-lieu?so=<b>").status_code == 404
    assert client.get("/bao-cao/987654/so-lieu").status_code == 404
