"""Drafts the official letters that urge late units, and keeps the list of those that wait to be signed and numbered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, reading, writing
from models.queries.cases import selection as cases_queries
from models.queries.messages import claiming as messages_queries
from models.queries.messages import urging_letters as letters_queries
from models.queries.messages.claiming import TermDetails
from models.queries.messages.urging_letters import UrgedCase
from models.tables.messages import LetterCase, LetterDraft
from models.tables.organisations import OrganisationName
from models.tables.plan import ObligationRow, Occurrence
from reports.phrases import inside
from rules.deadlines import local_day
from rules.office import Office
from rules.periods import worded
from rules.plan import BoundRole
from services import issuing, log
from services.errors import Refused
from services.files.signed_copy import PdfCopy, file_copy
from services.issuing import Road
from services.reminders.letter_numbers import take_back_until
from services.reports.documents import URGING_LETTER, note, write_document
from services.reports.facts import issuer_of, reference_of
from services.standing import Standing
from services.units import groups_of

if TYPE_CHECKING:
    from reports.facts import IssuedLetter, LateUnit, UrgingLetterFacts

ANSWER_IN_WORKING_DAYS = 5
FOLDER = "letters"
FIRST_UNSIGNED = "công văn đôn đốc trước đó chưa ký, ban hành"
ROAD = Road(
    "letter",
    {
        "waiting": ("signed", "issued", "dropped"),
        "signed": ("issued", "dropped", "waiting"),
        "dropped": ("waiting",),  # after all
    },
    {state: f"letter.{state}" for state in ("waiting", "signed", "issued", "dropped")},
)


@dataclass(frozen=True)
class UrgedUnit:
    """A unit the letter urges, and whether it has answered since it was drafted."""

    case_id: int
    name: str
    answered: bool


@dataclass(frozen=True)
class WaitingDraft:
    id: int
    obligation: str
    title: str
    period: str
    step: str
    units: int
    file: Path
    state: str  # waiting, signed; dropped, where asked for
    drafted_at: datetime
    named: tuple[UrgedUnit, ...] = ()
    short: str = ""
    document_number: str = ""
    issued_on: date | None = None
    changed_by: str = ""
    changed_at: datetime | None = None
    take_back_until: datetime | None = None  # of its number; None: it is corrected with a reason instead
    instead_of: tuple[str, ...] = ()  # steps at which no other letter was drafted, because this one waits


def draft_letters(
    engine: Engine, office: Office, now: datetime, obligations: Collection[str] | None = None
) -> list[Path]:
    """One letter for all units of an occurrence that reached the step together; the many are named in its annex.

    A superior is asked in a letter of its own; of what the issuing body owes itself its head reads in a digest.
    """
    with reading(engine) as session:
        standing = Standing.read(session, office, local_day(now))
        urged = letters_queries.undrafted(session, obligations)
        unsigned = letters_queries.in_waiting_letters(session)
        others = sorted((row for row in urged if row.organisation_id != standing.lead), key=standing.letter_of)
        too_early = [row for row in others if (row.case_id, row.step.partition("@")[2]) in unsigned]
        others = [row for row in others if row not in too_early]
        letters = [
            _composed(session, office, list(rows), now, standing) for _, rows in groupby(others, key=standing.letter_of)
        ]
    if too_early:
        _pass_over(engine, too_early, now)
    return [path for facts, cases in letters if (path := _draft(engine, office, facts, cases, now)) is not None]


def _pass_over(engine: Engine, rows: Sequence[UrgedCase], now: datetime) -> None:
    """No second letter to a unit whose first one nobody has signed and issued yet."""
    with writing(engine) as session:
        log.hold(session)
        for (occurrence, step), some in groupby(rows, key=lambda row: (row.occurrence_id, row.step)):
            cases = [row.case_id for row in some]
            letters_queries.pass_over(session, cases, step, FIRST_UNSIGNED)
            details = {"step": step, "units": len(cases), "reason": FIRST_UNSIGNED}
            log.append(session, now, "kyhan", "letter.skip", f"occurrence:{occurrence}", details)


def _composed(
    session: Session, office: Office, rows: Sequence[UrgedCase], now: datetime, standing: Standing
) -> tuple[UrgingLetterFacts, Sequence[UrgedCase]]:
    from reports.facts import UrgingLetterFacts  # Word libraries load slowly; only letters pay for them

    today, cases = local_day(now), [row.case_id for row in rows]
    owed = messages_queries.owed(session, {rows[0].term_id})[rows[0].term_id]
    issuer = issuer_of(session, office, today)
    matter = _matter(office, owed, issuer.name)
    facts = UrgingLetterFacts(
        issuer=replace(issuer, symbol=f"{issuer.symbol.removeprefix('BC-')}-{issuer.drafting_unit}"),
        plan=reference_of(office),
        addressees=_addressees(session, rows, today),
        duty=matter.duty,
        hand_in=matter.hand_in,
        deadline=owed.held.words,
        day_is_assumed=office.obligations[owed.code].day_is_assumed,
        as_of=today,
        answer_before=office.calendar.add(today, ANSWER_IN_WORKING_DAYS),
        email=office.support_email,
        phone=office.support_phone,
        extended_on=_extended_on(session, owed, cases),
        earlier=_earlier(session, cases),
        to_superior=rows[0].organisation_id in standing.above,
    )
    return facts, rows


def newest_facts(session: Session, office: Office, now: datetime) -> UrgingLetterFacts | None:
    """Of the newest draft, as a letter about the same would say today; None: there is none."""
    rows = letters_queries.newest_urged(session)
    return _composed(session, office, rows, now, Standing.read(session, office, local_day(now)))[0] if rows else None


def _addressees(session: Session, rows: Sequence[UrgedCase], today: date) -> tuple[LateUnit, ...]:
    from reports.facts import LateUnit

    names = cases_queries.names_on(session, None, today)
    days = messages_queries.reminded_on(session, [row.case_id for row in rows], today)
    groups = groups_of(session)
    return tuple(
        LateUnit(names[row.organisation_id].name, days.get(row.case_id, ()), groups[row.organisation_id])
        for row in rows
    )


class _Matter(NamedTuple):
    duty: str  # a verb phrase
    hand_in: str


def _matter(office: Office, owed: TermDetails, lead: str) -> _Matter:
    """What is to be done, and what is to be handed in; of a contributor, its part."""
    duty = office.obligations[owed.code]
    hand_in = duty.hand_in_for(owed.period) or owed.short
    act = worded(duty.duty.vi, owed.period) if duty.duty else f"hoàn thành và gửi {inside(hand_in)}"
    if owed.role == BoundRole.CONTRIBUTOR:
        return _Matter(f"phối hợp với {lead} {act}", f"Nội dung đóng góp cho {inside(hand_in)}")
    return _Matter(act, hand_in)


def _extended_on(session: Session, owed: TermDetails, cases: Collection[int]) -> date | None:
    """None where it is not known, or not the same for all."""
    if not owed.agreed:
        return None
    agreed = letters_queries.extensions_of(session, cases, date.fromisoformat(owed.agreed))
    days = {local_day(moment) for moment in agreed}
    return days.pop() if len(days) == 1 and len(agreed) == len(cases) else None


def _earlier(session: Session, cases: Collection[int]) -> tuple[IssuedLetter, ...]:
    from reports.facts import IssuedLetter

    drafts = letters_queries.issued_about(session, cases)
    return tuple(IssuedLetter(row.document_number, row.issued_on, "") for row in drafts if row.issued_on)


def _draft(
    engine: Engine, office: Office, facts: UrgingLetterFacts, rows: Sequence[UrgedCase], now: datetime
) -> Path | None:
    """None when somebody else was quicker."""
    first = rows[0]
    with writing(engine) as session:
        occurrence, duty = letters_queries.subject_of(session, first.occurrence_id)
        name = f"CV-{duty.code}-{occurrence.period}-{first.step.partition('@')[0]}-{facts.as_of:%Y%m%d}.docx"
        folder = office.folder / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        log.hold(session)  # one writer at a time; and asked again: another may have drafted it meanwhile
        if not set(rows) <= set(letters_queries.undrafted(session, [duty.code])):
            return None
        written = write_document(session, URGING_LETTER, _free(folder / name), facts)
        path = written.path
        draft = LetterDraft(
            occurrence_id=first.occurrence_id,
            step=first.step,
            drafted_at=now,
            units=len(rows),
            file=str(path.relative_to(office.folder)),
            sha256=sha256(path.read_bytes()).hexdigest(),
        )
        session.add(draft)
        session.flush()
        session.add_all([LetterCase(case_id=row.case_id, step=row.step, draft_id=id_of(draft)) for row in rows])
        details = {"step": first.step, "units": len(rows), "file": path.name, "sha256": draft.sha256, **written.details}
        note(session, written, now)
        log.append(session, now, "kyhan", "letter.draft", f"occurrence:{first.occurrence_id}", details)
    return path


def _free(path: Path) -> Path:
    """A letter somebody may have opened and completed is never written over."""
    taken, number = path, 1
    while taken.exists():
        number += 1
        taken = path.with_stem(f"{path.stem}-{number}")
    return taken


# --- the list that waits for a signature ------------------------------------------------------------------------------


def drafts_waiting(session: Session, office: Office) -> list[WaitingDraft]:
    return _drafts(session, office, letters_queries.waiting(session))


def drafts_settled(session: Session, office: Office, now: datetime, most: int = 10) -> list[WaitingDraft]:
    """Issued or dropped, the last first."""
    return _drafts(session, office, letters_queries.settled(session, most), now)


def _drafts(
    session: Session,
    office: Office,
    rows: Sequence[tuple[LetterDraft, Occurrence, ObligationRow]],
    now: datetime | None = None,
) -> list[WaitingDraft]:
    ids = [id_of(draft) for draft, _, _ in rows]
    named, later = _named(session, ids), defaultdict[int, list[str]](list)
    for waiting, step in letters_queries.passed_over(session, ids, FIRST_UNSIGNED):
        later[waiting].append(step.partition("@")[0])
    return [
        WaitingDraft(
            id_of(draft),
            duty.code,
            duty.title_vi,
            occurrence.period,
            draft.step,
            draft.units,
            office.folder / draft.file,
            draft.state,
            draft.drafted_at,
            tuple(named.get(id_of(draft), ())),
            duty.short,
            draft.document_number,
            draft.issued_on,
            draft.changed_by,
            draft.changed_at,
            take_back_until(draft, now) if now else None,
            tuple(later[id_of(draft)]),
        )
        for draft, occurrence, duty in rows
    ]


def _named(session: Session, drafts: Collection[int]) -> dict[int, list[UrgedUnit]]:
    """By the names the units bore on the day of the draft."""
    units: dict[int, list[UrgedUnit]] = defaultdict(list)
    days: dict[date, dict[int, OrganisationName]] = {}
    for draft, at, case, organisation, answered in letters_queries.named_in(session, drafts):
        day = local_day(at)
        names = days.get(day) or days.setdefault(day, cases_queries.names_on(session, None, day))
        units[draft].append(UrgedUnit(case, names[organisation].name, answered))
    return units


def draft_file(session: Session, office: Office, draft: int) -> Path | None:
    """None when there is no such draft, or its file is gone."""
    row = session.get(LetterDraft, draft)
    path = office.folder / row.file if row else None
    return path if path and path.is_file() else None


def sign(session: Session, draft: int, by: str, now: datetime) -> None:
    _move(session, draft, "signed", by, now)


def issue(session: Session, draft: int, number: str, issued_on: date, by: str, now: datetime) -> None:
    """`number` and day as the records office gave them; they are never made up here."""
    row = _held(session, draft)
    before = row.state if row else ""
    row = issuing.issue(session, ROAD, row, number, issued_on, by, now)
    row.issued_from = before
    for case in cases_of(session, draft):
        details = {"letter": draft, "number": row.document_number, "issued_on": issued_on}
        log.append(session, now, by, "case.urged", f"case:{case}", details)


def file_signed(session: Session, draft: int, copy: PdfCopy, by: str, now: datetime) -> None:
    """The signed PDF, beside the letter. Raises Refused."""
    log.hold(session)
    file_copy(session, _held(session, draft), copy, by, now)


def reopen(session: Session, draft: int, by: str, now: datetime) -> None:
    """A letter laid aside, or marked as signed by mistake, waits again."""
    _move(session, draft, "waiting", by, now)


def drop(session: Session, draft: int, by: str, reason: str, now: datetime) -> None:
    """The letter is not sent after all, e.g. because the unit has answered."""
    if not reason.strip():
        raise Refused("Cần ghi lý do. / A reason is required.")
    _move(session, draft, "dropped", by, now, {"reason": reason.strip()})


def _move(
    session: Session, draft: int, state: str, by: str, now: datetime, details: dict[str, object] | None = None
) -> None:
    issuing.move(session, ROAD, _held(session, draft), state, by, now, details)


def _held(session: Session, draft: int) -> LetterDraft | None:
    return session.get(LetterDraft, draft, with_for_update=True)


def cases_of(session: Session, draft: int) -> list[int]:
    return letters_queries.cases_of_draft(session, draft)
