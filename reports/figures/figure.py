"""The figures with their words: title, what a reader who cannot see them is told, categories and series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from reports.figures.numbers import QuarterCount, ReportNumbers
from reports.phrases import rate_vi
from rules.periods import period_title_vi
from rules.text.wording import number_vi


@dataclass(frozen=True)
class Figure:
    key: str
    title: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    lying: bool = False  # bars to the right, the first on top

    @property
    def alt(self) -> str:
        """Every number of it: the figure says nothing that is not here."""
        told = "; ".join(
            f"{category}: {', '.join(f'{name} {number_vi(values[place])}' for name, values in self.series)}"
            for place, category in enumerate(self.categories)
        )
        return f"{self.title}. {told}."


QUARTERS, LADDER, ANSWERS = "quarters", "ladder", "answers"
SAMPLE = "mẫu"  # the only category and series of the charts a template is made with
TITLES = {
    QUARTERS: "Kết quả gửi theo quý và tỷ lệ đúng hạn (nhiều nhất tám quý gần nhất)",
    LADDER: "Số trường hợp được đôn đốc trong kỳ theo từng mức",
    ANSWERS: "Số ngày từ lần nhắc đầu tiên trong kỳ đến khi gửi",
}


def figures_of(numbers: ReportNumbers) -> dict[str, Figure]:
    """By key; without the figures there is nothing to show of."""
    figures = (
        _quarters(numbers.quarters),
        _one_row(LADDER, numbers.ladder),
        _one_row(ANSWERS, numbers.answers),
    )
    return {figure.key: figure for figure in figures if any(sum(values) for _, values in figure.series)}


def _quarters(counted: Sequence[QuarterCount]) -> Figure:
    """From the first in which anything fell due."""
    quarters = tuple(dropwhile(lambda one: not one.expected, counted))
    return Figure(
        QUARTERS,
        TITLES[QUARTERS],
        tuple(f"{_short(one.period)} ({_rate(one)})" for one in quarters),
        (
            ("đúng hạn", tuple(one.on_time for one in quarters)),
            ("sau hạn", tuple(one.late for one in quarters)),
            ("chưa thực hiện", tuple(one.missing for one in quarters)),
        ),
    )


def _short(period: str) -> str:
    """«I/2014», below a title that says that these are quarters."""
    return period_title_vi(period).removeprefix("quý ").replace(" năm ", "/")


def _rate(quarter: QuarterCount) -> str:
    return "không có" if quarter.rate is None else f"{rate_vi(quarter.rate)}%"


def _one_row(key: str, rows: Sequence[tuple[str, int]]) -> Figure:
    names, counts = tuple(name for name, _ in rows), tuple(count for _, count in rows)
    return Figure(key, TITLES[key], names, (("số trường hợp", counts),), lying=True)
