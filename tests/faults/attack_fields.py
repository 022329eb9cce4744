"""The attacker writes into every text of an office that anybody can write into, each under a mark of its own."""

from __future__ import annotations

import csv
import io
import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, is_dataclass, replace
from dataclasses import fields as fields_of
from pathlib import Path
from shutil import copytree
from typing import Any
from urllib.parse import quote

from attack_office import NOW, case_of
from attack_texts import PAYLOADS, Fields
from sqlalchemy import String, Table, cast, literal, update
from sqlmodel import Session, col, select
from systems import a_copy
from visitors import ADMINISTRATOR, DEPUTY
from waiting_work import waits

from config.catalogue import SHIPPED
from models.database import writing
from models.metadata import metadata
from models.tables.cases import Case
from models.tables.content import ConsolidationRow, ContentRow
from models.tables.forms import FormDraft, OfficeForm
from models.tables.messages import SignedFile
from models.tables.people import Person, Post
from models.tables.submissions import SubmissionFile
from notifications.email.mailbox import Mailbox
from notifications.kinds import MessageKind
from portal.context import PortalContext
from rules.content.drafts import DraftRow, as_text
from rules.content.findings import ContentVerdict, Finding, FindingKind, Level
from rules.content.proposal import ProposedSheet, SheetPlaces
from rules.forms import Column, ColumnKind, FixedRow, Shape, SheetForm
from rules.intake import ContentSummary
from rules.office import Office
from rules.plan import Obligation, Plan, Text
from rules.text.control_characters import storable, without_controls
from services import log
from services.access.links import Purpose, mailed_link
from services.files.staging import stage
from services.outbox.queue import Note, queue_note
from services.people import organisations_table, people_table
from services.plan.office_forms import SHEETS
from services.views.dashboard_projection import SENTENCES

# every other text of the database is written by Kyhan alone; tests/faults/test_attacker_texts.py names the reasons
WRITTEN_BY_PEOPLE = {
    "plan": ("number", "title_vi", "title_en", "decision"),
    "coming_version": ("decision", "loaded_by"),
    "amendment": ("consolidated_by", "submitted_number", "decision_number"),
    "proposal": ("difficulty", "content", "document_number", "file_name", "opinion", "recorded_by"),
    "obligation": ("title_vi", "title_en", "short", "quote", "hand_in"),
    "occurrence": ("why", "deadline_phrase"),
    "organisation_name": ("name", "abbreviation", "head_title", "place"),
    "organisation_event": ("legal_basis",),
    "post": ("title",),
    "person": ("name", "phone"),
    "absence": ("reason",),
    "unit_case": ("adjusted_by",),
    "stage": ("document_number", "place", "recorded_by", "reason"),
    "submission": ("document_number", "registered_by"),
    "submission_file": ("name",),
    "decision": ("by", "reason"),
    "message": ("reason",),
    "attempt": ("address", "subject", "code", "detail", "provider_ref"),
    "letter_draft": ("document_number", "changed_by"),
    "report_draft": ("drafted_by", "document_number", "changed_by"),
    "office_document": ("drafted_by", "document_number", "changed_by"),
    "signed_file": ("name", "filed_by"),
    "report_words": ("words", "written_by"),
    "template_version": ("note", "created_by", "fault"),
    "inbound_mail": ("sender", "subject", "reason", "note", "seen_by"),
    "address_health": ("reason",),
    "case_message": ("author", "text", "read_by"),
    "case_note": ("author", "text"),
    "case_contact": ("spoke_with", "told", "by"),
    "web_session": ("agent", "network"),
    "outside_identity": ("subject",),
    "answer_request": ("reason", "decided_by", "decided_reason"),
    "api_token": ("name", "created_by", "revoked_by"),
    "webhook": ("disabled_why",),
    "webhook_delivery": ("outcome",),
    "calendar_override": ("reason", "document", "entered_by"),
    "channel_health": ("reason",),
    "sending_hold": ("by",),
    "upload": ("name", "likeness"),
    "oa_token": ("problem",),
    "contact_address": ("address",),
    "projection": ("failed",),
    "activity": ("document_number", "summary", "file_name", "recorded_by", "ended_by", "ended_reason"),
    "trigger_record": ("document_number", "reason", "file_name", "recorded_by"),
    "office_form": ("title", "file_name", "changed_by", "retired_by", "retired_reason"),
    "content_row": ("sheet",),
    "content_settlement": ("reason", "settled_by"),
    "consolidation": ("reason", "frozen_by"),
    "form_draft": ("changed_by",),
    "log_entry": ("actor", "details"),
}
ONE_FOR_A_ROW = {"organisation_name.name", "contact_address.address", "outside_identity.subject"}
SEALED = {"log_entry"}  # written through its one writer


