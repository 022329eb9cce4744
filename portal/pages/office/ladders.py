"""Ladders of reminders drawn with the days of an occurrence, and previews of all messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException

from models.database import reading
from models.queries.messages import ladders as ladders_queries
from models.queries.messages.ladders import Dated
from models.queries.people.access import holders
from notifications.facts import Facts
from notifications.kinds import MessageKind
from notifications.render.letter import render
from notifications.render.short_form import LONGEST_SHORT, short_form
from portal.pages.door.caught_mail import FOREIGN, FRAME
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action, Role
from rules.deadlines import local_day
from rules.ladder import times
from rules.plan import Ladder, LadderStep
from services import templates
from services.delivery.samples import Fill, sample
from services.templates import LADDER

router = APIRouter(prefix="/quan-tri", dependencies=[Depends(may(Action.SEE_OFFICE))])

BACK = timedelta(days=60)
ROOM = 760, 116  # of a picture
EDGE = 40


@dataclass(frozen=True)
class Rung:
    step: LadderStep
    place: int  # working days from the due day
    x: float
    up: bool  # labels take turns above and below the line
    days: Sequence[date]  # of the occurrence looked at


@router.get("/thang")
def show_ladders(
    page: AnyPage,
    visitor: AnyVisitor,
    ky: Annotated[int | None, Query(ge=1, le=1 << 53)] = None,
    xong: Annotated[str, Query(max_length=100)] = "",
) -> HTMLResponse:
    with reading(page.context.engine) as session:
        dated = ladders_queries.with_ladder(session, local_day(page.now) - BACK)
        chosen = ky or _next(dated, local_day(page.now))
        named = ladders_queries.ladder_of(session, chosen) if chosen else None
        days = ladders_queries.step_days(session, chosen) if chosen else {}
        versions = templates.all_versions(session, LADDER)
        managers = [] if visitor.may(Action.MANAGE) else holders(session, Role.ADMINISTRATOR)
    ladders = sorted(page.context.office.ladders.values(), key=lambda one: (one.id != named, one.id))
    return page.render(
        "office/ladders.html",
        ladders=[_drawn(one, days.get(one.id, {})) for one in ladders],
        kinds={kind.value: kind.details.label for kind in MessageKind},
        dated=dated,
        chosen=next((one for one in dated if one.id == chosen), None),
        named=named,
        versions=versions,
        managers=managers,
        done=page.context.office.ladders.get(xong),
        width=ROOM[0],
        height=ROOM[1],
        edge=EDGE,
        here="/quan-tri",
    )


def _next(dated: Sequence[Dated], today: date) -> int | None:
    """The nearest that is still to come, else the latest that was."""
    return next((one.id for one in dated if one.target_day >= today), dated[-1].id if dated else None)


def _drawn(ladder: Ladder, days: dict[str, list[date]]) -> tuple[Ladder, list[Rung], float]:
    placed = rungs(ladder, days)
    return ladder, placed, zero(placed)


def rungs(ladder: Ladder, days: dict[str, list[date]]) -> list[Rung]:
    """The steps in their order; the due day stands at `zero` of the same scale."""
    steps = sorted((one for step in ladder.steps for one in times(step)), key=lambda one: (one.offset, one.level))
    first, last = min(-1, *(one.offset for one in steps)), max(1, *(one.offset for one in steps))
    width = (ROOM[0] - 2 * EDGE) / (last - first)
    return [
        Rung(step, step.offset, round(EDGE + (step.offset - first) * width, 1), number % 2 == 0, days.get(step.id, ()))
        for number, step in enumerate(steps)
    ]


def zero(rungs: Sequence[Rung]) -> float:
    """Horizontal position of the due day in the drawing."""
    first, last = min(-1, *(one.place for one in rungs)), max(1, *(one.place for one in rungs))
    return round(EDGE - first * (ROOM[0] - 2 * EDGE) / (last - first), 1)


# --- what each message says -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SampleChoice:
    kind: MessageKind
    case: int | None
    fill: Fill


def read_sample(
    loai: MessageKind = MessageKind.REMINDER,
    ho_so: Annotated[int | None, Query(ge=1, le=1 << 53)] = None,
    muc: Fill = Fill.REAL,
) -> SampleChoice:
    return SampleChoice(loai, ho_so, muc)


SampleParam = Annotated[SampleChoice, Depends(read_sample)]


@router.get("/mau-thu")
def show_letters(page: AnyPage, choice: SampleParam) -> HTMLResponse:
    facts = _facts(page, choice)
    short = None if choice.kind.details.mail_only else short_form(choice.kind, facts)
    return page.render(
        "office/letters.html",
        choice=choice,
        kinds=[(kind.value, kind.details.label) for kind in MessageKind],
        fills=list(Fill),
        rendered=render(choice.kind, facts),
        short=short,
        limit=LONGEST_SHORT,
        case=_case_of(facts) or choice.case,
        here="/quan-tri",
    )


def _case_of(facts: Facts) -> int | None:
    items = getattr(facts, "items", ())
    return items[0].case_id if items else None


@router.get("/mau-thu/noi-dung")
def show_letter_content(page: AnyPage, choice: SampleParam) -> HTMLResponse:
    html = render(choice.kind, _facts(page, choice)).html
    return HTMLResponse(FRAME + html, headers={"Content-Security-Policy": FOREIGN})


def _facts(page: Page, choice: SampleChoice) -> Facts:
    with reading(page.context.engine) as session:
        facts = sample(session, page.context.office, choice.kind, choice.case, choice.fill, page.now)
    if facts is None:
        raise HTTPException(404)
    return facts
