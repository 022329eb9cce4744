"""Looks at the office's data with a critical eye: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from models.database import reading
from models.migrate import newest, revision
from models.queries.operations import watch as watch_queries
from models.queries.people import register as register_queries
from models.queries.plan import occurrences as plan_queries
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Plan
from rules.text.wording import day_vi
from services.plan.changes import PlanContent, changes
from services.plan.load import restore_plan

SILENT_AFTER = timedelta(hours=26)
NOTHING = ("", "")  # to do


def both(command: str) -> tuple[str, str]:
    """Advice that is a command reads the same in both languages."""
    return command, command


START = (
    "khởi động dịch vụ (kyhan up); vừa khởi động thì đợi một phút",
    "start the service (kyhan up); after a start wait a minute",
)
CONFIRM = (
    "tìm văn bản; khi có thì đặt confirmed: true trong config/calendar.yaml, hoặc kyhan calendar off NGÀY",
    "find the document; then set confirmed: true in config/calendar.yaml, or kyhan calendar off",
)


@dataclass(frozen=True)
class CheckFinding:
    subject: str
    ok: bool
    vi: str
    en: str
    todo_vi: str = ""
    todo_en: str = ""


def look(engine: Engine, office: Office, now: datetime) -> list[CheckFinding]:
    """Findings about database, plan, engine, people, messages and calendar."""
    return [
        _schema(engine),
        *_plan(engine),
        _engine(engine, now),
        _watch(engine, now),
        *_people(engine),
        *_messages(engine),
        *_calendar(office, now),
    ]


def _schema(engine: Engine) -> CheckFinding:
    here, latest = revision(engine), newest()
    vi, en = f"lược đồ {here}, mới nhất {latest}", f"schema {here} of {latest}"
    if here == latest:
        return CheckFinding("database", True, vi, en)
    return CheckFinding("database", False, vi, en, "khởi động lại dịch vụ", "restart the service")


def _plan(engine: Engine) -> list[CheckFinding]:
    with reading(engine) as session:
        version = plan_queries.current_plan(session)
    if version is None:
        return [CheckFinding("plan", False, "chưa nạp kế hoạch", "no plan loaded", *both("kyhan plan load FILE"))]
    since = f"theo dõi từ {version.tracked_from:%d/%m/%Y}"
    vi = f"{version.number}, phiên bản {version.version}, {since}"
    return [CheckFinding("plan", True, vi, f"version {version.version}")]


def plans_beside(followed: Plan, plans: Sequence[Plan], now: datetime) -> list[CheckFinding]:
    """A home follows one plan; another one that is in force is named, with what to do about it."""
    vi, en = "cũng đang có hiệu lực nhưng không được theo dõi", "is in force too and is not followed"
    todo = "dùng một KYHAN_HOME riêng cho kế hoạch này, hoặc bỏ thư mục của nó khỏi config/plans"
    todo_en = "use a KYHAN_HOME of its own for this plan, or take its folder out of config/plans"
    return [
        CheckFinding("plan", False, f"{plan.number} {vi}", f"{plan.id} {en}", todo, todo_en)
        for plan in plans
        if plan.id != followed.id and plan.in_force_on(local_day(now))
    ]


def shipped_plan(engine: Engine, plans: Sequence[Plan], folder: Path) -> list[CheckFinding]:
    """The plan as shipped says more than the version in force, which was loaded before: it has to be loaded as well.

    A version that carries out a decision of the office's own is newer than any that is shipped.
    """
    with reading(engine) as session:
        version = plan_queries.current_plan(session)
    shipped = next((plan for plan in plans if version and plan.id == version.code), None)
    if version is None or shipped is None or version.decision:
        return []
    more = changes(PlanContent(restore_plan(version), {}, {}), PlanContent(shipped, {}, {}))
    added = [one.id for one in more if one.kind == "added"]
    if not added:
        return []
    vi = f"bản kế hoạch kèm phần mềm có thêm {', '.join(added)} so với phiên bản {version.version} đang áp dụng"
    en = f"the plan as shipped adds {', '.join(added)} to version {version.version} in force"
    load = f"kyhan plan load {folder / 'plans' / shipped.id / 'plan.yaml'}"
    todo = f"xem thay đổi rồi nạp: {load}, hoặc trang Quản trị → Các phiên bản kế hoạch"
    return [CheckFinding("plan", False, vi, en, todo, f"read what changes, then load it: {load}")]


def _engine(engine: Engine, now: datetime) -> CheckFinding:
    with reading(engine) as session:
        last = watch_queries.last_tick(session)
    if last is None:
        return CheckFinding("engine", False, "chưa chạy lượt nào", "has never ticked", *START)
    ok = now - last < SILENT_AFTER
    vi = f"lượt gần nhất {local_day(last):%d/%m/%Y}"
    return CheckFinding("engine", ok, vi, f"last tick {last:%Y-%m-%d}", *(NOTHING if ok else START))


def _watch(engine: Engine, now: datetime) -> CheckFinding:
    with reading(engine) as session:
        last = watch_queries.last_beats(session, ["watch"]).get("watch")
    if last is None:
        return CheckFinding("watch", False, "chưa kiểm tra lượt nào", "has never looked", *START)
    ok = now - last < SILENT_AFTER
    vi = f"lượt kiểm tra gần nhất {local_day(last):%d/%m/%Y}"
    return CheckFinding("watch", ok, vi, f"last look {last:%Y-%m-%d}", *(NOTHING if ok else START))


def _people(engine: Engine) -> list[CheckFinding]:
    with reading(engine) as session:
        real, examples = register_queries.real_and_example_people(session)
    vi = f"{real} người thật, {examples} liên hệ ví dụ"
    return [CheckFinding("people", True, vi, f"{real} real, {examples} examples")]


def _messages(engine: Engine) -> list[CheckFinding]:
    with reading(engine) as session:
        counts = watch_queries.messages_by_state(session)
    stuck = counts.get("failed", 0) + counts.get("exhausted", 0)
    vi = f"{counts.get('pending', 0)} đang chờ, {stuck} không gửi được"
    todo = both("kyhan messages") if stuck else NOTHING
    return [CheckFinding("messages", not stuck, vi, f"{counts.get('pending', 0)} waiting, {stuck} failed", *todo)]


def _calendar(office: Office, now: datetime) -> list[CheckFinding]:
    this = local_day(now).year
    years = {override.day.year for override in office.calendar.overrides}
    findings = []
    for year in (this, this + 1):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        off = sum(not office.calendar.is_working_day(day) and day.weekday() < 5 for day in days)
        vi = f"năm {year}: {off} ngày nghỉ lễ trong tuần, {'có' if year in years else 'chưa có'} điều chỉnh riêng"
        todo = (
            NOTHING
            if off
            else ("pip install --upgrade holidays, hoặc kyhan calendar", "upgrade holidays, or kyhan calendar")
        )
        findings.append(CheckFinding("calendar", off > 0, vi, f"{year}: {off} weekdays off", *todo))
    waiting = {day: name for year in (this, this + 1) for day, name in office.calendar.doubts(year).items()}
    if waiting:
        named = ", ".join(f"{day_vi(day)} ({name})" for day, name in waiting.items())
        vi, en = f"chưa xác nhận nên vẫn tính là ngày làm việc: {named}", f"unconfirmed, so counted as worked: {named}"
        findings.append(CheckFinding("calendar", True, vi, en, *CONFIRM))
    return findings
