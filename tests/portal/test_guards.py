"""Every route is guarded, every role gets what is its own, and no unit reaches anything of another."""

from __future__ import annotations

import re
from dataclasses import replace

import a_province
import pytest
from every_route import Route, every_route
from sqlmodel import col, select
from systems import a_token
from visitors import (
    ADMINISTRATOR,
    AUDITOR,
    COORDINATOR,
    DEPUTY,
    EVERYBODY,
    FOCAL_POINT,
    HEAD,
    LEADER,
    STRANGER,
    a_browser,
    a_session,
    form_key,
    links,
    post,
)
from waiting_work import a_letter, waits

from models.database import reading
from models.tables.access import SignInLink, WebSession
from models.tables.cases import Case
from models.tables.messages import LetterDraft
from models.tables.organisations import Organisation, OrganisationName
from models.tables.people import Person, Post, Tenure
from models.tables.submissions import SubmissionFile
from portal.api.app import PREFIX as API
from portal.api.caller import ScopeGuard
from portal.context import PortalContext
from portal.forms import FIELD, genuine
from portal.pages.unit.answer import genuine_by_token
from portal.visitor import Guard
from rules.access import TABLE, Action
from rules.channels import ChannelPolicy
from services.access.sessions import who

OPEN = {
    "/healthz",
    "/static",
    "/dang-nhap",
    "/dang-nhap/lien-ket",
    "/dang-nhap/mat-khau",
    "/dang-nhap/vi-du",
    "/dang-nhap/oidc",
    "/dang-nhap/oidc/tra-loi",
    "/vao/{token}",
    "/tra-loi/{token}",
    "/lich/{secret}.ics",
    "/tra-loi/{token}/nop",
    "/hooks/zalo/oa",
    "/hooks/zalo/bot",
    "/zalo_verifier{code}.html",
    "/api/v1/openapi.json",
}
BY_LINK = {"/tra-loi/{token}", "/tra-loi/{token}/nop"}
PROVEN_OTHERWISE = BY_LINK | {"/hooks/zalo/oa", "/hooks/zalo/bot"}  # these by Zalo's seal
TOLD = {"name": "Trần Thị Mới", "email": "moi@other.example.vn", "from_day": "2014-01-08", "viec": "retry"}
HERE = {"key": "SYT", "code": "I5-CALENDAR", "id": "1", "name": "x.eml", "number": "0", "post": "1", "token": "x"}
HERE |= {"case_id": "1", "file_id": "1", "version": "1"}
WAITING = {"draft": "1", "mail": "1", "message": "1", "address": "1", "channel": "email"}
HERE |= WAITING


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory) -> PortalContext:
    """One of their own: these tests press every button."""
    folder = tmp_path_factory.mktemp("guarded")
    context = a_province.a_context(folder)
    ways = (*context.office.ways, ChannelPolicy("zalo_bot", "zalo", "bot"))
    a_token(context)  # for the button that revokes it
    context = replace(context, mail_folder=folder / "mail", office=replace(context.office, folder=folder, ways=ways))
    waits(context, a_letter())
    with reading(context.engine) as session:
        draft = folder / session.get_one(LetterDraft, 1).file
    draft.parent.mkdir(exist_ok=True)
    draft.write_bytes(b"PK")
    return context


@pytest.fixture(scope="module")
def handed_in(context: PortalContext) -> dict[str, str]:
    """A case of Sở Y tế with a file, as its addresses name them."""
    client, case = a_browser(context, FOCAL_POINT), own_case(context, "SYT")
    sent = client.post(
        f"/ho-so/{case}/nop", data={FIELD: form_key(client)}, files={"files": ("biểu.txt", "biểu".encode())}
    )
    assert sent.status_code == 303
    with reading(context.engine) as session:
        file = session.exec(select(SubmissionFile.id)).one()
    return {"case_id": str(case), "file_id": str(file), "version": "1"}


# --- declared -------------------------------------------------------------------------------------------------------


def test_every_route_is_open_by_name_or_guarded(context: PortalContext):
    guards = (Guard, ScopeGuard)
    unguarded = {
        route.path for route in every_route(context) if not any(isinstance(call, guards) for call in route.asks)
    }
    assert unguarded == OPEN


