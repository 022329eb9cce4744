"""Everything one page tells of a case: dates and why, steps, versions, decisions, reminders, story."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import case_file as queries
from models.queries.cases import conversation as conversation_queries
from models.queries.cases import selection as cases_queries
from models.queries.cases import steps as step_queries
from models.queries.cases.selection import CaseFile
from models.queries.cases.status import facts_of, step_facts
from models.tables.cases import Stage
from models.tables.conversation import CaseMessage, CaseNote
from models.tables.log import LogEntry
from models.tables.submissions import Decision, Submission, SubmissionFile
from rules.content.findings import ContentVerdict
from rules.content.texts import TableWords, table_words
from rules.deadlines import local_day
from rules.due_day import days_left
from rules.intake import content_of
from rules.office import Office
from rules.plan import Obligation
from rules.punctuality import days_late
from rules.status import Status, status_of
from rules.step_records import conditional_steps
from rules.steps import StepState, standing_of, step_day, step_state, steps_state
from services.delivery.ledger import LedgerRow, of_case
from services.units import Unit, bodies_on

MACROS, NOTE, NOTHING = "case.macros", "case.note", "case.ask_nil_return"  # actions of the log
REMARKS, CONTENT, LEFT_OUT = "case.remarks", "case.content", "case.left_out"
# no answers to the unit
FAULTY = frozenset({ContentVerdict.PARTLY, ContentVerdict.REJECTED})
LONGEST_RETURN = 2000  # letters, as in the form
ASIDE = frozenset({NOTE, REMARKS, CONTENT, LEFT_OUT, "case.message", "case.contact", "dates.move"})


@dataclass(frozen=True)
class LogLine:
    """One entry of the log."""

    seq: int
    at: datetime
    actor: str
    action: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Version:
    row: Submission
    files: tuple[SubmissionFile, ...]
    on_time: bool
    note: str
    left_out: Mapping[str, Any] | None = None  # files of its mail that are not in the register, and which mail it was


@dataclass(frozen=True)
class CaseStep:
    row: Stage
    state: StepState
    day: date | None  # what its state is about
    duty: Obligation | None  # None: the plan in force no longer has it
    owner_id: int  # the organisation that owes the step
    approving_body: str  # its name, where it is not the unit itself


@dataclass(frozen=True)
class CasePage(CaseFile):
    """The case, and everything its page tells of it."""

    unit_name: str
    duty: Obligation | None  # None: the plan in force no longer has it
    status: Status  # of the hand-in
    standing: Status  # of the case as a whole: of its steps, once the hand-in is in and one of them is open
    days_left: int  # till the day it is due
    days_late: int  # working days since then; 0 where nothing is ever late
    steps_state: StepState  # of all its steps; they count once the hand-in is in
    steps: tuple[CaseStep, ...]
    versions: tuple[Version, ...]
    decisions: tuple[Decision, ...]
    reminders: tuple[LedgerRow, ...]
    story: tuple[LogLine, ...]
    messages: tuple[CaseMessage, ...]
    notes: tuple[CaseNote, ...]  # for the coordinators alone
    screen_id: str | None
    is_review: bool  # its outcome decides whether further steps arise

    @property
    def readers(self) -> frozenset[int]:
        """Organisations whose people may read the case: the unit, and whoever above it approves a step."""
        return frozenset({self.organisation_id, *(step.owner_id for step in self.steps)})

    def step(self, code: str) -> CaseStep | None:
        return next((step for step in self.steps if step.row.code == code.upper()), None)

    @property
    def agreed_on(self) -> date | None:
        return date.fromisoformat(self.term.agreed) if self.term.agreed else None

    @property
    def seen(self) -> int:
        """The newest entry of the log this page knows of; what it decides is decided upon that."""
        return self.story[0].seq if self.story else 0

    @cached_property
    def flagged(self) -> frozenset[str]:
        """Digests of files that carry macros."""
        return frozenset(digest for entry in self.story if entry.action == MACROS for digest in entry.details["files"])

    def remarks_on(self, version: int) -> tuple[Mapping[str, Any], ...]:
        """Remarks on its files as they came: each with the digest of its file, its code and its place."""
        entries = (entry for entry in self.story if entry.action == REMARKS and entry.details["version"] == version)
        return tuple(item for entry in entries for item in entry.details["remarks"])

    def tables_on(self, version: int) -> tuple[TableWords, ...]:
        """What was said of its tables as they came."""
        entries = self.table_entries(version)
        return tuple(table_words(item["name"], content_of(item["content"])) for item in entries)

    def table_entries(self, version: int) -> tuple[Mapping[str, Any], ...]:
        entries = (entry for entry in self.story if entry.action == CONTENT and entry.details["version"] == version)
        return tuple(item for entry in entries for item in entry.details["tables"])

    @property
    def faulty_tables(self) -> tuple[TableWords, ...]:
        """Of the newest version that held a table, if none of them is good as a whole: accepting it needs a reason."""
        tables = next(filter(None, (self.tables_on(version.row.version) for version in self.versions)), ())
        return tables if all(one.verdict in FAULTY for one in tables) else ()

    @property
    def faults_text(self) -> str:
        """What is wrong in these tables, as the text of a return, Vietnamese."""
        lines = [f"{table.name}: {line.whole.vi}" for table in self.faulty_tables for line in table.findings]
        return "\n".join(lines)[:LONGEST_RETURN]

    @property
    def nothing_said(self) -> LogLine | None:
        """A word of the unit that there is nothing to report, which nobody has decided on yet."""
        newest = next((entry for entry in self.story if entry.action not in ASIDE), None)
        return newest if newest and newest.action == NOTHING else None


def case_page(
    session: Session, office: Office, now: datetime, case_id: int, *, with_notes: bool = False
) -> CasePage | None:
    file = queries.whole_case(session, case_id)
    if file is None:
        return None
    entries = (*map(tell, queries.story(session, case_id)), *_moves(session, file))
    story = tuple(sorted(entries, key=lambda entry: -entry.seq))
    duty, today = office.obligations.get(file.obligation.code), local_day(now)
    facts, stages = facts_of(file.case, file.term), step_queries.with_severity(session, case_id)
    followed = [step_facts(*pair) for pair in stages]
    bodies = approving_bodies(session, office, [row for row, _ in stages], local_day(now))
    return CasePage(
        **vars(file),
        unit_name=_unit_name(session, file, local_day(now)),
        duty=duty,
        status=status_of(facts, now),
        days_left=days_left(file.due_day, today),
        days_late=days_late(today, file.due_day if file.is_returned else file.term.late_after, office.calendar),
        standing=standing_of(facts, followed, now),
        steps_state=steps_state(facts, followed, now),
        steps=tuple(
            _step(row, step_state(step, facts.late_at, now), file, office, bodies.get(row.code))
            for (row, _), step in zip(stages, followed, strict=True)
        ),
        versions=_versions(session, file, story),
        decisions=tuple(queries.decisions(session, case_id)),
        reminders=tuple(of_case(session, case_id)),
        story=story,
        messages=tuple(conversation_queries.thread(session, case_id)),
        notes=tuple(conversation_queries.notes(session, case_id)) if with_notes else (),
        screen_id=conversation_queries.screen_of(session, id_of(file.occurrence)),
        is_review=bool(conditional_steps(office.plan, file.obligation.code)),
    )


def _step(row: Stage, state: StepState, file: CaseFile, office: Office, body: Unit | None) -> CaseStep:
    return CaseStep(
        row,
        state,
        day=step_day(state, row.target_day, file.term.late_after),
        duty=office.obligations.get(row.code),
        owner_id=body.id if body else file.organisation_id,
        approving_body=body.name if body else "",
    )


def approving_bodies(session: Session, office: Office, stages: Iterable[Stage], day: date) -> dict[str, Unit]:
    """Step → the organisation above the unit that approves; of most steps there is none."""
    duties = {stage.code: office.obligations.get(stage.code) for stage in stages}
    keys = {code: duty.approving_body for code, duty in duties.items() if duty and duty.approving_body}
    bodies = bodies_on(session, day, set(keys.values())) if keys else {}
    return {code: bodies[key] for code, key in keys.items() if key in bodies}


def may_read(session: Session, office: Office, case_id: int, organisations: Collection[int], day: date) -> bool:
    """Whether people of these organisations approve a step of this case, and so must know what they approve."""
    bodies = approving_bodies(session, office, queries.stages(session, case_id), day)
    return any(body.id in organisations for body in bodies.values())


def tell(entry: LogEntry) -> LogLine:
    return LogLine(entry.seq, entry.at, entry.actor, entry.action, json.loads(entry.details))


def _moves(session: Session, file: CaseFile) -> Iterable[LogLine]:
    """When the calendar moved the dates of this case, each move as an entry of its own story."""
    own = (file.obligation.code, file.occurrence.period, file.case.role)
    for entry in map(tell, conversation_queries.moves(session)):
        for term in entry.details.get("terms", ()):
            if (term["obligation"], term["period"], term["role"]) == own and term["agreed"] == file.term.agreed:
                yield replace(entry, details=term)


def _unit_name(session: Session, file: CaseFile, day: date) -> str:
    return cases_queries.unit_name(session, file.case.organisation_id, day) or file.organisation.key


def _versions(session: Session, file: CaseFile, story: Iterable[LogLine]) -> tuple[Version, ...]:
    files: dict[int, list[SubmissionFile]] = defaultdict(list)
    for row in queries.files(session, file.id):
        files[row.submission_id].append(row)
    notes = {entry.details.get("version"): entry.details["note"] for entry in story if entry.action == NOTE}
    left_out = {entry.details.get("version"): entry.details for entry in story if entry.action == LEFT_OUT}
    late_at = file.term.late_at
    return tuple(
        Version(
            row,
            tuple(files[id_of(row)]),
            late_at is None or row.received_at < late_at,
            notes.get(row.version, ""),
            left_out.get(row.version),
        )
        for row in queries.submissions(session, file.id)
    )
