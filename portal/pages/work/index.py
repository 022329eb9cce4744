"""What waits for a person: the lists at a glance, and what units ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated
from unicodedata import normalize

from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.exceptions import HTTPException

from models.database import reading, writing
from models.queries.cases import worklist as worklist_queries
from portal.pages.work.walk import decided_by
from portal.parameters import LARGEST_ID
from portal.rendering import AnyPage, Page
from portal.visitor import AnyVisitor, may
from rules.access import Action
from services.cases import requests
from services.cases.case_file import tell
from services.errors import Refused
from services.operations.watch import findings
from services.views import inbox
from services.views.open_steps import grouped, late_lines
from services.views.waiting_tables import waiting_tables
from services.views.worklist import LISTS, OF_CASES

router = APIRouter(prefix="/viec", dependencies=[Depends(may(Action.SEE_WORK))])

Words = Annotated[str, Form(max_length=4000)]
Word = Annotated[str, Form(max_length=300)]
ChosenRows = Annotated[list[int] | None, Form()]
Done = Annotated[int, Query(ge=0, le=10_000)]
Problem = tuple[str, Refused]  # what it was about, and why not
MOST = 200  # at once
SHOWN = 8  # cases of each list on the page of all lists
LATELY = (
    *("case.extend", "case.nil_return", "case.refuse_request", "letter.signed", "letter.issued", "letter.dropped"),
    *("message.retry", "message.give_up", "mail.assigned", "mail.laid_aside", "address.revived", "person.corrected"),
    *("channel.resume", "events.seen"),
)


def work_page(page: Page, template: str, *, problems: Sequence[Problem] = (), **facts: object) -> HTMLResponse:
    """A list; status 409 when an action on it was refused."""
    shared = {"lists": LISTS, "count": 0, "here": "/viec", **facts}
    return page.render(template, status_code=409 if problems else 200, problems=problems, **shared)


def ids(chosen: Iterable[int] | None) -> list[int]:
    known = list(dict.fromkeys(id for id in chosen or () if 0 < id <= LARGEST_ID))
    if len(known) > MOST:
        raise HTTPException(422)
    return known


def one_by_one(
    page: Page, chosen: Sequence[int], called: Callable[[int], str], act: Callable[[Session, int], object]
) -> list[Problem]:
    """Runs each in its own transaction, so that one refusal does not stop the others."""
    problems: list[Problem] = []
    for id in chosen:
        try:
            with writing(page.context.engine) as session:
                act(session, id)
        except Refused as error:
            problems.append((called(id), error))
    return problems


def acted(page: Page, path: str, count: int) -> RedirectResponse:
    return RedirectResponse(page.url(path, xong=count), 303)


def tidy(text: str) -> str:
    return normalize("NFC", text.strip())


@router.get("")
def show_work(page: AnyPage, visitor: AnyVisitor) -> HTMLResponse:
    with reading(page.context.engine) as session:
        wrong = findings(session, page.context.office, page.now) if visitor.may(Action.TEND) else []
        lately = [tell(entry) for entry in worklist_queries.last_done(session, LATELY, 12)]
        office, decides = page.context.office, visitor.may(Action.DECIDE)
        cases = [(item, inbox.waiting(session, office, page.now, item)) for item in OF_CASES.values() if decides]
        decided = decided_by(session, page, visitor)
    lately = [entry for entry in lately if entry.actor != "kyhan"]
    return work_page(page, "work/index.html", findings=wrong, lately=lately, cases=cases, most=SHOWN, decided=decided)


@router.get("/ho-so/{slug}", dependencies=[Depends(may(Action.DECIDE))])
def show_cases(page: AnyPage, slug: str) -> HTMLResponse:
    item = OF_CASES.get(slug)
    if item is None:
        raise HTTPException(404)
    with reading(page.context.engine) as session:
        lines = inbox.waiting(session, page.context.office, page.now, item)
    return work_page(page, "work/inbox.html", item=item, lines=lines)


@router.get("/buoc", dependencies=[Depends(may(Action.DECIDE))])
def show_steps(page: AnyPage) -> HTMLResponse:
    with reading(page.context.engine) as session:
        groups = grouped(late_lines(session, page.context.office, page.now))
    return work_page(page, "work/steps.html", groups=groups)


@router.get("/bang", dependencies=[Depends(may(Action.DECIDE))])
def show_tables(page: AnyPage) -> HTMLResponse:
    with page.context.in_turn(), reading(page.context.engine) as session:
        tables = waiting_tables(session, page.context.office, page.now)
    return work_page(page, "content/waiting.html", tables=tables)


# --- what units ask for -----------------------------------------------------------------------------------------------

DECIDES = [Depends(may(Action.DECIDE))]


@router.get("/de-nghi", dependencies=DECIDES)
def show_requests(page: AnyPage, xong: Done = 0) -> HTMLResponse:
    return _requests(page, count=xong)


def _requests(page: Page, **extra: object) -> HTMLResponse:
    with reading(page.context.engine) as session:
        waiting = requests.waiting_requests(session, page.now)
    facts = {"chosen": [], "viec": "", "reason": "", **extra}
    return work_page(page, "work/requests.html", waiting=waiting, **facts)  # type: ignore[arg-type]


@router.post("/de-nghi", dependencies=DECIDES)
def decide_requests(
    page: AnyPage, visitor: AnyVisitor, chon: ChosenRows = None, viec: Word = "", reason: Words = ""
) -> Response:
    if viec not in ("grant", "refuse"):
        raise HTTPException(422)
    chosen, reason = ids(chon), tidy(reason)
    with reading(page.context.engine) as session:
        names = {item.id: f"{item.unit_name}, {item.short}" for item in requests.waiting_requests(session, page.now)}

    def act(session: Session, id: int) -> object:
        office = page.context.office
        return requests.decide(session, office, id, viec == "grant", visitor.name, reason, page.now)

    problems = one_by_one(page, chosen, lambda id: names.get(id, ""), act)
    if problems:
        extra = {"chosen": chosen, "viec": viec, "reason": reason, "count": len(chosen) - len(problems)}
        return _requests(page, problems=problems, **extra)
    return acted(page, "/viec/de-nghi", len(chosen))
