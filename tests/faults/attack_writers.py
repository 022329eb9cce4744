"""Whatever leaves by another way than a route: mails, documents, tables, calendars, Zalo, the dashboard, the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch

import attack_checks as checks
from attack_fields import ADDRESS, QUEUED
from attack_office import NOW, case_of
from attack_texts import Fields
from attack_walk import Findings
from builders import by_mail
from letters import SAMPLES
from mail_server import MailServer, running
from report_builders import a_letter, a_report

from models.database import reading
from notifications.channel import Attachment, Envelope
from notifications.email.mime import build
from notifications.render.calendar_file import CalendarDeadline, Organizer, calendar_attachment, calendar_feed
from notifications.render.letter import render
from notifications.render.short_form import LONGEST_SHORT, short_form
from notifications.zalo.params import FILLED, zns_parameters
from portal.context import PortalContext
from reports.chasing_list import ChasingRow, workbook
from reports.progress import write_progress_report
from reports.sheets.sheet_form import empty_form
from reports.urging_letter import write_urging_letter
from services.delivery.dispatch import dispatch
from services.forms.consolidate import consolidate
from services.views.dashboard_projection import occurrence_views, story, unit_rows
from services.views.unit_timeline import bars

CODES = frozenset({"role", "step", "period", "reminder", "channel"})  # words of a fixed list
MOST_MAILS, MOST_PICTURES = 6, 3
ADDRESSES = frozenset(
    {"url", "board_url", "answer_url", "drafts_url", "support_email"}
)  # made by us of ids, or a setting


def poisoned(facts: Any, fields: Fields, of: str = "") -> Any:
    """The same facts with the payload in every text of them."""
    if isinstance(facts, str) and not isinstance(facts, Enum):
        return fields.kept(f"written {of}")
    if isinstance(facts, tuple):
        return tuple(poisoned(item, fields, of) for item in facts)
    if not is_dataclass(facts):
        return facts
    kept = CODES | ADDRESSES
    changed = {
        one.name: poisoned(getattr(facts, one.name), fields, f"{type(facts).__name__}.{one.name}")
        for one in fields_of(facts)
        if one.name not in kept and one.init
    }
    return replace(facts, **changed)  # type: ignore[type-var]


def walk_writers(context: PortalContext, fields: Fields, findings: Findings, folder: Path) -> None:
    for writer in WRITERS:
        writer(context, fields, findings, folder)


def _messages(_: PortalContext, fields: Fields, findings: Findings, __: Path) -> None:
    """Every kind of message: as a mail with a calendar and a file beside it, and as Zalo would get it."""
    for name, (kind, facts) in SAMPLES.items():
        if name.endswith("-empty"):
            continue
        told = poisoned(facts, fields)
        letter = render(kind, told)
        deadline = poisoned(
            CalendarDeadline(case_id=1, title="", unit_name="", day=date(2014, 3, 31), explained="x"), fields
        )
        files = (
            calendar_attachment([deadline], "example.vn", NOW, Organizer(fields.kept("sender"), "a@example.vn")),
            Attachment(fields.kept("attachment") + ".docx", "application/pdf", b"PK"),
        )
        envelope = Envelope(
            key=fields.kept("key"),
            message_id="<1@example.vn>",
            to_address=ADDRESS.replace("§", fields.mark("person.email")),
            to_name=fields.kept("to_name"),
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            sent_at=NOW,
            attachments=files,
        )
        raw = build(envelope, fields.kept("sender"), "a@example.vn")
        findings.look(f"mail {name}", checks.words_of_mail(raw), checks.of_mail(raw))
        if not kind.details.mail_only:
            findings.look(f"zalo {name}", letter.subject, _zalo(kind, told))


def _zalo(kind: Any, facts: Any) -> Iterator[str]:
    text = short_form(kind, facts)
    if len(text) > LONGEST_SHORT or "\n" in text:
        yield f"{len(text)} letters, {text.count(chr(10))} breaks"
    yield from checks.of_text(text)
    for name, value in (zns_parameters(kind, facts) if kind in FILLED else {}).items():
        if not isinstance(value, str) or "\n" in value:
            yield f"parameter {name}: {value!r}"
        yield from checks.of_text(str(value))


def _documents(_: PortalContext, fields: Fields, findings: Findings, folder: Path) -> None:
    report = write_progress_report(replace(poisoned(a_report(), fields), period="2014-Q1"), folder / "report.docx")
    letters = [
        write_urging_letter(poisoned(a_letter(*units), fields), folder / f"letter-{len(units)}.docx")
        for units in (["a"], ["a", "b"])
    ]
    for path in (report, *letters):
        content = path.read_bytes()
        findings.look(f"document {path.name}", checks.words_of_document(content), checks.of_document(content))


def _tables(context: PortalContext, fields: Fields, findings: Findings, _: Path) -> None:
    row = poisoned(ChasingRow("", "", "", NOW.date(), 1, "", "", "", "", 1, None, "", None, ""), fields)
    books = {"chasing list": workbook(fields.kept("title of a workbook"), fields.kept("filter of a workbook"), [row])}
    for code, form in context.office.forms.items():
        books[f"form {code}"] = empty_form(
            form, fields.kept("organisation_name.name"), fields.kept("plan.number"), "2014"
        )
    for name, content in books.items():
        findings.look(f"workbook {name}", checks.words_of_workbook(content), checks.of_workbook(content))
    for collected in consolidate(context.engine, context.office, "assessment", NOW):
        content = collected.file.read_text()
        findings.look("csv consolidated", content, checks.of_csv(content))


def _calendars(_: PortalContext, fields: Fields, findings: Findings, __: Path) -> None:
    days = [
        poisoned(CalendarDeadline(case_id=number, title="", unit_name="", day=date(2014, 3, 31), explained="x"), fields)
        for number in (1, 2)
    ]
    content = calendar_feed(days, "example.vn", NOW, fields.kept("calendar name"))
    findings.look("calendar feed", content.decode(), checks.of_calendar(content))


def _post(context: PortalContext, _: Fields, findings: Findings, __: Path) -> None:
    """What waits in the outbox, as a mail server gets it."""
    with running(MailServer()) as server:
        for most, kinds in ((None, (*QUEUED, "invitation")), (MOST_MAILS, None)):
            done = dispatch(context.engine, context.office, by_mail(server.port), NOW, most, kinds)
            findings.look("outcome of a dispatch", "", checks.of_lines("\n".join(done.problems), len(done.problems)))
    assert len(server.mails) > MOST_MAILS, "too little left the outbox"
    for raw in server.mails:
        findings.look("mail of the outbox", checks.words_of_mail(raw), checks.of_mail(raw))


def _dashboard(context: PortalContext, _: Fields, findings: Findings, __: Path) -> None:
    """What is hung on the engine's screen: its Markdown beside what harmless words would have become."""
    from flows.dashboard import DashboardWriter

    writer = DashboardWriter(cast(Any, None), context.engine, context.office, NOW)
    with reading(context.engine) as session:
        shown = occurrence_views(session, NOW)
        case = case_of(session, "SYT")
        lines, _reached = story(session, case.occurrence_id, 0, NOW)
        units = unit_rows(session, case.occurrence_id, NOW)
        drawn = bars(session, case.occurrence_id, NOW)
    for view in shown[:MOST_PICTURES]:
        plain = replace(view, why="x", hand_in="x" if view.hand_in else "", name="x")
        written, harmless = writer._overview(view), writer._overview(plain)
        findings.look("dashboard overview", written, checks.of_markdown(written, harmless))
        findings.look("dashboard words", view.name, checks.of_text(f"{view.name} {view.text} {view.tags}"))
    *_others, (_part, _kind, table) = writer._artifacts(shown[0], units)
    _look_at_rows(findings, json.loads(table))
    for bar in drawn:
        findings.look("dashboard bar", bar.name, checks.of_text(bar.name))
    for line in lines:
        findings.look("dashboard story", line.text, checks.of_lines(line.text, 1))


