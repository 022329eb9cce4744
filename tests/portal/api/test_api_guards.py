"""Every route of the API asks for its scope, and no unit's token reaches anything of another unit by any id."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from every_route import Route, every_route
from sqlmodel import col, select
from systems import API, OF_A_UNIT, System, a_copy
from test_guards import names_of_others, unit_id

from models.database import reading
from models.tables.api import Webhook
from models.tables.cases import Case
from models.tables.log import LogEntry
from models.tables.organisations import Organisation
from models.tables.plan import Occurrence
from models.tables.submissions import Submission, SubmissionFile
from portal.api.caller import ScopeGuard
from portal.context import PortalContext
from rules.api import Scope

TEXT = ("bieu.txt", "biểu".encode(), "text/plain")
UNITS = ("SYT", "STC")

# what is sent to each route that changes something; «{…}» is any id there is
SENT = {
    "POST /submissions": {
        "data": {"unit": "{unit}", "obligation": "I5-CALENDAR", "period": "2014", "document_number": "1"},
        "files": [("files", TEXT)],
    },
    "POST /cases/{case_id}/submissions": {"data": {"document_number": "2"}, "files": [("files", TEXT)]},
    "POST /cases/{case_id}/nothing-to-report": {"json": {"by": "Hùng", "reason": "Không có"}},
    "POST /cases/{case_id}/decisions": {"json": {"kind": "waive", "by": "Lan", "reason": "Thử", "seen": 0}},
    "POST /webhooks": {"json": {"url": "https://hook.example.vn/x", "kinds": ["case.decided"]}},
    "POST /webhooks/{id}/enable": {},
    "POST /webhooks/{id}/ping": {},
}
OF_EVERYBODY = {"/obligations", "/obligations/{code}", "/occurrences", "/occurrences/{id}"}  # what the plan says


@pytest.fixture(scope="module")
def context(context: PortalContext, tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """With a document of each of two units in it."""
    own = a_copy(context, tmp_path_factory.mktemp("guarded"), api_per_minute=10**9)
    for unit in UNITS:
        told = {"unit": unit, "obligation": "I5-CALENDAR", "period": "2014", "document_number": f"9/{unit}"}
        sent = System(own, unit=unit).post("/submissions", data=told, files=[("files", TEXT)])
        assert sent.status_code == 201, sent.text
        assert asked(System(own, unit=unit), "POST /webhooks", "").status_code == 201
    return own


def routes(context: PortalContext) -> list[tuple[str, Route]]:
    """«GET /cases/{case_id}» and its route."""
    found = [route for route in every_route(context) if route.path.startswith(API) and "openapi" not in route.path]
    return sorted(
        (f"{method} {route.path.removeprefix(API)}", route) for route in found for method in sorted(route.methods)
    )


def scope_of(route: Route) -> Scope:
    (scope,) = [call.scope for call in route.asks if isinstance(call, ScopeGuard)]
    return scope


def ids(context: PortalContext) -> dict[str, list[str]]:
    with reading(context.engine) as session:
        every = {
            "case_id": select(Case.id),
            "id of submissions": select(Submission.id),
            "id of files": select(SubmissionFile.id),
            "id of occurrences": select(Occurrence.id).limit(3),
            "id of webhooks": select(Webhook.id),
            "unit": select(Organisation.key),
        }
        found = {name: [str(item) for item in session.exec(query)] for name, query in every.items()}
    return found | {"code": ["I5-CALENDAR"]}


def owned(context: PortalContext, unit: str) -> dict[str, list[str]]:
    own = unit_id(context, unit)
    of_own = select(Submission.id).join(Case, col(Case.id) == Submission.case_id).where(Case.organisation_id == own)
    with reading(context.engine) as session:
        every = {
            "case_id": select(Case.id).where(Case.organisation_id == own),
            "id of submissions": of_own,
            "id of files": select(SubmissionFile.id).where(col(SubmissionFile.submission_id).in_(of_own)),
            "id of webhooks": select(Webhook.id).where(Webhook.organisation_id == own),
        }
        found = {name: [str(item) for item in session.exec(query)] for name, query in every.items()}
    return found | {"unit": [unit]}


def place_of(request: str) -> str | None:
    """Which kind of id its address, or what is sent, holds."""
    name = re.search(r"\{(\w+)\}", request + json.dumps(SENT.get(request, {}), default=str))
    if name is None:
        return None
    return f"id of {request.split('/')[1]}" if name[1] == "id" else name[1]


def asked(system: System, request: str, id: str):
    method, _, path = request.partition(" ")
    filled = re.sub(r"\{\w+\}", id, path)
    if method == "GET":
        return system.get(filled)
    if method == "DELETE":
        return system.delete(filled)
    sent = dict(SENT[request])
    if "data" in sent:
        sent["data"] = {key: value.replace("{unit}", id) for key, value in sent["data"].items()}
    return system.post(filled, **sent)


def everything(context: PortalContext) -> Iterator[tuple[str, list]]:
    """What a write of the API could change, but the notes that a token was used."""
    with reading(context.engine) as session:
        for kind in (Case, Submission, SubmissionFile, Webhook):
            yield kind.__name__, [row.model_dump() for row in session.exec(select(kind).order_by(kind.id))]
        kept = ("api.token", "file.read")
        yield "log", [row.seq for row in session.exec(select(LogEntry)) if row.action not in kept]


# --- scopes ---------------------------------------------------------------------------------------------------------


def test_every_route_needs_exactly_one_scope(context: PortalContext):
    assert {request: scope_of(route) for request, route in routes(context)}
    assert {request for request, _ in routes(context) if not request.startswith(("GET", "DELETE"))} == set(SENT)


@pytest.mark.parametrize("scope", list(Scope))
def test_a_token_is_let_through_exactly_where_its_scope_says(context: PortalContext, scope: Scope):
    system = System(context, scope)
    answers = {request: asked(system, request, "999999").status_code for request, _ in routes(context)}
    print(scope.value, answers)
    assert {request for request, status in answers.items() if status != 403} == {
        request for request, route in routes(context) if scope_of(route) is scope
    }
    assert max(answers.values()) < 500
    assert 401 not in answers.values()


# --- two units ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", UNITS)
def test_the_token_of_a_unit_reaches_nothing_of_another_by_any_id(context: PortalContext, unit: str):
    """Walks every route with every id there is and prints how many of them answered what."""
    foreign, every, own = names_of_others(context, unit), ids(context), owned(context, unit)
    system, before, matrix = System(context, unit=unit), dict(everything(context)), {}
    for request, route in routes(context):
        kind = place_of(request)
        if kind is None and not request.startswith("GET"):
            continue  # it names nothing that could be another's
        strange = [id for id in every[kind] if id not in own.get(kind, ())] if kind else [""]
        answers = [asked(system, request, id) for id in strange]
        statuses = {answer.status_code for answer in answers}
        matrix[request] = f"{len(answers)} asked, answered {sorted(statuses)}"
        told = "".join(answer.text for answer in answers)
        assert not {name for name in foreign if re.search(rf"\b{re.escape(name)}\b", told)}, request
        if kind and request.partition(" ")[2] not in OF_EVERYBODY:
            assert strange, request
            assert statuses == ({404} if scope_of(route) in OF_A_UNIT else {403}), matrix[request]
    print(unit, json.dumps(matrix, indent=1))
    assert dict(everything(context)) == before
