"""Cross-checks of one year: from the accepted tables as of now, and last year's list as it was frozen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rapidfuzz.fuzz import token_sort_ratio
from sqlmodel import Session

from models.queries.content import frozen as frozen_queries
from models.queries.content import settlements as settlement_queries
from models.queries.people import organisations as organisation_queries
from models.tables.content import Settlement
from reports.province.book import BookSheet
from rules.content.crosscheck import (
    TITLES,
    CrossFinding,
    CrossKind,
    Rows,
    UnitRegister,
    YearTables,
    changes_since,
    cross_check,
    pair_subject,
)
from rules.content.gathering import CrossCheck
from rules.content.spelling import same
from rules.deadlines import local_day
from rules.forms import SheetForm
from rules.office import Office
from services import log
from services.content.consolidation import Consolidated, consolidate, gathering_duties
from services.content.frozen import frozen_table, values_of
from services.content.outliers import OutlierLine, line_json, outlier_sheet, year_outliers
from services.content.settle import CHANGED, Decided
from services.errors import Refused
from services.forms.unit_forms import form_of

RENAMED = "renamed"  # kind of settlements
LIKELY = 72.0  # of 100: perhaps the same product under another name
HEADS = (("Nội dung đối chiếu", 40), ("Sản phẩm", 50), ("Hiện có", 30), ("Cần có hoặc trước đây", 30), ("Xác nhận", 30))


@dataclass(frozen=True)
class YearCheck:
    year: str
    form: SheetForm  # of the list of products
    products: int
    compared: tuple[str, ...]  # obligations whose tables were there
    lacking: tuple[str, ...]  # and those without a table
    findings: tuple[CrossFinding, ...]
    outliers: tuple[OutlierLine, ...]


def cross_check_year(session: Session, office: Office, year: str, now: datetime) -> YearCheck:
    """Raises Refused where the plan has no list to check."""
    form, check = checked_form(office, local_day(now))
    others = {one.form for one in (*check.lists, *check.promised, *([check.calendar] if check.calendar else []))}
    found = {code: _rows(session, office, code, year, now) for code in sorted(others)}
    catalogue = _rows(session, office, form.obligation, year, now) or []
    before = _last_year(session, office, form, str(int(year) - 1), now)
    tables = YearTables(catalogue, {code: rows for code, rows in found.items() if rows}, before)
    said = _said(session, form.obligation, year)
    renamed = _likely(check, tables)
    findings = [*cross_check(check, tables, _register(session, now)), *changes_since(check, tables, renamed, said)]
    lacking = [code for code in (form.obligation, *sorted(others)) if code not in tables.others]
    lacking = [code for code in lacking if code != form.obligation or not catalogue]
    far = year_outliers(session, office, year, now)
    return YearCheck(year, form, len(catalogue), tuple(tables.others), tuple(lacking), tuple(findings), far)


def checked_form(office: Office, day: date) -> tuple[SheetForm, CrossCheck]:
    for _, gathers in gathering_duties(office, day):
        form = form_of(office, gathers.obligation, on=day)
        if form is not None and form.crosscheck is not None:
            return form, form.crosscheck
    raise Refused("Kế hoạch không nêu bảng nào phải đối chiếu. / The plan names no table to cross-check.")


def _rows(session: Session, office: Office, code: str, year: str, now: datetime) -> Rows | None:
    """As accepted; None where no period of it is open."""
    duties = gathering_duties(office, local_day(now))
    duty = next((duty.id for duty, gathers in duties if gathers.obligation == code), None)
    if duty is None:
        return None
    try:
        return values_of(consolidate(session, office, duty, year, now).table)
    except Refused:
        return None


def _last_year(session: Session, office: Office, form: SheetForm, year: str, now: datetime) -> Rows | None:
    """As frozen; else what was accepted then."""
    newest = frozen_queries.newest(session, form.obligation, year)
    frozen = frozen_table(session, form.obligation, year, newest.number) if newest else None
    return frozen.values if frozen else _rows(session, office, form.obligation, year, now) or None


def _register(session: Session, now: datetime) -> UnitRegister:
    today = local_day(now)
    current, dissolved = set[str](), set[str]()
    for unit, name in organisation_queries.organisations_with_names(session):
        is_over = unit.dissolved_on is not None and unit.dissolved_on <= today
        names = {same(text) for text in (name.name, name.abbreviation, unit.key) if text}
        (dissolved if is_over else current).update(names)
    return UnitRegister(frozenset(current), frozenset(dissolved - current))


def _likely(check: CrossCheck, tables: YearTables) -> Mapping[tuple[str, str], float]:
    """Of each product that is gone, the likest of those that came."""
    old = {same(str(row[check.name])) for row in tables.before or () if row.get(check.name)}
    new = {same(str(row[check.name])) for row in tables.catalogue if row.get(check.name)}
    pairs = {}
    for one in sorted(old - new):
        scores = [(token_sort_ratio(one, other, score_cutoff=LIKELY), other) for other in sorted(new - old)]
        best = max(scores, default=(0.0, ""))
        if best[0]:
            pairs[one, best[1]] = best[0]
    return pairs


def _said(session: Session, obligation: str, year: str) -> dict[str, tuple[bool, str]]:
    rows = settlement_queries.settlements(session, obligation, year, [RENAMED])
    return {row.subject: (bool(json.loads(row.choice)["same"]), row.settled_by) for row in rows}


def confirm_renamed(
    session: Session, whole: YearCheck, product: str, is_same: bool, decided: Decided, now: datetime
) -> None:
    """Whether this year's product is last year's under another name. Raises Refused for one that is not proposed."""
    proposed = (one for one in whole.findings if one.kind is CrossKind.RENAMED and not one.settled)
    finding = next((one for one in proposed if one.product == product), None)
    if finding is None:
        raise Refused(CHANGED)
    session.add(
        Settlement(
            obligation=whole.form.obligation,
            period=whole.year,
            kind=RENAMED,
            subject=pair_subject(same(finding.expected), same(finding.product)),
            choice=json.dumps({"same": is_same}),
            reason=decided.reason.strip(),
            settled_at=now,
            settled_by=decided.by,
        )
    )
    about = {"kind": RENAMED, "about": f"{finding.expected} | {finding.product}", "same": is_same}
    subject = f"content:{whole.form.obligation}:{whole.year}"
    log.append(session, now, decided.by, "content.settle", subject, {**about, "reason": decided.reason.strip()})


def as_json(whole: YearCheck) -> dict[str, Any]:
    findings = [
        {"kind": one.kind.value, "product": one.product, "stands": one.stands, "expected": one.expected}
        for one in whole.findings
    ]
    facts = {"year": whole.year, "products": whole.products, "compared": whole.compared, "lacking": whole.lacking}
    return {**facts, "findings": findings, "outliers": [line_json(line) for line in whole.outliers]}


def check_of(session: Session, office: Office, whole: Consolidated, now: datetime) -> YearCheck | None:
    """Of the list that is cross-checked; None for other tables, and where its period is no year."""
    if whole.form.crosscheck is None or not whole.period.isdecimal():
        return None
    return cross_check_year(session, office, whole.period, now)


def further_sheets(session: Session, office: Office, whole: Consolidated, now: datetime) -> list[BookSheet]:
    """What was found, for the workbook of the list that is cross-checked."""
    year = check_of(session, office, whole, now)
    if year is None:
        return []
    return [_sheet(year), *([outlier_sheet(year.year, year.outliers)] if year.outliers else [])]


def _sheet(whole: YearCheck) -> BookSheet:
    rows = [(TITLES[one.kind].vi, one.product, one.stands, one.expected, one.settled) for one in whole.findings]
    return BookSheet("Đối chiếu", f"ĐỐI CHIẾU GIỮA CÁC BẢNG NĂM {whole.year}", HEADS, rows)