def test_every_route_that_changes_something_asks_for_a_genuine_form(context: PortalContext):
    changing = [route for route in pages(context) if route.methods - {"GET"}]
    assert {route.path for route in changing if genuine not in route.asks} == PROVEN_OTHERWISE
    assert {route.path for route in changing if genuine_by_token in route.asks} == BY_LINK
    assert len(changing) >= 10


# --- tried ----------------------------------------------------------------------------------------------------------

EVERY_UNIT = {COORDINATOR, LEADER, ADMINISTRATOR, AUDITOR}
OWN_UNIT = {FOCAL_POINT, HEAD, DEPUTY}
ALL = EVERY_UNIT | OWN_UNIT | {STRANGER}
SIGNED_IN = frozenset(ALL)
READERS = frozenset(EVERY_UNIT | OWN_UNIT)  # of Sở Y tế, whose pages are asked for
MAILS = frozenset({COORDINATOR, ADMINISTRATOR})
POSTS = READERS - {DEPUTY}
DECIDING = frozenset({COORDINATOR, LEADER})
OFFICE = frozenset({ADMINISTRATOR, AUDITOR, COORDINATOR})
LOG = frozenset({ADMINISTRATOR, AUDITOR})
MANAGERS = frozenset({ADMINISTRATOR})
WORKING = DECIDING | {ADMINISTRATOR}
TENDING = WORKING - {LEADER}

