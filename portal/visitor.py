"""Authentication and guards of pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.context import PortalContext
from portal.cookies import Cookie, read
from portal.renewal import renewed
from rules import access as policy
from rules.access import Action, Holding, Role
from services.access import sessions
from services.access.sessions import SEEN_EVERY, SignedInPerson
from services.access.throttle import Caller, network_of


class SignInNeeded(Exception):
    """Nobody is signed in; answered by a redirect to the sign-in page. `form`: address of the form that was sent."""

    def __init__(self, form: str = "") -> None:
        self.form = form


@dataclass(frozen=True)
class Visitor:
    known: SignedInPerson

    @property
    def name(self) -> str:
        return self.known.name

    @property
    def holdings(self) -> frozenset[Holding]:
        return self.known.holdings

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(holding.role for holding in self.holdings)

    def may(self, action: Action, organisation_id: int | None = None) -> bool:
        return policy.may(self, action, organisation_id)

    def reach(self, action: Action) -> frozenset[int] | None:
        return policy.reach(self, action)


def possible_visitor(request: Request) -> Visitor | None:
    """Whoever the session names; read for every request, so that a revoked session ends at once."""
    token = read(request, Cookie.SESSION)
    context = renewed(request.app)
    known = _visitor(context, token) if token else None
    request.state.visitor = known
    return known


def _visitor(context: PortalContext, token: str) -> Visitor | None:
    now = context.clock()
    with reading(context.engine) as session:
        known = sessions.who(session, token, now)
    if known is None:
        return None
    if now - known.seen_at > SEEN_EVERY:
        with writing(context.engine) as session:
            sessions.seen(session, known, now)
    return Visitor(known)


PossibleVisitor = Annotated[Visitor | None, Depends(possible_visitor)]


async def visitor(possible: PossibleVisitor) -> Visitor:
    if possible is None:
        raise SignInNeeded
    return possible


AnyVisitor = Annotated[Visitor, Depends(visitor)]


class Guard:
    """Declared beside each route: «Depends(may(Action.READ_BOARD))». A page about a unit checks again for that unit."""

    def __init__(self, action: Action) -> None:
        self.action = action

    async def __call__(self, visitor: AnyVisitor) -> None:
        if not visitor.may(self.action):
            raise HTTPException(403)


def may(action: Action) -> Callable[[Visitor], Awaitable[None]]:
    return Guard(action)


def caller(request: Request) -> Caller:
    address = request.client.host if request.client else ""
    return Caller(network_of(address), request.headers.get("user-agent", ""), read(request, Cookie.KNOWN)[:64])


AnyCaller = Annotated[Caller, Depends(caller)]
