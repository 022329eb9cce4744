"""Output of commands: one JSON document on stdout, all else on stderr, errors in both languages."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from config import clock
from rules.deadlines import PROVINCE

AsJson = Annotated[bool, typer.Option("--json", help="Một văn bản JSON trên stdout. / One JSON document on stdout.")]
PIPED = 180  # columns when nobody looks at a screen: words must not be cut
LARGEST = 2**63 - 1  # the largest number a database counts with
OUT = Console(width=None if sys.stdout.isatty() else PIPED)
ERR = Console(stderr=True, width=None if sys.stderr.isatty() else PIPED)


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(PROVINCE).isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def print_table(headings: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    table = Table(*headings, title=title, title_justify="left", header_style="bold", expand=False)
    for row in rows:
        table.add_row(*(_shown(value) for value in row))
    OUT.print(table)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return value.astimezone(PROVINCE).strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value)


def say(text: str) -> None:
    """Print a message on stderr."""
    ERR.print(text, highlight=False, markup=False)


# --- moments --------------------------------------------------------------------------------------------------------


YEARS = range(1900, 2201)  # those a plan may speak of


def parse_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"«{text}» không phải ngày dạng 2014-03-20. / Not an ISO date.") from None
    _check_year(text, day.year)
    return day


def check_span(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise typer.BadParameter("--to phải sau --from. / --to is before --from.")


def parse_moment(text: str) -> datetime:
    """ISO; a time without zone is the province's own; a day alone is that day at 08:00."""
    try:
        moment = datetime.fromisoformat(text)
        if len(text) == len("2014-03-20"):
            moment += timedelta(hours=8)
    except ValueError:
        raise typer.BadParameter(f"«{text}» không phải thời điểm dạng 2014-03-20T08:00. / Not an ISO moment.") from None
    _check_year(text, moment.year)
    return moment if moment.tzinfo else moment.replace(tzinfo=PROVINCE)


def _check_year(text: str, year: int) -> None:
    if year not in YEARS:
        span = f"{YEARS[0]}–{YEARS[-1]}"
        raise typer.BadParameter(f"«{text}»: năm phải trong khoảng {span}. / The year must be within {span}.")


At = Annotated[
    datetime | None,
    typer.Option("--at", parser=parse_moment, metavar="T", help="Thay cho đồng hồ. / Replaces the clock."),
]


def moment_or_now(moment: datetime | None) -> datetime:
    return moment or clock.now()


# --- refusals -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Refusal:
    message: str
    code: int


def refusal(error: Exception) -> Refusal | None:
    """Message and exit code for an expected error; None for a bug, which is raised."""
    from sqlalchemy.exc import DatabaseError, OperationalError

    from config.problems import CatalogueError
    from config.settings import SettingsError
    from models.migrate import NewerDatabase
    from services.errors import Refused
    from services.files.free_space import is_no_room

    if isinstance(error, Refused | CatalogueError | NewerDatabase):
        return Refusal(str(error), 1)
    if isinstance(error, SettingsError):
        return Refusal(f"Cài đặt sai, chưa chạy được. / Wrong settings.\n{error}", 2)
    # of the other kinds of DatabaseError each is a bug; the kind itself says that the file is none or is broken
    if isinstance(error, OperationalError) or type(error) is DatabaseError:
        return Refusal(_database_trouble(str(error.orig)), 1)
    if isinstance(error, OSError):
        if is_no_room(error):
            return Refusal(TROUBLES["full"], 1)
        return Refusal(f"Lỗi hệ thống tệp hoặc mạng: {error}. / File system or network error.", 1)
    return None


TROUBLES = {
    "locked": "Cơ sở dữ liệu đang bị chương trình khác giữ; hãy thử lại sau. / The database is locked; try again.",
    "full": "Ổ đĩa đã đầy; hãy giải phóng chỗ rồi chạy lại, không có gì bị mất. / The disk is full; nothing was lost.",
    "disk i/o": "Ổ đĩa đầy hoặc hỏng, chưa có gì được ghi; giải phóng chỗ rồi chạy lại. / No room, nothing recorded.",
    "readonly": "Cơ sở dữ liệu chỉ đọc; hãy kiểm tra quyền ghi. / The database is read-only; check permissions.",
    "unable to open": "Không mở được cơ sở dữ liệu; hãy kiểm tra KYHAN_HOME. / Cannot open the database.",
    "not a database": "Tệp không phải cơ sở dữ liệu của Kỳ Hạn; hãy kiểm tra KYHAN_HOME. / The file is no database.",
    "malformed": "Tệp cơ sở dữ liệu đã hỏng; hãy khôi phục từ bản sao lưu. / The file is damaged; restore a backup.",
    "connection": "Không nối được cơ sở dữ liệu; hãy kiểm tra KYHAN_DATABASE_URL. / Cannot reach the database.",
}


def _database_trouble(text: str) -> str:
    known = next((cause for word, cause in TROUBLES.items() if word in text.lower()), None)
    return f"{known or 'Lỗi cơ sở dữ liệu. / Database error.'}\n({text.strip()})"
