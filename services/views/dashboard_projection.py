"""Works out what Prefect's dashboard ought to show, and remembers what it shows; the server is talked to elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from models.database import id_of
from models.queries.cases.status import counts_by_occurrence
from models.queries.cases.steps import NO_STEPS, open_counts
from models.queries.operations import dashboard as show_queries
from models.tables.plan import ObligationRow, Occurrence
from models.tables.projection import Projection
from rules.deadlines import local_day, start_of
from rules.log_words import ACTIONS
from rules.periods import period_title_vi
from rules.status import LABELS, OCCURRENCE_LABELS, RETURNED, OccurrenceStatus, Status, occurrence_status, ratio
from rules.steps import StepState, open_steps_text
from rules.text.wording import day_vi

OPENS_WITHIN = timedelta(days=60)
KEPT_AFTER_CLOSING = timedelta(days=400)
MOVING = frozenset(
    {
        OccurrenceStatus.WAITING,
        OccurrenceStatus.SOON,
        OccurrenceStatus.OVERDUE,
        OccurrenceStatus.STEPS_WAITING,
        OccurrenceStatus.STEPS_PAST_TARGET,
    }
)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
SHORTER = re.compile(r"(?<=[IV\d]) năm ")  # «quý III năm 2026» → «quý III/2026»: lists cut long names
LAST_DAY = "Ngày cuối"
ROLES = {"lead": "chủ trì", "contributor": "phối hợp", "each": "thực hiện"}

# action of the log → sentences; each is told only when the log has the fact it names
SENTENCES: Mapping[str, tuple[str, ...]] = {
    "occurrence.open": ("Mở kỳ thực hiện.", "{why}"),
    "case.hand_in": ("Nộp lần {version}.", "Văn bản số {number}."),
    "case.hand_in_taken_back": ("Rút văn bản đã vào sổ, lần {version}.", "Lý do: {reason}"),
    "case.document_corrected": ("Sửa văn bản đã vào sổ, lần {version}.", "Lý do: {reason}"),
    "case.return_taken_back": ("Thu hồi việc trả lại để bổ sung.",),
    "case.extend_taken_back": ("Thu hồi việc gia hạn đến ngày {until}.",),
    "case.accept": ("Chấp nhận.", "{reason}"),
    "case.return": ("Trả lại để bổ sung, chậm nhất ngày {until}.", "Còn thiếu: {reason}"),
    "case.extend": ("Gia hạn đến ngày {until}.", "Lý do: {reason}"),
    "case.waive": ("Được miễn.", "Lý do: {reason}"),
    "case.nil_return": ("Không phát sinh.", "{reason}"),
    "case.not_applicable": ("Không áp dụng.", "Lý do: {reason}"),
    "case.reopen": ("Mở lại.", "Lý do: {reason}"),
    "case.stage_taken_back": ("Thu hồi ghi nhận bước “{stage}”.", "Lý do: {reason}"),
    "case.stage": ("Ghi nhận bước “{stage}” ngày {done_on}.", "Văn bản số {number}.", "Nơi công bố: {place}"),
    "case.adjustment": ("Ghi nhận kết quả rà soát.",),
    "case.acknowledge": ("Đã nhận nhắc việc.",),
    "case.will_hand_in": ("Báo sẽ gửi văn bản.",),
    "case.ask_extension": ("Xin gia hạn đến ngày {until}.", "Lý do: {reason}"),
    "case.ask_nil_return": ("Báo không phát sinh, chờ xác nhận.", "{reason}"),
    "case.refuse_request": ("Không đồng ý đề nghị.", "{reason}"),
    "case.nothing_to_report": ("Báo không phát sinh, chờ xác nhận.", "{reason}"),
    "case.note": ("Ghi chú: {note}",),
    "case.left_out": ("Thư còn kèm, không vào sổ: {files}",),
    "case.contact": ("Đã liên hệ: {told}", "Hẹn nộp ngày {promised_on}."),
    "case.message": ("Nhắn tin trên hồ sơ.",),
    "case.macros": ("Tệp có macro, cần xem trước khi mở.",),
    "report.draft": ("Đã soạn dự thảo báo cáo.",),
}


@dataclass(frozen=True)
class Reminder:
    day: date
    step: str
    count: int


@dataclass(frozen=True)
class OccurrenceView:
    """One occurrence as the dashboard ought to show it. `shown` is another text whenever anything of it changes."""

    occurrence: int
    run_id: str | None
    log_seq: int
    flow: str
    name: str
    status: OccurrenceStatus
    label: str
    text: str
    progress: float  # percent answered
    tags: tuple[str, ...]
    at: datetime  # where it stands on the time axis
    why: str
    hand_in: str
    reminders: tuple[Reminder, ...]
    shown: str
    last_shown: str


@dataclass(frozen=True)
class StoryLine:
    at: datetime
    text: str


def occurrence_views(
    session: Session, now: datetime, flow: str | None = None, ids: Collection[int] | None = None
) -> list[OccurrenceView]:
    """Every occurrence that belongs on the dashboard, in the order of the dates."""
    today = local_day(now)
    rows = show_queries.on_dashboard(session, today + OPENS_WITHIN, today - KEPT_AFTER_CLOSING, flow, ids)
    counts, steps = counts_by_occurrence(session, now, flow), open_counts(session, now, flow)
    reminders = _reminders(session, [occurrence.id for occurrence, *_ in rows if occurrence.id is not None])
    return [
        _view(
            occurrence,
            obligation,
            projection,
            counts.get(id_of(occurrence)) or _unopened(occurrence, bound),
            steps.get(id_of(occurrence), NO_STEPS),
            reminders.get(id_of(occurrence), ()),
            now,
        )
        for occurrence, obligation, projection, bound in rows
    ]


def _reminders(session: Session, occurrences: Collection[int]) -> dict[int, tuple[Reminder, ...]]:
    by_occurrence: dict[int, tuple[Reminder, ...]] = {}
    for occurrence, step, day, count in show_queries.reminded(session, occurrences):
        by_occurrence[occurrence] = (*by_occurrence.get(occurrence, ()), Reminder(day, step, count))
    return by_occurrence


def stale(
    session: Session, now: datetime, flow: str | None = None, ids: Collection[int] | None = None
) -> list[OccurrenceView]:
    """Those of them that the dashboard does not show as they are."""
    return [item for item in occurrence_views(session, now, flow, ids) if item.shown != item.last_shown]


def _unopened(occurrence: Occurrence, bound: int) -> dict[Status, int]:
    status = Status.NOT_OPEN if occurrence.opens_on else Status.WAITING_FOR_TRIGGER
    return {status: max(bound, 1)}


def _view(
    occurrence: Occurrence,
    obligation: ObligationRow,
    projection: Projection | None,
    counts: Mapping[Status, int],
    steps: Mapping[StepState, int],
    reminders: tuple[Reminder, ...],
    now: datetime,
) -> OccurrenceView:
    assert occurrence.id is not None
    assert obligation.flow is not None
    status = occurrence_status(counts)
    label = _label_of(status, occurrence, local_day(now))
    period = period_label(occurrence.period)
    answered, total = ratio(counts)
    share = f"{answered}/{total}" if total else "–"
    name = f"{share} · {obligation.short} · {SHORTER.sub('/', period.removeprefix('năm '))}"
    at = _standing_at(occurrence, status, now)
    moves = local_day(now).isoformat() if status in MOVING else ""
    facts = ",".join(f"{item.value}={number}" for item, number in (*sorted(counts.items()), *sorted(steps.items())))
    return OccurrenceView(
        occurrence=occurrence.id,
        run_id=projection.screen_id if projection else None,
        log_seq=projection.log_seq if projection else 0,
        flow=obligation.flow,
        name=name,
        status=status,
        label=label,
        text=_text(counts, steps, occurrence),
        progress=100 * answered / total if total else 100,
        tags=("kỳ", obligation.clause, obligation.code, obligation.flow, period, OCCURRENCE_LABELS[status].vi),
        at=at,
        why=occurrence.why,
        hand_in=obligation.hand_in,
        reminders=reminders,
        shown=f"{moves}|{status.value}|{name}|{facts}|{sum(reminder.count for reminder in reminders)}",
        last_shown=projection.shown if projection else "",
    )


def _standing_at(occurrence: Occurrence, status: OccurrenceStatus, now: datetime) -> datetime:
    """What moves stands on today, so that the day's view has it; what has not begun stands on its first day."""
    if status in MOVING:
        return start_of(local_day(now))
    if occurrence.opens_on and status is OccurrenceStatus.NOT_DUE:
        return start_of(occurrence.opens_on)
    return start_of(occurrence.target_day)


