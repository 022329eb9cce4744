"""Moves dates when the calendar does, or a document the plan waits for comes to exist.

Open occurrences are dated anew, steps not yet taken are laid out again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256

from sqlmodel import Session

from models.database import id_of
from models.queries.cases import selection as cases_queries
from models.queries.messages import outbox as outbox_queries
from models.queries.plan import occurrences as plan_queries
from models.queries.plan import terms as term_queries
from models.tables.plan import ObligationRow, Occurrence, StepDay, Term
from notifications.kinds import MessageKind
from rules.answers import ANSWERING_ROLES
from rules.deadlines import deadline_phrase, local_day, start_of
from rules.office import Office
from rules.periods import period_title_vi
from rules.plan import DatedOccurrence, Obligation
from rules.recurrence import occurrences
from rules.text.wording import day_vi
from services import log
from services.outbox.queue import Note, queue_note
from services.plan.load import restore_plan, step_rows, target_of, term_dates
from services.plan.triggers import in_effect

SLACK = timedelta(days=366)  # how far a date may move: the calendar carries it by days, another version by months


@dataclass(frozen=True)
class MovedTerm:
    term_id: int
    obligation: str
    title: str
    period: str
    role: str
    agreed: str
    old_target: date
    new_target: date
    old_late: date | None
    new_late: date | None
    why: str

    @property
    def moved(self) -> bool:
        return (self.old_target, self.old_late) != (self.new_target, self.new_late)

    @property
    def days_shown(self) -> tuple[date, date]:
        """What readers hear of, before and now: the last day or, where only that has moved, the target."""
        last = self.old_late or self.old_target, self.new_late or self.new_target
        return last if last[0] != last[1] else (self.old_target, self.new_target)

    @property
    def line(self) -> str:
        old, new = self.days_shown
        return f"{self.title} ({period_title_vi(self.period)}): trước đây {day_vi(old)}, nay {day_vi(new)}"


@dataclass
class AmendResult:
    """What was done, or with a dry run would be."""

    terms: list[MovedTerm] = field(default_factory=list)
    steps: dict[str, Counter[str]] = field(default_factory=dict)  # step → kept, moved, added, dropped
    told: int = 0  # people

    def count(self, step: str, what: str) -> None:
        self.steps.setdefault(step.partition("@")[0], Counter())[what] += 1


def move_dates(
    session: Session, office: Office, now: datetime, *, by: str = "kyhan", dry_run: bool = False
) -> AmendResult:
    """By the office's plan and calendar as they are now. Steps somebody was told of stay as they were."""
    log.hold(session)
    trial = session.begin_nested()
    done = _move(session, office, by, now)
    if dry_run:
        trial.rollback()
    else:
        trial.commit()
    return done


def _move(session: Session, office: Office, by: str, now: datetime) -> AmendResult:
    done, affected = AmendResult(), dict[int, list[MovedTerm]]()
    waiting = list(_still_to_come(session, office))
    laid_out = _LaidOut(session, [id_of(occurrence) for occurrence, _, _ in waiting])
    for occurrence, obligation, dated in waiting:
        _begin_anew(occurrence, dated)
        for term in laid_out.terms[id_of(occurrence)]:
            change = _move_term(session, office, obligation, occurrence, dated, term, laid_out, done, now)
            if change.moved:
                done.terms.append(change)
                if change.days_shown[0] != change.days_shown[1]:
                    affected[change.term_id] = [change]
        _date_anew(session, obligation, occurrence, dated)
    if affected:
        done.told = _tell(session, affected, now)
    if done.terms or any(set(what) - {"kept"} for what in done.steps.values()):
        _note(session, done, by, now)
    return done


class _LaidOut:
    """The terms of these occurrences, the days of their steps, and the steps somebody was told of, read at once."""

    def __init__(self, session: Session, occurrences: Collection[int]) -> None:
        self.terms: dict[int, list[Term]] = defaultdict(list)
        self.days: dict[int, dict[tuple[str, str], StepDay]] = defaultdict(dict)
        self.noticed: dict[int, set[str]] = defaultdict(set)
        for term in term_queries.terms_of(session, occurrences):
            self.terms[term.occurrence_id].append(term)
        for day in term_queries.step_days_of(session, occurrences):
            self.days[day.term_id][day.step, day.reaches] = day
        for term_id, step in term_queries.steps_with_notices(session, occurrences):
            self.noticed[term_id].add(step)


def _still_to_come(session: Session, office: Office) -> Iterator[tuple[Occurrence, Obligation, DatedOccurrence]]:
    """Occurrences that are not open yet, or with a case nobody has answered, and their dates by today's calendar.

    Each by the version of the plan it belongs to, which need not be the one in force.
    """
    versions = {id_of(version): version for version in plan_queries.versions(session)}
    by_plan: dict[int, list[tuple[Occurrence, ObligationRow]]] = defaultdict(list)
    for occurrence, row in term_queries.still_to_come(session):
        by_plan[row.plan_id].append((occurrence, row))
    for plan_id, rows in by_plan.items():
        version = versions[plan_id]
        plan = office.plan if version.superseded_at is None else in_effect(session, restore_plan(version))
        days = [occurrence.target_day for occurrence, _ in rows]
        first, last = min(days) - SLACK, max(days) + SLACK
        fresh = {(item.obligation, item.period): item for item in occurrences(plan, office.calendar, first, last)}
        for occurrence, row in rows:
            dated = fresh.get((row.code, occurrence.period))
            waits_again = dated is not None and dated.trigger and occurrence.opened_at
            if dated is not None and not waits_again:  # what was opened keeps its days though its document was returned
                yield occurrence, plan.obligation(row.code), dated


