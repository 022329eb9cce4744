"""The cases behind each number of a report: a number is always how many its list holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from reports import annexes
from reports.duty_sentences import COUNTED
from reports.facts import AnnexIIIRow, CaseResult, ReportFacts
from reports.figures.comparison import own_quarters
from reports.figures.figure import LADDER, QUARTERS, figures_of
from rules.punctuality import ReportOutcome

REMINDERS, DUE, IN_TIME = "reminders", "due", "in_time"
ASSIGNED = "assigned"
COLUMNS = {  # of annex I: its heading → the outcome it counts
    "Số phải thực hiện": ASSIGNED,
    "Đúng hạn": ReportOutcome.ON_TIME.value,
    "Sau hạn": ReportOutcome.LATE.value,
    "Chưa thực hiện": ReportOutcome.MISSING.value,
    "Chưa đến hạn": ReportOutcome.NOT_DUE.value,
    "Đang gia hạn": ReportOutcome.EXTENDED.value,
    "Không phát sinh": ReportOutcome.NIL_RETURN.value,
    "Được miễn": ReportOutcome.WAIVED.value,
    "Không áp dụng": ReportOutcome.NOT_APPLICABLE.value,
}
TOGETHER = {  # what is counted by outcome: words, outcomes
    **{name: (heading.lower(), (ReportOutcome(name),)) for heading, name in COLUMNS.items() if name != ASSIGNED},
    "handed_in": ("đã gửi hoặc đã thực hiện", (ReportOutcome.ON_TIME, ReportOutcome.LATE)),
    "expected": ("tính vào tỷ lệ", (ReportOutcome.ON_TIME, ReportOutcome.LATE, ReportOutcome.MISSING)),
    "asked": ("phải gửi hoặc phải thực hiện", COUNTED),
}
OF_QUARTER = (ReportOutcome.ON_TIME, ReportOutcome.LATE, ReportOutcome.MISSING)  # the series of that figure


@dataclass(frozen=True)
class CaseList:
    title: str
    number: int  # as the report prints it
    cases: tuple[CaseResult, ...] = ()
    reminders: tuple[AnnexIIIRow, ...] = ()


def lists_of(facts: ReportFacts) -> dict[str, CaseList]:
    """By key: «3.late» of the third row of annex I, «quarters.0.1» of a figure, «reminders.0» of a channel."""
    return dict(chain(_of_annex_i(facts), _of_period(facts), _of_figures(facts), _of_reminders(facts)))


def is_annex_i(head: Sequence[str]) -> bool:
    return COLUMNS.keys() <= set(head)


def annex_key(head: Sequence[str], row: Sequence[str], column: int) -> str:
    """Of a cell of annex I as it stands on paper; empty where it is no number of cases."""
    name = COLUMNS.get(head[column], "") if is_annex_i(head) else ""
    return f"{row[0]}.{name}" if name and row[0].isdecimal() and row[column] != "0" else ""


def _of_annex_i(facts: ReportFacts) -> Iterator[tuple[str, CaseList]]:
    for place, row in enumerate(facts.annex_i, 1):
        yield f"{place}.{ASSIGNED}", CaseList(row.title, row.assigned, row.results)
        for name, (words, outcomes) in TOGETHER.items():
            cases = tuple(case for case in row.results if case.outcome in outcomes)
            yield f"{place}.{name}", CaseList(f"{row.title}: {words}", row.of(*outcomes), cases)
        extended = tuple(case for case in row.results if case.handed_in_thanks_to_extension)
        yield f"{place}.by_extension", CaseList(f"{row.title}: gửi trong thời gian gia hạn", row.by_extension, extended)
        returned = tuple(case for case in row.results if case.returned)
        yield f"{place}.returned", CaseList(f"{row.title}: được đề nghị bổ sung", row.returned, returned)


def _of_period(facts: ReportFacts) -> Iterator[tuple[str, CaseList]]:
    quarters = own_quarters(facts.numbers.quarters, facts.period)
    due = tuple(case for quarter in quarters for case in quarter.cases if case.outcome in OF_QUARTER)
    yield DUE, CaseList("Trường hợp đến hạn trong kỳ", sum(quarter.expected for quarter in quarters), due)
    in_time = tuple(case for case in due if case.outcome is ReportOutcome.ON_TIME)
    yield IN_TIME, CaseList("Trường hợp gửi đúng hạn trong kỳ", sum(one.on_time for one in quarters), in_time)


def _of_figures(facts: ReportFacts) -> Iterator[tuple[str, CaseList]]:
    numbers = facts.numbers
    for key, figure in figures_of(numbers).items():
        quarters = numbers.quarters[-len(figure.categories) :]
        rows = numbers.ladder_cases if key == LADDER else numbers.answers_cases
        for place, category in enumerate(figure.categories):
            for column, (name, values) in enumerate(figure.series):
                if key == QUARTERS:
                    cases = tuple(one for one in quarters[place].cases if one.outcome is OF_QUARTER[column])
                else:
                    cases = rows[place]
                title = f"{figure.title}: {category}" + (f", {name}" if key == QUARTERS else "")
                yield f"{key}.{place}.{column}", CaseList(title, values[place], cases)


def _of_reminders(facts: ReportFacts) -> Iterator[tuple[str, CaseList]]:
    every = sum(item.count for item in facts.guidance.reminders)
    yield REMINDERS, CaseList("Lượt nhắc việc đã gửi trong kỳ", every, reminders=facts.reminded)
    for place, item in enumerate(facts.guidance.reminders):
        rows = tuple(row for row in facts.reminded if row.channel == item.channel)
        title = f"Lượt nhắc việc đã gửi trong kỳ qua {item.channel}"
        yield f"{REMINDERS}.{place}", CaseList(title, item.count, reminders=rows)


def rows_of(facts: ReportFacts) -> list[Mapping[str, object]]:
    """The lists of annex I one below the other, for a table with a filter; `row` is its number there."""
    return [
        {"row": place, "title": row.title, **vars(case), "column": name, "result": annexes.result(case)}
        for place, row in enumerate(facts.annex_i, 1)
        for name, outcome in COLUMNS.items()
        for case in row.results
        if case.outcome.value == outcome
    ]
