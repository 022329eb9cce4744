"""Looks at the office's data with a critical eye: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Engine, func, select
from sqlmodel import col

from models.database import reading
from models.migrate import newest, revision
from models.queries.operations import watch as watch_queries
from models.queries.plan import occurrences as plan_queries
from models.tables.messages import Message
from models.tables.people import Person
from models.tables.projection import Heartbeat
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Plan

SILENT_AFTER = timedelta(hours=26)


@dataclass(frozen=True)
class CheckFinding:
    subject: str
    ok: bool
    vi: str
    en: str
    todo_vi: str = ""


def look(engine: Engine, office: Office, now: datetime, unconfirmed: Sequence[date] = ()) -> list[CheckFinding]:
    """Findings about database, plan, engine, people, messages and calendar."""
    return [
        _schema(engine),
        *_plan(engine),
        _engine(engine, now),
        _watch(engine, now),
        *_people(engine),
        *_messages(engine),
        *_calendar(office, now, unconfirmed),
    ]


def _schema(engine: Engine) -> CheckFinding:
    here, wanted = revision(engine), newest()
    return CheckFinding("database", here == wanted, f"lược đồ {here}, mới nhất {wanted}", f"schema {here} of {wanted}")


def _plan(engine: Engine) -> list[CheckFinding]:
    with reading(engine) as session:
        version = plan_queries.current_plan(session)
    if version is None:
        return [CheckFinding("plan", False, "chưa nạp kế hoạch", "no plan loaded", "kyhan plan load FILE")]
    since = f"theo dõi từ {version.tracked_from:%d/%m/%Y}"
    vi = f"{version.number}, phiên bản {version.version}, {since}"
    return [CheckFinding("plan", True, vi, f"version {version.version}")]


def plans_beside(followed: Plan, plans: Sequence[Plan], now: datetime) -> list[CheckFinding]:
    """A home follows one plan; another one that is in force is named, with what to do about it."""
    vi, en = "cũng đang có hiệu lực nhưng không được theo dõi", "is in force too and is not followed"
    todo = "dùng một KYHAN_HOME riêng cho kế hoạch này, hoặc bỏ thư mục của nó khỏi config/plans"
    return [
        CheckFinding("plan", False, f"{plan.number} {vi}", f"{plan.id} {en}", todo)
        for plan in plans
        if plan.id != followed.id and plan.in_force_on(local_day(now))
    ]


def _engine(engine: Engine, now: datetime) -> CheckFinding:
    with reading(engine) as session:
        query = select(func.max(col(Heartbeat.at))).where(col(Heartbeat.name).startswith("tick:"))
        seen = session.execute(query).scalar_one()
    if seen is None:
        return CheckFinding("engine", False, "chưa chạy lượt nào", "has never ticked", "kyhan up, hoặc kyhan tick")
    ok = now - seen < SILENT_AFTER
    vi = f"lượt gần nhất {local_day(seen):%d/%m/%Y}"
    return CheckFinding("engine", ok, vi, f"last tick {seen:%Y-%m-%d}", "" if ok else "kyhan up")


def _watch(engine: Engine, now: datetime) -> CheckFinding:
    with reading(engine) as session:
        seen = watch_queries.last_beats(session, ["watch"]).get("watch")
    if seen is None:
        return CheckFinding(
            "watch", False, "chưa trông chừng lượt nào", "has never looked", "kyhan up, hoặc kyhan watch"
        )
    ok = now - seen < SILENT_AFTER
    vi = f"lượt trông chừng gần nhất {local_day(seen):%d/%m/%Y}"
    return CheckFinding("watch", ok, vi, f"last look {seen:%Y-%m-%d}", "" if ok else "kyhan up, hoặc kyhan watch")


def _people(engine: Engine) -> list[CheckFinding]:
    with reading(engine) as session:
        query = select(col(Person.example), func.count()).group_by(col(Person.example))
        counts = {bool(example): number for example, number in session.execute(query)}
    examples = counts.get(True, 0)
    vi = f"{counts.get(False, 0)} người thật, {examples} liên hệ ví dụ"
    return [CheckFinding("people", True, vi, f"{counts.get(False, 0)} real, {examples} examples")]


def _messages(engine: Engine) -> list[CheckFinding]:
    with reading(engine) as session:
        query = select(col(Message.state), func.count()).group_by(col(Message.state))
        counts = {row[0]: row[1] for row in session.execute(query)}
    stuck = counts.get("failed", 0) + counts.get("exhausted", 0)
    vi = f"{counts.get('pending', 0)} đang chờ, {stuck} không gửi được"
    todo = "kyhan messages" if stuck else ""
    return [CheckFinding("messages", not stuck, vi, f"{counts.get('pending', 0)} waiting, {stuck} failed", todo)]


def _calendar(office: Office, now: datetime, unconfirmed: Sequence[date]) -> list[CheckFinding]:
    this = local_day(now).year
    known = {override.day.year for override in office.calendar.overrides}
    findings = []
    for year in (this, this + 1):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        off = sum(not office.calendar.is_working_day(day) and day.weekday() < 5 for day in days)
        vi = f"năm {year}: {off} ngày nghỉ lễ trong tuần, {'có' if year in known else 'chưa có'} điều chỉnh riêng"
        findings.append(CheckFinding("calendar", off > 0, vi, f"{year}: {off} weekdays off"))
    waiting = [day for day in unconfirmed if day.year in (this, this + 1)]
    if waiting:
        vi = "chưa xác nhận: " + ", ".join(f"{day:%d/%m/%Y}" for day in waiting)
        findings.append(CheckFinding("calendar", True, vi, "unconfirmed days", "xác nhận trong config/calendar.yaml"))
    return findings
