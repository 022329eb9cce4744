"""Judges the tables of hand-ins from the stored files and keeps their rows, whichever way they came."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, insert_rows, reading, writing
from models.queries.content import rows as queries
from models.queries.content.rows import HandedInTable
from models.tables.content import ContentCheck, ContentRow
from rules.content.findings import Finding, FindingKind, Judgement, Level, TakenRow
from rules.content.spelling import bare_words
from rules.deadlines import local_day
from rules.forms import SheetForm
from rules.office import Office
from rules.text.control_characters import without_controls_inside
from services.files.store import STORE, place_of
from services.forms.content_check import TABLE_ENDINGS, TableCheck, unit_names
from services.forms.unit_forms import form_of

MOST_AT_ONCE = 100  # files of one pass; the next one goes on
MOST_FINDINGS = 500  # kept of one file; all are counted
TRIES = 3  # at a file that cannot be judged
LONGEST_SEARCH = 2_000  # letters of a row

Judge = Callable[[Office, SheetForm, HandedInTable, Path], Judgement]  # may raise anything
_LOG = logging.getLogger(__name__)


def keep_rows(engine: Engine, office: Office, now: datetime, case_id: int = 0, *, judge: Judge | None = None) -> int:
    """Of one case, or of all that wait. Returns how many files were judged; one that cannot be stops no other."""
    duties = sorted({*office.forms, *office.own_forms})
    with reading(engine) as session:
        waiting = queries.unjudged(session, duties, TABLE_ENDINGS, TRIES, MOST_AT_ONCE, case_id=case_id)
        judge = judge or _judge_of(session, waiting)
    return sum(_keep(engine, office, judge, file, now) for file in waiting)


def keep_rows_of(engine: Engine, office: Office, case_id: int, now: datetime) -> None:
    """Right after a hand-in, outside its transaction. What fails here is made up for by the next pass."""
    try:
        keep_rows(engine, office, now, case_id)
    except Exception:
        _LOG.exception("the tables of case %s are left to the next pass", case_id)


def _judge_of(session: Session, waiting: Iterable[HandedInTable]) -> Judge:
    """Holds each file to its form, with the register of units as it is now."""
    units = {key: unit_names(session, key) for key in {file.unit for file in waiting}}

    def judge(office: Office, form: SheetForm, file: HandedInTable, path: Path) -> Judgement:
        with path.open("rb") as stream:
            return TableCheck(office, form, local_day(file.received_at), units[file.unit]).judge(file.name, stream)

    return judge


def _keep(engine: Engine, office: Office, judge: Judge, file: HandedInTable, now: datetime) -> bool:
    form = form_of(office, file.obligation, file.period, on=local_day(file.received_at))
    if form is None:
        return False
    judgement, fault = None, ""
    try:
        judgement = judge(office, form, file, place_of(office.folder / STORE, file.sha256))
    except Exception as error:  # whatever is wrong with one file: it is noted, and the others go on
        fault = f"{type(error).__name__}: {error}"[:500]
        _LOG.exception("file %s of case %s cannot be judged", file.file_id, file.case_id)
    with writing(engine) as session:
        check = queries.check_to_write(session, file, form.version, now)
        if check is not None:
            _write(session, file, check, judgement or fault, now)
    return judgement is not None


def _write(session: Session, file: HandedInTable, check: ContentCheck, outcome: Judgement | str, now: datetime) -> None:
    check.tries, check.checked_at = check.tries + 1, now
    session.add(check)
    if isinstance(outcome, str):
        check.fault = outcome
        return
    check.verdict, check.fault, check.rows_taken = outcome.verdict, "", len(outcome.rows)
    check.findings, check.findings_count = written(outcome.findings[:MOST_FINDINGS]), len(outcome.findings)
    session.flush()
    insert_rows(session, ContentRow, [_row(file, id_of(check), row) for row in outcome.rows])
    queries.mark_current(session, file.case_id)


def written(findings: Iterable[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)


def findings_of(content: str) -> list[Finding]:
    """As `written` wrote them."""
    return [_finding(entry) for entry in json.loads(content)]


def _finding(entry: dict[str, Any]) -> Finding:
    typed = {"kind": FindingKind(entry["kind"]), "level": Level(entry["level"]), "expected": tuple(entry["expected"])}
    return Finding(**{**entry, **typed})


def searched(text: str) -> str:
    """Small letters without any marks: what is looked for is written like what is kept."""
    return " ".join(bare_words(text))


def _row(file: HandedInTable, check: int, row: TakenRow) -> dict[str, object]:
    texts = (str(value) for value in row.values.values() if value is not None)
    return {
        "check_id": check,
        "case_id": file.case_id,
        "organisation_id": file.organisation_id,
        "obligation": file.obligation,
        "period": file.period,
        "version": file.version,
        "sha256": file.sha256,
        "sheet": row.sheet,
        "row": row.row,
        "cells": json.dumps(without_controls_inside(dict(row.values)), ensure_ascii=False),  # JSON would hide them
        "search": searched(" ".join(texts))[:LONGEST_SEARCH],
        "current": False,
    }
