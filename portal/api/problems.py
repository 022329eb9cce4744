"""Error answers in the format of RFC 9457, in Vietnamese and English; none repeats what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from models.database import is_away
from services.errors import Refused
from services.files.free_space import is_no_room
from services.systems.idempotency import KeyUsed

MEDIA_TYPE = "application/problem+json"

# code: (status, Vietnamese, English)
CODES: Mapping[str, tuple[int, str, str]] = {
    "broken": (400, "Yêu cầu bị đứt hoặc sai dạng, chưa ghi gì", "Cut or malformed; nothing was recorded"),
    "unauthenticated": (401, "Cần khóa truy cập còn hiệu lực", "A valid token is needed"),
    "token_expired": (401, "Khóa truy cập đã hết hạn", "The token has expired"),
    "token_revoked": (401, "Khóa truy cập đã bị thu hồi", "The token was revoked"),
    "forbidden": (403, "Khóa này không có quyền làm việc đó", "This token may not do that"),
    "not_found": (404, "Không tìm thấy", "Not found"),
    "method": (405, "Địa chỉ này không nhận phương thức đó", "Method not allowed here"),
    "meanwhile": (409, "Hồ sơ đã thay đổi từ khi được đọc, chưa ghi gì", "The case has changed since it was read"),
    "standing": (409, "Tình trạng hồ sơ lúc này không cho phép", "The case does not allow that as it stands"),
    "too_large": (413, "Nội dung gửi lên quá lớn", "Too large"),
    "media_type": (415, "Kiểu nội dung không được nhận", "Media type not taken"),
    "invalid": (422, "Yêu cầu chưa đúng", "The request is not valid"),
    "files": (422, "Có tệp không được nhận, chưa ghi gì", "A file is not taken; nothing was recorded"),
    "key_used": (422, "Khóa chống lặp đã dùng cho yêu cầu khác", "The Idempotency-Key came with another request"),
    "too_many": (429, "Gọi quá nhanh, hãy đợi", "Too many requests, please wait"),
    "fault": (500, "Lỗi của hệ thống, chưa ghi gì; đã báo người vận hành", "A fault of ours; nothing was recorded"),
    "no_room": (507, "Máy chủ hết chỗ lưu, chưa ghi gì; hãy gửi lại sau", "No room left; nothing was recorded"),
    "busy": (503, "Cơ sở dữ liệu đang bận, hãy gửi lại", "The database is busy, please send again"),
}
OF_STATUS = {400: "broken", 403: "forbidden", 404: "not_found", 405: "method", 413: "too_large", 415: "media_type"}

# kind of a validation error: what to tell
WRONG: Mapping[str, tuple[str, str]] = {
    "missing": ("bắt buộc", "is required"),
    "extra_forbidden": ("không có trường này", "there is no such field"),
    "enum": ("không thuộc các giá trị cho phép", "is not one of the allowed values"),
    "literal_error": ("không thuộc các giá trị cho phép", "is not one of the allowed values"),
    "string_too_short": ("quá ngắn", "is too short"),
    "string_too_long": ("quá dài", "is too long"),
    "string_pattern_mismatch": ("sai dạng hoặc có ký tự không được nhận", "has the wrong form"),
    "int_parsing": ("cần số nguyên", "must be a whole number"),
    "int_type": ("cần số nguyên", "must be a whole number"),
    "json_invalid": ("không phải JSON", "is not JSON"),
    "timezone_aware": ("cần có múi giờ, ví dụ +07:00", "needs a time zone, such as +07:00"),
}
DATES = ("cần ngày dạng 2014-03-20", "must be a date such as 2014-03-20")
MOMENTS = ("cần thời điểm dạng 2014-03-20T08:00:00+07:00", "must be a moment such as 2014-03-20T08:00:00+07:00")
OTHER = ("giá trị không hợp lệ", "is not valid")


class WrongField(BaseModel):
    field: str = Field(examples=["until"])
    message: str = Field(examples=["bắt buộc / is required"])


class ConcurrentChange(BaseModel):
    seq: int
    at: str
    by: str
    action: str = Field(examples=["case.accept"])
    details: dict[str, Any]


class ProblemDetails(BaseModel):
    """RFC 9457. `code` says which it is, for programs; title and detail are for people, Vietnamese first."""

    type: str = Field(examples=["urn:kyhan:problem:not_found"])
    code: str = Field(examples=["not_found"])
    title: str = Field(examples=["Không tìm thấy / Not found"])
    status: int = Field(examples=[404])
    detail: str = ""
    errors: list[WrongField] = Field(default_factory=list, description="Which fields are wrong.")
    meanwhile: list[ConcurrentChange] = Field(
        default_factory=list, description="With `meanwhile`: what happened to the case since it was read, newest first."
    )


@dataclass
class ApiProblem(Exception):
    code: str
    detail: str = ""
    errors: Sequence[tuple[str, str]] = ()  # (field, message)
    headers: Mapping[str, str] | None = None
    meanwhile: Sequence[ConcurrentChange] = ()


def invalid(field: str, vi: str, en: str) -> ApiProblem:
    return ApiProblem("invalid", errors=[(field, f"{vi} / {en}")])


def answer(problem: ApiProblem) -> JSONResponse:
    status, vi, en = CODES[problem.code]
    details = ProblemDetails(
        type=f"urn:kyhan:problem:{problem.code}",
        code=problem.code,
        title=f"{vi} / {en}",
        status=status,
        detail=problem.detail,
        errors=[WrongField(field=field, message=message) for field, message in problem.errors],
        meanwhile=list(problem.meanwhile),
    )
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    content = details.model_dump(mode="json")
    return JSONResponse(content, status, {**headers, **(problem.headers or {})}, media_type=MEDIA_TYPE)


def from_pydantic(errors: Iterable[Mapping[str, Any]], shown: int = 20) -> ApiProblem:
    fields = [(_field(error["loc"]), " / ".join(_wrong(str(error["type"])))) for error in errors]
    return ApiProblem("invalid", errors=fields[:shown])


def _field(place: Sequence[Any]) -> str:
    """Name of the field without «body» or «query», cut to the length of a name."""
    names = [str(part) for part in place if part not in ("body", "query", "path", "header")]
    return ".".join(names)[:100] or "body"


def _wrong(kind: str) -> tuple[str, str]:
    if kind in WRONG:
        return WRONG[kind]
    if kind.startswith("date_"):
        return DATES
    return MOMENTS if kind.startswith("datetime_") else OTHER


def add_handlers(api: FastAPI) -> None:
    api.add_exception_handler(ApiProblem, _own)
    api.add_exception_handler(RequestValidationError, _validation)
    api.add_exception_handler(ValidationError, _validation)
    api.add_exception_handler(HTTPException, of_the_framework)
    api.add_exception_handler(KeyUsed, _key_used)
    api.add_exception_handler(Refused, _refused)
    for kind in (OperationalError, InterfaceError, PoolTimeout):
        api.add_exception_handler(kind, _busy)
    api.add_exception_handler(ClientDisconnect, _gone)
    api.add_exception_handler(Exception, _fault)


def _own(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiProblem)
    return answer(error)


def _validation(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError | ValidationError)
    return answer(from_pydantic(error.errors()))


def of_the_framework(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return answer(ApiProblem(OF_STATUS.get(error.status_code, "broken"), headers=error.headers))


def _key_used(_: Request, error: Exception) -> JSONResponse:
    return answer(ApiProblem("key_used", str(error)))


def _refused(_: Request, error: Exception) -> JSONResponse:
    return answer(ApiProblem("invalid", str(error)))


def _fault(_: Request, error: Exception) -> JSONResponse:
    """Answer to an unexpected error, which the server still logs in full."""
    return answer(ApiProblem("no_room" if is_no_room(error) else "fault"))


def _gone(_: Request, error: Exception) -> JSONResponse:  # noqa: ARG001
    """Answer to a connection that was cut: nobody reads it, but it must not be logged as an error."""
    return answer(ApiProblem("broken"))


def _busy(_: Request, error: Exception) -> JSONResponse:
    if is_no_room(error):
        return answer(ApiProblem("no_room"))
    if not is_away(error):
        raise error  # a statement of ours is wrong: as loud as any fault
    return answer(ApiProblem("busy", headers={"Retry-After": "5"}))