MATRIX = {
    "GET /": SIGNED_IN,
    "GET /danh-sach": SIGNED_IN,
    "GET /occurrences/{id}": SIGNED_IN,
    "GET /nhiem-vu/{code}": SIGNED_IN,
    "GET /don-vi/{key}": READERS,
    "GET /don-vi/{key}/vi-tri": POSTS,
    "POST /don-vi/{key}/vi-tri/{post}/moi": POSTS - {LEADER, AUDITOR},
    "POST /don-vi/{key}/vi-tri/{post}/thu-hoi": POSTS - {LEADER, AUDITOR},
    "GET /ho-so/{case_id}": READERS,
    "POST /ho-so/{case_id}/quyet-dinh": DECIDING,
    "POST /ho-so/{case_id}/buoc": DECIDING,
    "GET /ho-so/{case_id}/nop": OWN_UNIT,
    "POST /ho-so/{case_id}/nop": OWN_UNIT,
    "POST /ho-so/{case_id}/khong-phat-sinh": OWN_UNIT,
    "POST /ho-so/{case_id}/gia-han": OWN_UNIT,
    "GET /ho-so/{case_id}/mau": READERS,
    "GET /ho-so/{case_id}/de-nghi": OWN_UNIT,
    "GET /ho-so/{case_id}/tai-len": OWN_UNIT,
    "POST /ho-so/{case_id}/tai-len": OWN_UNIT,
    "POST /ho-so/{case_id}/tai-len/{token}": OWN_UNIT,
    "POST /ho-so/{case_id}/tai-len/{token}/xong": OWN_UNIT,
    "POST /don-vi/{key}/vang-mat": POSTS,
    "POST /don-vi/{key}/vang-mat/{id}/thoi": frozenset(),
    "POST /tai-khoan/lich/{key}/moi": OWN_UNIT,
    "POST /tai-khoan/lich/{key}/tat": OWN_UNIT,
    "GET /cho-quyet-dinh": frozenset({LEADER}),
    "GET /cho-quyet-dinh/buoc/{id}": frozenset({LEADER}),
    "POST /cho-quyet-dinh/buoc/{id}": frozenset({LEADER}),
    "POST /cho-quyet-dinh/bao-cao/{id}": frozenset({LEADER}),
    "GET /bao-cao": EVERY_UNIT,
    "GET /bao-cao/{id}": frozenset(),  # none was drafted
    "GET /bao-cao/{id}/tep": frozenset(),
    "GET /phai-nop": OWN_UNIT | {STRANGER},
    "GET /ho-so/{case_id}/bien-nhan/{version}": READERS,
    "GET /tep/{file_id}": READERS,
    "POST /ho-so/{case_id}/tin-nhan": DECIDING | OWN_UNIT,
    "POST /ho-so/{case_id}/ghi-chu": DECIDING,
    "POST /ho-so/{case_id}/lien-he": DECIDING,
    "GET /ho-so/{case_id}/vao-so": {COORDINATOR},
    "POST /ho-so/{case_id}/vao-so": {COORDINATOR},
    "POST /quyet-dinh/xem": DECIDING,
    "POST /quyet-dinh/ghi": DECIDING,
    "GET /ganh-nang": EVERY_UNIT,
    "GET /lich": EVERY_UNIT,
    "GET /don-doc": DECIDING,
    "GET /don-doc/xlsx": DECIDING,
    "GET /phan-viec": EVERY_UNIT,
    "POST /phan-viec": EVERY_UNIT,
    "GET /viec": WORKING,
    "GET /viec/de-nghi": DECIDING,
    "POST /viec/de-nghi": DECIDING,
    "GET /viec/cong-van": DECIDING,
    "GET /viec/cong-van/{draft}/tep": DECIDING,
    "POST /viec/cong-van/{draft}/ky": DECIDING,
    "POST /viec/cong-van/{draft}/cho": DECIDING,
    "POST /viec/cong-van/{draft}/so": DECIDING,
    "POST /viec/cong-van/{draft}/bo": DECIDING,
    "GET /viec/thu-den": {COORDINATOR},
    "GET /viec/thu-den/{mail}": {COORDINATOR},
    "GET /viec/thu-den/{mail}/goc": {COORDINATOR},
    "GET /viec/thu-den/{mail}/tep/{number}": {COORDINATOR},
    "POST /viec/thu-den/{mail}/gan": {COORDINATOR},
    "POST /viec/thu-den/{mail}/gan-tep": {COORDINATOR},
    "POST /viec/thu-den/{mail}/bo-qua": {COORDINATOR},
    "POST /viec/thu-den/{mail}/dua-lai": {COORDINATOR},
    "GET /viec/chua-gui": TENDING,
    "POST /viec/chua-gui": TENDING,
    "GET /viec/dia-chi": TENDING,
    "POST /viec/dia-chi/{address}/dung-lai": TENDING,
    "POST /viec/dia-chi/{address}/sua": TENDING,
    "GET /viec/kenh": TENDING,
    "POST /viec/kenh/{channel}/chay-lai": TENDING,
    "POST /viec/kenh-bien-nhan": TENDING,
    "GET /so-nhac": EVERY_UNIT,
    "GET /so-nhac/{message}": EVERY_UNIT,
    "GET /thu": MAILS,
    "GET /thu/{name}": MAILS,
    "GET /thu/{name}/noi-dung": MAILS,
    "GET /thu/{name}/goc": MAILS,
    "GET /thu/{name}/tep/{number}": MAILS,
    "GET /tai-khoan": SIGNED_IN,
    "GET /tai-khoan/mat-khau": SIGNED_IN,
    "POST /tai-khoan/mat-khau": SIGNED_IN,
    "POST /tai-khoan/zalo/ma": SIGNED_IN,
    "POST /tai-khoan/zalo/huy": SIGNED_IN,
    "POST /tai-khoan/zalo/dung": SIGNED_IN,
    "POST /tai-khoan/zalo/nhan-lai": SIGNED_IN,
    "POST /tai-khoan/phien/{id}/thu-hoi": SIGNED_IN,
    "POST /tai-khoan/phien/thu-hoi-khac": SIGNED_IN,
    "POST /dang-xuat": SIGNED_IN,
    "GET /quan-tri": OFFICE,
    "GET /quan-tri/nguoi": OFFICE,
    "GET /quan-tri/nguoi/xuat": OFFICE,
    "POST /quan-tri/nguoi": MANAGERS,
    "GET /quan-tri/nguoi/{id}": OFFICE,
    "POST /quan-tri/nguoi/{id}": MANAGERS,
    "POST /quan-tri/nguoi/{id}/thoi": MANAGERS,
    "POST /quan-tri/nguoi/{id}/quyen": MANAGERS,
    "POST /quan-tri/nguoi/{id}/phien": MANAGERS,
    "POST /quan-tri/nguoi/{id}/tai-khoan-chung": MANAGERS,
    "GET /quan-tri/nhap/nguoi": MANAGERS,
    "POST /quan-tri/nhap/nguoi": MANAGERS,
    "GET /quan-tri/nhap/nguoi/{id}": MANAGERS,
    "POST /quan-tri/nhap/nguoi/{id}": MANAGERS,
    "GET /quan-tri/nhap/nguoi/{id}/loi": MANAGERS,
    "GET /quan-tri/don-vi": OFFICE,
    "GET /quan-tri/don-vi/xuat": OFFICE,
    "GET /quan-tri/don-vi/{key}": OFFICE,
    "POST /quan-tri/don-vi/{key}/xem-truoc": MANAGERS,
    "POST /quan-tri/don-vi/{key}/ghi": MANAGERS,
    "GET /quan-tri/nhap/don-vi": MANAGERS,
    "POST /quan-tri/nhap/don-vi": MANAGERS,
    "GET /quan-tri/nhap/don-vi/{id}": MANAGERS,
    "POST /quan-tri/nhap/don-vi/{id}": MANAGERS,
    "GET /quan-tri/nhap/don-vi/{id}/loi": MANAGERS,
    "GET /quan-tri/ke-hoach/nap": MANAGERS,
    "POST /quan-tri/ke-hoach/nap": MANAGERS,
    "GET /quan-tri/ke-hoach/nap/{id}": MANAGERS,
    "POST /quan-tri/ke-hoach/nap/{id}": MANAGERS,
    "GET /quan-tri/thang": OFFICE,
    "GET /quan-tri/mau-thu": OFFICE,
    "GET /quan-tri/mau-thu/noi-dung": OFFICE,
    "GET /quan-tri/lich": OFFICE,
    "POST /quan-tri/lich/xem-truoc": MANAGERS,
    "POST /quan-tri/lich/ghi": MANAGERS,
    "GET /quan-tri/ke-hoach": OFFICE,
    "GET /quan-tri/dien-tap": OFFICE,
    "GET /quan-tri/dien-tap/xuat": OFFICE,
    "GET /quan-tri/he-thong": OFFICE,
    "GET /quan-tri/ket-noi": OFFICE,
    "POST /quan-tri/ket-noi": MANAGERS,
    "POST /quan-tri/ket-noi/{id}/thu-hoi": MANAGERS,
    "GET /quan-tri/nhat-ky": LOG,
    "GET /quan-tri/nhat-ky/kiem-tra": LOG,
    "GET /quan-tri/nhat-ky/xuat/{name}": LOG,
}


