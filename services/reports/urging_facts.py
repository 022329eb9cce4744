"""What a periodic report tells of urging: how many reminders and letters left, and the ledger of annex III."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from models.queries.messages.ledger import LETTER, LedgerLine
from models.queries.reports import progress as report_queries
from models.tables.organisations import OrganisationName
from reports import facts as say
from rules.deadlines import PROVINCE, late_from, start_of
from rules.periods import period_title_vi
from rules.plan import Text
from services.delivery.ledger import LedgerFilter, ledger, result

CHANNELS = {
    "email": "thư điện tử",
    "zalo": "Zalo",
    "zalo_bot": "Zalo",
    "zalo_zns": "Zalo",
    "zalo_uid": "Zalo",
    report_queries.IN_THE_REPORT: "báo cáo",
    LETTER: "công văn",
}
LETTERS = "Công văn đôn đốc"
LEFT = ("sent", "delivered")  # a letter that came back is not counted as sent
MOST_LINES = 50_000


def urged(session: Session, first: date, as_of: date, not_urged: Collection[int]) -> list[LedgerLine]:
    """What was sent, or was not and why, as it was known at the end of `as_of`; the oldest first.

    `not_urged`: who writes the report and whom it is written to; a reminder to oneself or to a superior
    urges nobody, nor does what whoever follows a case is told of it.
    """
    selection = LedgerFilter(first=first, last=as_of, until=late_from(as_of))
    lines = [line for line in reversed(ledger(session, selection, limit=MOST_LINES)) if _urges(line)]
    return [line for line in lines if line.to_unit and line.organisation_id not in not_urged]


def _urges(line: LedgerLine) -> bool:
    """Receipts urge nobody; and that a coordinator was asked for a letter is no letter yet."""
    asks_for_letter = line.kind == "notice" and line.message in ("urging_letter", "report_line")
    return line.kind in ("notice", "letter") and not asks_for_letter


def annex_iii(
    lines: Sequence[LedgerLine],
    named: Sequence[report_queries.SentNotice],
    names: Mapping[int, OrganisationName],
    step_title: Callable[[str], Text],
) -> tuple[say.AnnexIIIRow, ...]:
    """In the order of time; who of one body was told the same in the same minute is one row."""
    rows = [_annex_iii_row(line, names, step_title) for line in lines]
    rows += [
        say.AnnexIIIRow(
            at=notice.at.astimezone(PROVINCE),
            unit=names[notice.organisation_id].name,
            duty=f"{notice.obligation} ({period_title_vi(notice.period)})",
            channel=CHANNELS[notice.channel],
            level=step_title(notice.step).vi,
            result="Đã nêu",
        )
        for notice in named
    ]
    people = Counter(rows)
    return tuple(
        replace(row, result=f"{row.result} ({people[row]} người nhận)") if people[row] > 1 else row
        for row in sorted(people, key=lambda row: (row.at, row.unit, row.duty, row.level))
    )


def _annex_iii_row(
    line: LedgerLine, names: Mapping[int, OrganisationName], step_title: Callable[[str], Text]
) -> say.AnnexIIIRow:
    on_paper = line.kind == LETTER
    return say.AnnexIIIRow(
        at=start_of(line.on_day) if on_paper else _minute(line.sent_at or line.written_at),
        unit=names[line.organisation_id].name,
        duty=f"{line.short} ({period_title_vi(line.period)})",
        channel=CHANNELS.get(line.channel or "", line.channel or _families(line)),
        level=level_of(line, step_title),
        result=_capital(result(line)),
        day_only=on_paper,
    )


def reminded(
    lines: Sequence[LedgerLine], names: Mapping[int, OrganisationName], step_title: Callable[[str], Text]
) -> tuple[say.AnnexIIIRow, ...]:
    """Each reminder that left, to each of its readers."""
    return tuple(_annex_iii_row(line, names, step_title) for line in lines if line.fate in LEFT)


def level_of(line: LedgerLine, step_title: Callable[[str], Text]) -> str:
    return LETTERS if line.kind == LETTER else step_title(line.step).vi


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(PROVINCE).replace(second=0, microsecond=0)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _families(line: LedgerLine) -> str:
    """How a step that was never sent would have gone."""
    return ", ".join(CHANNELS.get(name, name) for name in line.families.split())


def guidance(reminders: Sequence[say.AnnexIIIRow], urging_letters: int) -> say.Guidance:
    left = Counter(row.channel for row in reminders)
    return say.Guidance(
        letters=None,  # unless the register of activities holds some: a slot asks a person
        inspections=None,
        reminders=tuple(say.ChannelCount(channel, count) for channel, count in sorted(left.items())),
        urging_letters=urging_letters,
    )
