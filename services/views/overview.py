"""The four numbers leaders are used to, counted from the list of cases behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.queries.cases.as_of import CaseAsOf as CaseAsOf
from models.queries.cases.as_of import cases_as_of as cases_as_of
from rules.deadlines import local_day
from rules.status import ANSWERED, EXEMPT, OVERDUE


@dataclass(frozen=True)
class FourNumbers:
    assigned: int  # cases that apply
    due: int  # of them, whose last day has come
    done: int  # answered and every step after it done, whether due or not
    overdue: int


def four_numbers(rows: Sequence[CaseAsOf], now: datetime) -> FourNumbers:
    today = local_day(now)
    applying = [row for row in rows if row.standing not in EXEMPT]
    return FourNumbers(
        assigned=len(applying),
        due=sum((row.late_after or row.target_day) <= today for row in applying),
        done=sum(row.standing in ANSWERED for row in applying),
        overdue=sum(row.standing in OVERDUE for row in applying),
    )
