"""A periodic report on its road from the draft to the issued document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sqlmodel import Session

from models.queries.reports import drafts as queries
from models.queries.reports import leader as leader_queries
from models.tables.messages import ReportDraft, ReportWords
from models.tables.plan import Occurrence
from reports.facts import Completion, IssuedLetter, ReportFacts
from rules.deadlines import local_day
from rules.documents.form_rules import RULES, Verdict
from rules.office import Office
from services import issuing, log
from services.errors import Refused
from services.files.signed_copy import PdfCopy, file_copy
from services.issuing import Road
from services.reports.documents import PROGRESS, Written, note, write_document
from services.reports.facts import report_facts
from services.reports.window import day_of_counting

if TYPE_CHECKING:
    from reports.completion import Slot

LONGEST = 8000
FOLDER = "reports"
DRAFT = "draft"
ROAD = Road(
    "report",
    {
        DRAFT: ("content_checked",),
        "content_checked": ("form_checked", DRAFT),
        "form_checked": ("submitted", DRAFT),
        "submitted": ("approved", DRAFT),
        "approved": ("signed", DRAFT),
        "signed": ("issued", "approved"),
    },
    {
        DRAFT: "report.reopened",
        "content_checked": "report.content_checked",
        "form_checked": "report.form_checked",
        "submitted": "report.submitted",
        "approved": "report.approve",
        "signed": "report.signed",
        "issued": "report.issued",
    },
)
HANDED_IN = "Báo cáo kỳ này đã nộp, dự thảo đã khép. / The report was handed in; its draft is closed."


@dataclass(frozen=True)
class Report:
    """The last document of a period."""

    draft: ReportDraft
    occurrence: Occurrence
    handed_in: bool

    @property
    def occurrence_id(self) -> int:
        return self.draft.occurrence_id

    @property
    def period(self) -> str:
        return self.occurrence.period

    @property
    def is_closed(self) -> bool:
        """Handed in without this draft: nobody waits for a word on it."""
        return self.handed_in and self.draft.state not in ("signed", "issued")

    @property
    def next(self) -> tuple[str, ...]:
        return () if self.is_closed else ROAD.next.get(self.draft.state, ())


@dataclass(frozen=True)
class WrittenSlot:
    slot: Slot
    words: str
    written_by: str
    written_at: datetime | None


def reports(session: Session) -> tuple[Report, ...]:
    """The last period first."""
    handed_in = leader_queries.handed_in_reports(session)
    return tuple(Report(draft, of, of.id in handed_in) for draft, of in queries.newest_drafts(session))


def report_of(session: Session, occurrence: int) -> Report | None:
    row = queries.newest_draft(session, occurrence)
    return Report(*row, occurrence in leader_queries.handed_in_reports(session)) if row else None


def versions_of(session: Session, occurrence: int) -> Sequence[ReportDraft]:
    """The newest first."""
    return queries.versions(session, occurrence)


def newest_words(session: Session, occurrence: int) -> int:
    """What somebody who reads them now has seen; 0: none."""
    return max((row.id or 0 for row in queries.newest_words(session, occurrence).values()), default=0)


def path_of(office: Office, draft: ReportDraft) -> Path | None:
    path = office.folder / draft.file
    return path if draft.file and path.is_file() else None


def file_of(office: Office, period: str, version: int = 1) -> str:
    """Of a draft, below the office's folder."""
    return f"{FOLDER}/BC-{office.plan.id}-{period}{f'-{version}' if version > 1 else ''}.docx"


def written_slots(session: Session, office: Office, report: Report) -> tuple[WrittenSlot, ...]:
    from reports.completion import slots_of

    facts = report_facts(session, office, report.period, report.draft.as_of)
    kept = queries.newest_words(session, report.occurrence_id)
    blank = ReportWords(
        occurrence_id=0, version=0, slot="", words="", written_at=report.draft.drafted_at, written_by=""
    )
    rows = ((slot, kept.get(slot.key, blank)) for slot in slots_of(facts))
    return tuple(
        WrittenSlot(slot, row.words, row.written_by, row.written_at if row.written_by else None) for slot, row in rows
    )


