"""What lies ahead: how much each unit is asked, and the year at a glance."""

from __future__ import annotations

import re
from datetime import date

from builders import counted
from fastapi.testclient import TestClient

from models.database import reading
from portal.context import PortalContext
from services.calendar.year import year_calendar
from services.views.burden import burden_map

Q4 = (date(2013, 10, 1), date(2013, 12, 31))


def test_the_map_counts_what_each_unit_is_asked_in_each_week(context: PortalContext):
    with reading(context.engine) as session:
        found = burden_map(session, context.office, *Q4)
        tight = burden_map(session, context.office, *Q4, most=1)
    assert found.mondays[0] == date(2013, 9, 30)
    assert len(found.mondays) == 14
    health = next(row for row in found.rows if row.unit.key == "SYT")
    assert [len(week.requests) for week in health.weeks if week] == [2, 1, 1]
    assert found.heavy == ()
    assert "có thể gộp" in next(week.hint for week in tight.heavy if week.organisation_id == health.unit.id)


def test_the_picture_has_a_table_with_the_same_figures_and_links_to_the_duties(portal: TestClient):
    page = portal.get("/ganh-nang?nam=2013&quy=4").text
    drawn = [int(n) for n in re.findall(r'<text class="n"[^>]*>(\d+)</text>', page)]
    told = [int(n) for n in re.findall(r'<span class="small">(\d+) yêu cầu</span>', page)]
    assert sorted(drawn) == sorted(told)
    assert sum(drawn) == page.count('<p><a href="/nhiem-vu/') > 100
    assert 'role="img"' in page


def test_without_a_period_the_coming_quarter_is_shown(portal: TestClient):
    assert "từ 06/01/2014 đến 31/03/2014" in portal.get("/ganh-nang").text


def test_the_year_shows_days_off_tet_and_what_falls_due(context: PortalContext, portal: TestClient):
    with reading(context.engine) as session:
        january, february, *_, december = year_calendar(session, context.office, 2014)
    assert {item.duty.id for item in december.due} >= {"I5-CALENDAR"}
    assert next(week[0].day for week in january.weeks if week[0]) == date(2014, 1, 6)
    tet = [name for name, _, _ in (*january.holidays, *february.holidays)]
    assert any("Tết" in name for name in tet)
    page = portal.get("/lich?nam=2014").text
    assert page.count('class="month"') == 12
    assert 'href="/nhiem-vu/I5-CALENDAR?nam=2014"' in page
    assert re.search(r'<td class="[^"]*today">8<', page)


def test_neither_page_asks_more_often_for_a_year_than_for_a_quarter(context: PortalContext, portal: TestClient):
    for path in ("/ganh-nang", "/lich"):
        portal.get(f"{path}?nam=2013&quy=4")
        with counted(context.engine) as quarter:
            portal.get(f"{path}?nam=2013&quy=4")
        with counted(context.engine) as year:
            portal.get(f"{path}?nam=2014")
        assert len(year) == len(quarter) <= 10


def test_a_year_that_is_none_is_refused_in_words(portal: TestClient):
    assert "không nhận giá trị «1»" in portal.get("/lich?nam=1").text
