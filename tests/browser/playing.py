"""A portal whose day the test sets, and what people do with a case there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import a_province
from looking import House, serving
from playwright.sync_api import Page

from models.database import reading
from portal.context import PortalContext
from services.cases.hand_in import find
from services.operations.tick import tick

PDF = {"name": "To trinh.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 once"}


@dataclass
class Calendar:
    today: datetime


@contextmanager
def serving_by(calendar: Calendar, folder: Path) -> Iterator[House]:
    """A prepared province; nothing was handed in yet."""
    office = a_province.an_office(folder)
    engine = a_province.a_prepared_database(folder, office, calendar.today)
    tick(engine, office, calendar.today)
    with serving(PortalContext(engine, office, lambda: calendar.today)) as house:
        yield house


def case_of(house: House, unit: str, duty: str, period: str) -> int:
    with reading(house.context.engine) as session:
        return find(session, house.context.office, unit, duty, period, house.context.clock()).id


def hands_in(page: Page, case: int) -> None:
    page.goto(f"/ho-so/{case}/nop")
    page.get_by_label("Tệp").set_input_files([PDF])
    page.get_by_label("Số, ký hiệu văn bản").fill("15/TTr")
    page.get_by_role("button", name="Nộp và lấy biên nhận").click()
    page.wait_for_url("**/bien-nhan/*")


def accepts(page: Page, case: int) -> None:
    page.goto(f"/ho-so/{case}")
    page.locator("summary", has_text="Chấp nhận").click()
    page.get_by_role("button", name="Chấp nhận").click()
    page.get_by_text("Đã chấp nhận").first.wait_for()
