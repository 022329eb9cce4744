"""What the stories of flows share: each part hangs a table or a note on the run and says in a sentence how it stands.

A step is one part, or more, under the name the dashboard shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import wraps
from itertools import groupby
from typing import Any, ParamSpec

from prefect import Task, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed

from flows.context import home
from flows.names import carried
from models.database import reading
from models.queries.cases import answers
from models.queries.cases.answers import Contribution, ReviewAnswer, StepEvidence
from models.queries.cases.selection import unit_names
from models.queries.plan.occurrences import versions
from models.tables.plan import PlanVersion
from rules.content.findings import ContentVerdict
from rules.content.texts import VERDICTS
from rules.deadlines import local_day
from rules.intake import ContentSummary, content_of
from rules.plan import BoundRole, Obligation, YearAfterTrigger
from rules.status import LABELS, OPEN, Status
from rules.text.markdown import literal, literal_rows
from rules.text.wording import day_vi
from services.content.approval import version_texts
from services.units import all_units, bodies_on
from services.views.amendments import ProposalLine, amendment_lines, standing, waiting_lines

P = ParamSpec("P")
NEWEST = 5  # documents listed; older ones are in the portal
LONGEST_NAME = 60  # of a state; lists show it, the message stands on the page of the step
NOTHING_OPEN = "Chưa mở kỳ nào."


def step(title: str) -> Callable[[Callable[P, str]], Task[P, State[Any]]]:
    """A task under this title, whose state says what it did. It acts on the world: never answered from a cache."""

    def made(work: Callable[P, str]) -> Task[P, State[Any]]:
        @task(name=title, task_run_name=title, cache_policy=NO_CACHE)
        @wraps(work)
        def run(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
            sentence = work(*args, **kwargs)
            get_run_logger().info(sentence)
            return Completed(name=sentence if len(sentence) <= LONGEST_NAME else "Xong", message=sentence)

        return run

    return made


# --- what the units sent ----------------------------------------------------------------------------------------------


def missing_units(flow: str, now: datetime) -> str:
    """Who still owes what is gathered, of every occurrence that is open."""
    rows = _gathered(flow, now)
    missing = [row for row in rows if Status(row.status) in OPEN]
    create_table_artifact(
        literal_rows(_missing(missing, now)), key=artifact_key("con-thieu", flow), description="Chưa gửi"
    )
    if not missing:
        return "Không còn đơn vị nào chưa gửi." if rows else NOTHING_OPEN
    return "; ".join(
        f"{period}: còn {len(units)} đơn vị chưa gửi"
        for period, units in ((key, list(group)) for key, group in groupby(missing, key=lambda row: row.period))
    )


def _gathered(flow: str, now: datetime) -> list[Contribution]:
    sources = [item.gathers for item in carried(home().office.plan, flow) if item.gathers]
    with reading(home().engine) as session:
        return [
            row
            for source in sources
            for row in answers.contributions(session, [source.obligation], [role.value for role in source.roles], now)
        ]


def _missing(rows: Sequence[Contribution], now: datetime) -> list[dict[str, str]]:
    names = _names({row.organisation_id for row in rows}, now)
    return [
        {
            "Kỳ": row.period,
            "Cơ quan": names[row.organisation_id],
            "Tình trạng": LABELS[Status(row.status)].vi,
            "Mốc": day_vi(row.target_day),
        }
        for row in rows
    ]


def findings_on_forms(flow: str, now: datetime) -> str:
    """Whose table is not good as it stands: judged when it came."""
    rows = _gathered(flow, now)
    with reading(home().engine) as session:
        tables = answers.table_entries(session, [row.case_id for row in rows])
    told = [(row, content) for row in rows for content in _not_good(tables.get((row.case_id, row.version or 0), []))]
    names = _names({row.organisation_id for row, _ in told}, now)
    lines = [
        f"- {literal(row.period)} · {literal(names[row.organisation_id])}: {VERDICTS[content.verdict].vi} "
        f"({len(content.findings) + content.more})"
        for row, content in told
    ]
    _note(artifact_key("nhan-xet", flow), lines or ["- Không có."], "Kết quả kiểm tra bảng đã gửi")
    sent = sum(row.version is not None for row in rows)
    wrong = len({row.case_id for row, _ in told})
    return f"{wrong}/{sent} bảng đã gửi còn điểm cần sửa hoặc lưu ý." if sent else "Chưa nhận bảng nào."


def _not_good(entries: Sequence[Mapping[str, Any]]) -> list[ContentSummary]:
    contents = [content_of(entry["content"]) for entry in entries]
    return [content for content in contents if content.verdict is not ContentVerdict.OK]


def _names(organisations: set[int], now: datetime) -> dict[int, str]:
    with reading(home().engine) as session:
        return unit_names(session, organisations, local_day(now))


# --- steps that follow a hand-in --------------------------------------------------------------------------------------


def follow_steps(flow: str, now: datetime) -> None:
    """Approval, upward report, publication: each as a step of the run, under the plan's title of it."""
    for item in sorted(carried(home().office.plan, flow), key=_order):
        if item.follows:
            step(item.short)(evidence_table)(item, now)


