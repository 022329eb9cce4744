"""The OpenAPI document: what FastAPI generates, with tokens, scopes and error answers added."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from portal.api.problems import CODES, MEDIA_TYPE, ProblemDetails

TITLE = "Kỳ Hạn API"
ABOUT = """\
Dành cho các hệ thống khác: hệ thống quản lý văn bản (iOffice), trục báo cáo quốc gia. Mọi yêu cầu mang
`Authorization: Bearer <khóa>`; mọi yêu cầu ghi mang thêm `Idempotency-Key`. Từ chối theo RFC 9457.

For other systems: document management (iOffice), the national reporting axis. Every request carries
`Authorization: Bearer <token>`, every write an `Idempotency-Key` too. Refusals follow RFC 9457.
Moments are ISO 8601 with a zone, days are days of the province. See docs/api.md.
"""
ALWAYS = (401, 403, 405, 422, 429, 503)
OF_WRITES = (400, 409, 413, 415)


def document(api: FastAPI, version: str) -> dict[str, Any]:
    if api.openapi_schema is None:
        schema = get_openapi(
            title=TITLE,
            version=version,
            description=ABOUT,
            routes=api.routes,
            servers=[{"url": "/api/v1"}],
            tags=TAGS,
        )
        _complete(schema)
        api.openapi_schema = schema
    return api.openapi_schema


TAGS = [
    {"name": "plan", "description": "Nhiệm vụ, kỳ thực hiện, đơn vị. / Obligations, occurrences, units."},
    {"name": "cases", "description": "Hồ sơ và con số. / Cases and their numbers."},
    {"name": "submissions", "description": "Văn bản đã gửi. / What was handed in."},
    {"name": "decisions", "description": "Quyết định về hồ sơ. / Decisions about a case."},
    {"name": "webhooks", "description": "Báo cho hệ thống khác. / Telling other systems."},
]


def _complete(schema: dict[str, Any]) -> None:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemDetails"] = problem
    components["responses"] = {str(status): _refusal(status) for status in sorted({code[0] for code in CODES.values()})}
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "description": "kyhan_…"}}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            _complete_operation(path, method, operation)


def _refusal(status: int) -> dict[str, Any]:
    text = "; ".join(f"`{code}`: {vi} / {en}" for code, (of, vi, en) in CODES.items() if of == status)
    answer: dict[str, Any] = {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in (429, 503):
        wait = {"description": "Đợi bao nhiêu giây. / Seconds to wait.", "schema": {"type": "integer"}}
        answer["headers"] = {"Retry-After": wait}
    return answer


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    operation["security"] = [{"token": []}]
    scope = operation.get("x-scope", "")
    operation["description"] = f"{operation.get('description', '').strip()}\n\nQuyền / Scope: `{scope}`".strip()
    refused = ALWAYS + (OF_WRITES if method != "get" else ()) + ((404,) if "{" in path or scope else ())
    for status in refused:
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = dict(sorted(operation["responses"].items()))