def pages(context: PortalContext) -> list[Route]:
    """What browsers are shown; other systems have a matrix of their own, in test_api_guards."""
    return [route for route in every_route(context) if not route.path.startswith((API, "/metrics"))]


def every_request(context: PortalContext) -> list[str]:
    """«GET /don-vi/{key}» of every guarded route."""
    guarded = [route for route in pages(context) if route.path not in OPEN]
    return [f"{method} {route.path}" for route in guarded for method in sorted(route.methods)]


def test_the_matrix_knows_every_route(context: PortalContext):
    assert sorted(every_request(context)) == sorted(MATRIX)


@pytest.mark.parametrize("email", [*EVERYBODY, STRANGER])
def test_a_role_is_let_through_exactly_where_the_matrix_says(
    context: PortalContext, email: str, caught: str, handed_in: dict[str, str]
):
    values = HERE | {"name": caught, "post": str(focal_post(context, "SYT"))} | handed_in
    answers = {}
    for request in MATRIX:
        method, _, path = request.partition(" ")
        client = a_browser(context, email)
        values["id"] = str(own_session(context, client)) if "phien/{id}" in path else "1"
        address = path.format(**values)
        answers[request] = (client.get(address) if method == "GET" else post(client, address, **TOLD)).status_code
    print({request: answers[request] for request in sorted(answers)})
    let_through = {request for request, status in answers.items() if status not in (401, 403, 404)}
    assert let_through == {request for request, people in MATRIX.items() if email in people}
    assert max(answers.values()) < 500


@pytest.mark.parametrize("cookie", ["", "made-up", "x" * 5000])
def test_nobody_gets_anywhere_but_to_the_sign_in_page(context: PortalContext, cookie: str):
    for request in MATRIX:
        method, _, path = request.partition(" ")
        client = a_browser(context)
        if cookie:
            client.cookies.set("kyhan_session", cookie)
        address = path.format(**HERE)
        answer = client.get(address) if method == "GET" else post(client, address)
        assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (303, "/dang-nhap"), request


def test_the_table_lets_only_mails_be_read_by_those_who_follow_all():
    assert TABLE[Action.READ_MAILS] < TABLE[Action.READ_BOARD]


# --- two units ------------------------------------------------------------------------------------------------------