def _order(item: Obligation) -> int:
    return item.follows.order if item.follows else 0


def evidence_table(item: Obligation, now: datetime) -> str:
    """Where it is proven, and where it is past its target day."""
    with reading(home().engine) as session:
        rows = answers.evidence(session, item.id)
        versions = version_texts(session, home().office, item)
    if not rows:
        return "Chưa có đơn vị nào phải làm bước này."
    today = local_day(now)
    late = sum(row.done_on is None and row.target_day is not None and row.target_day < today for row in rows)
    done = sum(row.done_on is not None for row in rows)
    text = f"{done}/{len(rows)} đã ghi nhận, {late} quá mốc phấn đấu."
    names = _names({row.organisation_id for row in rows}, now)
    table = literal_rows(_evidence(row, names[row.organisation_id]) | _frozen(row, versions) for row in rows)
    create_table_artifact(table, key=artifact_key("minh-chung", item.id), description=text)
    return text


def _evidence(row: StepEvidence, unit: str) -> dict[str, str]:
    return {
        "Kỳ": row.period,
        "Cơ quan": unit,
        "Mốc phấn đấu": day_vi(row.target_day) if row.target_day else "",
        "Ngày hoàn thành": day_vi(row.done_on) if row.done_on else "",
        "Số, ký hiệu": row.document_number,
        "Nơi công bố": row.place,
    }


def _frozen(row: StepEvidence, versions: Mapping[str, str]) -> dict[str, str]:
    """Of a step that approves tables, what was frozen by it."""
    return {"Bản chốt": versions.get(row.period, "") if row.done_on else ""} if versions else {}


# --- documents --------------------------------------------------------------------------------------------------------


def draft_list(flow: str, now: datetime) -> str:  # noqa: ARG001
    """The reports Kyhan has drafted by itself, newest first."""
    with reading(home().engine) as session:
        drafts = answers.drafted(session, [item.id for item in carried(home().office.plan, flow)])
    lines = [
        f"- Kỳ {literal(period)}: số liệu đến {day_vi(cutoff)}, soạn ngày {day_vi(local_day(at))}"
        for period, cutoff, at in drafts
    ]
    _note("du-thao-bao-cao", lines or ["- Chưa có dự thảo nào."], "Dự thảo báo cáo tự soạn")
    if not drafts:
        return "Chưa có dự thảo nào."
    period, cutoff, _ = drafts[0]
    return f"{len(drafts)} dự thảo; mới nhất: kỳ {period}, số liệu đến {day_vi(cutoff)}."


def start_conditions(flow: str, now: datetime) -> str:
    """Which documents the flow waits for, and whether they exist."""
    plan = home().office.plan
    items = carried(plan, flow)
    triggers = {item.when.trigger for item in items if isinstance(item.when, YearAfterTrigger)}
    lines = [
        f"- {literal(trigger.document)}: {_existence(trigger.fired_on)}"
        for trigger in plan.triggers
        if trigger.id in triggers
    ]
    documents, received = _documents([code for item in items for code in item.waits_for], now)
    _note(artifact_key("dieu-kien", flow), [*lines, *documents], "Điều kiện bắt đầu")
    met = received + sum(trigger.fired_on is not None for trigger in plan.triggers if trigger.id in triggers)
    return f"{met}/{len(lines) + len(documents)} văn bản phải có trước đã có."


def _existence(day: date | None) -> str:
    return f"đã có từ ngày {day_vi(day)}" if day else "chưa có"


def reviewed_documents(flow: str, now: datetime) -> str:
    """What was handed in of the obligations that are reviewed."""
    codes = [code for item in carried(home().office.plan, flow) for code in item.reviews]
    lines, received = _documents(codes, now)
    _note(artifact_key("ra-soat", flow), lines, "Văn bản được rà soát")
    return f"{received}/{len(lines)} văn bản được rà soát đã nhận."


def review_outcomes(flow: str, now: datetime) -> str:  # noqa: ARG001
    """Whether each review found something to adjust, and who said so."""
    codes = [item.id for item in carried(home().office.plan, flow) if item.reviews]
    with reading(home().engine) as session:
        rows = answers.review_answers(session, codes)
    lines = [f"- {literal(row.period)}: {_outcome(row)}" for row in rows[:NEWEST]]
    _note(
        artifact_key("ket-luan", flow), lines or [f"- {NOTHING_OPEN}"], "Kết luận rà soát: có hay không có điều chỉnh"
    )
    answered = sum(row.adjusted is not None for row in rows)
    return f"{answered}/{len(rows)} kỳ đã có kết luận." if rows else NOTHING_OPEN


