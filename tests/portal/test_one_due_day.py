"""One day for one case: every list, page, letter, calendar and the API show it, and count to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import a_province
import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from visitors import COORDINATOR, a_browser, post

from models.database import reading, writing
from models.queries.cases.selection import holders
from portal.context import PortalContext
from services.access.answer_links import answer_url
from services.cases.case_file import case_page
from services.cases.decide import extend, return_for_completion
from services.cases.hand_in import find

NOW = datetime(2014, 1, 8, 2, tzinfo=UTC)  # a Wednesday
BEFORE = datetime(2013, 12, 26, 2, tzinfo=UTC)
DAY = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


@dataclass(frozen=True)
class Expected:
    unit: str
    duty: str
    period: str
    day: date
    count: str  # as every page words it; "": none is shown
    now: datetime = NOW
    send_by: date | None = None
    target: bool = False  # nothing is ever late: the day is called «mốc phấn đấu»


CASES = {
    "hard day passed": Expected("SGTVT", "I2A-DEMAND-LIST", "2014", date(2013, 12, 31), "quá 5 ngày làm việc"),
    "contributor": Expected(
        "SGTVT", "I2A-DEMAND-LIST", "2014", date(2013, 12, 31), "còn 5 ngày", BEFORE, date(2013, 11, 15)
    ),
    "soft target": Expected("SKHDT", "II1-PLAN", "2013", date(2013, 11, 29), "mốc đã qua 40 ngày", target=True),
    "extended to a Sunday": Expected(
        "STC", "I5-CALENDAR", "2014", date(2014, 1, 20), "còn 12 ngày", send_by=date(2014, 1, 17)
    ),
    "returned": Expected("TTR", "I5-CALENDAR", "2014", date(2014, 1, 15), "còn 7 ngày"),
    "returned past its day": Expected("SKHDT", "I5-CALENDAR", "2014", date(2014, 1, 7), "quá 1 ngày làm việc"),
}


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    context = a_province.a_context(Path(tmp_path_factory.mktemp("province")))
    office, earlier = context.office, datetime(2014, 1, 6, 3, tzinfo=UTC)
    with writing(context.engine) as session:
        late = find(session, office, "SKHDT", "I5-CALENDAR", "2014", earlier)
        return_for_completion(session, late, "Lan", earlier, "Thiếu biểu", date(2014, 1, 7))
        longer = find(session, office, "STC", "I5-CALENDAR", "2014", earlier)
        extend(session, office, longer, "Lan", earlier, "Đang sắp xếp lại", date(2014, 1, 19))  # a Sunday
    return context


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def expected(request: pytest.FixtureRequest) -> Expected:
    return request.param


@pytest.fixture
def seen(context: PortalContext, expected: Expected) -> PortalContext:
    return replace(context, clock=lambda: expected.now)


@pytest.fixture
def case(context: PortalContext, expected: Expected) -> int:
    with reading(context.engine) as session:
        return find(session, context.office, expected.unit, expected.duty, expected.period, NOW).id


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def vi(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def bold(html: str) -> list[str]:
    return ["/".join(parts) for text in re.findall(r"<b>(.*?)</b>", html, re.S) for parts in DAY.findall(text)]


def holds(part: str, expected: Expected) -> None:
    """The one bold day, the count to it, and small beside it the day to send by."""
    assert bold(part)[:1] == [vi(expected.day)]
    assert expected.count in words(part)
    if expected.send_by:
        assert f"nên gửi {vi(expected.send_by)}" in words(part)


def row(page: str, case: int) -> str:
    """Of a table or a list, that leads to the case."""
    parts = re.split(r'(?=<tr[ >]|<li class="card owed")', page)
    return next(part for part in parts if re.search(rf'href="[^"]*/ho-so/{case}["?#/]', part))


@pytest.mark.parametrize("path", ["/danh-sach?don_vi={unit}&nam={year}", "/don-vi/{unit}?nam={year}"])
def test_lists(seen: PortalContext, expected: Expected, case: int, path: str):
    client = a_browser(seen, COORDINATOR)
    pages = [client.get(path.format(unit=expected.unit, year=year)).text for year in (2013, 2014)]
    found = [page for page in pages if f"/ho-so/{case}" in page]
    assert found
    for page in found:
        holds(row(page, case), expected)


def test_the_chasing_list(seen: PortalContext, expected: Expected, case: int):
    states = "" if not expected.target else "&tinh_trang=open"
    page = a_browser(seen, COORDINATOR).get(f"/don-doc?don_vi={expected.unit}{states}").text
    if f"/ho-so/{case}" in page:
        holds(row(page, case), expected)


def focal_point(seen: PortalContext, unit: str) -> TestClient:
    return a_browser(seen, f"dau-moi.{unit.lower()}@example.vn")


def test_the_units_own_list(seen: PortalContext, expected: Expected, case: int):
    part = row(focal_point(seen, expected.unit).get("/phai-nop").text, case)
    holds(part, expected)
    assert ("Mốc phấn đấu" in words(part.partition("<h3>")[0])) is expected.target


def test_the_case_page(seen: PortalContext, expected: Expected, case: int):
    page = focal_point(seen, expected.unit).get(f"/ho-so/{case}").text
    part = page.partition('aria-labelledby="han"')[2].partition("</section>")[0]
    holds(part.partition('<p class="due">')[2], replace(expected, send_by=None))
    assert bold(part) == [vi(expected.day)]
    assert ("Mốc phấn đấu" in words(part.partition('<ul class="dates">')[0])) is expected.target


def test_the_page_of_the_link_in_a_letter(seen: PortalContext, expected: Expected, case: int):
    with reading(seen.engine) as session:
        file = case_page(session, seen.office, seen.clock(), case)
        assert file is not None
        [person] = holders(session, [file.organisation_id], ["focal_point"], date(2014, 1, 8))
        link = answer_url(seen.office, case, person.person_id, seen.clock())
    page = a_browser(seen).get(link.removeprefix(seen.office.base_url)).text
    assert vi(expected.day) in words(page.partition('class="lead"')[2].partition("</div></div>")[0])


def test_the_calendar_feed(seen: PortalContext, expected: Expected, case: int):
    client = focal_point(seen, expected.unit)
    assert post(client, f"/tai-khoan/lich/{expected.unit}/moi").status_code == 303
    address = re.search(r"/lich/[\w-]+\.ics", client.get("/tai-khoan").text)
    assert address is not None
    events = Calendar.from_ical(a_browser(seen).get(address[0]).content).walk("VEVENT")
    [event] = [one for one in events if f"/ho-so/{case}" in str(one)]
    assert event.end.date() == expected.day


def test_one_rule_says_it(seen: PortalContext, expected: Expected, case: int):
    with reading(seen.engine) as session:
        file = case_page(session, seen.office, seen.clock(), case)
    assert file is not None
    assert file.due_day == expected.day


def test_a_contributor_reads_the_sentence_of_its_own_term(context: PortalContext):
    with reading(context.engine) as session:
        own = find(session, context.office, "SGTVT", "I2A-DEMAND-LIST", "2014", NOW)
        whole = find(session, context.office, "CTK", "I2A-DEMAND-LIST", "2014", NOW)
    assert own.why == ("Mốc phấn đấu của đơn vị phối hợp là thứ Sáu 15/11/2013; tính quá hạn sau thứ Ba 31/12/2013.")
    assert whole.why == whole.occurrence.why


def test_an_extension_to_a_day_off_says_what_it_counts_to(context: PortalContext):
    with reading(context.engine) as session:
        file = find(session, context.office, "STC", "I5-CALENDAR", "2014", NOW)
    assert file.why == (
        "Đã gia hạn đến Chủ nhật 19/01/2014, là ngày nghỉ nên tính đến hết thứ Hai 20/01/2014; "
        "tính quá hạn sau ngày này."
    )