def _move_term(
    session: Session,
    office: Office,
    obligation: Obligation,
    occurrence: Occurrence,
    dated: DatedOccurrence,
    term: Term,
    laid_out: _LaidOut,
    done: AmendResult,
    now: datetime,
) -> MovedTerm:
    target, late = _dates(office, obligation, dated, term)
    change = MovedTerm(
        term_id=id_of(term),
        obligation=obligation.id,
        title=obligation.title.vi,
        period=occurrence.period,
        role=term.role,
        agreed=term.agreed,
        old_target=term.target_day,
        new_target=target,
        old_late=term.late_after,
        new_late=late,
        why=dated.why,
    )
    term.ladder = obligation.ladder_for(term.role)
    for name, value in term_dates(office, term.ladder, occurrence.opens_on, target, late).items():
        setattr(term, name, value)
    term.target_day, term.late_after = target, late
    term.opens_at = start_of(occurrence.opens_on) if occurrence.opens_on else None
    session.add(term)
    _lay_out(session, office, occurrence, term, laid_out, done, now)
    return change


def _dates(office: Office, obligation: Obligation, dated: DatedOccurrence, term: Term) -> tuple[date, date | None]:
    if term.agreed:
        day = date.fromisoformat(term.agreed)
        return office.calendar.on_or_before(day), office.calendar.on_or_after(day)
    bound = next((entry for entry in obligation.bound if entry.role.value == term.role), None)
    target = target_of(bound, dated, office.calendar) if bound else dated.target_day
    return target, dated.late_after


def _lay_out(
    session: Session,
    office: Office,
    occurrence: Occurrence,
    term: Term,
    laid_out: _LaidOut,
    done: AmendResult,
    now: datetime,
) -> None:
    """A step somebody was told of stays where it is; the others go to where the calendar now puts them. Of a term
    that is late already every step stays: since then its ladder goes on from look to look."""
    noticed, before = laid_out.noticed[id_of(term)], laid_out.days[id_of(term)]
    late = term.late_after is not None and term.late_after < local_day(now)
    after = {(row.step, row.reaches): row for row in step_rows(office, term.ladder, occurrence, term)}
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if key[0] in noticed or (late and old is not None):
            done.count(key[0], "kept")
        elif new is None or (old is None and new.until_day <= local_day(now)):
            _drop(session, old, key[0], done)
        elif old is None:
            session.add(new)
            done.count(key[0], "added")
        else:
            _shift(session, old, new, done)


def _drop(session: Session, old: StepDay | None, step: str, done: AmendResult) -> None:
    """Its words would no longer be true on any day."""
    if old is not None:
        session.delete(old)
        done.count(step, "dropped")


def _shift(session: Session, old: StepDay, new: StepDay, done: AmendResult) -> None:
    same = (old.on_day, old.until_day) == (new.on_day, new.until_day)
    done.count(old.step, "kept" if same else "moved")
    old.on_day, old.until_day = new.on_day, new.until_day
    session.add(old)


def _begin_anew(occurrence: Occurrence, dated: DatedOccurrence) -> None:
    """Where a document it waits for has come to exist, or bears another day; the calendar never moves a beginning."""
    occurrence.opens_on = None if dated.trigger else dated.opens_on
    occurrence.nominal_last_day, occurrence.soft = dated.nominal_last_day, dated.soft


def _date_anew(session: Session, obligation: Obligation, occurrence: Occurrence, dated: DatedOccurrence) -> None:
    assert obligation.when is not None
    occurrence.target_day, occurrence.late_after, occurrence.why = dated.target_day, dated.late_after, dated.why
    occurrence.deadline_phrase = deadline_phrase(obligation.when, dated)
    session.add(occurrence)


# --- telling and recording --------------------------------------------------------------------------------------------


def _tell(session: Session, affected: Mapping[int, Sequence[MovedTerm]], now: datetime) -> int:
    """One message to each person whose open cases have moved, with all of them in it: focal points, and whoever else
    was reminded of them."""
    cases = term_queries.open_cases_of_terms(session, affected)
    lines = [(unit, case, change.line) for unit, term, case in cases for change in affected[term]]
    reminded = outbox_queries.reminded_by_mail(session, {case for _, case, _ in lines})
    people = cases_queries.holders(session, {unit for unit, _, _ in lines}, sorted(ANSWERING_ROLES), local_day(now))
    count = 0
    for one in people:
        own = {case: line for unit, case, line in lines if unit == one.organisation_id}
        if one.role != "focal_point":
            own = {case: line for case, line in own.items() if (case, one.person_id) in reminded}
        count += _tell_one(session, one.person_id, own, now)
    return count


def _tell_one(session: Session, person: int, own: Mapping[int, str], now: datetime) -> int:
    if not own:
        return 0
    lines = list(own.values())
    # the moment too: a change that is undone and made again is told again
    seal = sha256("\n".join((now.isoformat(), *lines)).encode()).hexdigest()[:16]
    matter = lines[0].partition(":")[0] if len(lines) == 1 else f"{len(lines)} nhiệm vụ có thời hạn mới"
    note = Note(matter, lines, cases=own)
    return queue_note(session, MessageKind.MOVED, {f"moved:{person}:{seal}": person}, note, now)


def _note(session: Session, done: AmendResult, by: str, now: datetime) -> None:
    dates = [
        {
            "obligation": term.obligation,
            "period": term.period,
            "role": term.role,
            "agreed": term.agreed,
            "old": [term.old_target, term.old_late],
            "new": [term.new_target, term.new_late],
            "why": term.why,
        }
        for term in done.terms
    ]
    steps = {step: dict(what) for step, what in sorted(done.steps.items())}
    details = {"terms": dates, "steps": steps, "told": done.told}
    log.append(session, now, by, "dates.move", f"day:{local_day(now)}", details)
