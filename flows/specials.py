"""What single duties do beside the common visit: gather answers, watch evidence, list drafts, wait for a trigger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.logging import get_run_logger

from flows.context import home
from flows.markdown import literal, literal_rows
from flows.names import carried
from models.database import reading
from models.queries.cases import answers as answers_queries
from rules.deadlines import local_day
from rules.plan import Plan, YearAfterTrigger
from rules.text.wording import day_vi
from services.forms.consolidate import HEADINGS, consolidate


def gathered(duty: str, now: datetime) -> None:
    """The plain list of what the units handed in, as a table here and as a file for the body that consolidates."""
    for found in consolidate(home().engine, home().office, duty, now):
        get_run_logger().info("Tổng hợp %s", found.text)
        rows = [dict(zip(HEADINGS, row, strict=True)) for row in found.rows]
        create_table_artifact(
            literal_rows(rows), key=_key("tong-hop", found.obligation, found.period), description=found.text
        )


def evidence_shown(duty: str, now: datetime) -> None:
    """Approval, upward report, publication: what is proven, and which steps are past their target day."""
    items = carried(home().office.plan, duty)
    with reading(home().engine) as session:
        found = answers_queries.evidence(session, [item.id for item in items])
    if not found:
        return
    today = local_day(now)
    late = sum(row.done_on is None and row.target_day is not None and row.target_day < today for row in found)
    done = sum(row.done_on is not None for row in found)
    told = f"Minh chứng: {done}/{len(found)} bước đã ghi nhận, {late} bước quá mốc phấn đấu."
    get_run_logger().info(told)
    create_table_artifact(literal_rows(map(_evidence, found)), key=f"minh-chung-{duty}", description=told)


def _evidence(row: answers_queries.StepEvidence) -> dict[str, str]:
    return {
        "Kỳ": row.period,
        "Cơ quan": row.unit,
        "Bước": row.stage,
        "Mốc phấn đấu": day_vi(row.target_day) if row.target_day else "",
        "Ngày hoàn thành": day_vi(row.done_on) if row.done_on else "",
        "Số, ký hiệu": row.document_number,
        "Nơi công bố": row.place,
    }


def drafts_shown(duty: str, now: datetime) -> None:  # noqa: ARG001
    """The reports Kyhan has drafted by itself, newest first."""
    items = carried(home().office.plan, duty)
    with reading(home().engine) as session:
        drafted = answers_queries.drafted(session, [item.id for item in items])
    lines = [
        f"- Kỳ {literal(period)}: số liệu đến {day_vi(cutoff)}, soạn ngày {day_vi(local_day(at))}"
        for period, cutoff, at in drafted
    ]
    _note("du-thao-bao-cao", lines or ["- Chưa có dự thảo nào."], "Dự thảo báo cáo tự soạn")


def trigger_shown(duty: str, now: datetime) -> None:  # noqa: ARG001
    """Which document the duty waits for, and whether it exists."""
    lines = trigger_lines(home().office.plan, duty)
    _note(f"dieu-kien-{duty}", lines or ["- Thực hiện sau khi có văn bản chỉ đạo của UBND tỉnh."], "Điều kiện bắt đầu")


def trigger_lines(plan: Plan, duty: str) -> list[str]:
    wanted = {item.when.trigger for item in carried(plan, duty) if isinstance(item.when, YearAfterTrigger)}
    return [
        f"- {literal(trigger.document)}: {_since(trigger.fired_on)}"
        for trigger in plan.triggers
        if trigger.id in wanted
    ]


def _since(day: date | None) -> str:
    return f"đã có từ ngày {day_vi(day)}" if day else "chưa có"


def _note(key: str, lines: Iterable[str], description: str) -> None:
    create_markdown_artifact("\n".join(lines), key=key, description=description)


def _key(*parts: str) -> str:
    return "-".join(parts).lower()