def _label_of(status: OccurrenceStatus, occurrence: Occurrence, today: date) -> str:
    """On the last day itself it no longer merely waits."""
    if status in (OccurrenceStatus.WAITING, OccurrenceStatus.SOON) and today == occurrence.late_after:
        return LAST_DAY
    return OCCURRENCE_LABELS[status].vi


def _text(counts: Mapping[Status, int], steps: Mapping[StepState, int], occurrence: Occurrence) -> str:
    """Each with its share: one late unit of 33 is something else than fifteen."""
    answered, total = ratio(counts)
    parts = [f"{answered}/{total} đã nộp"] if total else []
    if overdue := counts.get(Status.OVERDUE, 0):
        parts.append(f"{overdue}/{total} quá hạn ({100 * overdue / total:.0f}%)")
    if returned := sum(counts.get(status, 0) for status in RETURNED):
        late = counts.get(Status.RETURNED_OVERDUE, 0)
        parts.append(f"{returned}/{total} phải bổ sung" + (f" ({late} quá hạn bổ sung)" if late else ""))
    if steps:
        parts.append(open_steps_text(steps).vi)
    if waived := counts.get(Status.WAIVED, 0):
        parts.append(f"{waived} được miễn")
    if spared := counts.get(Status.NOT_APPLICABLE, 0):
        parts.append(f"{spared} không áp dụng")
    last = occurrence.late_after  # the day after which a unit is late, not the earlier one to send by
    parts.append(f"hạn {day_vi(last)}" if last else f"mốc {day_vi(occurrence.target_day)}")
    return ", ".join(parts)


