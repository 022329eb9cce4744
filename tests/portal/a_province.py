"""A province in its first winter: the shipped plan and units, ticks since autumn, most answers in, some not."""

from __future__ import annotations

import atexit
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory

from builders import the_catalogue
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from config.catalogue import SHIPPED
from config.forms import Forms
from models.database import connect, writing
from models.metadata import metadata
from models.tables.cases import Case, Stage
from portal.context import PortalContext
from rules.office import Office
from rules.working_days import WorkCalendar
from services.access.examples import add_examples_without_post
from services.cases.decide import accept, close_without_submission, extend, return_for_completion
from services.cases.hand_in import HandIn, find, hand_in, hold
from services.operations.tick import tick
from services.plan.first_setup import prepare

LAST_TICK = datetime(2014, 1, 8, 0, 30, tzinfo=UTC)
FORMS = Forms(SHIPPED / "plans" / "70-KH-UBND")
KEY = b"only for tests, and long enough to seal"
NOW = datetime(2014, 1, 8, 2, 0, tzinfo=UTC)  # 09:00 in Sóc Trăng
AFTER_CUTOFF = datetime(2014, 3, 17, 2, tzinfo=UTC)  # of the report on the first quarter
SCREEN = "http://127.0.0.1:4200"


def an_office(folder: Path = Path("var")) -> Office:
    catalogue = the_catalogue()
    calendar = WorkCalendar(catalogue.overrides)
    return Office(catalogue.plan, calendar, catalogue.ladders_by_id, folder=folder, forms=FORMS, key=KEY)


def an_empty_database(folder: Path) -> Engine:
    engine = connect(f"sqlite:///{folder}/kyhan.db")
    metadata.create_all(engine)
    return engine


def a_prepared_database(folder: Path, office: Office, now: datetime) -> Engine:
    engine = an_empty_database(folder)
    catalogue = the_catalogue()
    with writing(engine) as session:
        prepare(session, office.plan, catalogue.organisations, now)
    return engine


def a_context(folder: Path, now: datetime = NOW) -> PortalContext:
    """The prepared province after its first winter, seen at `now`."""
    copytree(_lived_through(), folder, dirs_exist_ok=True)
    return PortalContext(connect(f"sqlite:///{folder}/kyhan.db"), an_office(folder), lambda: now, screen_url=SCREEN)


@cache
def _lived_through() -> Path:
    """Made once, copied for every desk; goes when the tests have ended."""
    place = TemporaryDirectory(prefix="kyhan-province-")
    atexit.register(place.cleanup)
    folder = Path(place.name)
    office = an_office(folder)
    engine = a_prepared_database(folder, office, datetime(2013, 10, 24, 1, tzinfo=UTC))
    for moment in (datetime(2013, 10, 24, 1, tzinfo=UTC), datetime(2013, 12, 2, 1, tzinfo=UTC)):
        tick(engine, office, moment)
    with writing(engine) as session:
        _answers(session, office)
    for moment in (datetime(2014, 1, 2, 0, 30, tzinfo=UTC), LAST_TICK):
        tick(engine, office, moment)
    with writing(engine) as session:
        add_examples_without_post(session, LAST_TICK)
    engine.dispose()  # and what was written lies in one file again
    return folder


def _answers(session: Session, office: Office) -> None:
    """Spread by simple arithmetic, so that every status is on the board and every test sees the same."""
    catalogue = the_catalogue()
    local = catalogue.units(["departments", "districts"])
    units = [unit for unit in catalogue.units(["disseminating"]) if unit != "CTK"]
    bound = {"II1-ASSESS": local, "II1-PLAN": local, "I2A-DEMAND-LIST": units, "I5-CALENDAR": units}
    _arrives(session, office, "CTK", "I1-ASSESS", "2013", _day(11, 27), accepted=True)
    _arrives(session, office, "CTK", "I3-FORMS", "2013", _day(12, 24))
    for number, unit in enumerate(bound["II1-ASSESS"]):
        _arrives(session, office, unit, "II1-ASSESS", "2013", _day(11, 4 + number % 12), accepted=number % 5 != 0)
    for number, unit in enumerate(bound["II1-PLAN"]):
        if number % 6 != 2:
            _arrives(session, office, unit, "II1-PLAN", "2013", _day(11, 20 + number % 10), accepted=number % 4 == 0)
    for number, unit in enumerate(bound["I2A-DEMAND-LIST"]):
        if number % 11 == 5:
            _nothing_to_report(session, office, unit, "I2A-DEMAND-LIST", "2014", _day(11, 12))
        elif number % 8 != 6:
            _arrives(session, office, unit, "I2A-DEMAND-LIST", "2014", _day(11, 6 + number % 15), accepted=True)
    for number, unit in enumerate(bound["I5-CALENDAR"]):
        if number % 7 != 3:
            received = datetime(2014, 1, 3, 2, tzinfo=UTC) if number % 9 == 4 else _day(12, 5 + number % 22)
            _arrives(session, office, unit, "I5-CALENDAR", "2014", received, accepted=number % 3 == 0)
    session.flush()
    for stage in session.exec(select(Stage).join(Case).where(col(Case.received_at).is_not(None))):
        stage.done_on, stage.recorded_at = date(2014, 1, 3), datetime(2014, 1, 3, 3, tzinfo=UTC)
    now = datetime(2014, 1, 6, 2, tzinfo=UTC)
    returned = find(session, office, units[1], "I5-CALENDAR", "2014", now)
    return_for_completion(session, returned, "Lan", now, "Thiếu hình thức phổ biến", date(2014, 1, 15))
    extended = find(session, office, units[3], "I5-CALENDAR", "2014", now)
    extend(session, office, extended, "Lan", now, "Đang sắp xếp lại bộ máy", date(2014, 1, 10))


def _day(month: int, day: int) -> datetime:
    return datetime(2013, month, day, 3, tzinfo=UTC)


def _nothing_to_report(session: Session, office: Office, unit: str, duty: str, period: str, moment: datetime) -> None:
    file = find(session, office, unit, duty, period, moment)
    close_without_submission(session, file, "nil_return", "Lan", moment, "Không phát sinh thông tin thống kê")


def _arrives(
    session: Session, office: Office, unit: str, duty: str, period: str, received: datetime, *, accepted: bool = False
) -> None:
    now = received + timedelta(hours=1)
    hand_in(
        session, hold(session, office, unit, duty, period, received), HandIn(received, document_number="12/BC"), now
    )
    if accepted:
        accept(session, find(session, office, unit, duty, period, now), "Lan", now + timedelta(days=1))
