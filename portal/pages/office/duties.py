"""The duties of the plan in the browser: what each says and said; one added, changed or stopped by a new version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any
from unicodedata import normalize

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from config.editing.duty_fields import KEPT, ROLES, WORDINGS, DutyFields, fields_of
from config.editing.passages import passages
from config.editing.plan_text import NotEditable, drop_duties, duty_entry, plan_data, quote_of, source_lines
from config.problems import CatalogueError, Problem
from models.database import reading, writing
from models.queries.operations import log as log_queries
from models.queries.people import roles as role_queries
from models.queries.plan import occurrences as plan_queries
from models.queries.plan import versions as version_queries
from models.tables.plan import PlanVersion
from portal.pages.office.duty_edits import ProposedDuty, next_dates, proposed
from portal.pages.office.plan_files import files_of, read_folder, zipped_files
from portal.pages.office.plan_load import ADDRESS, KIND
from portal.rendering import AnyPage, Page
from portal.uploads import UploadRoute, word
from portal.visitor import AnyVisitor, Visitor, may
from rules.access import Action, Role
from rules.deadlines import local_day
from rules.office import Office
from rules.plan import Ladder, Obligation, Plan, Severity, Text
from services.files.staging import stage
from services.plan.changes import PlanChange, PlanContent, changes
from services.plan.in_force import plan_as_loaded
from services.plan.load import restore_plan
from services.units import all_units

PATH = "/quan-tri/ke-hoach/nhiem-vu"
MOST_FIELDS = 800  # units and groups are ticked one by one
LONGEST = 10_000
CHANGED_MEANWHILE = Text(
    "Kế hoạch đã có phiên bản khác từ lúc mở trang này; nội dung đã nhập còn nguyên. Hãy xem lại rồi bấm lần nữa.",
    "The plan has another version since this page was opened; what was typed is still here. Look again, then go on.",
)
GROUPS: Mapping[str, Text] = {
    "lead": Text("Cơ quan chủ trì Kế hoạch", "The lead body of the plan"),
    "departments": Text("Các sở, ban, ngành", "All departments"),
    "agencies": Text("Các cơ quan trung ương và cơ quan khác", "Central and other agencies"),
    "districts": Text("UBND các huyện, thị xã, thành phố", "All districts"),
    "disseminating": Text("Các cơ quan phổ biến thông tin thống kê", "All bodies that disseminate statistics"),
    "ministries": Text("Các bộ, ngành", "Ministries"),
    "mass_organisations": Text("Các đoàn thể", "Mass organisations"),
}


class DutyRoute(UploadRoute):
    action = Action.MANAGE
    most_fields = MOST_FIELDS
    most_plain_fields = MOST_FIELDS


router = APIRouter(prefix=PATH, route_class=DutyRoute)
SEEN = [Depends(may(Action.SEE_OFFICE))]
CHANGED = [Depends(may(Action.MANAGE))]


@dataclass(frozen=True)
class PlanInHand:
    """The version in force, to be read and edited."""

    version: PlanVersion
    plan: Plan
    files: Mapping[str, str] | None  # None: they were not kept


def in_hand(page: AnyPage) -> PlanInHand:
    with reading(page.context.engine) as session:
        version = plan_queries.current_plan(session)
        assert version is not None
        return PlanInHand(version, plan_as_loaded(session, page.context.office), files_of(session, version))


def _of_duties(office: Office) -> list[Ladder]:
    """Those a duty can name; steps after a hand-in and returns are reminded by ladders of their own."""
    every = (one for one in office.ladders.values() if not one.for_steps and not one.for_returns)
    return sorted(every, key=lambda one: one.id)


@router.get("", dependencies=SEEN)
def show_duties(page: AnyPage) -> HTMLResponse:
    hand = in_hand(page)
    with reading(page.context.engine) as session:
        changers = role_queries.names_with(session, Role.ADMINISTRATOR)
        coming = version_queries.coming(session)
    return page.render(
        "plan_edit/duties.html", plan=hand.plan, hand=hand, changers=changers, coming=coming, here="/quan-tri"
    )


@router.get("/moi", dependencies=CHANGED)
def show_new(page: AnyPage) -> HTMLResponse:
    hand = in_hand(page)
    year = str(local_day(page.now).year)
    typed = DutyFields(
        clause=str((plan_data(hand.files).get("clauses") or [""])[-1]) if hand.files else "",
        wording="yearly_before",
        when={f"{wording}.{name}": year for wording, names in WORDINGS.items() for name in names if "year" in name},
        ladder="default" if "default" in page.context.office.ladders else "",
    )
    return _form_page(page, hand, typed)


@router.post("/moi", dependencies=CHANGED)
async def add(request: Request, page: AnyPage, visitor: AnyVisitor) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_take, page, visitor, form, "")


@router.get("/{code}", dependencies=SEEN)
def show_duty(page: AnyPage, code: str) -> HTMLResponse:
    return _duty_page(page, in_hand(page), code)


@router.get("/{code}/sua", dependencies=CHANGED)
def show_changing(page: AnyPage, code: str) -> HTMLResponse:
    hand = in_hand(page)
    return _form_page(page, hand, _written(hand, code), code)


@router.post("/{code}/sua", dependencies=CHANGED)
async def change(request: Request, page: AnyPage, visitor: AnyVisitor, code: str) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_take, page, visitor, form, code)


def _written(hand: PlanInHand, code: str) -> DutyFields:
    """Raises 404."""
    entry = duty_entry(hand.files, code) if hand.files else None
    if hand.files is None or entry is None:
        raise HTTPException(404)
    quote = " ".join(str(quote_of(hand.files, code).get("quote", "")).split())
    return fields_of(entry, plan_data(hand.files), quote)


# --- what was typed ---------------------------------------------------------------------------------------------------


def _typed(form: FormData) -> DutyFields:
    names = {one.name for one in fields(DutyFields)} - {"when", "evidence", *ROLES}
    typed: dict[str, Any] = {name: normalize("NFC", word(form, name, LONGEST)) for name in names}
    lines = str(form.get("evidence", ""))[:LONGEST].splitlines()
    when = {
        f"{wording}.{name}": word(form, f"{wording}.{name}", 40) for wording in WORDINGS for name in WORDINGS[wording]
    }
    typed |= {role: tuple(str(one)[:40] for one in form.getlist(role) if one) for role in ROLES}
    evidence = "\n".join(" ".join(normalize("NFC", line).split()) for line in lines if line.strip())
    return DutyFields(**typed, evidence=evidence, when=when)


def _take(page: Page, visitor: Visitor, form: FormData, code: str) -> Response:
    hand = in_hand(page)
    if hand.files is None or (code and duty_entry(hand.files, code) is None):
        raise HTTPException(404)
    typed, asked = _typed(form), word(form, "go", 20)
    typed = replace(typed, id=code or typed.id)
    typed = _with_passage(hand.files, typed, word(form, "passage", 10), asked)
    base, words = word(form, "base", 64), word(form, "words", 200)
    if asked != "xem":
        return _form_page(page, hand, typed, code, words=words)
    if base != hand.version.sha256:
        return _form_page(page, hand, typed, code, wrong=ProposedDuty(code, wrong={"": CHANGED_MEANWHILE}))
    done = proposed(hand.files, typed, code)
    if done.folder is None:
        return _form_page(page, hand, typed, code, wrong=done, words=words)
    name = f"{'Sửa' if code else 'Thêm'} nhiệm vụ {done.id}"
    return _to_preview(page, visitor, name, done.content)


def _with_passage(files: Mapping[str, str], typed: DutyFields, number: str, asked: str) -> DutyFields:
    """With the passage that was chosen as quote, where that is wanted or none stands there yet."""
    lines = source_lines(files)
    if not (number.isdecimal() and 0 < int(number) <= len(lines)) or (typed.quote and asked != "lay"):
        return typed
    return replace(typed, quote=" ".join(lines[int(number) - 1].split()))


def _to_preview(page: Page, visitor: Visitor, name: str, content: bytes) -> Response:
    """From here on it goes the way of every new version: compared, confirmed, in force on its day."""
    with writing(page.context.engine) as session:
        id = stage(session, KIND, name, content, visitor.known.person_id, page.now)
    return RedirectResponse(page.url(f"{ADDRESS}/{id}"), 303)


def _form_page(
    page: Page,
    hand: PlanInHand,
    typed: DutyFields,
    code: str = "",
    *,
    wrong: ProposedDuty | None = None,
    words: str = "",
) -> HTMLResponse:
    today = local_day(page.now)
    with reading(page.context.engine) as session:
        units = sorted(all_units(session, today).values(), key=lambda unit: unit.name)
    known = {group for unit in units for group in unit.groups}
    named = [
        (key, GROUPS.get(key, Text(key, key))) for key in (*GROUPS, *sorted(known - GROUPS.keys())) if key in known
    ]
    return page.render(
        "plan_edit/duty_form.html",
        status_code=422 if wrong else 200,
        code=code,
        hand=hand,
        typed=typed,
        wrong=wrong.wrong if wrong else {},
        others=wrong.others if wrong else (),
        clauses=plan_data(hand.files).get("clauses") or () if hand.files else (),
        severities=list(Severity),
        ladders={one.id: one for one in _of_duties(page.context.office)},
        triggers=hand.plan.triggers,
        groups=named,
        units=[unit for unit in units if unit.dissolved_on is None or unit.key in _chosen(typed)],
        words=words,
        passages=passages(source_lines(hand.files), words) if hand.files and words else [],
        dates=next_dates(hand.plan, page.context.office.calendar, replace(typed, id=code or typed.id), today),
        kept=KEPT,
        here="/quan-tri",
    )


def _chosen(typed: DutyFields) -> set[str]:
    return {key for role in ROLES for key in typed.units(role)}


# --- one duty, and its end --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DutyVersion:
    """What a version of the plan did to a duty."""

    version: PlanVersion
    by: str
    change: PlanChange


def _duty_page(page: Page, hand: PlanInHand, code: str, problems: Sequence[Problem] = ()) -> HTMLResponse:
    with reading(page.context.engine) as session:
        history = _history(session, code)
        changers = role_queries.names_with(session, Role.ADMINISTRATOR)
    duty = next((one for one in hand.plan.obligations if one.id == code), None)
    if duty is None and not history:
        raise HTTPException(404)
    return page.render(
        "plan_edit/duty.html",
        status_code=422 if problems else 200,
        code=code,
        duty=duty,
        followers=_followers(hand.plan, code),
        hand=hand,
        history=history,
        changers=changers,
        problems=problems,
        dates=next_dates(
            hand.plan, page.context.office.calendar, DutyFields(id=code, wording=KEPT), local_day(page.now)
        ),
        here="/quan-tri",
    )


def _followers(plan: Plan, code: str) -> list[Obligation]:
    return [one for one in plan.obligations if one.follows and one.follows.deliverable == code]


def _history(session: Session, code: str) -> list[DutyVersion]:
    """The newest first."""
    told, before = list[DutyVersion](), None
    for version in reversed(plan_queries.versions(session)):
        plan = restore_plan(version)
        content = PlanContent(
            replace(plan, obligations=tuple(one for one in plan.obligations if one.id == code)), {}, {}
        )
        empty = PlanContent(replace(plan, obligations=()), {}, {})
        for one in changes(before or empty, content):
            if one.entry == "duty":
                entry = log_queries.last_about(session, f"plan:{version.id}")
                told.append(DutyVersion(version, entry.actor if entry else "", one))
        before = content
    return told[::-1]


@router.post("/{code}/thoi", dependencies=CHANGED)
async def stop(request: Request, page: AnyPage, visitor: AnyVisitor, code: str) -> Response:
    async with request.form() as form:
        return await run_in_threadpool(_stop, page, visitor, code, normalize("NFC", word(form, "reason", 300)))


def _stop(page: Page, visitor: Visitor, code: str, reason: str) -> Response:
    """With the steps that follow it: without it nobody could be asked for them."""
    hand = in_hand(page)
    if hand.files is None or duty_entry(hand.files, code) is None:
        raise HTTPException(404)
    codes = [code, *(one.id for one in _followers(hand.plan, code))]
    try:
        content = zipped_files(
            drop_duties(hand.files, codes, f"Thôi giao nhiệm vụ {code}: {reason or 'theo phiên bản mới'}")
        )
        read_folder(content)
    except CatalogueError as error:
        return _duty_page(page, hand, code, error.problems)
    except NotEditable as error:
        raise HTTPException(422) from error
    return _to_preview(page, visitor, f"Thôi nhiệm vụ {code}", content)
