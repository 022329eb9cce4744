"""What holds for every page: headers, languages, size, refusals."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from builders import real_people
from every_route import every_route
from fastapi.testclient import TestClient
from visitors import COORDINATOR, HEAD, a_browser

from notifications.email.mailbox import Mailbox
from portal.app import YEAR
from portal.context import PortalContext
from portal.rendering import HERE, STATIC
from portal.texts import LOCALE, translations

VALUES = {
    "key": "STC",
    "code": "I5-CALENDAR",
    "period": "2014",
    "year": "2014",
    "id": "1",
    "name": "",
    "number": "0",
    "post": "1",
    "token": "x",
}
VALUES |= {"step": "I5-APPROVE", "case_id": "1", "file_id": "1", "version": "1", "secret": "x", "slug": "cho-xem-xet"}
VALUES |= {"draft": "1", "mail": "1", "message": "1", "address": "1", "channel": "email", "kind": "progress"}
VALUES |= {"thang": "default", "document": "1", "copy": "1"}
PAGES = (
    "/?nam=2013",
    "/danh-sach?nam=2013",
    "/don-vi/STC?nam=2013",
    "/nhiem-vu/I5-CALENDAR?nam=2013",
    "/phan-viec",
    "/buoc",
    "/don-doc",
    "/ganh-nang?nam=2013&quy=4",
    "/lich?nam=2014",
    "/thu",
    "/tai-khoan",
    "/tai-khoan/mat-khau",
    "/don-vi/STC/vi-tri",
    "/vao/spent",
    "/ho-so/1",
    "/nowhere",
)
CATALOGUE = LOCALE / "en" / "LC_MESSAGES"


def every_address(context: PortalContext) -> list[str]:
    paths = [route.path for route in every_route(context) if "GET" in route.methods]
    return [path.format(**VALUES) for path in paths] + [
        "/static/kyhan.css",
        "/nowhere",
        "/?nam=1",
        "/static/nothing.css",
    ]


def test_every_answer_carries_the_security_headers(portal: TestClient, context: PortalContext):
    assert len(every_address(context)) > 20
    for path in every_address(context):
        headers = portal.get(path).headers
        assert "default-src" in headers["Content-Security-Policy"], path
        assert "frame-ancestors" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Referrer-Policy"] == "no-referrer", path
        assert headers["Cache-Control"] == ("no-store" if "kyhan.css" not in path else YEAR), path


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_has_inline_script_or_style(portal: TestClient, path: str, language: str):
    page = (
        portal.get(path, params={"lang": language}).text
        if "?" not in path
        else portal.get(f"{path}&lang={language}").text
    )
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", page)


def test_the_first_page_with_all_it_loads_stays_below_150_kilobytes(portal: TestClient):
    page = portal.get("/?nam=2013", headers={"Accept-Encoding": "identity"})
    loaded = [
        portal.get(path, headers={"Accept-Encoding": "identity"})
        for path in set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page.text))
    ]
    fonts = sum(path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2"))
    assert len(page.content) + sum(len(answer.content) for answer in loaded) + fonts <= 150_000


def test_static_files_may_be_kept_for_a_year_and_change_their_address_with_their_content(portal: TestClient):
    address = re.search(r'href="(/static/kyhan\.css\?v=[0-9a-f]{10})"', portal.get("/").text)
    assert address is not None
    assert portal.get(address[1]).headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_the_english_page_stays_english_from_link_to_link(portal: TestClient):
    page = portal.get("/?nam=2013&lang=en").text
    assert '<html lang="en">' in page
    links = [link for link in re.findall(r'href="(/[^"]*)"', page) if not link.startswith("/static/")]
    assert [link for link in links if "lang=en" not in link] == ["/?nam=2013"]  # the switch back


def test_every_text_has_its_english():
    with (CATALOGUE / "portal.po").open("rb") as file:
        english = {_key(message.id): message.string for message in read_po(file) if message.id}
    said = translations("en")
    used = {_key(found[2]) for found in extract_from_dir(HERE, [("templates/**.html", "jinja2")])}
    assert used == set(english)
    for key, text in english.items():
        assert text, key
        assert said.gettext(key) == text if isinstance(text, str) else said.ngettext(key, key, 2) == text[1]


def _key(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def test_a_wrong_parameter_is_named_in_the_readers_language(portal: TestClient):
    answer = portal.get("/?nam=<b>13")
    assert answer.status_code == 422
    assert "Tham số «nam» không nhận giá trị «&lt;b&gt;13»." in answer.text


@pytest.mark.parametrize("path", ["/don-vi/NOBODY", "/nhiem-vu/I9-NOTHING", "/danh-sach?loc=x", "/occurrences/99999"])
def test_what_is_not_there_is_said_plainly(portal: TestClient, path: str):
    answer = portal.get(path)
    assert answer.status_code == 404
    assert "Không tìm thấy trang này" in answer.text


def test_a_link_from_the_engines_screen_leads_to_the_duty(portal: TestClient):
    assert portal.get("/occurrences/1").headers["Location"].startswith("/nhiem-vu/")


def test_a_duty_page_quotes_the_plan_and_explains_its_day(portal: TestClient):
    page = portal.get("/nhiem-vu/i5-calendar?nam=2013").text
    assert "Mục I.5, Kế hoạch 70/KH-UBND" in page
    assert "ngày cuối là thứ Ba 31/12/2013" in page
    assert "26/33" in page


# --- caught mails -------------------------------------------------------------------------------------------------


def test_a_caught_mail_is_listed_and_read_in_a_frame_that_may_do_nothing(portal: TestClient, caught: str):
    assert "Nhắc hạn &lt;b&gt;" in portal.get("/thu").text
    page = portal.get(f"/thu/{caught}").text
    assert "08:00 07/01/2014" in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    policy = portal.get(f"/thu/{caught}/noi-dung").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "allow-scripts" not in policy


def test_the_html_of_a_mail_loses_whatever_could_act(portal: TestClient, caught: str):
    content = portal.get(f"/thu/{caught}/noi-dung").text
    assert "<p>Chào</p>" in content
    assert not re.search("script|onclick|img", content)


def test_an_attachment_is_downloaded_and_never_shown(portal: TestClient, caught: str):
    answer = portal.get(f"/thu/{caught}/tep/0")
    assert answer.content == b"BEGIN"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert portal.get(f"/thu/{caught}/tep/7").status_code == 404


def test_the_raw_mail_is_shown_as_letters(portal: TestClient, caught: str):
    answer = portal.get(f"/thu/{caught}/goc")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "BEGIN" not in portal.get("/thu/..%2fkyhan.db/goc").text


def test_a_letter_that_lets_its_reader_in_is_shown_to_that_reader_alone(own_context: PortalContext, tmp_path: Path):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["X-Kyhan-Key"] = "a@example.vn", HEAD, "sign_in:12"
    mail["Subject"] = "Liên kết vào hệ thống"
    name = Mailbox(tmp_path / "mail").add(mail.as_bytes())
    context = replace(own_context, mail_folder=tmp_path / "mail", demo=True)
    paths = (f"/thu/{name}", f"/thu/{name}/goc", f"/thu/{name}/noi-dung")
    client = a_browser(context, COORDINATOR)
    assert [client.get(path).status_code for path in paths] == [200, 200, 200]
    real_people(context.engine)
    assert [client.get(path).status_code for path in (*paths, f"/thu/{name}/tep/0")] == [404] * 4
    assert "Liên kết vào hệ thống" not in client.get("/thu").text
    mail.replace_header("To", COORDINATOR)
    own = Mailbox(tmp_path / "mail").add(mail.as_bytes())
    assert client.get(f"/thu/{own}").status_code == 200


def test_where_mails_really_leave_there_is_no_mail_viewer(own_context: PortalContext, tmp_path: Path):
    client = a_browser(own_context, COORDINATOR)
    assert client.get("/thu").status_code == 404
    assert 'href="/thu"' not in client.get("/").text
