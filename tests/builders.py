"""Where tests begin: an office, a home, a case. A test says only what it is about; the rest is the shipped plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from mail_server import MailServer
from sqlalchemy import ColumnElement, Engine, event, update
from sqlmodel import Session, col, select

from config.catalogue import Catalogue, load_catalogue
from models.conditions import is_current_step
from models.database import connect, reading, writing
from models.migrate import migrate
from models.queries.cases.selection import CaseFile
from models.queries.cases.steps import supersede
from models.tables.cases import Case, Stage
from models.tables.messages import Attempt, Message, Notice
from models.tables.organisations import Organisation
from models.tables.people import Person, Post, Tenure
from models.tables.plan import ObligationRow, Occurrence
from notifications.email.smtp import SmtpAddress, SmtpChannel
from rules.deadlines import PROVINCE, local_day
from rules.intake import Verdict
from rules.office import Office
from rules.working_days import WorkCalendar
from services.cases.hand_in import HandIn, Receipt, find, hand_in, hold
from services.delivery.dispatch import Outgoing
from services.files.hand_in_files import KeptFile
from services.plan.first_setup import prepare

DOMAIN = "example.vn"
UNIT = "SKHDT"  # a department that owes a release calendar
DISTRICT = "H-KESACH"
CALENDAR = "I5-CALENDAR"  # each of 33 units, in Quarter IV of 2013, for 2014
YEAR = "2014"


def at(day: str, clock: str = "07:00") -> datetime:
    """A moment in the province."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), PROVINCE)


SIGNED = at("2013-10-23")
IN_NOVEMBER = at("2013-11-04")
FIRST_REMINDER = at("2013-12-10")  # L1 of the release calendar: 15 working days before 31/12/2013
DUE_SOON = at("2013-12-26")  # L2
LAST_DAY = at("2013-12-31")
OVERDUE = at("2014-01-02")  # L3: New Year's Day is off
URGING = at("2014-01-08")  # CV1
URGING_AGAIN = at("2014-01-15")  # CV2


@cache
def the_catalogue() -> Catalogue:
    return load_catalogue()


def an_office(folder: Path = Path("var"), **changed: Any) -> Office:
    catalogue = the_catalogue()
    shipped = {
        "plan": catalogue.plan,
        "calendar": WorkCalendar(catalogue.overrides, unconfirmed=catalogue.unconfirmed),
        "folder": folder,
    }
    return Office(**{**shipped, "ladders": catalogue.ladders_by_id, **changed})


def a_home(folder: Path, now: datetime = SIGNED) -> Engine:
    """A prepared SQLite home."""
    return prepared(connect(f"sqlite:///{folder}/kyhan.db"), now)


def prepared(engine: Engine, now: datetime = SIGNED) -> Engine:
    migrate(engine)
    with writing(engine) as session:
        prepare(session, the_catalogue().plan, the_catalogue().organisations, now)
    return engine


# --- cases and what arrives -----------------------------------------------------------------------------------------


def a_case(
    session: Session,
    office: Office,
    unit: str = UNIT,
    duty: str = CALENDAR,
    period: str = YEAR,
    now: datetime = LAST_DAY,
) -> CaseFile:
    return find(session, office, unit, duty, period, now)


def an_answer(
    engine: Engine,
    office: Office,
    received: datetime,
    unit: str = UNIT,
    duty: str = CALENDAR,
    period: str = YEAR,
    **told: Any,
) -> Receipt:
    """Registered the moment it was received, unless `now` says otherwise."""
    now = told.pop("now", received)
    files = [KeptFile(stored, Verdict(stored.name, "")) for stored in told.pop("files", ())]
    with writing(engine) as session:
        case = hold(session, office, unit, duty, period, min(received, now))
        return hand_in(session, case, HandIn(received, files=files, **told), now)


def steps_done(engine: Engine, moment: datetime, unit: str = UNIT, duty: str = CALENDAR, *codes: str) -> None:
    """The steps after the hand-in, or those with these codes, are done and recorded at that moment."""
    of_unit = (
        select(Case.id)
        .join(Organisation, col(Organisation.id) == Case.organisation_id)
        .join(Occurrence, col(Occurrence.id) == Case.occurrence_id)
        .join(ObligationRow, col(ObligationRow.id) == Occurrence.obligation_id)
        .where(Organisation.key == unit, ObligationRow.code == duty)
    )
    these = (col(Stage.case_id).in_(of_unit), *([col(Stage.code).in_(codes)] if codes else ()))
    with writing(engine) as session:
        record_steps(session, moment, *these)


def record_steps(session: Session, moment: datetime, *these: ColumnElement[bool], done: bool = True) -> None:
    """The current steps that meet the conditions are done that day and recorded that moment; or taken back."""
    for stage in session.exec(select(Stage).where(is_current_step(), *these)).all():
        supersede(session, stage, moment, done_on=local_day(moment) if done else None)


