"""Every write goes through here: one transaction, one effect for each Idempotency-Key, every use in the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlmodel import Session

from models.database import writing
from portal.api.caller import PREFIX, Call
from services.systems.idempotency import WriteRequest, once


def write(
    call: Call, key: str, content: Any, act: Callable[[Session], tuple[int, BaseModel | None]], place: str = ""
) -> Response:
    """`content`: the body of the request, for the fingerprint. `place`: where what was made can be read, by its id."""

    def acted(session: Session) -> tuple[int, Any]:
        status, result = act(session)
        return status, None if result is None else result.model_dump(mode="json")

    request = WriteRequest(call.system, key, call.method, call.path, content)
    with writing(call.context.engine) as session:
        answered = once(session, call.context.office, request, call.now, acted)
    headers = {"Idempotency-Replayed": "true"} if answered.repeated else {}
    if place:
        headers["Location"] = f"{PREFIX}{place.format(**answered.content)}"
    if answered.content is None:
        return Response(status_code=answered.status, headers=headers)
    return JSONResponse(answered.content, answered.status, headers)
