"""Writes the tables that the units of a province hand in during one year, and counts them again by plain openpyxl.

`python tests/year_files.py FOLDER` leaves the files there, to be looked at or handed in.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from builders import the_catalogue
from openpyxl import load_workbook

from config.catalogue import SHIPPED
from config.forms import Forms
from reports.sheets.sheet_form import empty_form, first_row

FORMS = Forms(SHIPPED / "plans" / "70-KH-UBND")
CATALOGUE, CALENDAR, YEAR = "I4B-CATALOGUE", "I5-CALENDAR", "2015"
SHARED = "Niên giám thống kê tỉnh Sóc Trăng"  # several units name it, all alike
DISPUTED = "Báo cáo thu nhập bình quân đầu người"  # two units name it, with another frequency each
WEB = "trang thông tin điện tử"
Rows = Sequence[tuple[str, ...]]
Cells = tuple[str, ...]
Key = tuple[str, ...]  # the cells by which rows of several units are the same


def units() -> list[tuple[str, str]]:
    """Key and name of every unit that disseminates, in the order of the register."""
    catalogue = the_catalogue()
    names = {one.key: one.names[0].name for one in catalogue.organisations}
    return [(key, names[key]) for key in catalogue.units(["disseminating"])]


def product(name: str, unit: str, frequency: str = "năm") -> tuple[str, ...]:
    return (name, "Số liệu chính", "Điều tra", "chính thức", "bản in", "tiếng Việt", frequency, WEB, unit, "", "")


def catalogue_rows(number: int, unit: str) -> list[tuple[str, ...]]:
    """What the unit at this place of the register names."""
    rows = [product(f"Tập số liệu {number}.{place} của {unit}", unit) for place in range(1, 2 + number % 3)]
    if number % 5 == 0:
        rows.append(product(SHARED, "Cục Thống kê tỉnh Sóc Trăng"))
    if number in (6, 11):
        rows.append(product(DISPUTED, "Cục Thống kê tỉnh Sóc Trăng", "năm" if number == 6 else "quý"))
    return rows


def calendar_rows(number: int, unit: str) -> list[tuple[str, ...]]:
    day = f"{1 + number % 28:02}/{1 + number % 12:02}/{YEAR}"
    rows = [
        (f"Kết quả {number}.{place}", f"Tập số liệu {number}.{place} của {unit}", day, WEB, unit, "Điều 5", "")
        for place in range(1, 2 + number % 3)
    ]
    if number % 5 == 0:
        rows.append((SHARED, SHARED, f"30/06/{YEAR}", WEB, "Cục Thống kê tỉnh Sóc Trăng", "Điều 5", ""))
    return rows


def workbook(duty: str, unit: str, rows: Rows, year: str = YEAR) -> bytes:
    """The empty form, filled in as a person would."""
    book = load_workbook(BytesIO(empty_form(FORMS[duty], unit, "70/KH-UBND", f"năm {year}")))
    sheet, top = book.worksheets[0], first_row(FORMS[duty])
    for place, row in enumerate(rows):
        for column, text in enumerate(row, 1):
            sheet.cell(top + place, column).value = text or None
    whole = BytesIO()
    book.save(whole)
    return whole.getvalue()


@dataclass(frozen=True)
class SentFile:
    """The version of a unit that counts."""

    unit: str
    version: int
    content: bytes


def counted(duty: str, files: Iterable[SentFile], same: Sequence[int]) -> dict[Key, dict[str, Cells]]:
    """The cells that make rows the same → where they stand, as the province's table writes it → the whole row there."""
    found: dict[Key, dict[str, Cells]] = defaultdict(dict)
    width = len(FORMS[duty].columns)
    for file in files:
        sheet = load_workbook(BytesIO(file.content)).worksheets[0]
        for line in range(first_row(FORMS[duty]), sheet.max_row + 1):
            cells = tuple(_text(sheet.cell(line, 1 + place).value) for place in range(width))
            if all(cells[place] for place in same):
                place = f"{file.unit} lần {file.version}, trang «{sheet.title}», dòng {line}"
                found[tuple(cells[place] for place in same)][place] = cells
    return dict(found)


def of_province(duty: str, content: bytes, same: Sequence[int]) -> dict[Key, dict[str, Cells]]:
    """The same of the province's workbook; its rows begin with their number."""
    found: dict[Key, dict[str, Cells]] = {}
    width = len(FORMS[duty].columns)
    for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows(min_row=6, values_only=True):
        if isinstance(row[0], int):
            cells = tuple(_text(value) for value in row[1 : 1 + width])
            key = tuple(cells[place] for place in same)
            assert key not in found, f"twice: {key}"
            found[key] = dict.fromkeys(str(row[-1]).split("; "), cells)
    return found


def _text(value: object) -> str:
    return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else str("" if value is None else value)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    made: Mapping[str, object] = {CATALOGUE: catalogue_rows, CALENDAR: calendar_rows}
    for number, (key, name) in enumerate(units()):
        for duty, rows in made.items():
            (folder / f"{duty} {key}.xlsx").write_bytes(workbook(duty, name, rows(number, name)))  # type: ignore[operator]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
