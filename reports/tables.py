"""The tables of a report, counted by pandas: how many cases stand how, by duty and by unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from rules.punctuality import ReportOutcome, rate_of

OUTCOMES = [outcome.value for outcome in ReportOutcome]


def outcomes_by(keys: Sequence[int] | Sequence[str], outcomes: Sequence[ReportOutcome]) -> Any:
    """A row for each key in the order in which they come, a column for each outcome."""
    frame = pd.DataFrame({"key": keys, "outcome": [outcome.value for outcome in outcomes]})
    table = pd.crosstab(frame["key"], frame["outcome"])
    return table.reindex(index=frame["key"].drop_duplicates(), columns=OUTCOMES, fill_value=0)


def counts_by(keys: Sequence[int], outcomes: Sequence[ReportOutcome]) -> dict[int, dict[ReportOutcome, int]]:
    rows = outcomes_by(keys, outcomes).to_dict("index").items()
    return {key: {ReportOutcome(name): int(count) for name, count in row.items()} for key, row in rows}


def by_unit(units: Sequence[str], outcomes: Sequence[ReportOutcome]) -> Any:
    """Each unit over all its duties: assigned, each outcome, and the exact share on time."""
    table = outcomes_by(units, outcomes)
    table.insert(0, "assigned", table.sum(axis=1))
    rates = [rate_of({ReportOutcome(name): int(row[name]) for name in OUTCOMES}) for _, row in table.iterrows()]
    table["rate"] = pd.Series(rates, index=table.index, dtype=object)
    return table.rename_axis("unit").reset_index()


def unit_by_duty(units: Sequence[str], duties: Sequence[str], results: Sequence[str]) -> Any:
    """Units down, duties across; several cases of one duty stand below one another in its cell."""
    frame = pd.DataFrame({"unit": units, "duty": duties, "result": results})
    table = frame.pivot_table(index="unit", columns="duty", values="result", aggfunc="; ".join, sort=False)
    return table.fillna("").rename_axis(columns=None).reset_index()