# --- writing ----------------------------------------------------------------------------------------------------------


def write_words(
    session: Session, office: Office, occurrence: int, words: Mapping[str, str], seen: int, by: str, now: datetime
) -> int:
    """Keep what changed, and put it into the document. `seen`: the newest words known to the writer. Raises Refused."""
    report = _open_draft(session, occurrence)
    kept = queries.newest_words(session, occurrence)
    changed = {slot: text for slot, text in words.items() if text != (kept[slot].words if slot in kept else "")}
    for slot, text in changed.items():
        if len(text) > LONGEST:
            raise Refused(f"Phần «{slot}» dài quá {LONGEST} chữ. / Longer than {LONGEST} letters.")
        if slot in kept and (kept[slot].id or 0) > seen:
            raise Refused(
                f"{kept[slot].written_by} vừa sửa phần này; chữ của Đồng chí còn trong ô, hãy đối chiếu rồi ghi lại. / "
                f"{kept[slot].written_by} has changed this part meanwhile."
            )
    version = report.draft.version
    session.add_all(
        ReportWords(occurrence_id=occurrence, version=version, slot=slot, words=text, written_at=now, written_by=by)
        for slot, text in changed.items()
    )
    if changed:
        session.flush()
        written = _write(session, office, report, now)
        details = {"slots": sorted(changed), **written.details}
        log.append(session, now, by, "report.words", f"report:{report.draft.id}", details)
    return len(changed)


def redraft(session: Session, office: Office, occurrence: int, as_of: date | None, by: str, now: datetime) -> None:
    """Count anew as of a day, else of the cut-off; what people wrote is kept. Raises Refused."""
    report = _open_draft(session, occurrence)
    day = day_of_counting(session, office.plan, report.period, as_of, local_day(now))
    draft = report.draft
    draft.as_of, draft.drafted_at, draft.drafted_by = day, now, by
    draft.file = draft.file or file_of(office, report.period, draft.version)
    session.add(draft)
    written = _write(session, office, report, now)
    details = {"period": report.period, "as_of": day, **written.details}
    log.append(session, now, by, "report.redraft", f"report:{draft.id}", details)


def correct(session: Session, office: Office, occurrence: int, by: str, now: datetime) -> None:
    """An issued report is never changed: a new one takes its place and names it. Raises Refused."""
    log.hold(session)
    report = _known(session, occurrence)
    old = report.draft
    if old.state != "issued":
        raise log.overtaken(session, f"report:{old.id}")
    version = old.version + 1
    draft = ReportDraft(
        occurrence_id=occurrence,
        version=version,
        as_of=old.as_of,
        drafted_at=now,
        drafted_by=by,
        file=file_of(office, report.period, version),
    )
    session.add(draft)
    session.flush()
    written = _write(session, office, Report(draft, report.occurrence, handed_in=False), now)
    details = {"period": report.period, "corrects": old.document_number, **written.details}
    log.append(session, now, by, "report.correct", f"report:{draft.id}", details)


def _write(session: Session, office: Office, report: Report, now: datetime, file: str = "") -> Written:
    path = office.folder / (file or report.draft.file)
    written = write_document(session, PROGRESS, path, *_whole(session, office, report))
    note(session, written, now)
    return written


def _whole(session: Session, office: Office, report: Report) -> tuple[ReportFacts, Completion]:
    draft, kept = report.draft, queries.newest_words(session, report.occurrence_id)
    facts = report_facts(session, office, report.period, draft.as_of)
    before = next((row for row in queries.versions(session, report.occurrence_id) if row.version < draft.version), None)
    corrects = IssuedLetter(before.document_number, before.issued_on, "") if before and before.issued_on else None
    words = {slot: row.words for slot, row in kept.items()}
    return facts, Completion(words, draft.document_number, draft.issued_on, corrects)


# --- the road ---------------------------------------------------------------------------------------------------------


def step(session: Session, occurrence: int, state: str, by: str, now: datetime) -> None:
    """The steps that need nothing but a named person. Raises Refused."""
    _move(session, occurrence, state, by, now)