QUEUED = ("case_message", "watch", "moved", "closed", "request_decided", "mail_too_large")
ADDRESS = "={{191*49}}'|%s+§@evil.example"  # all that an address may be made of
SENTENCES_OF_PLANS = ("short", "quote", "hand_in", "document", "signer")


def attacked(context: PortalContext, folder: Path, payload: str) -> tuple[PortalContext, Fields]:
    """A copy of the office with the payload in every field, and the fields by their marks."""
    copytree(context.office.folder, folder, ignore=lambda *_: ["kyhan.db", "kyhan.db-wal", "kyhan.db-shm"])
    fields = Fields(PAYLOADS[payload])
    copy = a_copy(context, folder, mail_folder=folder / "mail")
    with writing(copy.engine) as session:
        for name, columns in WRITTEN_BY_PEOPLE.items():
            if name not in SEALED:
                _fill(session, metadata.tables[name], columns, fields)
        session.execute(update(Person).where(col(Person.email) == DEPUTY).values(email=_address(fields)))
        _log(session, case_of(session, "SYT"), fields)
        session.execute(update(SubmissionFile).values(name=col(SubmissionFile.name) + ".csv"))  # so that it is a table
        _draft(session, fields)
        _queue(session, copy.office, fields)
        _stage(session, fields)
        _forms(session, fields)
        _signatures(session, fields)
        _tables(session, fields)
    _mails(copy, fields)
    office = replace(copy.office, plan=_plan(copy.office.plan, fields))
    return replace(copy, office=office), fields


def text_columns(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(getattr(column.type, "impl", column.type), String)]


def _fill(session: Session, table: Table, columns: Sequence[str], fields: Fields) -> None:
    values: dict[str, Any] = {}
    for column in columns:
        name = f"{table.name}.{column}"
        written = literal(fields[name])
        values[column] = written + " " + cast(table.c.id, String) if name in ONE_FOR_A_ROW else written
    session.execute(update(table).values(values))


def _address(fields: Fields) -> str:
    return ADDRESS.replace("§", fields.mark("person.email"))


def _content(fields: Fields) -> dict[str, Any]:
    """What was said of a table: its cells and titles are a unit's words."""
    finding = Finding(
        FindingKind.NOT_A_CHOICE,
        Level.ROW,
        fields["finding sheet"],
        7,
        "basis",
        fields["finding column_title"],
        fields["finding stands"],
        (fields["finding expected"],),
    )
    return asdict(ContentSummary(ContentVerdict.PARTLY, 1, (finding,), 2))


def _draft(session: Session, fields: Fields) -> None:
    """A row of a table that somebody of the unit fills in, and where it is proposed from; cleaned as the page does."""
    columns = ("content", "release", "basis", "link")
    cells = {column: without_controls(fields[f"form_draft.rows {column}"]) for column in columns}
    source = without_controls(fields["form_draft.rows source"])
    rows = as_text((DraftRow(cells, 0, source), DraftRow(cells)))
    session.execute(update(FormDraft).values(rows=rows.encode("utf-8", "replace").decode()))


