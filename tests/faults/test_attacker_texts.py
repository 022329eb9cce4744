"""An attacker writes into every text of an office; in every output it stays a text.

With KYHAN_ATTACK_WIDE=1 every page is looked at as everybody, for every payload.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from attack_fields import WRITTEN_BY_PEOPLE, attacked, text_columns
from attack_office import an_office_with_everything
from attack_texts import IN_PAGES, PAYLOADS
from attack_walk import NOT_WALKED, Findings, walk_routes
from attack_writers import walk_writers
from every_route import every_route

from models.metadata import metadata
from portal.context import PortalContext

WIDE = os.environ.get("KYHAN_ATTACK_WIDE") == "1"
ROOT = Path(__file__).parents[2]

# texts of the database that nobody can write words into, by why that is so
WRITTEN_BY_KYHAN = {
    "codes and keys, of a fixed form or list": """
        plan.code plan.lead_key obligation.code obligation.clause obligation.kind obligation.severity obligation.flow
        obligation.ladder binding.role occurrence.period occurrence.trigger term.role term.agreed step_day.step
        step_day.reaches step_day.message step_day.channels organisation.key organisation.kind organisation.parent_key
        organisation.line_ministry_key organisation.groups organisation_event.kind organisation_event.from_keys
        organisation_event.to_keys post.role unit_case.role unit_case.outcome stage.code submission.via decision.kind
        notice.step notice.message notice.channels notice.skipped message.key message.channel message.carries
        message.kind message.state attempt.state letter_draft.step letter_draft.state letter_case.step
        letter_draft.issued_from
        report_draft.state report_words.slot template_version.family template_version.name
        office_document.kind office_document.step office_document.state
        inbound_mail.verdict address_health.channel address_health.state case_contact.way role_grant.role
        sign_in_link.purpose web_session.via sign_in_attempt.kind answer_link.answer answer_request.kind
        answer_request.state inbound_event.source inbound_event.kind inbound_event.result api_token.scopes
        webhook.kinds webhook_delivery.event webhook_delivery.kind webhook_delivery.what webhook_delivery.state
        channel_health.channel channel_health.month sending_hold.channel channel_opt_out.family channel_opt_out.number
        home_mark.name home_mark.value portfolio_entry.kind portfolio_entry.key projection.screen_id heartbeat.name
        lease.name lease.owner message.lease_owner log_entry.action log_entry.subject staged_file.kind
        oa_token.profile contact_address.kind sign_in_attempt.network projection.shown upload.token proposal.clause
        proposal.via term.ladder content_check.verdict content_row.obligation content_row.period
        consolidation.obligation consolidation.period content_settlement.obligation content_settlement.period
        content_settlement.kind
        activity.obligation activity.kind trigger_record.plan_code trigger_record.trigger_code
        office_form.plan_code office_form.obligation
        """,
    "digests and what is sealed or encrypted": """
        plan.sha256 plan.source coming_version.source plan_source.sha256
        submission_file.sha256 letter_draft.sha256 report_draft.sha256 inbound_mail.sha256
        inbound_mail.dedupe_key template_version.sha256
        office_document.sha256 signed_file.sha256
        log_entry.previous log_entry.digest credential.password credential.totp sign_in_link.token sign_in_link.salt
        web_session.token sign_in_attempt.subject answer_link.token inbound_event.dedupe_key api_token.token
        api_answer.key api_answer.fingerprint api_answer.answer webhook.salt calendar_feed.secret upload.sha256
        oa_token.access_token oa_token.refresh_token zalo_link_code.code_hash activity.file_sha256
        trigger_record.file_sha256 proposal.file_sha256 office_form.file_sha256 content_row.sha256 consolidation.sha256
        """,
    "places in the store or in a mailbox": """
        message.attachment letter_draft.file report_draft.file office_document.file inbound_mail.place
        """,
    "addresses with a form of their own, checked where they come in": """
        person.email address_health.address webhook.url outside_identity.issuer sign_in_link.then
        """,
    "kept whole and never shown as such": """
        office_document.facts office_document.words
        plan.document plan.forms plan_source.files coming_version.document coming_version.forms coming_version.treatment
        decision.changed submission.changed
        content_check.findings content_check.fault content_row.cells content_row.search content_settlement.subject
        content_settlement.choice consolidation.form consolidation.facts consolidation_row.cells
        consolidation_row.origins inbound_event.headers upload.verdict staged_file.name message.facts
        sign_in_link.created_by
        office_form.sheets form_draft.rows signed_file.signatures
        """,
}
FED_OTHERWISE = {  # under other names, by attack_fields
    "person.email",
    "plan.document",
    "staged_file.name",
    "message.facts",
    "office_form.sheets",
    "form_draft.rows",
    "signed_file.signatures",
    "sign_in_link.created_by",
    "content_row.cells",
    "consolidation_row.cells",
}

UNSEEN = {
    "kept for the register; no output shows it": {
        "plan.title_en",
        "coming_version.loaded_by",
        "proposal.recorded_by",
        "attempt.provider_ref",
        "inbound_mail.note",
        "case_message.read_by",
        "case_contact.by",
        "outside_identity.subject",
        "answer_request.decided_by",
        "api_token.revoked_by",
        "sending_hold.by",
        "contact_address.address",
        "projection.failed",
        "plan file signer",
    },
    "shown beside a conflict that is settled; there is none": {
        "content_settlement.reason",
        "content_settlement.settled_by",
    },
    "shown on the case of a review; none was opened yet": {"unit_case.adjusted_by"},
    "only the faulty cells of a table are repeated": {
        "cell of nguoi chuc_danh",
        "cell of don-vi ten",
        "cell of don-vi ten_tat",
        "cell of don-vi thu_truong",
        "cell of don-vi dia_danh",
    },
}

# whoever writes something that another program reads, and how the walk comes by it
WRITERS = {
    r"csv\.writer\(": {
        "services/forms/consolidate.py",
        "services/operations/log_export.py",
        "services/people/import_people.py",
        "portal/pages/office/table_import.py",
        "portal/pages/office/rehearsal.py",
        "portal/pages/office/units.py",
        "cli/office/organisations.py",  # the rows of office_units
    },
    r"\bWorkbook\(\)": {
        "reports/annex_book.py",
        "reports/sheets/marked_sheet.py",  # tests/reports/test_marked_sheet.py
        "reports/sheets/sheet_form.py",
        "reports/table_book.py",
    },
    r"\bWordForm\(": {
        "reports/papers/writing.py",
        "reports/progress.py",
        "reports/urging_letter.py",
        "reports/word_templates/office_form.py",  # the template that an_office_with_everything has in use
    },
    r"\bCalendar\(\)": {"notifications/render/calendar_file.py"},
    r"create_\w+_artifact\(|ArtifactCreate\(": {
        "flows/dashboard.py",
        "flows/stories/parts.py",
        "flows/stories/tables.py",
        "flows/watch.py",
    },
    r"MIMEText|EmailMessage\(\)|\bdef build\(envelope": {"notifications/email/mime.py"},
}


@dataclass
class Sum:
    """Of all payloads together."""

    outputs: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    fields: set[str] = field(default_factory=set)
    routes: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    return an_office_with_everything(tmp_path_factory.mktemp("attacked"))


@pytest.fixture(scope="module")
def together() -> Iterator[Sum]:
    found = Sum()
    yield found
    kinds = Counter(output.partition(" ")[0] for output in found.outputs.elements())
    print(f"{len(found.fields)} fields x {len(PAYLOADS)} payloads in {found.outputs.total()} outputs: {dict(kinds)}")
    print(f"{found.seen.total()} times a mark was seen, of {len(found.seen)} fields")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_text_stays_a_text_in_every_output(
    office: PortalContext, together: Sum, payload: str, tmp_path: Path
) -> None:
    context, fields = attacked(office, tmp_path / "home", payload)
    findings = Findings(payload, fields)
    walk_writers(context, fields, findings, tmp_path)
    if WIDE or payload in IN_PAGES:
        together.routes.update(walk_routes(context, findings, everybody=WIDE))
    context.engine.dispose()
    together.outputs += findings.outputs
    together.seen += findings.seen
    together.fields |= set(fields.names)
    assert list(dict.fromkeys(findings.wrong)) == []


def test_every_field_was_seen_in_some_output(together: Sum) -> None:
    """Runs after the walk, of which it tells whether it looked where it ought to."""
    if set(together.outputs) == set():
        pytest.fail("run the whole file: nothing was walked yet")
    from_facts = {name for name in together.fields if name.startswith("written ")}  # a template uses what it needs
    declared = set().union(*UNSEEN.values())
    assert together.fields - set(together.seen) - from_facts - declared == set()
    assert declared & set(together.seen) == set()


def test_every_route_that_is_read_answered(office: PortalContext, together: Sum) -> None:
    assert {path for path, times in together.routes.items() if times == 0} == set()
    read = {route.path for route in every_route(office) if not route.methods or "GET" in route.methods}
    assert read - set(together.routes) == set(NOT_WALKED)


def test_every_text_of_the_database_is_written_into_or_declared() -> None:
    every = {f"{table.name}.{column}" for table in metadata.sorted_tables for column in text_columns(table)}
    fed = {f"{table}.{column}" for table, columns in WRITTEN_BY_PEOPLE.items() for column in columns}
    declared = {name for names in WRITTEN_BY_KYHAN.values() for name in names.split()}
    assert every - fed - declared == set()
    assert (fed | declared) - every == set()
    assert fed & declared == set()
    assert declared >= FED_OTHERWISE


@pytest.mark.parametrize("sign", WRITERS)
def test_every_writer_is_known_to_the_walk(sign: str) -> None:
    folders = ("services", "notifications", "reports", "flows", "portal", "cli")
    files = (path for folder in folders for path in (ROOT / folder).rglob("*.py") if "bench" not in path.parts)
    found = {str(path.relative_to(ROOT)) for path in files if re.search(sign, path.read_text())}
    assert {path for path in found if "template_" not in path} == WRITERS[sign]