def form_verdict(office: Office, draft: ReportDraft, today: date) -> Verdict | None:
    """None where its file is gone."""
    from reports.document_check.checking import check_form

    path = path_of(office, draft)
    return check_form(path.read_bytes(), today, today) if path else None


def check_form_step(session: Session, office: Office, occurrence: int, despite: bool, by: str, now: datetime) -> None:
    """Fit in its form; with departures from it only where the checker says so. Raises Refused."""
    log.hold(session)
    draft = issuing.at_step(session, ROAD, _known(session, occurrence).draft, "form_checked")
    verdict = form_verdict(office, draft, local_day(now))
    if verdict is None:
        raise Refused("Tệp của báo cáo không còn nên không kiểm tra được thể thức. / The file of the report is gone.")
    departures = [
        f"{RULES[one.rule].words.vi}, {one.place}: {one.found} → {one.expected}" for one in verdict.departures
    ]
    if departures and not despite:
        raise Refused(
            f"Còn {len(departures)} chỗ sai thể thức: {'; '.join(departures)}. Đánh dấu «Ghi đã kiểm tra dù còn "
            f"chỗ sai thể thức» nếu vẫn chuyển bước. / The form departs in {len(departures)} places."
        )
    _move(session, occurrence, "form_checked", by, now, {"departures": [one.rule for one in verdict.departures]})


def reopen(session: Session, occurrence: int, reason: str, by: str, now: datetime) -> None:
    """Back to its author, from wherever it is before the signature. Raises Refused."""
    if not reason.strip():
        raise Refused("Cần ghi lý do. / A reason is required.")
    _move(session, occurrence, DRAFT, by, now, {"reason": reason.strip()})


def approve(session: Session, office: Office, occurrence: int, despite: bool, by: str, now: datetime) -> None:
    """Fit to be signed; with slots that are still empty only where the leader says so. Raises Refused."""
    from reports.completion import empty_slots

    log.hold(session)
    report = _known(session, occurrence)
    empty = [slot.place for slot in empty_slots(*_whole(session, office, report))]
    if empty and not despite:
        raise Refused(
            f"Còn {len(empty)} chỗ trống: {'; '.join(empty)}. Đánh dấu «Duyệt dù còn chỗ trống» nếu vẫn duyệt. / "
            f"{len(empty)} slots are empty."
        )
    details: dict[str, object] = {"period": report.period}
    _move(session, occurrence, "approved", by, now, details | ({"empty": empty} if empty else {}))


def issue(
    session: Session, office: Office, occurrence: int, number: str, issued_on: date, by: str, now: datetime
) -> None:
    """Number and day stand in the document from now on, and it never changes again. Raises Refused."""
    report = _known(session, occurrence)
    draft = issuing.issue(session, ROAD, report.draft, number, issued_on, by, now)
    file = f"{draft.file.removesuffix('.docx')}-ban-hanh.docx"
    path = _write(session, office, report, now, file).path
    draft.file, draft.sha256 = file, sha256(path.read_bytes()).hexdigest()
    session.add(draft)


def file_signed(session: Session, occurrence: int, copy: PdfCopy, by: str, now: datetime) -> None:
    """The signed PDF, beside the document. Raises Refused."""
    log.hold(session)
    file_copy(session, _known(session, occurrence).draft, copy, by, now)


def _move(
    session: Session, occurrence: int, state: str, by: str, now: datetime, details: dict[str, object] | None = None
) -> None:
    report = _known(session, occurrence)
    if report.is_closed:
        raise Refused(HANDED_IN)
    issuing.move(session, ROAD, report.draft, state, by, now, details)


def _open_draft(session: Session, occurrence: int) -> Report:
    log.hold(session)
    report = _known(session, occurrence)
    if report.is_closed:
        raise Refused(HANDED_IN)
    if report.draft.state != DRAFT:
        raise log.overtaken(session, f"report:{report.draft.id}")
    return report


def _known(session: Session, occurrence: int) -> Report:
    report = report_of(session, occurrence)
    if report is None:
        raise Refused("Kỳ này chưa có dự thảo báo cáo. / Nothing was drafted for this period.")
    session.refresh(report.draft, with_for_update=True)
    return report
