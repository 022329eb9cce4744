"""A consolidation is frozen: numbered, sealed with a digest that the log keeps too, and never changed again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from models.database import id_of, insert_rows
from models.queries.content import frozen as queries
from models.tables.content import Consolidation, ConsolidationRow
from rules.content.comparison import Comparison, Values, compare_rows
from rules.content.consolidation import Origin, ProvinceTable, TableRow, arranged
from rules.forms import SheetForm
from services import log
from services.content.consolidation import Consolidated
from services.errors import Refused


@dataclass(frozen=True)
class FrozenTable:
    about: Consolidation
    rows: Sequence[ConsolidationRow]

    @property
    def values(self) -> list[Values]:
        return [json.loads(row.cells) for row in self.rows]

    def table(self, form: SheetForm) -> ProvinceTable:
        """With its order, headings and numbers."""
        rows = [
            TableRow(values, tuple(Origin(**origin) for origin in json.loads(row.origins)))
            for values, row in zip(self.values, self.rows, strict=True)
        ]
        return ProvinceTable(tuple(arranged(form, rows)))

    @property
    def is_whole(self) -> bool:
        """Whether it is what was frozen, to the letter."""
        return digest_of((row.cells, row.origins) for row in self.rows) == self.about.sha256


def freeze(session: Session, whole: Consolidated, by: str, reason: str, now: datetime) -> Consolidation:
    """Raises Refused for an empty table, for what is frozen already, and for open conflicts without a reason."""
    rows = _rows(whole.table)
    digest = digest_of_table(whole.table)
    obligation, period = whole.form.obligation, whole.period
    log.hold(session)  # of two who freeze at once, one after the other
    last = queries.newest(session, obligation, period)
    _may_freeze(whole, digest, last, reason)
    frozen = Consolidation(
        obligation=obligation,
        period=period,
        number=last.number + 1 if last else 1,
        form=_written({"title": whole.form.title, "columns": [[one.id, one.title] for one in whole.form.columns]}),
        facts=_written(_facts(whole)),
        rows_count=len(rows),
        sha256=digest,
        reason=reason.strip(),
        frozen_at=now,
        frozen_by=by,
    )
    session.add(frozen)
    session.flush()
    insert_rows(session, ConsolidationRow, [{"consolidation_id": id_of(frozen), **row} for row in rows])
    details = {"number": frozen.number, "sha256": digest, "rows": len(rows), "reason": frozen.reason}
    log.append(session, now, by, "content.freeze", f"content:{obligation}:{period}", details)
    return frozen


def _may_freeze(whole: Consolidated, digest: str, last: Consolidation | None, reason: str) -> None:
    if not whole.table.rows:
        raise Refused("Bảng chưa có dòng nào nên chưa chốt được. / The table has no rows yet.")
    if last is not None and last.sha256 == digest:
        raise Refused(f"Bảng không khác bản chốt số {last.number}. / It is the same as version {last.number}.")
    if whole.table.open_conflicts and not reason.strip():
        raise Refused(
            f"Còn {len(whole.table.open_conflicts)} nội dung chưa thống nhất; nếu vẫn chốt, cần ghi lý do. / "
            "There are open conflicts; a reason is required."
        )


def _facts(whole: Consolidated) -> dict[str, Any]:
    return {
        "units": [line.unit.key for line in whole.accepted],
        "waiting": [line.unit.key for line in whole.waiting],
        "missing": [line.unit.key for line in whole.missing],
        "open_conflicts": len(whole.table.open_conflicts),
    }


def digest_of_table(table: ProvinceTable) -> str:
    """The digest a version has that is frozen from this table."""
    return digest_of((row["cells"], row["origins"]) for row in _rows(table))


def _rows(table: ProvinceTable) -> list[dict[str, Any]]:
    return [_row(number, row) for number, row in enumerate(table.rows, 1)]


def _row(position: int, row: TableRow) -> dict[str, Any]:
    values = {name: value for name, value in row.values.items() if value is not None}
    return {
        "position": position,
        "cells": _written(values),
        "origins": _written([asdict(origin) for origin in row.origins]),
    }


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(rows: Iterable[tuple[str, str]]) -> str:
    """Of the values and the origins of each row, in their order."""
    whole = sha256()
    for cells, origins in rows:
        whole.update(f"{cells}\n{origins}\n".encode())
    return whole.hexdigest()


def frozen_table(session: Session, obligation: str, period: str, number: int) -> FrozenTable | None:
    about = queries.version(session, obligation, period, number)
    return FrozenTable(about, queries.rows_of(session, id_of(about))) if about else None


def changes_since(whole: Consolidated, before: FrozenTable) -> Comparison:
    """From a frozen version to the table as it is now."""
    return compare_rows(whole.form, before.values, values_of(whole.table))


def changes_between(whole: Consolidated, before: FrozenTable, after: FrozenTable) -> Comparison:
    return compare_rows(whole.form, before.values, after.values)


def values_of(table: ProvinceTable) -> list[Values]:
    return [row.values for row in table.rows]
