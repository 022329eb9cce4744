"""A whole year through the doors people use: catalogues in September, approval, calendars, review, the next September.

Some tables are wrong and returned, some late, some sent twice, some by mail, some entered in the register by hand; what
the province's tables hold agrees cell by cell, origin included, with a count by plain openpyxl.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import a_province
import pytest
from case_steps import case_of, decides, seen
from fakes.mailbox_letters import KEY, PDF, a_reply
from fastapi.testclient import TestClient
from visitors import COORDINATOR, a_browser, form_key, post
from year_files import (
    CALENDAR,
    CATALOGUE,
    DISPUTED,
    SHARED,
    YEAR,
    SentFile,
    calendar_rows,
    catalogue_rows,
    counted,
    of_province,
    product,
    units,
    workbook,
)

from models.database import reading
from models.queries.content import frozen
from notifications.email.source import MaildirSource
from notifications.email.verp import About, reply_address
from portal.context import PortalContext
from portal.forms import FIELD
from services.inbound.receive import receive
from services.operations.tick import tick

CHAIRMAN, LEAD, DOMAIN = "thu-truong.ubnd@example.vn", "dau-moi.ctk@example.vn", "example.vn"
SAME = {CATALOGUE: (0,), CALENDAR: (0, 1, 2)}  # the columns by which rows of several units are the same
TAKEN = 6  # the place of the unit whose words count where two say different things
NEVER = 31  # the place in the register of the unit that sends nothing


class Province:
    """Its portal, its mailbox and the day it is."""

    def __init__(self, folder: Path) -> None:
        self.now = a_province.NOW
        made = a_province.a_context(folder)
        self.folder = folder
        self.context: PortalContext = replace(made, office=replace(made.office, folder=folder), clock=lambda: self.now)
        self.sent: dict[tuple[str, str], SentFile] = {}
        self.units = units()
        self.browsers: dict[tuple[str, datetime], TestClient] = {}  # of each person on each day

    def on(self, day: str, *duties: str) -> None:
        """Goes to this day, and lets the daily check of these duties run."""
        self.now = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).replace(hour=2)
        for duty in duties:
            assert tick(self.context.engine, self.context.office, self.now, duty)[0].problems == []

    def browser(self, email: str = COORDINATOR) -> TestClient:
        if (email, self.now) not in self.browsers:
            self.browsers[email, self.now] = a_browser(self.context, email)
        return self.browsers[email, self.now]

    def case(self, unit: str, duty: str) -> int:
        return case_of(self.context, unit, duty, YEAR)

    # --- ways in -----------------------------------------------------------------------------------------------------

    def by_portal(self, unit: str, duty: str, content: bytes, note: str = "") -> None:
        client = self.browser(of(unit))
        data = {FIELD: form_key(client), "number": f"12/{unit}", "note": note}
        files = {"files": (f"{duty}.xlsx", content)}
        assert client.post(f"/ho-so/{self.case(unit, duty)}/nop", data=data, files=files).status_code == 303
        self._count(unit, duty, content)

    def by_register(self, unit: str, duty: str, content: bytes, received: str) -> None:
        client = self.browser()
        data = {FIELD: form_key(client), "via": "paper", "received": received, "number": "1/BC"}
        files = {"files": (f"{duty}.xlsx", content)}
        assert client.post(f"/ho-so/{self.case(unit, duty)}/vao-so", data=data, files=files).status_code == 303
        self._count(unit, duty, content)

    def by_mail(self, unit: str, duty: str, content: bytes) -> None:
        case = self.case(unit, duty)
        to = reply_address(About.CASE, case, self.now.date(), KEY, DOMAIN)
        box = self.folder / "Maildir"
        with MaildirSource(box).open():
            mail = a_reply(to, of(unit), [(f"{duty}.xlsx", content)], message_id=f"<{unit}@example.vn>")
            (box / "new" / unit).write_bytes(mail)
        office = self.context.office
        files = office.folder / "files"
        receive(self.context.engine, office, MaildirSource(box), files, self.now, key=KEY, domain=DOMAIN)
        self._count(unit, duty, content)

    def _count(self, unit: str, duty: str, content: bytes) -> None:
        before = self.sent.get((unit, duty))
        self.sent[unit, duty] = SentFile(unit, before.version + 1 if before else 1, content)

    # --- what is done with it ----------------------------------------------------------------------------------------

    def decide(self, unit: str, duty: str, order: str, **fields: str) -> None:
        answer = decides(self.browser(), self.case(unit, duty), order, **fields)
        assert answer.status_code == 303, answer.text

    def record(self, email: str, unit: str, duty: str, step: str, **fields: str) -> None:
        client, where = self.browser(email), f"/ho-so/{self.case(unit, duty)}/buoc/{step}"
        answer = post(client, where, seen=seen(client.get(where).text), **fields)
        assert answer.status_code == 303, answer.text

    def page(self, duty: str) -> str:
        return self.browser().get(f"/noi-dung/{duty}/{YEAR}").text

    def agrees(self, duty: str, version: int = 0) -> None:
        """The province's table is what a count by hand says it is."""
        kept = self.browser().get(f"/noi-dung/{duty}/{YEAR}/tep?kieu=xlsx&ban={version}").content
        mine = counted(duty, (file for (_, of), file in self.sent.items() if of == duty), SAME[duty])
        if disputed := mine.get((DISPUTED,)):
            taken = f"{self.units[TAKEN][0]} lần"
            mine[DISPUTED,] = {place: cells for place, cells in disputed.items() if place.startswith(taken)}
        assert of_province(duty, kept, SAME[duty]) == mine


