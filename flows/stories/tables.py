"""What the units handed in, put together: on the dashboard, and as files for the body that consolidates."""

from __future__ import annotations

from datetime import datetime

from prefect.artifacts import create_table_artifact

from flows.context import home
from flows.stories.parts import NEWEST, NOTHING_OPEN, artifact_key
from reports.province.book import matter_of
from reports.province.values import places_text, text_of, units_text
from rules.text.markdown import literal, literal_rows
from services.content.consolidation import Consolidated
from services.content.kept_books import keep_books
from services.forms.consolidate import HEADINGS, consolidate

ROWS_SHOWN = 200  # of a table on the dashboard; the file and the portal have all


def gathered_list(flow: str, now: datetime) -> str:
    """What the units handed in, put together: their tables row by row, of other documents a list; also as files."""
    wholes = keep_books(home().engine, home().office, flow, now)
    for whole in wholes:
        _show_consolidation(whole)
    lists = consolidate(home().engine, home().office, flow, now)
    for listed in lists:
        rows = [dict(zip(HEADINGS, row, strict=True)) for row in listed.rows]
        key = artifact_key("tong-hop", listed.obligation, listed.period)
        create_table_artifact(literal_rows(rows), key=key, description=listed.text)
    return "; ".join([whole.text for whole in wholes[-NEWEST:]] + [one.text for one in lists[-NEWEST:]]) or NOTHING_OPEN


def _show_consolidation(whole: Consolidated) -> None:
    """The table as it is now, and beside it what waits for a person."""
    names = {line.unit.key: line.unit.name for line in whole.units}
    rows = [
        {"STT": str(row.number)}
        | {column.title: text_of(column, row.values.get(column.id)) for column in whole.form.columns}
        | {"Cơ quan gửi": units_text(row.origins, names), "Nguồn": places_text(row.origins)}
        for row in whole.table.rows[:ROWS_SHOWN]
    ]
    key = artifact_key("tong-hop", whole.duty.id, whole.period)
    create_table_artifact(literal_rows(rows), key=key, description=literal(whole.text))
    waits = [("Chờ chấp nhận", line.unit.name) for line in whole.waiting]
    waits += [("Chưa thống nhất", matter_of(whole.form, conflict)) for conflict in whole.table.open_conflicts]
    waits += [("Tên gần giống", f"{pair.one} | {pair.other}") for pair in whole.similar]
    table = [{"Việc": what, "Về": about} for what, about in waits[:ROWS_SHOWN]]
    place = f"{home().office.base_url}/noi-dung/{whole.duty.id}/{whole.period}"
    create_table_artifact(
        literal_rows(table),
        key=artifact_key("cho-xu-ly", whole.duty.id, whole.period),
        description=f"{len(waits)} việc chờ điều phối viên: {place}",
    )