def test_two_units_reach_nothing_of_each_other(context: PortalContext, caught: str, handed_in: dict[str, str]):
    """Walks every address with every id there is, as people of Sở Y tế; nothing of another unit is ever shown."""
    foreign = re.compile(rf"\b(?:{'|'.join(map(re.escape, names_of_others(context, 'SYT')))})\b")
    ids = all_ids(context)
    for email in sorted(OWN_UNIT):
        client = a_browser(context, email)
        for request in MATRIX:
            method, _, path = request.partition(" ")
            if method == "GET":
                for address in addresses(path, ids | {"name": [caught]}):
                    answer = client.get(address, params={"nam": "2013"})
                    assert (shown := foreign.search(answer.text)) is None, (email, address, shown)


def test_no_link_a_unit_is_shown_is_refused(context: PortalContext):
    client = a_browser(context, FOCAL_POINT)
    ahead, seen = ["/don-vi/SYT?nam=2013", "/danh-sach?nam=2013", "/nhiem-vu/I5-CALENDAR?nam=2013"], set()
    while ahead:
        address = ahead.pop().replace("&amp;", "&")
        if address in seen or address.startswith("/static") or len(seen) > 300:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code in (200, 303), address
        ahead += links(answer.text)
    assert len(seen) > 20


def test_a_unit_cannot_touch_posts_or_sessions_of_another_by_their_ids(context: PortalContext):
    client, before = a_browser(context, HEAD), everything(context)
    strange = a_session(context, STRANGER)
    with reading(context.engine) as session:
        known = who(session, strange, context.clock())
        other_posts = session.exec(select(Post.id).where(Post.organisation_id != unit_id(context, "SYT"))).all()
    for unit in ("SYT", "STC", "CTK"):
        for id in other_posts:
            assert post(client, f"/don-vi/{unit}/vi-tri/{id}/moi", **TOLD).status_code == 404
            assert post(client, f"/don-vi/{unit}/vi-tri/{id}/thu-hoi").status_code == 404
    assert post(client, f"/tai-khoan/phien/{known.session_id}/thu-hoi").status_code == 404
    with reading(context.engine) as session:
        assert who(session, strange, context.clock()) == known
    assert everything(context) == before


def test_a_focal_point_cannot_make_anybody_head(context: PortalContext):
    with reading(context.engine) as session:
        head = session.exec(
            select(Post.id).where(Post.organisation_id == unit_id(context, "SYT"), Post.role == "head")
        ).one()
    client = a_browser(context, FOCAL_POINT)
    assert post(client, f"/don-vi/SYT/vi-tri/{head}/moi", **TOLD).status_code == 403


# --- forms ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [None, "", "x", "ế", "0" * 64])
def test_a_form_without_the_right_mark_changes_nothing(context: PortalContext, given: str | None):
    client = a_browser(context, FOCAL_POINT)
    answer = client.post("/dang-xuat", data={} if given is None else {FIELD: given})
    assert answer.status_code == 419
    assert "chưa có gì được ghi" in answer.text
    assert client.get("/tai-khoan").status_code == 200


def test_the_mark_of_one_session_is_worth_nothing_in_another(context: PortalContext):
    mark = re.search(rf'name="{FIELD}" value="(\w+)"', a_browser(context, STRANGER).get("/tai-khoan").text)
    assert mark is not None
    assert a_browser(context, FOCAL_POINT).post("/dang-xuat", data={FIELD: mark[1]}).status_code == 419


def test_a_form_another_site_sends_is_refused_even_with_the_mark(context: PortalContext):
    client = a_browser(context, FOCAL_POINT, headers={"Sec-Fetch-Site": "cross-site"})
    assert post(client, "/dang-xuat").status_code == 419


# --- what the tests ask the database ---------------------------------------------------------------------------------


def focal_post(context: PortalContext, key: str) -> int:
    with reading(context.engine) as session:
        query = select(Post.id).where(Post.organisation_id == unit_id(context, key), Post.role == "focal_point")
        return session.exec(query).one() or 0


def own_case(context: PortalContext, key: str) -> int:
    """One that has not been answered."""
    with reading(context.engine) as session:
        query = select(Case.id).where(
            Case.organisation_id == unit_id(context, key), col(Case.received_at).is_(None), col(Case.outcome).is_(None)
        )
        return session.exec(query).first() or 0


