"""An attacker's script: every route, as everybody, with identifiers of every unit; 0 findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pytest
from every_route import every_route
from route_forms import UNPROVEN, page_form, sent_to_api, sent_to_page
from route_table import API, BY_LINK, EVERY_UNIT, OF_ALL_UNITS, OPEN, PAGES
from route_walk import ANY, FORM_COOKIE, MALFORMED, NONE, Caller, Walk, addresses, kinds_of, malformed
from sqlmodel import select
from systems import OF_A_UNIT, a_token
from two_units import INTERNAL, OTHER, OWN, address, marker, two_units, whole
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, LEADER

from models.database import writing
from models.tables.people import Person
from portal.forms import ELSEWHERE, FIELD, HEADER
from portal.pages.unit.answer import mark_of
from rules.access import Role
from rules.systems.scopes import Scope

BROWSER = {"Cookie": f"kyhan_form={FORM_COOKIE}; kyhan_session=made-up"}  # not signed in

# what reading leaves behind: who fetched a file with names in it, and that a message was read
FETCHED, READ = frozenset({"log_entry"}), frozenset({"case_message"})
NOTED = {
    "GET /ho-so/{case_id}": READ,
    "GET /tep/{file_id}": FETCHED,
    "GET /don-doc/xlsx": FETCHED,
    "GET /viec/cong-van/{draft}/tep": FETCHED,
    "GET /viec/cong-van/{draft}/pdf": FETCHED,
    "GET /viec/van-ban/{document}/tep": FETCHED,
    "GET /viec/van-ban/{document}/pdf": FETCHED,
    "GET /viec/cong-van/{draft}/ban-ky/{copy}": FETCHED,
    "GET /viec/thu-den/{mail}/goc": FETCHED,
    "GET /viec/thu-den/{mail}/tep/{number}": FETCHED,
    "GET /quan-tri/nguoi/xuat": FETCHED,
    "GET /quan-tri/nhat-ky/xuat/{name}": FETCHED,
    "GET /api/v1/files/{id}": FETCHED,
    "GET /api/v1/files/{id}/marked": FETCHED,
    "GET /tep/{file_id}/nhan-xet": FETCHED,
}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("portal.api.app.STRANGERS_PER_MINUTE", 10**9)
        walk = Walk(two_units(tmp_path_factory.mktemp("attacked")))
    yield walk
    print(f"\n{walk}")
    walk.close()


@pytest.fixture(scope="module")
def people(walk: Walk) -> list[Caller]:
    office = {COORDINATOR: Role.COORDINATOR, LEADER: Role.LEADER, ADMINISTRATOR: Role.ADMINISTRATOR}
    found = [walk.person(email, role) for email, role in (office | {AUDITOR: Role.AUDITOR}).items()]
    for unit in (OWN, OTHER):
        found += [walk.person(address(unit, role), Role(role), unit) for role in ("focal_point", "head", "deputy")]
    walk.database.remember()
    return found


@pytest.fixture(scope="module")
def nobody() -> Caller:
    return Caller("nobody", BROWSER)


def no_findings(walk: Walk) -> None:
    """Told in whole; the next test begins with none."""
    found, walk.findings = list(dict.fromkeys(map(str, walk.findings))), []
    assert not found, f"{len(found)} findings:\n" + "\n".join(found)


def may(caller: Caller, request: str, owners: frozenset[str], session: bool) -> bool:
    """As the table says it."""
    if caller.role not in PAGES[request]:
        return False
    if session or caller.role not in EVERY_UNIT:
        return owners <= {OWN if session else caller.unit}
    return len(owners) < 2


# --- declared -------------------------------------------------------------------------------------------------------


def test_the_table_knows_every_route(walk: Walk) -> None:
    requests = {f"{method} {route.path}" for route in every_route(walk.place.context) for method in route.methods}
    paths = {route.path for route in every_route(walk.place.context)}
    assert {request for request in requests if request.split()[1] not in OPEN} == set(PAGES) | set(API)
    assert paths >= OPEN


# --- people ---------------------------------------------------------------------------------------------------------


def test_everybody_gets_what_the_table_says_and_nothing_of_another_unit(walk: Walk, people: list[Caller]) -> None:
    for caller in people:
        strange = next(one.session for one in people if one is not caller and one.unit == OTHER)
        for request in PAGES:
            method, _, path = request.partition(" ")
            session = "session" in kinds_of(path).values()
            for there in addresses(walk.place, path, caller.session, strange):
                allowed = may(caller, request, there.owners, session)
                tables = ANY if method == "POST" else NOTED.get(request, NONE)
                sent = sent_to_page(walk.place, caller, request, there.owners)
                walk.ask(caller, request, there.path, allowed, tables, **sent)
    no_findings(walk)
    assert walk.words == {marker(OWN), marker(OTHER), INTERNAL}  # there was something to be found
    pressed = {request for request in walk.effects if request.startswith("POST")}
    assert len(pressed) > 20, f"too few buttons did anything: {sorted(pressed)}"


def test_identifiers_in_a_form_are_held_to_the_unit_too(walk: Walk, people: list[Caller]) -> None:
    own, other = walk.place.own, walk.place.other
    forms = {
        "POST /ho-so/{case_id}/nop": (f"/ho-so/{own['case_id']}/nop", "tai_len", whole(OWN), whole(OTHER)),
        "POST /don-vi/{key}/vang-mat": ("/don-vi/SYT/vang-mat", "person", own["person"], other["person"]),
    }
    for caller in (one for one in people if one.role is Role.FOCAL_POINT and one.unit == OWN):
        for request, (path, name, good, foreign) in forms.items():
            form = page_form(walk.place, request) | {FIELD: caller.form_key}
            walk.ask(caller, request, path, True, ANY, data=form | {name: good})
            assert request in walk.effects
            walk.ask(caller, request, path, None, data=form | {name: foreign})
    no_findings(walk)


def test_what_is_open_to_everybody_tells_nothing_of_a_unit(walk: Walk, people: list[Caller], nobody: Caller) -> None:
    for path in sorted(OPEN - BY_LINK - {"/lich/{secret}.ics"}):  # those by a secret: below
        for method in ("GET", "HEAD", "OPTIONS"):
            for caller in (nobody, people[4]):
                walk.ask(caller, f"{method} {path}", next(addresses(walk.place, path)).path, None)
    no_findings(walk)


def test_nobody_gets_anywhere_but_to_the_sign_in_page(walk: Walk, nobody: Caller) -> None:
    for request in [*PAGES, *API]:
        for there in addresses(walk.place, request.partition(" ")[2], "1", "1"):
            walk.ask(nobody, request, there.path, False, **sent_to_page(walk.place, nobody, request, there.owners))
    no_findings(walk)


def test_made_up_people_are_nobody_once_a_real_one_holds_a_post(walk: Walk, people: list[Caller]) -> None:
    with writing(walk.place.context.engine) as session:
        session.exec(select(Person).where(Person.email == COORDINATOR)).one().example = False
    walk.database.remember()
    for caller in people[1:]:  # the first is the real one
        ended = replace(caller, name=f"made-up {caller.name}", role=None, unit=None)
        for request in PAGES:
            there = next(addresses(walk.place, request.partition(" ")[2], caller.session, "1"))
            walk.ask(ended, request, there.path, False, **sent_to_page(walk.place, caller, request, there.owners))
    with writing(walk.place.context.engine) as session:
        session.exec(select(Person).where(Person.email == COORDINATOR)).one().example = True
    walk.database.remember()
    no_findings(walk)


# --- forms of other sites -------------------------------------------------------------------------------------------


def test_no_form_of_another_site_is_taken(walk: Walk, people: list[Caller], nobody: Caller) -> None:
    """In every way as one who may press the button, without a key as everybody; identifiers of both units."""
    forms = {request for request in PAGES if request.startswith("POST")}
    forms |= {f"POST {route.path}" for route in every_route(walk.place.context) if "POST" in route.methods} - set(API)
    hooks = {request for request in forms if "/hooks/" in request}
    for request in sorted(forms - hooks):
        path, tried = request.partition(" ")[2], False
        for caller in [nobody, *people]:
            for there in addresses(walk.place, path, caller.session or "1", "1"):
                if path in OPEN or may(caller, request, there.owners, "session" in kinds_of(path).values()):
                    _forge(walk, caller, request, there.path, ["no key"] if tried else list(UNPROVEN))
                    tried = True
                elif len(there.owners) < 2:
                    walk.ask(caller, request, there.path, False, data={"text": "Chào"})
    no_findings(walk)


def _forge(walk: Walk, caller: Caller, request: str, path: str, ways: Iterable[str]) -> None:
    """Who may press the button is told that the form was none of ours."""
    form = page_form(walk.place, request)
    key = mark_of(path.split("/")[2]) if path.startswith("/tra-loi") else caller.form_key
    for how in ways:
        answer = walk.ask(caller, request, path, False, **UNPROVEN[how](form, key))
        if answer.status_code != ELSEWHERE:
            walk.note(caller, "POST", path, f"with {how}: answered {answer.status_code}")


def test_the_hooks_keep_nothing_that_is_not_sealed(walk: Walk, nobody: Caller) -> None:
    for path in ("/hooks/zalo/oa", "/hooks/zalo/bot"):
        for seal in ({}, {"X-ZEvent-Signature": "mac=" + "0" * 64}, {"X-Bot-Api-Secret-Token": "guessed"}):
            tables = frozenset({"log_entry"})  # that forgeries came
            walk.ask(nobody, f"POST {path}", path, False, tables, json={}, headers=seal)
    no_findings(walk)


# --- reading --------------------------------------------------------------------------------------------------------


def test_no_method_but_the_declared_ones_does_anything(walk: Walk, people: list[Caller]) -> None:
    """HEAD and OPTIONS are asked as somebody who may read; what a form writes, no other method writes."""
    methods = {path: {request.split()[0] for request in PAGES if request.split()[1] == path} for path in paths(PAGES)}
    for path, known in methods.items():
        for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
            for caller in somebody(people, f"{min(known)} {path}"):
                key = {FIELD: caller.form_key, "_method": "POST"}
                headers = {"X-HTTP-Method-Override": "POST", "X-HTTP-Method": "POST", HEADER: caller.form_key}
                there = next(addresses(walk.place, path, caller.session, "1"))
                request = f"{method} {path}"
                tables = NOTED.get(request, NONE)
                walk.ask(caller, request, there.path, None, tables, params=key, headers=headers)
    no_findings(walk)


def paths(table: Mapping[str, object]) -> list[str]:
    return sorted({request.partition(" ")[2] for request in table})


def somebody(people: list[Caller], request: str) -> list[Caller]:
    """One who may, where anybody may."""
    return [one for one in people if one.unit != OTHER and one.role in PAGES[request]][:1]


# --- other systems --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def systems(walk: Walk) -> list[tuple[Caller, Scope]]:
    """A token for each scope there is: of the office, and where it can be one of a unit, of Sở Y tế."""
    found = []
    for scope in Scope:
        for unit in (None, OWN) if scope in OF_A_UNIT else (None,):
            token = a_token(walk.place.context, scope, unit=unit)
            name = f"token of {unit or 'the office'} for {scope}"
            found.append((Caller(name, {"Authorization": f"Bearer {token}"}, unit=unit), scope))
    walk.database.remember()
    return found


def test_a_system_gets_what_its_scope_says_and_nothing_of_another_unit(
    walk: Walk, systems: list[tuple[Caller, Scope]]
) -> None:
    for caller, scope in systems:
        for request, needed in API.items():
            path = request.partition(" ")[2]
            for there in addresses(walk.place, path):
                allowed = scope is needed and there.owners <= {caller.unit or OWN, OWN if caller.unit else OTHER}
                allowed = allowed and not (caller.unit and request in OF_ALL_UNITS)
                unit = OTHER if OTHER in there.owners else OWN
                walk.ask(caller, request, there.path, allowed, tables_of(request), **sent_to_api(request, unit))
    no_findings(walk)


def test_a_cookie_opens_nothing_of_the_api_and_a_token_no_page(
    walk: Walk, people: list[Caller], systems: list[tuple[Caller, Scope]]
) -> None:
    for request in API:
        there = next(addresses(walk.place, request.partition(" ")[2]))
        for caller in people:
            walk.ask(caller, request, there.path, False, **sent_to_api(request, OWN))
    for request in PAGES:
        there = next(addresses(walk.place, request.partition(" ")[2], "1", "1"))
        for caller, _ in systems[:2]:
            walk.ask(caller, request, there.path, False, **sent_to_page(walk.place, caller, request, there.owners))
    no_findings(walk)


def test_a_spoilt_identifier_is_no_fault_and_opens_nothing(
    walk: Walk, people: list[Caller], systems: list[tuple[Caller, Scope]]
) -> None:
    for request in PAGES:
        method, _, path = request.partition(" ")
        for caller in somebody(people, request):
            for there in malformed(walk.place, path):
                form = {"data": page_form(walk.place, request) | {FIELD: caller.form_key}} if method == "POST" else {}
                walk.ask(caller, request, there, None, **form)
    for caller, scope in systems:
        for request in (request for request, needed in API.items() if needed is scope):
            for there in malformed(walk.place, request.partition(" ")[2]):
                walk.ask(caller, request, there, None, **sent_to_api(request, OWN))
    no_findings(walk)


def tables_of(request: str) -> frozenset[str]:
    return NOTED.get(request, NONE) if request.startswith("GET") else ANY


# --- links ----------------------------------------------------------------------------------------------------------


def test_a_link_opens_what_is_its_own_and_no_other(walk: Walk) -> None:
    """Of letters and of calendars; a made-up one, and one whose numbers were changed, opens nothing."""
    own, other = walk.place.own, walk.place.other
    reader = Caller("holder of a link", {}, unit=OWN)
    numbers, _, seal = own["answer"].rpartition(".")
    changed = [f"{other['answer'].rpartition('.')[0]}.{seal}", f"0{numbers}.{seal}", own["answer"][:-1], own["secret"]]
    for path in ("/tra-loi/{}", "/tra-loi/{}/nop"):
        walk.ask(reader, f"GET {path}", path.format(own["answer"]), True)
        for token in [*changed, *MALFORMED]:
            walk.ask(reader, f"GET {path}", path.format(token), False)
            form = {FIELD: mark_of(token), "tra_loi": "nil_return", "ly_do": "Không có"}
            walk.ask(reader, f"POST {path}", path.format(token), False, data=form)
    for secret in [own["secret"], *MALFORMED, own["answer"], own["secret"][:-1]]:
        walk.ask(reader, "GET /lich/{secret}.ics", f"/lich/{secret}.ics", secret == own["secret"])
    for token in [own["answer"], *MALFORMED]:
        for method in ("GET", "POST"):
            form = {"data": {FIELD: reader.form_key}, "headers": BROWSER} if method == "POST" else {}
            walk.ask(reader, f"{method} /vao/{{token}}", f"/vao/{token}", None, **form)
    no_findings(walk)
