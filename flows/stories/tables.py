"""What the units handed in, put together: on the dashboard, and as files for the body that consolidates."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from prefect.artifacts import create_table_artifact

from flows.context import home
from flows.stories.parts import NEWEST, NOTHING_OPEN, artifact_key
from models.database import reading
from reports.province.book import matter_of
from reports.province.values import places_text, text_of, units_text
from rules.content.crosscheck import TITLES
from rules.text.markdown import literal, literal_rows
from services.content.approval import approval_of, obstacle
from services.content.consolidation import Consolidated
from services.content.crosscheck import YearCheck, check_of
from services.content.kept_books import keep_books
from services.forms.consolidate import HEADINGS, consolidate

ROWS_SHOWN = 200  # of a table on the dashboard; the file and the portal have all


def gathered_list(flow: str, now: datetime) -> str:
    """What the units handed in, put together: their tables row by row, of other documents a list; also as files."""
    wholes = keep_books(home().engine, home().office, flow, now)
    for whole in wholes:
        _show_consolidation(whole)
    waits = _show_what_waits(wholes, now)
    lists = consolidate(home().engine, home().office, flow, now)
    for listed in lists:
        rows = [dict(zip(HEADINGS, row, strict=True)) for row in listed.rows]
        key = artifact_key("tong-hop", listed.obligation, listed.period)
        create_table_artifact(literal_rows(rows), key=key, description=listed.text)
    return "; ".join([*waits[-NEWEST:], *(one.text for one in lists[-NEWEST:])]) or NOTHING_OPEN


def _show_consolidation(whole: Consolidated) -> None:
    """The table as it is now."""
    names = {line.unit.key: line.unit.name for line in whole.units}
    rows = [
        {"STT": str(row.number)}
        | {column.title: text_of(column, row.values.get(column.id)) for column in whole.form.columns}
        | {"Cơ quan gửi": units_text(row.origins, names), "Nguồn": places_text(row.origins)}
        for row in whole.table.rows[:ROWS_SHOWN]
    ]
    key = artifact_key("tong-hop", whole.duty.id, whole.period)
    create_table_artifact(literal_rows(rows), key=key, description=literal(whole.text))


def _show_what_waits(wholes: Sequence[Consolidated], now: datetime) -> list[str]:
    """Beside each table what waits for a person. Returns how far each has come, and what is approved yet not frozen."""
    texts = []
    for whole in wholes:
        with reading(home().engine) as session:
            check = check_of(session, home().office, whole, now) if whole.table.rows else None
            approval = approval_of(session, home().office, whole.form.obligation, whole.period)
        stands = obstacle(whole) if approval.waits_for_version else None
        unfrozen = f"đã phê duyệt nhưng chưa chốt được: {stands.vi}" if stands else ""
        waits = [("Chưa chốt", unfrozen)] if unfrozen else []
        _show_waits(whole, [*waits, *_waits(whole), *(_cross_checked(check) if check else [])])
        texts.append(f"{whole.text}, {unfrozen}" if unfrozen else whole.text)
    return texts


def _waits(whole: Consolidated) -> list[tuple[str, str]]:
    waits = [("Chờ chấp nhận", line.unit.name) for line in whole.waiting]
    waits += [("Chưa thống nhất", matter_of(whole.form, conflict)) for conflict in whole.table.open_conflicts]
    return waits + [("Tên gần giống", f"{pair.one} | {pair.other}") for pair in whole.similar]


def _cross_checked(check: YearCheck) -> list[tuple[str, str]]:
    found = [one for one in check.findings if not one.settled]
    return [(f"Đối chiếu: {TITLES[one.kind].vi}", ": ".join(filter(None, (one.product, one.stands)))) for one in found]


def _show_waits(whole: Consolidated, waits: Sequence[tuple[str, str]]) -> None:
    table = [{"Việc": what, "Về": about} for what, about in waits[:ROWS_SHOWN]]
    place = f"{home().office.base_url}/noi-dung/{whole.duty.id}/{whole.period}"
    create_table_artifact(
        literal_rows(table),
        key=artifact_key("cho-xu-ly", whole.duty.id, whole.period),
        description=f"{len(waits)} việc chờ điều phối viên: {place}",
    )