def unit_id(context: PortalContext, key: str) -> int:
    with reading(context.engine) as session:
        return session.exec(select(Organisation.id).where(Organisation.key == key)).one() or 0


def own_session(context: PortalContext, client) -> int:
    with reading(context.engine) as session:
        return who(session, client.cookies["kyhan_session"], context.clock()).session_id


def names_of_others(context: PortalContext, key: str) -> set[str]:
    """Names of units and addresses of their people; not those the plan itself speaks of, which everybody may read."""
    with reading(context.engine) as session:
        others = session.exec(select(Organisation.id).where(col(Organisation.key).not_in([key, "CTK"]))).all()
        units = session.exec(select(OrganisationName.name).where(col(OrganisationName.organisation_id).in_(others)))
        people = session.exec(
            select(Person.email)
            .join(Tenure, col(Tenure.person_id) == Person.id)
            .join(Post, col(Post.id) == Tenure.post_id)
            .where(col(Post.organisation_id).in_(others))
        )
        plan = str(context.office.plan)
        return {name for name in (*units, *people) if name not in plan}


def all_ids(context: PortalContext) -> dict[str, list[str]]:
    with reading(context.engine) as session:
        keys = list(session.exec(select(Organisation.key)))
        cases = [str(id) for id in session.exec(select(Case.id).where(col(Case.id) % 3 == 0))]
    duties = [duty.id for duty in context.office.plan.obligations]
    few = [str(n) for n in range(1, 40)]
    named = {"key": keys, "code": duties, "id": few, "number": ["0"]}
    named |= {name: [value] for name, value in WAITING.items()}
    return named | {"case_id": cases, "file_id": few, "version": ["1"]}


def addresses(path: str, ids: dict[str, list[str]]) -> list[str]:
    name = re.search(r"\{(\w+)\}", path)
    if name is None:
        return [path]
    return [address for id in ids[name[1]] for address in addresses(path.replace(name[0], id), ids)]


def everything(context: PortalContext) -> tuple[int, ...]:
    with reading(context.engine) as session:
        sessions = session.exec(select(WebSession.id).where(col(WebSession.revoked_at).is_not(None))).all()
        return len(sessions), len(session.exec(select(SignInLink)).all()), len(session.exec(select(Tenure)).all())


BEYOND = 10**20  # no row of any database bears it


def test_an_id_no_row_can_bear_is_no_fault_on_any_page(own_context: PortalContext):
    numbers = r"{(id|case_id|file_id|post|mail|message|draft|address|number|version)}"
    client = a_browser(own_context, ADMINISTRATOR, raise_server_exceptions=False)
    coordinator = a_browser(own_context, COORDINATOR, raise_server_exceptions=False)
    asked = [
        (client.request(method, path, data={FIELD: form_key(client)} if method == "POST" else None), path)
        for client in (client, coordinator)
        for route in every_route(own_context)
        if re.search(numbers, route.path) and not route.path.startswith(API)
        for path in [re.sub(numbers, str(BEYOND), route.path).replace("{key}", "SYT")]
        for method in route.methods
    ]
    assert len(asked) > 80
    assert [(path, answer.status_code) for answer, path in asked if answer.status_code >= 500] == []


@pytest.mark.parametrize(
    "path",
    [
        "/quan-tri/nhat-ky?den=9999-12-31",
        "/quan-tri/nhat-ky?tu=0001-01-01",
        "/quan-tri/dien-tap?tu=9999-12-31",
        "/so-nhac?den=9999-12-31",
    ],
)
def test_a_day_beyond_reckoning_is_no_fault(context: PortalContext, path: str):
    assert a_browser(context, ADMINISTRATOR, raise_server_exceptions=False).get(path).status_code < 500


def test_a_fault_of_ours_is_told_in_the_readers_language(own_context: PortalContext, monkeypatch: pytest.MonkeyPatch):
    def breaks(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("portal.pages.office.people.export_people", breaks)
    client = a_browser(own_context, ADMINISTRATOR, raise_server_exceptions=False)
    answers = [client.get(f"/quan-tri/nguoi/xuat{query}") for query in ("", "?lang=en")]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert ["Hệ thống gặp lỗi" in answers[0].text, "The system failed" in answers[1].text] == [True, True]
    assert "default-src" in answers[0].headers["Content-Security-Policy"]
