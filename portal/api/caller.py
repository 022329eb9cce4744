"""Authentication and permissions of API calls, checked before a body is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from models.database import reading, writing
from portal.api.pace import RateLimit
from portal.api.problems import ApiProblem, invalid
from portal.context import PortalContext
from portal.renewal import renewed
from portal.uploads import CountedRequest
from rules.intake import Intake
from rules.systems.scopes import Scope
from services.access.throttle import network_of
from services.systems import api_tokens
from services.systems.api_tokens import InvalidToken, System

PREFIX = "/api/v1"
LONGEST_TOKEN = 100
LARGEST_JSON = 64 << 10
LIST = "status"  # the one parameter that may be given several times
PROBLEMS = {"unknown": "unauthenticated", "expired": "token_expired", "revoked": "token_revoked"}


@dataclass(frozen=True)
class Gate:
    systems: RateLimit
    strangers: RateLimit  # those without a good token, by their network


class ApiRoute(APIRoute):
    """Checks token and rate limit before the body is read, and limits the body's size."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, asks = super().get_route_handler(), bool(self.dependant.query_params)

        async def known(request: Request) -> Response:
            request.state.system = await run_in_threadpool(recognise, request)
            if request.query_params and not asks:
                raise invalid(next(iter(request.query_params))[:100], "không có trường này", "there is no such field")
            if twice := _repeated_parameter(request):
                raise invalid(twice[:100], "có hai lần", "is told twice")
            return await handle(BoundedRequest(request.scope, request.receive))

        return known


def _repeated_parameter(request: Request) -> str:
    parameters = request.query_params
    return next((name for name in parameters if name != LIST and len(parameters.getlist(name)) > 1), "")


class BoundedRequest(CountedRequest):
    @property
    def intake(self) -> Intake:
        return renewed(self.app.state.portal).office.intake

    def clean(self, value: UploadFile | str) -> UploadFile | str:
        return value  # validation answers that the field is wrong

    async def body(self) -> bytes:
        if not hasattr(self, "_body"):
            read = bytearray()
            async for part in self.stream():
                read += part
                if len(read) > LARGEST_JSON:
                    raise HTTPException(413)  # any other error would be answered as malformed
            self._body = bytes(read)
        return self._body


def recognise(request: Request) -> System:
    context = renewed(request.app.state.portal)
    gate: Gate = request.app.state.gate
    try:
        system = system_of(request, context)
    except InvalidToken as error:
        _pass(gate.strangers, network_of(request.client.host if request.client else ""))
        raise ApiProblem(PROBLEMS[error.problem]) from None
    _pass(gate.systems, str(system.token_id))
    return system


def system_of(request: Request, context: PortalContext) -> System:
    """Raises InvalidToken."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.startswith(api_tokens.PREFIX) or len(token) > LONGEST_TOKEN:
        raise InvalidToken("unknown")
    now = context.clock()
    with reading(context.engine) as session:
        system = api_tokens.who(session, token, now)
    if api_tokens.is_worth_noting(system, now):
        with writing(context.engine) as session:
            api_tokens.seen(session, system, now)
    return system


def _pass(pace: RateLimit, caller: str) -> None:
    seconds = pace.wait(caller)
    if seconds:
        raise ApiProblem("too_many", headers={"Retry-After": str(ceil(seconds))})


class ScopeGuard:
    """Declared beside each route by `needs`; what concerns a unit is checked again for that unit."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    async def __call__(self, request: Request) -> None:
        system: System = request.state.system
        if self.scope not in system.scopes:
            raise ApiProblem("forbidden", f"Cần quyền {self.scope}. / The scope {self.scope} is needed.")


def needs(scope: Scope, **documented: Any) -> dict[str, Any]:
    """The dependency for a route of this scope; the OpenAPI document names the scope too."""
    guard: Callable[[Request], Awaitable[None]] = ScopeGuard(scope)
    return {"dependencies": [Depends(guard)], "openapi_extra": {"x-scope": scope.value, **documented}}


@dataclass(frozen=True)
class Call:
    """One request of a system."""

    context: PortalContext
    system: System
    now: datetime
    method: str
    path: str

    def hold_to(self, organisation_id: int | None) -> None:
        """Raises ApiProblem (not found) when the token is of another unit."""
        if not self.system.sees(organisation_id):
            raise ApiProblem("not_found")


def call_of(request: Request) -> Call:
    context = renewed(request.app.state.portal)
    return Call(context, request.state.system, context.clock(), request.method, request.url.path)


AnyCall = Annotated[Call, Depends(call_of)]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=200,
        pattern=r"^[!-~]+$",
        description="Do hệ thống gọi tự đặt, mỗi việc một khóa; gửi lại cùng khóa thì nhận đúng câu trả lời cũ. / "
        "Chosen by the caller, one for each act; sent again it gives the first answer and has no second effect.",
        examples=["ioffice-2014-000123"],
    ),
]
