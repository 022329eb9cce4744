"""Two years of a province, drawn by lot: early, late, returned, nil, waived, silent, extended, registered later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from builders import a_home, an_office, at, by_mail
from mail_server import MailServer, running
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from models.database import writing
from models.queries.cases.case_file import hold_case, stages
from models.queries.cases.selection import CaseFile
from models.queries.cases.steps import supersede
from models.tables.cases import Case
from rules.deadlines import late_from, start_of
from rules.office import Office
from services.cases.decide import accept, close_without_submission, extend, reopen, return_for_completion
from services.cases.hand_in import HandIn, hand_in
from services.cases.opening import open_cases
from services.delivery.dispatch import dispatch
from services.operations.tick import tick

END = "2015-03-31"
LOOKS = ("2013-12-10", "2014-01-02", "2014-12-29")  # ticks whose reminders leave
DAY = timedelta(days=1)
NOON = timedelta(hours=5)  # 12:00 in the province, from the start of its day in UTC


def a_lived_through_home(folder: Path, seed: int = 70) -> tuple[Engine, Office]:
    engine, office, lot = a_home(folder), an_office(folder), Random(seed)
    with running(MailServer()) as mail:
        for day in LOOKS[:1]:
            _look(engine, office, day, mail.port)
        with writing(engine) as session:
            open_cases(session, office, at(END))
            ids = [id for id in session.exec(select(Case.id).order_by(col(Case.id))).all() if id is not None]
        for id in ids:
            with writing(engine) as session:
                file = hold_case(session, id)
                assert file is not None
                _live(session, office, file, lot)
        for day in LOOKS[1:]:
            _look(engine, office, day, mail.port)
    return engine, office


def _look(engine: Engine, office: Office, day: str, port: int) -> None:
    tick(engine, office, at(day), "I5-CALENDAR")
    dispatch(engine, office, by_mail(port), at(day, "08:00"))


def _live(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    behaviour = lot.choice(BEHAVIOURS)
    behaviour(session, office, file, lot)
    _take_steps(session, file, lot)


def _last(file: CaseFile) -> date:
    return file.statutory.late_after or file.statutory.target_day


def _moment(file: CaseFile, days: int) -> datetime:
    """So many days after the last day; never before the case can be handed in for, never after the replay's end."""
    assert file.occurrence.opens_on is not None
    wished = start_of(_last(file) + days * DAY) + NOON
    return min(max(wished, start_of(file.occurrence.opens_on) + NOON), at(END))


def _arrive(session: Session, file: CaseFile, days: int, registered: int = 0) -> datetime:
    received = _moment(file, days)
    now = received + max(registered, 0) * DAY + timedelta(hours=1)
    hand_in(session, file, HandIn(received, document_number=f"{file.id}/BC"), now)
    return now


def early(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    now = _arrive(session, file, -lot.randrange(0, 20))
    if lot.random() < 0.5:
        accept(session, file, "Lan", now + DAY)


def late(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    _arrive(session, file, lot.randrange(1, 120))


def registered_afterwards(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    _arrive(session, file, -lot.randrange(0, 10), registered=lot.randrange(10, 90))


def returned(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    now = _arrive(session, file, lot.randrange(-10, 10)) + DAY
    return_for_completion(session, file, "Lan", now, "Thiếu", (now + 10 * DAY).date())
    if lot.random() < 0.5:
        later = now + lot.randrange(5, 60) * DAY
        hand_in(session, file, HandIn(later, document_number=f"{file.id}-2/BC"), later)


def nil(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    now = _moment(file, lot.randrange(-10, 20))
    close_without_submission(session, file, "nil_return", "Lan", now, "Không phát sinh")
    if lot.random() < 0.3:
        reopen(session, file, "Lan", now + lot.randrange(5, 80) * DAY, "Nhầm")


def waived(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    kind = lot.choice(["waive", "not_applicable"])
    close_without_submission(session, file, kind, "Lan", _moment(file, lot.randrange(-10, 20)), "Lý do")


def extended(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    if file.term.late_after is None:
        return silent(session, office, file, lot)
    until = file.term.late_after + lot.randrange(5, 120) * DAY
    extend(session, office, file, "Lan", _moment(file, -2), "Lý do", until)
    if lot.random() < 0.6:
        _arrive(session, file, lot.randrange(1, 140))
    return None


def silent(session: Session, office: Office, file: CaseFile, lot: Random) -> None:
    """Nothing comes."""


Behaviour = Callable[[Session, Office, CaseFile, Random], None]
BEHAVIOURS: tuple[Behaviour, ...] = (
    *(early, early, early, late, registered_afterwards),
    *(returned, nil, waived, extended, silent),
)


def _take_steps(session: Session, file: CaseFile, lot: Random) -> None:
    """Some follow in time, some late, some never; some records are mended or taken back later."""
    if file.case.received_at is None:
        return
    for stage in stages(session, file.id):
        if not stage.applicable or lot.random() < 0.3:
            continue
        done = (file.case.received_at + lot.randrange(1, 40) * DAY).date()
        recorded = late_from(done) + lot.randrange(0, 30) * DAY
        told = {"done_on": done, "document_number": f"{file.id}/QĐ", "recorded_by": "Lan"}
        first = supersede(session, stage, recorded, **told)
        if file.id % 5 == 0:  # corrected afterwards
            first = supersede(session, first, recorded + 45 * DAY, done_on=done - DAY)
        if file.id % 7 == 0:  # taken back afterwards
            supersede(session, first, recorded + 90 * DAY, done_on=None)