def of(unit: str) -> str:
    return f"dau-moi.{unit.lower()}@example.vn"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    return Province(tmp_path_factory.mktemp("year"))


@pytest.mark.timeout(1200)  # some two hundred visits, beside whatever else the machine does
def test_a_whole_year(province: Province) -> None:
    calendar_of_the_year_before(province)
    catalogues_in_september(province)
    their_approval(province)
    calendars_in_the_fourth_quarter(province)
    review_in_july(province)
    next_september(province)


def calendar_of_the_year_before(province: Province) -> None:
    """In January one unit sends its calendar as a table: it is proposed to it again in the autumn."""
    rows = [("Số giường bệnh", "Báo cáo ngành y tế", "29/01/2014", "trang tin", "Sở Y tế", "Điều 5", "")]
    case, client = case_of(province.context, "SYT", CALENDAR, "2014"), province.browser(of("SYT"))
    files = {"files": ("lich.xlsx", workbook(CALENDAR, "Sở Y tế", rows, "2014"))}
    answer = client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client), "note": "Bảng"}, files=files)
    assert answer.status_code == 303


def catalogues_in_september(province: Province) -> None:
    province.on("2014-09-08", CATALOGUE)
    contributors = [(number, *unit) for number, unit in enumerate(province.units) if unit[0] != "CTK"]
    for number, unit, name in contributors:
        if number != NEVER:
            sends_its_catalogue(province, number, unit, name)
    for number, unit, _ in contributors:
        if number not in (NEVER, *LATE) and number % 7 != 4:
            province.decide(unit, CATALOGUE, "accept")
    province.on("2014-10-02", CATALOGUE)
    for number, unit, name in contributors:
        if number in LATE:
            province.by_portal(unit, CATALOGUE, workbook(CATALOGUE, name, catalogue_rows(number, name)))
        elif number % 7 == 4:
            right = workbook(CATALOGUE, name, catalogue_rows(number, name))
            province.by_portal(unit, CATALOGUE, right, "Đã ghi đủ chu kỳ")
    assert f"{len(LATE) + len([one for one, *_ in contributors if one % 7 == 4])} bảng chờ chấp nhận" in province.page(
        CATALOGUE
    )
    for number, unit, _ in contributors:
        if number in LATE or number % 7 == 4:
            province.decide(unit, CATALOGUE, "accept")
    conflict_is_settled(province)
    province.agrees(CATALOGUE)


LATE = (2, 9, 23)


def sends_its_catalogue(province: Province, number: int, unit: str, name: str) -> None:
    rows = catalogue_rows(number, name)
    if number in LATE:
        return
    if number % 7 == 4:  # wrong: a frequency is missing, so it is returned
        wrong = [(*rows[0][:6], "", *rows[0][7:]), *rows[1:]]
        province.by_portal(unit, CATALOGUE, workbook(CATALOGUE, name, wrong))
        province.decide(unit, CATALOGUE, "return", reason="Thiếu chu kỳ biên soạn", until="2014-09-25")
    elif number % 7 == 5:  # sends again before anybody looks
        province.by_portal(unit, CATALOGUE, workbook(CATALOGUE, name, [product("Bị thay", name)]))
        province.by_portal(unit, CATALOGUE, workbook(CATALOGUE, name, rows))
    elif number % 7 == 1:
        province.by_register(unit, CATALOGUE, workbook(CATALOGUE, name, rows), "2014-09-05T08:00")
    elif number % 7 == 3:
        province.by_mail(unit, CATALOGUE, workbook(CATALOGUE, name, rows))
    else:
        province.by_portal(unit, CATALOGUE, workbook(CATALOGUE, name, rows))