def _outcome(row: ReviewAnswer) -> str:
    if row.adjusted is None or row.adjusted_at is None:
        return "chưa trả lời" if row.received_at else "chưa nhận văn bản rà soát"
    conclusion = "có điều chỉnh, bổ sung" if row.adjusted else "không có điều chỉnh, bổ sung"
    by = f"{literal(row.adjusted_by)}{', ghi thay' if row.on_behalf else ''}"
    return f"{conclusion} (ghi ngày {day_vi(local_day(row.adjusted_at))}, {by})"


def carried_documents(flow: str, now: datetime) -> str:
    """What the lead of the flow's obligations handed in; of what is missing, by when it is due."""
    items = [item for item in carried(home().office.plan, flow) if not item.follows]
    codes = [item.id for item in items if any(bound.role is BoundRole.LEAD for bound in item.bound)]
    codes = [code for code in codes if home().office.obligations[code].hand_in]
    lines, received = _documents(codes, now)
    _note(artifact_key("van-ban", flow), lines, "Văn bản của cơ quan chủ trì")
    due = next((f" {row.why}" for row in _of_lead(codes, now) if row.received_at is None), "")
    return f"{received}/{len(lines)} văn bản đã nhận.{due}"


def _of_lead(codes: Sequence[str], now: datetime) -> list[Contribution]:
    """The newest occurrences of these obligations that are the lead's."""
    with reading(home().engine) as session:
        return answers.contributions(session, set(codes), [BoundRole.LEAD.value], now)[-NEWEST:]


def _documents(codes: Sequence[str], now: datetime) -> tuple[list[str], int]:
    """One line for each occurrence of these obligations that is the lead's, the newest first; how many have come."""
    titles, rows = home().office.obligations, _of_lead(codes, now)
    lines = [
        f"- {literal(titles[row.obligation].short)} ({literal(row.period)}): {_receipt(row)}" for row in reversed(rows)
    ]
    opened = {row.obligation for row in rows}
    pending = dict.fromkeys(code for code in codes if code not in opened)
    unopened = [f"- {literal(titles[code].short)}: chưa mở kỳ nào" for code in pending]
    return [*lines, *unopened], sum(row.received_at is not None for row in rows)


def _receipt(row: Contribution) -> str:
    if row.received_at is None:
        return f"chưa nhận. {literal(row.why)}"
    number = f"số {literal(row.document_number)}, " if row.document_number else ""
    return f"{number}nhận ngày {day_vi(local_day(row.received_at))}, {row.files} tệp"


def recipients_by_plan(flow: str, now: datetime) -> str:
    """Who gets the documents of this flow, as the plan says."""
    keys = {key for item in carried(home().office.plan, flow) for key in item.recipients}
    with reading(home().engine) as session:
        bodies = {unit.id for unit in bodies_on(session, local_day(now), keys).values()}
        units = all_units(session, local_day(now)).values()
    names = [unit.name for unit in units if unit.id in bodies or (not unit.dissolved_on and unit.groups & keys)]
    _note(artifact_key("noi-nhan", flow), [f"- {literal(name)}" for name in names], "Nơi nhận theo Kế hoạch")
    return f"{len(names)} nơi nhận theo Kế hoạch."


def plan_versions(flow: str, now: datetime) -> str:  # noqa: ARG001
    """The plan in force and those before it."""
    with reading(home().engine) as session:
        lines = [_version(row) for row in versions(session)]
    _note("phien-ban-ke-hoach", [f"- {literal(line)}" for line in lines], "Các phiên bản của Kế hoạch")
    return f"{lines[0]}." if lines else "Chưa nạp kế hoạch nào."


def _version(row: PlanVersion) -> str:
    decision = f", theo {row.decision}" if row.decision else ""
    since = f", áp dụng từ ngày {day_vi(row.effective_from)}" if row.effective_from else ""
    return f"Phiên bản {row.version}, nạp ngày {day_vi(local_day(row.loaded_at))}{decision}{since}"


def proposal_table(flow: str, now: datetime) -> str:
    """What units propose to change in the plan, and how far it has come."""
    with reading(home().engine) as session:
        waiting = waiting_lines(session, now)
        amendments = amendment_lines(session, now)
    rows = [_proposal(line) for line in (*waiting, *(one for made in amendments for one in made.proposals))]
    text = standing(waiting, amendments)
    create_table_artifact(literal_rows(rows), key=artifact_key("de-xuat", flow), description=text)
    return text


def _proposal(line: ProposalLine) -> dict[str, str]:
    return {
        "Cơ quan": line.unit,
        "Mục": line.clause,
        "Nội dung đề xuất": line.proposal.content,
        "Nhận ngày": day_vi(local_day(line.proposal.received_at)),
        "Tình trạng": line.state.vi,
    }


def _note(key: str, lines: Sequence[str], description: str) -> None:
    create_markdown_artifact("\n".join(lines), key=key, description=description)


def artifact_key(*parts: str) -> str:
    return "-".join(parts).lower()
