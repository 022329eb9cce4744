"""The forms an office makes itself: begun from a workbook, corrected, tied to a duty from a day on, retired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby

from pydantic import TypeAdapter
from sqlmodel import Session

from models.queries.plan import office_forms as queries
from models.tables.forms import OfficeForm
from reports.reading.workbook_outline import workbook_outline
from reports.workbook_guard import UnsafeWorkbook
from rules.content.form_problems import form_problems
from rules.content.form_versions import FormVersion, whole_form
from rules.content.proposal import ProposedSheet, propose
from rules.deadlines import local_day
from rules.office import Office
from rules.text.wording import day_vi
from services import log
from services.errors import Refused, unknown
from services.files.store import StoredFile

SHEETS = TypeAdapter(tuple[ProposedSheet, ...])
KINDS = frozenset({"xlsx", "xlsm", "xls", "xlsb", "ods"})
CARRIED_OVER = {"plan_code", "obligation", "title", "sheets", "file_name", "file_sha256", "file_size"}


def read_sheets(row: OfficeForm) -> tuple[ProposedSheet, ...]:
    return SHEETS.validate_json(row.sheets)


def own_forms(session: Session, plan_code: str) -> Mapping[str, tuple[FormVersion, ...]]:
    """Every version there ever was, by the duty it is tied to."""
    rows = queries.versions(session, plan_code)
    return {code: tuple(map(_version, same)) for code, same in groupby(rows, key=lambda row: row.obligation)}


def _version(row: OfficeForm) -> FormVersion:
    assert row.from_day is not None
    sheets = read_sheets(row)
    form = whole_form(sheets, row.obligation, row.version or 0)
    return FormVersion(form, row.from_day, row.until, sheets, row.file_name, row.file_sha256)


def kind_of(name: str) -> str:
    return name.rpartition(".")[2].lower()


def proposed(content: bytes, name: str = "x.xlsx") -> tuple[ProposedSheet, ...]:
    """Raises Refused where it holds no table."""
    try:
        sheets, _ = workbook_outline(content, kind_of(name))
    except UnsafeWorkbook as error:
        raise Refused(str(error)) from error
    proposal = propose(sheets)
    if not proposal:
        raise Refused(
            "Không thấy bảng nào trong tệp: cần một dòng tiêu đề có ít nhất hai cột. / "
            "No table in the file: a row of titles with two columns or more is needed."
        )
    return proposal


def begin(
    session: Session, office: Office, file: StoredFile, sheets: Sequence[ProposedSheet], by: str, now: datetime
) -> OfficeForm:
    """A draft; `file` is in the store."""
    row = OfficeForm(
        plan_code=office.plan.id,
        title=sheets[0].form.title,
        sheets=SHEETS.dump_json(tuple(sheets)).decode(),
        file_name=file.name,
        file_sha256=file.sha256,
        file_size=file.size,
        changed_at=now,
        changed_by=by,
    )
    session.add(row)
    session.flush()
    log.append(session, now, by, "form.begin", f"form:{row.id}", {"file": file.sha256, "name": file.name})
    return row


def begin_again(session: Session, id: int, by: str, now: datetime) -> OfficeForm:
    """A draft of the next version, from one there is. Raises Refused."""
    old = _row(session, id)
    row = OfficeForm(**old.model_dump(include=CARRIED_OVER), changed_at=now, changed_by=by)
    session.add(row)
    session.flush()
    log.append(session, now, by, "form.begin", f"form:{row.id}", {"from_version": old.version, "duty": old.obligation})
    return row


def draft(session: Session, office: Office, id: int) -> OfficeForm | None:
    row = session.get(OfficeForm, id)
    return row if row is not None and row.plan_code == office.plan.id and row.version is None else None


def save(session: Session, row: OfficeForm, sheets: Sequence[ProposedSheet], by: str, now: datetime) -> None:
    row.sheets = SHEETS.dump_json(tuple(sheets)).decode()
    row.title = next((one.form.title for one in sheets if one.used), row.title)
    row.changed_at, row.changed_by = now, by
    session.add(row)


def discard(session: Session, row: OfficeForm, by: str, now: datetime) -> None:
    """The workbook stays in the store, as another form may be made of it."""
    log.append(session, now, by, "form.discard", f"form:{row.id}", {"name": row.file_name})
    session.delete(row)


def publish(
    session: Session, office: Office, row: OfficeForm, obligation: str, from_day: date, by: str, now: datetime
) -> FormVersion:
    """Its next version from this day on; those before stay as they are. Raises Refused."""
    if obligation not in {one.id for one in office.plan.obligations}:
        raise unknown("nhiệm vụ", "obligation", obligation, [one.id for one in office.plan.obligations])
    if from_day < local_day(now):
        raise Refused(
            "Ngày áp dụng đã qua; những gì đã nộp được xét theo biểu của ngày nộp. / "
            "The day has passed: what was handed in is judged by the form of its day."
        )
    if problems := form_problems(read_sheets(row)):
        raise Refused(" ".join(one.vi for one in problems) + " / " + " ".join(one.en for one in problems))
    log.hold(session)  # of two who publish at once each gets a number of its own
    row.obligation, row.from_day = obligation, from_day
    row.version = queries.next_version(session, row.plan_code, obligation)
    row.changed_at, row.changed_by = now, by
    session.add(row)
    session.flush()
    details = {"version": row.version, "from": from_day, "title": row.title, "file": row.file_sha256}
    log.append(session, now, by, "form.publish", f"obligation:{obligation}", details)
    return _version(row)


def retire(session: Session, id: int, on: date, reason: str, by: str, now: datetime) -> None:
    """From this day on the version before it counts again, or the form shipped with the plan. Raises Refused."""
    row = _row(session, id)
    if not reason:
        raise Refused("Cần ghi lý do. / A reason is needed.")
    if on < local_day(now):
        raise Refused("Ngày thôi áp dụng đã qua. / The day has passed.")
    if row.until is not None:
        raise Refused(f"Đã thôi áp dụng từ ngày {day_vi(row.until)}. / It is retired already.")
    _end(session, row, on, reason, by, now)


def back_to_shipped(
    session: Session, office: Office, obligation: str, on: date, reason: str, by: str, now: datetime
) -> None:
    """Retires every version of a duty. Raises Refused."""
    if not reason:
        raise Refused("Cần ghi lý do. / A reason is needed.")
    if on < local_day(now):
        raise Refused("Ngày thôi áp dụng đã qua. / The day has passed.")
    rows = [row for row in queries.versions(session, office.plan.id, obligation) if row.until is None or row.until > on]
    if not rows:
        raise Refused("Nhiệm vụ không có biểu riêng đang áp dụng. / No form of the office is in force.")
    for row in rows:
        _end(session, row, on, reason, by, now)


def _end(session: Session, row: OfficeForm, on: date, reason: str, by: str, now: datetime) -> None:
    row.until, row.retired_by, row.retired_reason, row.changed_at = on, by, reason, now
    session.add(row)
    details = {"version": row.version, "until": on, "reason": reason}
    log.append(session, now, by, "form.retire", f"obligation:{row.obligation}", details)


def _row(session: Session, id: int) -> OfficeForm:
    row = session.get(OfficeForm, id)
    if row is None or row.version is None:
        raise Refused("Không có phiên bản này. / No such version.")
    return row