def _log(session: Session, case: Case, fields: Fields) -> None:
    """An entry of each action that is told in sentences, with whatever those name."""
    words = ("reason", "note", "number", "place", "told", "spoke_with")
    told: dict[str, Any] = {name: fields[f"log_entry.details {name}"] for name in words}
    remark = {name: fields[f"remark {name}"] for name in ("detail", "column", "name")}
    told |= {"files": [fields["log_entry.details files"]], "remarks": [{"code": "cell", "row": 1, **remark}]}
    table = {"sha256": "", "name": fields["table name"], "content": _content(fields)}
    told |= {"tables": [table]}
    told |= dict.fromkeys(("until", "done_on", "promised_on", "issued_on"), "2014-03-20")
    told |= {"version": 1, "mail": 1, "stage": "I5-APPROVE", "from_unit": True, "way": "phone", "adjusted": False}
    before = {name: fields[f"log_entry.details before {name}"] for name in ("number", "place")}
    days = {"done_on": "2014-03-19", "day": "2014-03-18", "received_at": "2014-03-19T08:00:00+00:00"}
    after = {"number": fields["log_entry.details after number"]}
    told |= {"before": before | days, "after": after | days, "on_behalf": True}
    for action in (*SENTENCES, "case.urged", "case.remarks", "case.content"):
        log.append(session, NOW, fields["log_entry.actor"], action, f"case:{case.id}", told)


def _queue(session: Session, office: Office, fields: Fields) -> None:
    """Every kind of message whose words come with it."""
    to = session.exec(select(Person).where(Person.email == ADMINISTRATOR)).one().id or 0
    for kind in QUEUED:
        note = Note(fields["message.facts matter"], [fields["message.facts line"], "x"])
        queue_note(session, MessageKind(kind), {f"{kind}:x": to}, note, NOW)

    person, post = session.get_one(Person, to), session.exec(select(Post)).first()
    by = {"by": fields["sign_in_link.created_by"], "post": post, "from_day": NOW.date()}
    mailed_link(session, office, person, Purpose.INVITATION, NOW, **by)


def _stage(session: Session, fields: Fields) -> None:
    """Tables whose every cell is wrong, so that the page of problems repeats it."""
    person = session.exec(select(Person).where(Person.email == ADMINISTRATOR)).one().id or 0
    for kind, columns in (("nguoi", people_table.COLUMNS), ("don-vi", organisations_table.COLUMNS)):
        out = io.StringIO()
        csv.writer(out).writerows([columns, [fields[f"cell of {kind} {name}"] for name in columns]])
        stage(session, kind, fields[f"name of {kind}"], out.getvalue().encode("utf-8", "replace"), person, NOW)
    plan = (SHIPPED / "plans" / "70-KH-UBND" / "plan.yaml").read_text()
    plan = plan.replace("signer: Trần", f"signer: {json.dumps(fields['plan file signer'])}\n{_key(fields)}: Trần")
    stage(session, "plan", fields["name of plan"] + ".yaml", plan.encode("utf-8", "replace"), person, NOW)


def _forms(session: Session, fields: Fields) -> None:
    """Every text inside a form that a coordinator makes."""
    words = {
        name: storable(fields[f"form {name}"])
        for name in ("sheet", "title", "note", "choice", "unit", "row", "column note")
    }
    columns = (
        Column("row", storable(fields["form column"]), ColumnKind.LABEL),
        Column(
            "choice", "Chọn", ColumnKind.CHOICE, choices=(words["choice"],), note=storable(fields["form column note"])
        ),
        Column("number", "Số", ColumnKind.NUMBER, unit=words["unit"], sums=(("row",),)),
    )
    letters = {"row": "A", "choice": "B", "number": "C"}
    for shape, number in ((Shape.FIXED_ROWS, 1), (Shape.FREE_LIST, 2)):
        rows = (FixedRow({"row": words["row"]}),) if shape is Shape.FIXED_ROWS else ()
        form = SheetForm("", words["sheet"], words["title"], words["note"], columns, shape=shape, rows=rows)
        sheet = ProposedSheet(form, SheetPlaces((1,), letters=letters, rows=(2,) * len(rows)))
        sheets = SHEETS.dump_json((sheet, sheet)).decode()
        session.execute(update(OfficeForm).where(col(OfficeForm.id) == number).values(sheets=sheets))


