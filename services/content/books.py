"""A consolidation as a file: workbook, CSV or Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from reports.province.book import BookSheet, ProvinceBook, province_book
from reports.province.data import province_csv, province_parquet
from rules.content.texts import VERDICTS
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import period_title_vi
from rules.status import LABELS
from rules.text.wording import day_vi
from services.content.consolidation import Consolidated, UnitLine
from services.content.frozen import FrozenTable
from services.errors import Refused

KINDS = ("xlsx", "csv", "parquet")


def write_book(
    office: Office, whole: Consolidated, kind: str, now: datetime, further: Sequence[BookSheet] = ()
) -> bytes:
    """`kind`: one of KINDS; raises Refused for another."""
    names = {line.unit.key: line.unit.name for line in whole.units}
    if kind == "csv":
        return province_csv(whole.form, whole.table, names)
    if kind == "parquet":
        return province_parquet(whole.form, whole.table)
    if kind != "xlsx":
        raise Refused(f"Không có dạng tệp «{kind}»; dùng {', '.join(KINDS)}. / No such kind of file: use {KINDS}.")
    units = [_unit(line) for line in whole.units]
    return province_book(ProvinceBook(whole.form, whole.table, about(office, whole, now), names, units, further))


def about(office: Office, whole: Consolidated, now: datetime) -> list[str]:
    """The lines below the title: what the table is made of."""
    parts = [
        f"{len(whole.accepted)}/{whole.expected} cơ quan, đơn vị có bảng đã được chấp nhận",
        *_counted(len(whole.waiting), "bảng chờ chấp nhận, chưa đưa vào"),
        *_counted(len(whole.missing), "đơn vị chưa gửi"),
        *_counted(len(whole.table.open_conflicts), "nội dung chưa thống nhất, tô màu trong bảng"),
    ]
    title = period_title_vi(whole.period)
    return [
        f"Kỳ: {title} · Kế hoạch số {office.plan.number} · Tổng hợp ngày {day_vi(local_day(now))}",
        f"{'; '.join(parts)}.",
    ]


def _counted(count: int, words: str) -> Iterable[str]:
    return (f"{count} {words}",) if count else ()


def _unit(line: UnitLine) -> tuple[str | int | None, ...]:
    verdict = VERDICTS[line.verdict].vi if line.verdict else None
    judged = line.verdict is not None
    return (
        line.unit.name,
        LABELS[line.status].vi,
        line.version,
        verdict,
        line.rows if judged else None,
        line.findings if judged else None,
    )


def write_frozen(office: Office, whole: Consolidated, frozen: FrozenTable, kind: str) -> bytes:
    """A frozen version, with the names of units as they are now."""
    table, form = frozen.table(whole.form), whole.form
    names = {line.unit.key: line.unit.name for line in whole.units}
    if kind == "csv":
        return province_csv(form, table, names)
    if kind == "parquet":
        return province_parquet(form, table)
    made = frozen.about
    lines = [
        f"Kỳ: {period_title_vi(whole.period)} · Kế hoạch số {office.plan.number} · Bản chốt số {made.number}, "
        f"{made.frozen_by} chốt ngày {day_vi(local_day(made.frozen_at))}",
        f"SHA-256: {made.sha256}",
    ]
    return province_book(ProvinceBook(form, table, lines, names))
