"""The results of a period as a whole, beside those of the period before and of the same period of last year."""

from __future__ import annotations

from collections.abc import Sequence

from reports.figures.numbers import QuarterCount, together
from reports.phrases import rate_vi
from rules.periods import length_rank, period_title_vi, previous_period
from rules.text.wording import count_vi, number_vi, one_decimal

NOTHING_DUE = "Trong kỳ không phát sinh trường hợp đến hạn."


def compared(quarters: Sequence[QuarterCount], period: str) -> str:
    """Each as it is known on the day of the report; empty where nothing was counted."""
    if not quarters:
        return ""
    length = length_rank(period) // 3
    own = together(own_quarters(quarters, period), period)
    if own.rate is None:
        return NOTHING_DUE
    year, _, part = period.partition("-")
    others = {
        previous_period(period): quarters[-2 * length : -length],
        f"{int(year) - 1}-{part}": quarters[-4 - length : -4],
    }
    told = [
        f"Tính chung, trong số {count_vi(own.expected)} trường hợp đến hạn trong kỳ có {count_vi(own.on_time)} "
        f"trường hợp gửi đúng hạn, đạt {rate_vi(own.rate)}% (số liệu từng quý tại Biểu đồ 1, Phụ lục VI)",
        *(_change(own, together(some, other)) for other, some in others.items()),
    ]
    return f"{'; '.join(told)}."


def own_quarters(quarters: Sequence[QuarterCount], period: str) -> Sequence[QuarterCount]:
    """Those of the period itself, which are the last."""
    return quarters[-(length_rank(period) // 3) :]


def _change(own: QuarterCount, other: QuarterCount) -> str:
    title = period_title_vi(other.period)
    if other.rate is None or own.rate is None:
        return f"{title} không có trường hợp đến hạn để so sánh"
    change = one_decimal(own.rate) - one_decimal(other.rate)
    if not change:
        return f"không thay đổi so với {title} ({rate_vi(other.rate)}%)"
    how = "tăng" if change > 0 else "giảm"
    return f"{how} {number_vi(abs(change))} điểm phần trăm so với {title} ({rate_vi(other.rate)}%)"