def period_label(period: str) -> str:
    try:
        return period_title_vi(period)
    except ValueError:  # a plan may name its one-off occurrences freely
        return period


# --- the story and the table behind a view -----------------------------------------------------------------------


def story(session: Session, occurrence: int, after: int, now: datetime) -> tuple[list[StoryLine], int]:
    """The log of this occurrence in sentences, and the entry it reaches to."""
    names = show_queries.unit_names(session, occurrence, local_day(now))
    titles = show_queries.titles_beside(session, occurrence)
    entries = show_queries.story(session, occurrence, after)
    lines = [
        StoryLine(entry.at, _sentence(entry.action, entry.actor, entry.details, names.get(entry.subject), titles))
        for entry in entries
    ]
    return lines, entries[-1].seq if entries else after


def _sentence(action: str, actor: str, details: str, unit: str | None, titles: Mapping[str, str]) -> str:
    facts = {key: _readable(value, titles) for key, value in json.loads(details).items() if value not in (None, "")}
    told = (_filled(pattern, facts) for pattern in SENTENCES.get(action, (_label(action),)))
    sentence = " ".join(part for part in told if part)
    by = "" if actor == "kyhan" else f" ({actor})"
    line = f"{unit} · {sentence}{by}" if unit else f"{sentence}{by}"
    return " ".join(line.splitlines())  # one line of the dashboard's log, and no other


def _label(action: str) -> str:
    """For an action that needs no more than its name."""
    return f"{ACTIONS[action].vi}." if action in ACTIONS else "Có thay đổi khác."


def _filled(pattern: str, facts: Mapping[str, object]) -> str:
    try:
        return pattern.format_map(facts)
    except KeyError:
        return ""


def _readable(value: object, titles: Mapping[str, str]) -> object:
    """A day as it is written, and an obligation by what it is called."""
    if not isinstance(value, str):
        return value
    return day_vi(date.fromisoformat(value)) if ISO_DAY.fullmatch(value) else titles.get(value, value)


def unit_rows(session: Session, occurrence: int, now: datetime) -> list[dict[str, str]]:
    """The table unit × status, in the words of every other page."""
    return [
        {
            "Đơn vị": unit,
            "Vai trò": ROLES.get(role, role),
            "Tình trạng": LABELS[Status(status)].vi,
            "Hạn": day_vi(target),
            "Nhận ngày": day_vi(local_day(received)) if received else "–",
        }
        for _, unit, role, status, target, received in show_queries.units(session, occurrence, now, local_day(now))
    ]


# --- what the dashboard is known to show ----------------------------------------------------------------------------


def mark_shown(session: Session, view: OccurrenceView, run_id: str, log_seq: int, now: datetime) -> None:
    session.merge(
        Projection(
            occurrence_id=view.occurrence,
            screen_id=run_id,
            shown=view.shown,
            shown_at=now,
            log_seq=log_seq,
        )
    )


def forget(session: Session, run_ids: Collection[str]) -> None:
    """These are no longer on the dashboard: the next look writes them again, with their whole story."""
    show_queries.forget_screens(session, run_ids)


def mark_failed(session: Session, view: OccurrenceView, reason: str, now: datetime) -> None:
    """Nothing is lost: the row differs from the view, so the next look shows it."""
    row = session.get(Projection, view.occurrence) or Projection(occurrence_id=view.occurrence)
    row.shown, row.shown_at, row.failed = "", now, reason[:500]
    session.add(row)


# --- links, both ways -----------------------------------------------------------------------------------------------


def run_url(engine_url: str, run_id: str) -> str:
    """The occurrence on Prefect's dashboard; `engine_url` is what the browser uses."""
    return f"{engine_url.rstrip('/')}/v2/runs/flow-run/{run_id}"


def occurrence_url(base_url: str, occurrence: int) -> str:
    """The occurrence in the portal."""
    return f"{base_url.rstrip('/')}/occurrences/{occurrence}"