# --- people ---------------------------------------------------------------------------------------------------------


def holder(session: Session, unit: str = UNIT, role: str = "focal_point") -> Person:
    return session.exec(select(Person).where(Person.email == f"{MAILBOXES[role]}.{unit.lower()}@{DOMAIN}")).one()


MAILBOXES = {"focal_point": "dau-moi", "deputy": "pho-dau-moi", "head": "thu-truong", "coordinator": "dieu-phoi"}


def hand_over(session: Session, on: date, unit: str = UNIT, role: str = "focal_point") -> Person:
    """From that day somebody else holds the post."""
    before = holder(session, unit, role)
    tenure = session.exec(select(Tenure).where(Tenure.person_id == before.id)).one()
    tenure.to_day = on
    after = Person(name="Trần Thị Mới", email=f"moi.{unit.lower()}@{DOMAIN}")
    session.add_all([tenure, after])
    session.flush()
    session.add(Tenure(post_id=tenure.post_id, person_id=after.id, from_day=on))
    return after


def real_people(engine: Engine) -> None:
    with writing(engine) as session:
        session.execute(update(Person).values(example=False))


def held_by(session: Session, person: int | None) -> Post:
    return session.exec(
        select(Post).join(Tenure, col(Tenure.post_id) == Post.id).where(Tenure.person_id == person)
    ).one()


# --- reading back ---------------------------------------------------------------------------------------------------


def rows(engine: Engine, model: type[Any], *conditions: Any) -> Sequence[Any]:
    with reading(engine) as session:
        return session.exec(select(model).where(*conditions).order_by(model.id)).all()


def notices(engine: Engine, *conditions: Any) -> Sequence[Notice]:
    """Those that are sent; what was passed over is asked for by name."""
    return rows(engine, Notice, col(Notice.skipped).is_(None), *conditions)


def passed_over(engine: Engine, *conditions: Any) -> Sequence[Notice]:
    return rows(engine, Notice, col(Notice.skipped).is_not(None), *conditions)


def messages(engine: Engine, *conditions: Any) -> Sequence[Message]:
    return rows(engine, Message, *conditions)


def tried(engine: Engine, code: str, times: int) -> None:
    """Every message has been refused so often, with this answer."""
    with writing(engine) as session:
        for message in session.exec(select(Message)).all():
            session.add_all(
                Attempt(
                    message_id=message.id or 0,
                    number=message.attempts + number,
                    address="",
                    subject="",
                    state="rejected",
                    code=code,
                    started_at=message.created_at,
                )
                for number in range(1, times + 1)
            )
            message.attempts += times
            session.add(message)


# --- a process of its own ---------------------------------------------------------------------------------------------

FORK = get_context("fork")
PATIENCE = 120.0  # seconds for a process that lives as a rule a moment, on a busy machine
Say = Callable[[str], None]


@dataclass(frozen=True)
class Child:
    process: Any
    ears: Any

    def hears(self) -> str:
        return str(self.ears.recv()) if self.ears.poll(PATIENCE) else ""

    def ends(self) -> int:
        self.process.join(PATIENCE)
        return int(self.process.exitcode)


def a_child(engine: Engine, work: Callable[[Engine, Say], object]) -> Child:
    """Does the work in a process of its own, on the same database; it can be killed without harm to the tests."""
    engine.dispose()  # a connection must not be shared
    ears, mouth = FORK.Pipe(duplex=False)
    url = engine.url.render_as_string(hide_password=False)
    process = FORK.Process(target=lambda: work(connect(url), mouth.send), daemon=True)
    process.start()
    mouth.close()
    return Child(process, ears)


# --- the post -------------------------------------------------------------------------------------------------------


def by_mail(port: int, *, user: str = "", password: str = "", **held_back: Any) -> Outgoing:
    address = SmtpAddress("127.0.0.1", port, user=user, password=password)
    channel = SmtpChannel(address, ("Kỳ Hạn", f"nhacviec@{DOMAIN}"), DOMAIN, timeout=30)
    return Outgoing({"email": channel}, DOMAIN, **held_back)


def header(mail: bytes, name: str) -> str:
    from email import message_from_bytes, policy

    return str(message_from_bytes(mail, policy=policy.default)[name])


def headers(server: MailServer | Iterable[bytes], name: str) -> list[str]:
    mails = server.mails if isinstance(server, MailServer) else server
    return [header(mail, name) for mail in mails]


def body(mail: bytes) -> str:
    from email import message_from_bytes, policy

    part = message_from_bytes(mail, policy=policy.default).get_body(("plain",))
    return str(part.get_content()) if part else ""


@contextmanager
def together(*actions: Any):
    """Runs the actions at the same moment, each in its own thread; yields what each returned or raised."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Barrier

    line = Barrier(len(actions))

    def run(action: Any) -> Any:
        line.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        yield [future.result() for future in [pool.submit(run, action) for action in actions]]


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)
