"""Every duty of the plan in force: who records what and where, what colours it, where it is reported."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bootstrap.home import open_home
from rules.coverage import ROLES, Coverage, coverage

HEADINGS = ("Nhiệm vụ", "Mục", "Ai thực hiện", "Ghi ở đâu", "Vàng", "Đỏ", "Xanh", "Báo cáo")


def rows(now: datetime) -> list[Coverage]:
    return coverage(open_home(now).office.plan)


def as_json(row: Coverage) -> dict[str, Any]:
    return {**asdict(row), "owed_by": [{"role": role.value, "units": list(units)} for role, units in row.owed_by]}


def as_row(row: Coverage) -> tuple[str, ...]:
    owed_by = "; ".join(f"{', '.join(units)} ({ROLES[role].vi})" for role, units in row.owed_by)
    words = (row.where, row.yellow, row.red, row.green, row.report)
    return (row.obligation, row.clause, owed_by, *(text.vi for text in words))
