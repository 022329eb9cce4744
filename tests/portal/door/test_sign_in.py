"""From the sign-in page to one's own pages and out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import a_province
import pyotp
import pytest
from builders import body, by_mail, real_people
from fastapi.testclient import TestClient
from mail_server import MailServer
from sqlmodel import select
from visitors import ADMINISTRATOR, COORDINATOR, FOCAL_POINT, HEAD, a_browser, a_session, at, post

from models.database import writing
from models.tables.people import Person
from portal.app import create_app
from portal.context import PortalContext
from portal.forms import FIELD
from services.access.links import first_administrator_link

NOW = a_province.NOW


@pytest.fixture
def house(own_context: PortalContext, mail: MailServer) -> Iterator[PortalContext]:
    """A demonstration whose letters arrive."""
    return replace(own_context, demo=True, outgoing=lambda: by_mail(mail.port))


def way_in(mail: MailServer) -> str:
    return next(word for word in body(mail.mails[-1]).split() if "/vao/" in word).removeprefix("http://127.0.0.1:8080")


# --- by link --------------------------------------------------------------------------------------------------------


def test_from_a_page_asked_for_by_mail_and_back_to_it(house: PortalContext, mail: MailServer):
    browser = a_browser(house)
    door = browser.get("/nhiem-vu/I5-CALENDAR?nam=2013").headers["Location"]
    then = re.search(r'name="tiep" value="([^"]*)"', browser.get(door).text)
    sent = post(browser, "/dang-nhap/lien-ket", email=FOCAL_POINT, tiep=then[1])
    assert "Nếu dau-moi.syt@example.vn là địa chỉ" in sent.text
    telephone = a_browser(house)  # mails are read where mails are read
    link = way_in(mail)
    assert "Đăng nhập với tên" in telephone.get(link).text
    entered = post(telephone, link)
    assert entered.headers["Location"] == "/nhiem-vu/I5-CALENDAR?nam=2013"
    assert telephone.get(entered.headers["Location"]).status_code == 200
    assert browser.get("/tai-khoan").status_code == 303


@pytest.mark.parametrize("tiep", ["/nhiem-vu/I5-CALENDAR?nam=2013&quy=4", "/nhiem-vu/I5-CALENDAR?nam=2013&lang=en"])
def test_an_english_reader_comes_back_to_a_page_that_carries_a_query(house: PortalContext, mail: MailServer, tiep: str):
    browser = a_browser(house)
    post(browser, "/dang-nhap/lien-ket?lang=en", email=FOCAL_POINT, tiep=tiep)
    came = post(browser, way_in(mail) + "?lang=en").headers["Location"]
    assert came == tiep.removesuffix("&lang=en") + "&lang=en"
    assert browser.get("/dang-nhap", params={"lang": "en", "tiep": tiep}).headers["Location"] == came
    assert browser.get(came).status_code == 200


def test_a_used_link_says_so_and_offers_a_new_one(house: PortalContext, mail: MailServer):
    browser = a_browser(house)
    post(browser, "/dang-nhap/lien-ket", email=FOCAL_POINT)
    post(browser, way_in(mail))
    for again in (a_browser(house).get(way_in(mail)), post(a_browser(house), way_in(mail))):
        assert again.status_code == 410
        assert "Xin liên kết mới" in again.text


def test_a_preview_that_opens_the_link_spends_nothing(house: PortalContext, mail: MailServer):
    post(a_browser(house), "/dang-nhap/lien-ket", email=FOCAL_POINT)
    for _ in range(3):
        a_browser(house).get(way_in(mail))
        a_browser(house).head(way_in(mail))
    assert post(a_browser(house), way_in(mail)).status_code == 303


def test_the_page_says_the_same_to_an_address_nobody_has(house: PortalContext, mail: MailServer):
    known = post(a_browser(house), "/dang-nhap/lien-ket", email=FOCAL_POINT).text
    unknown = post(a_browser(house), "/dang-nhap/lien-ket", email="dau-moi.syx@example.vn").text
    same = [re.sub(r"dau-moi\.sy.|value=\"\w+\"", "", page) for page in (known, unknown)]
    assert same[0] == same[1]
    assert len(mail.mails) == 1


@pytest.mark.parametrize("tiep", ["//evil.example.vn", "https://evil.example.vn", "/\\evil", "/a\nb", "/dang-nhap", ""])
def test_nobody_is_led_elsewhere_after_signing_in(house: PortalContext, mail: MailServer, tiep: str):
    browser = a_browser(house)
    post(browser, "/dang-nhap/lien-ket", email=FOCAL_POINT, tiep=tiep)
    assert post(browser, way_in(mail)).headers["Location"] == "/"


def test_asking_again_and_again_is_slowed_down(house: PortalContext):
    browser = a_browser(house)
    answers = [post(browser, "/dang-nhap/lien-ket", email=FOCAL_POINT) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert "Đợi 1 phút" in answers[-1].text


@pytest.mark.parametrize("email", ["", "ai", "a@b@c", "a b@c.vn", "x" * 400])
def test_what_is_no_address_is_said_beside_the_field(house: PortalContext, email: str):
    answer = post(a_browser(house), "/dang-nhap/lien-ket", email=email)
    assert answer.status_code == 422


# --- cookies --------------------------------------------------------------------------------------------------------


def test_cookies_are_strict_and_on_https_bound_to_this_host(house: PortalContext):
    safe = replace(house, office=replace(house.office, base_url="https://kyhan.soctrang.example.vn"))
    for context, name in ((house, "kyhan_session"), (safe, "__Host-kyhan_session")):
        browser = TestClient(create_app(context), base_url=context.office.base_url, follow_redirects=False)
        person = re.search(r'name="person" value="(\d+)"', browser.get("/dang-nhap").text)
        mark = re.search(rf'name="{FIELD}" value="(\w+)"', browser.get("/dang-nhap").text)
        answer = browser.post("/dang-nhap/vi-du", data={FIELD: mark[1], "person": person[1]})
        cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith(f"{name}="))
        wanted = {"HttpOnly", "SameSite=lax", "Path=/"} | ({"Secure"} if context.secure else set())
        assert wanted <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_signing_in_always_begins_a_new_session(house: PortalContext, mail: MailServer):
    browser = a_browser(house)
    browser.cookies.set("kyhan_session", "chosen by a stranger")
    post(browser, "/dang-nhap/lien-ket", email=FOCAL_POINT)
    post(browser, way_in(mail))
    assert list(browser.cookies.jar)[-1].value != "chosen by a stranger"


def test_after_signing_out_the_old_cookie_opens_nothing(house: PortalContext):
    browser = a_browser(house, FOCAL_POINT)
    cookie = browser.cookies["kyhan_session"]
    assert post(browser, "/dang-xuat").headers["Location"] == "/dang-nhap"
    thief = a_browser(house)
    thief.cookies.set("kyhan_session", cookie)
    assert thief.get("/tai-khoan").status_code == 303


# --- password and code ----------------------------------------------------------------------------------------------

GOOD = "con ngựa trắng qua cầu"


def enrolled(browser: TestClient, moment, password: str = GOOD, again: str = GOOD):
    page = browser.get("/tai-khoan/mat-khau").text
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    totp = pyotp.TOTP(re.search(r'class="secret">([^<]+)<', page)[1].replace(" ", ""))
    told = {"password": password, "again": again, "code": totp.at(moment), "sealed": sealed}
    return totp, post(browser, "/tai-khoan/mat-khau", **told)


def test_a_password_is_set_with_a_code_and_then_lets_in(house: PortalContext):
    totp, saved = enrolled(a_browser(house, FOCAL_POINT), NOW)
    assert saved.status_code == 303
    later = NOW + timedelta(minutes=1)
    browser = a_browser(at(house, later))
    answer = post(browser, "/dang-nhap/mat-khau", email=FOCAL_POINT, password=GOOD, code=totp.at(later))
    assert (answer.status_code, browser.get("/tai-khoan").status_code) == (303, 200)
    assert "bằng mật khẩu và mã" in browser.get("/tai-khoan").text


def test_a_wrong_password_is_refused_and_never_shown_again(house: PortalContext):
    answer = post(a_browser(house), "/dang-nhap/mat-khau", email=FOCAL_POINT, password="bí mật lắm", code="1")
    assert answer.status_code == 403
    assert "bí mật lắm" not in answer.text


def test_two_different_passwords_are_told_and_the_secret_on_the_telephone_stays_good(house: PortalContext):
    browser = a_browser(house, FOCAL_POINT)
    totp, answer = enrolled(browser, NOW, again="khác")
    assert "Hai lần nhập chưa giống nhau" in answer.text
    assert totp.secret in answer.text.replace(" ", "")


def test_an_old_session_cannot_change_the_way_in(house: PortalContext):
    browser = a_browser(at(house, NOW + timedelta(minutes=31)))
    browser.cookies.set("kyhan_session", a_session(house, FOCAL_POINT))
    assert "Đăng xuất rồi đăng nhập lại" in browser.get("/tai-khoan/mat-khau").text
    assert post(browser, "/tai-khoan/mat-khau", password=GOOD, again=GOOD).status_code == 403


# --- sessions -------------------------------------------------------------------------------------------------------


def test_a_session_is_listed_and_ended_from_another_browser(house: PortalContext):
    here, there = a_browser(house, FOCAL_POINT), a_browser(house, FOCAL_POINT)
    page = here.get("/tai-khoan").text
    assert page.count("Firefox") == 2
    post(here, re.search(r'action="(/tai-khoan/phien/\d+/thu-hoi)"', page)[1])
    assert (there.get("/tai-khoan").status_code, here.get("/tai-khoan").status_code) == (303, 200)


# --- posts ----------------------------------------------------------------------------------------------------------


def test_a_head_hands_a_post_over_to_a_new_colleague(house: PortalContext, mail: MailServer):
    real_people(house.engine)
    head, old = a_browser(house, HEAD), a_browser(house, FOCAL_POINT)
    page = head.get("/don-vi/SYT/vi-tri").text
    action = re.search(r'Đầu mối thống kê</h2>.*?action="([^"]+/moi)"', page, re.DOTALL)[1]
    told = {"name": "Trần Thị Mới", "email": "moi@syt.example.vn", "from_day": "2014-01-08"}
    assert post(head, action, **told).status_code == 303
    assert "Đã mời Trần Thị Mới" in head.get("/don-vi/SYT/vi-tri").text
    new = a_browser(house)
    assert "Nhận vị trí" in new.get(way_in(mail)).text
    post(new, way_in(mail))
    assert new.get("/don-vi/SYT").status_code == 200
    assert old.get("/don-vi/SYT").status_code == 303
    assert "Trần Thị Mới" in head.get("/don-vi/SYT/vi-tri").text


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"name": " "}, "Cần ghi họ và tên"),
        ({"email": "khong phai"}, "chưa đúng dạng"),
        ({"from_day": "2014-01-07"}, "Không chọn ngày đã qua"),
        ({"email": FOCAL_POINT}, "của một người ví dụ"),
    ],
)
def test_a_wrong_invitation_is_explained_beside_its_field(house: PortalContext, told: dict[str, str], said: str):
    head = a_browser(house, HEAD)
    action = re.search(r'action="([^"]+/moi)"', head.get("/don-vi/SYT/vi-tri").text)[1]
    right = {"name": "Trần Thị Mới", "email": "moi@syt.example.vn", "from_day": "2014-01-08"}
    answer = post(head, action, **{**right, **told})
    assert answer.status_code == 422
    assert said in answer.text


# --- the first administrator, and examples --------------------------------------------------------------------------


def test_the_first_administrator_comes_in_by_the_link_the_installer_sees(house: PortalContext):
    link = (first_administrator_link(house.engine, house.office.base_url, NOW) or "").removeprefix(
        house.office.base_url
    )
    browser = a_browser(house)
    assert "Quản trị viên đầu tiên" in browser.get(link).text
    assert post(browser, link, name="", email="an@soctrang.example.vn").status_code == 422
    assert post(browser, link, name="Lê Thị An", email=FOCAL_POINT).status_code == 422
    assert post(browser, link, name="Lê Thị An", email="an@soctrang.example.vn").status_code == 303
    assert browser.get("/").status_code == 200
    assert post(a_browser(house), link, name="Kẻ Lạ", email="la@soctrang.example.vn").status_code == 410


def examples(context: PortalContext) -> list[str]:
    return re.findall(r'value="(\d+)">', a_browser(context).get("/dang-nhap").text)


def test_in_a_demonstration_one_may_come_in_as_an_example_person(house: PortalContext):
    page = a_browser(house).get("/dang-nhap").text
    assert "Bản dùng thử" in page
    assert "không có thật" in page
    browser = a_browser(house)
    assert post(browser, "/dang-nhap/vi-du", person=examples(house)[0]).headers["Location"] == "/"
    assert ADMINISTRATOR in browser.get("/tai-khoan").text


def test_in_production_nobody_may(house: PortalContext):
    person = examples(house)[0]
    real = replace(house, demo=False)
    assert examples(real) == []
    assert post(a_browser(real), "/dang-nhap/vi-du", person=person).status_code == 404


def test_once_a_real_person_holds_a_post_nobody_may(house: PortalContext):
    person = examples(house)[0]
    with writing(house.engine) as session:
        session.exec(select(Person).where(Person.email == FOCAL_POINT)).one().example = False
    assert examples(house) == []
    assert post(a_browser(house), "/dang-nhap/vi-du", person=person).status_code == 404


def test_a_real_person_cannot_be_tried_on(house: PortalContext):
    assert post(a_browser(house), "/dang-nhap/vi-du", person="999999").status_code == 404
    assert post(a_browser(house), "/dang-nhap/vi-du", person="ai đó").status_code == 422


def test_no_secret_stands_in_what_the_portal_writes_down(
    house: PortalContext, mail: MailServer, caplog, tmp_path: Path
):
    browser = a_browser(house)
    with caplog.at_level("DEBUG"):
        post(browser, "/dang-nhap/lien-ket", email=COORDINATOR)
        post(browser, way_in(mail))
        post(a_browser(house), "/dang-nhap/mat-khau", email=COORDINATOR, password="bí mật lắm", code="123456")
    ours = " ".join(r.getMessage() for r in caplog.records if not r.name.startswith(("httpx", "httpcore", "asyncio")))
    session = list(browser.cookies.jar)[-1].value
    assert not [word for word in (session, way_in(mail), "bí mật lắm") if word in ours]