def _signatures(session: Session, fields: Fields) -> None:
    """What a certificate says of whoever signed a PDF."""
    names = {name: without_controls(fields[f"certificate {name}"]) for name in ("signer", "organisation")}
    read = {"signed_at": str(NOW), "timestamped": False, "sealed": True, "untouched": True, "chain": "unchecked"}
    session.execute(update(SignedFile).values(signatures=json.dumps([names | read | {"in_time": True}])))


def _key(fields: Fields) -> str:
    return json.dumps(fields["plan file key"])


def _mails(context: PortalContext, fields: Fields) -> None:
    """From a stranger: one that waits for a person, and one as the catcher holds what we sent ourselves."""
    raw = _letter(fields)
    waits(context, raw)
    with writing(context.engine) as session:
        _fill(session, metadata.tables["inbound_mail"], WRITTEN_BY_PEOPLE["inbound_mail"], fields)
    assert context.mail_folder is not None
    Mailbox(context.mail_folder).add(raw)


def _letter(fields: Fields) -> bytes:
    """Written by hand: a library would refuse such headers. Line breaks hide inside encoded words."""
    return "\r\n".join(
        (
            f"From: {_word(fields['mail From'])} <la@evil.example>",
            "To: nop@example.vn",
            f"Subject: {_word(fields['mail Subject'])}",
            "MIME-Version: 1.0",
            'Content-Type: multipart/mixed; boundary="=_x"',
            "",
            *_part("text/plain; charset=utf-8", fields["mail text"]),
            *_part("text/html; charset=utf-8", f"<p>{fields['mail page']}</p>"),
            *_part(f"application/pdf\r\nContent-Disposition: attachment; filename*=UTF-8''{_name(fields)}", "%PDF-1.4"),
            "--=_x--",
            "",
        )
    ).encode()


def _word(text: str) -> str:
    return f"=?utf-8?b?{_base64(text)}?="


def _part(head: str, text: str) -> tuple[str, ...]:
    return "--=_x", f"Content-Type: {head}", "Content-Transfer-Encoding: base64", "", _base64(text)


def _base64(text: str) -> str:
    return b64encode(text.encode("utf-8", "replace")).decode()


def _name(fields: Fields) -> str:
    return quote(fields["mail file name"] + ".pdf", safe="", errors="replace")


# --- the plan -------------------------------------------------------------------------------------------------------


def _plan(plan: Plan, fields: Fields) -> Plan:
    return replace(_poisoned(plan, fields), number=fields.kept("plan.number"))


def _poisoned(value: Any, fields: Fields) -> Any:
    """Every sentence of a plan's file, but not its codes."""
    if isinstance(value, Text):
        return Text(fields.kept("plan file title"), fields.kept("plan file title_en"))
    if isinstance(value, tuple):
        return tuple(_poisoned(item, fields) for item in value)
    if not is_dataclass(value):
        return value
    changed = {one.name: _poisoned(getattr(value, one.name), fields) for one in fields_of(value)}
    changed |= {name: fields.kept(f"plan file {name}") for name in SENTENCES_OF_PLANS if name in changed}
    if isinstance(value, Obligation):
        changed["evidence"] = (fields.kept("plan file evidence"),)
    return replace(value, **changed)  # type: ignore[type-var]


def _tables(session: Session, fields: Fields) -> None:
    """Every cell of a table that was handed in."""
    columns = ("content", "product", "release", "channel", "unit", "basis", "link")
    for table in (ContentRow, ConsolidationRow):
        cells = {name: without_controls(fields[f"{table.__tablename__} {name}"]) for name in columns}
        session.execute(update(table).values(cells=json.dumps(cells, ensure_ascii=False)))