def conflict_is_settled(province: Province) -> None:
    page, client = province.page(CATALOGUE), province.browser()
    assert DISPUTED in page
    [stamp] = re.findall(r'name="viec" value="values"><input type="hidden" name="ve" value="(\w+)"', page)
    take = re.findall(r'name="lay" value="(\w+)"', page)[0]
    fields = {"viec": "values", "ve": stamp, "lay": take, "reason": "Theo Cục Thống kê"}
    assert post(client, f"/noi-dung/{CATALOGUE}/{YEAR}/xu-ly", **fields).status_code == 303


def their_approval(province: Province) -> None:
    """The lead's proposal, the chairman's decision; what comes later changes the table, not what was approved."""
    client = province.browser(LEAD)
    data = {FIELD: form_key(client), "number": "30/TTr-CTK", "day": "2014-10-02"}
    files = {"files": ("to-trinh.pdf", PDF)}
    assert client.post(f"/ho-so/{province.case('CTK', CATALOGUE)}/nop", data=data, files=files).status_code == 303
    province.on("2014-10-20", CATALOGUE)
    decision = {"done_on": "2014-10-17", "number": "2150/QĐ-UBND"}
    province.record(CHAIRMAN, "CTK", CATALOGUE, "I4B-APPROVE", **decision)
    assert "số 2150/QĐ-UBND ngày 17/10/2014" in province.page(CATALOGUE)
    province.agrees(CATALOGUE, version=1)
    approved = dict(province.sent)
    unit, name = province.units[NEVER]
    province.by_portal(unit, CATALOGUE, workbook(CATALOGUE, name, catalogue_rows(NEVER, name)))
    province.decide(unit, CATALOGUE, "accept")
    province.on("2014-10-21", CATALOGUE)
    province.agrees(CATALOGUE)
    province.sent = approved
    province.agrees(CATALOGUE, version=1)
    assert versions(province, CATALOGUE) == 1


def versions(province: Province, duty: str) -> int:
    with reading(province.context.engine) as session:
        return len(frozen.versions(session, duty, YEAR))


def calendars_in_the_fourth_quarter(province: Province) -> None:
    province.on("2014-11-10", CALENDAR)
    fill_in = province.browser(of("SYT")).get(f"/ho-so/{province.case('SYT', CALENDAR)}/bang").text
    assert "từ năm 2014, chưa xác nhận" in fill_in
    assert "Báo cáo ngành y tế" in fill_in
    nothing, _ = province.units[NEVER]
    for number, (unit, name) in enumerate(province.units):
        if number != NEVER:
            province.by_portal(unit, CALENDAR, workbook(CALENDAR, name, calendar_rows(number, name)))
            province.decide(unit, CALENDAR, "accept")
    for number, (unit, _) in enumerate(province.units):
        if number != NEVER:
            province.record(of(unit), unit, CALENDAR, "I5-APPROVE", done_on="2014-11-10", number=f"{number}/QĐ-{unit}")
    assert (versions(province, CALENDAR), "đã ghi nhận 32/33" in province.page(CALENDAR)) == (0, True)
    province.decide(nothing, CALENDAR, "nil_return", reason="Không phát sinh")
    province.on("2014-11-11", CALENDAR)
    page = province.page(CALENDAR)
    assert "32 văn bản phê duyệt" in page
    province.agrees(CALENDAR, version=1)
    assert SHARED in page


def review_in_july(province: Province) -> None:
    province.on("2015-07-20", "I4-MIDYEAR-REVIEW")
    client, case = province.browser(LEAD), province.case("CTK", "I4-MIDYEAR-REVIEW")
    files = {"files": ("ra-soat.pdf", PDF)}
    answer = client.post(f"/ho-so/{case}/nop", data={FIELD: form_key(client), "number": "9/BC-CTK"}, files=files)
    assert answer.status_code == 303
    page = client.get(f"/ho-so/{case}").text
    assert post(client, f"/ho-so/{case}/ra-soat", adjusted="co", seen=seen(page)).status_code == 303
    page = client.get(f"/ho-so/{case}").text
    assert "Báo cáo Chủ tịch UBND tỉnh về điều chỉnh, bổ sung" in page
    assert "Thông báo điều chỉnh, bổ sung cho người sử dụng" in page


def next_september(province: Province) -> None:
    """The page of each unit begins with its rows as they were approved."""
    province.on("2015-09-08", CATALOGUE)
    unit, name = province.units[5]
    case = case_of(province.context, unit, CATALOGUE, "2016")
    page = province.browser(of(unit)).get(f"/ho-so/{case}/bang").text
    assert page.count("từ năm 2015, bản chốt số 1 đã phê duyệt, chưa xác nhận") == len(catalogue_rows(5, name))
    assert SHARED in page