def _notes_of_the_dashboard(context: PortalContext, _: Fields, findings: Findings, __: Path) -> None:
    """What single duties hang there, caught where it is handed to the engine."""
    from flows import watch
    from flows.stories import parts
    from flows.stories import tables as consolidated

    notes: list[str] = []
    tables: list[list[dict[str, str]]] = []
    caught = {
        "home": lambda: context,
        "create_markdown_artifact": lambda text, **_: notes.append(text),
        "create_table_artifact": lambda rows, **_: tables.append(rows),
    }
    plan = context.office.plan
    of_tables = {name: caught[name] for name in ("home", "create_table_artifact")}
    with patch.multiple(parts, **caught), patch.multiple(consolidated, **of_tables):
        for show in (consolidated.gathered_list, parts.missing_units):
            show("release-calendar", NOW)
        parts.evidence_table(plan.obligation("I5-PUBLISH"), NOW)
        for flow in {duty.flow for duty in plan.obligations if duty.flow}:
            for note_of in (
                parts.draft_list,
                parts.start_conditions,
                parts.reviewed_documents,
                parts.carried_documents,
                parts.findings_on_forms,
                parts.recipients_by_plan,
            ):
                note_of(flow, NOW)
    with reading(context.engine) as session:
        notes.append(watch.listed(watch.look(session, context.office, NOW)))
    for note in notes:
        findings.look("dashboard note", note, checks.of_markdown(note, "\n".join("- x" for _ in note.splitlines())))
    assert len(tables) == 4, "the table put together, what waits for a person, who is missing, and evidence"
    for rows in tables:
        _look_at_rows(findings, rows)


def _look_at_rows(findings: Findings, rows: list[dict[str, str]]) -> None:
    for written in {cell for row in rows for cell in row.values()}:
        findings.look("dashboard table", written, checks.of_markdown(written, "x" if written else ""))


WRITERS: tuple[Callable[[PortalContext, Fields, Findings, Path], None], ...] = (
    _messages,
    _documents,
    _tables,
    _calendars,
    _post,
    _dashboard,
    _notes_of_the_dashboard,
)
