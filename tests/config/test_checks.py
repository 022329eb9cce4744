"""Everything the doctor asks of other machines, against real ones: green when it works, named when it does not."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from fakes.clamd import a_scanner
from fakes.faulty_smtp import a_faulty_smtp
from fakes.listening import listening
from fakes.mailbox_server import PASSWORD, USER, an_imap_server, available
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from bootstrap import checks
from bootstrap.home import open_home
from config import clock
from config.settings import SettingsError, load_settings, secret_files
from models.database import writing
from models.tables.projection import Heartbeat
from services.checkup import outside
from services.checkup import settings as settled
from services.checkup.data import CheckFinding
from services.checkup.together import together
from services.operations.backup import BEAT

SECRET = "p/ss@w:rd%"
DEAD = "127.0.0.1:9"
OUTSIDE = {"email", "imap", "oidc", "clock", "clamd", "ping", "prefect", "room", "rights", "backup"}


@dataclass
class Peers:
    environ: dict[str, str]
    ca: Path


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peers]:
    if not available():
        pytest.skip("needs Dovecot")
    with ExitStack() as opened:
        smtp = opened.enter_context(a_faulty_smtp(tmp_path_factory.mktemp("smtp")))
        smtp.change(password=SECRET)
        mailbox = opened.enter_context(an_imap_server())
        web = opened.enter_context(listening(_provider()))
        scanner = opened.enter_context(a_scanner())
        ca = tmp_path_factory.mktemp("ca") / "office.pem"
        ca.write_bytes(smtp.authority.read_bytes() + mailbox.authority.root.read_bytes())
        yield Peers(
            {
                "KYHAN_ENVIRONMENT": "production",
                "KYHAN_BASE_URL": "https://kyhan.example.gov.vn",
                "KYHAN_SECRET_KEY": "k" * 40,
                "KYHAN_SMTP_URL": f"smtp://nhacviec:{quote(SECRET, safe='')}@127.0.0.1:{smtp.port}?starttls=1",
                "KYHAN_MAIL_FROM": "nhacviec@soctrang.gov.vn",
                "KYHAN_IMAP_URL": f"imaps://{quote(USER)}:{quote(PASSWORD)}@127.0.0.1:{mailbox.encrypted}",
                "KYHAN_OIDC_ISSUER": web,
                "KYHAN_OIDC_CLIENT_ID": "kyhan",
                "KYHAN_OIDC_CLIENT_SECRET": "s" * 20,
                "KYHAN_CLAMD_URL": scanner,
                "KYHAN_PING_URL": f"{web}/ping/secret-of-the-monitor",
                "PREFECT_API_URL": f"{web}/api",
                "PREFECT_API_AUTH_STRING": "kyhan:" + "a" * 20,
                "KYHAN_CA_FILE": str(ca),
            },
            ca,
        )


def _provider() -> Starlette:
    def described(request: Request) -> JSONResponse:
        return JSONResponse({"issuer": f"http://127.0.0.1:{request.url.port}"})

    def fails_when_pinged(request: Request) -> JSONResponse:
        raise AssertionError("the monitor must not be told of a good look")

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", described),
            Route("/api/health", lambda request: JSONResponse(True)),
            Route("/ping/{rest:path}", fails_when_pinged, methods=["GET", "HEAD", "POST"]),
        ]
    )


@pytest.fixture(autouse=True)
def _trust_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")
    monkeypatch.delenv("SSL_CERT_FILE")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    folder.chmod(0o700)
    return folder


def doctor(peers: Peers, folder: Path, backed_up: timedelta | None = timedelta(hours=3), **changed: str | None):
    """By subject, of what is asked of the machine and of others."""
    environ = {name: value for name, value in {**peers.environ, **changed}.items() if value is not None}
    now = clock.now()
    home = open_home(now, load_settings(environ, folder))
    with writing(home.engine) as session:
        if (beat := session.get(Heartbeat, BEAT)) is not None:
            session.delete(beat)
            session.flush()
        if backed_up is not None:
            session.add(Heartbeat(name=BEAT, at=now - backed_up))
    found: dict[str, CheckFinding] = {one.subject: one for one in checks.all_checks(home, now)}
    home.engine.dispose()
    assert not [one for one in found.values() if SECRET in one.vi or "secret-of-the-monitor" in one.vi]
    return found


def test_what_works_is_green(peers: Peers, folder: Path):
    found = doctor(peers, folder)
    assert {subject: found[subject].vi for subject in OUTSIDE if not found[subject].ok} == {}


WRONG = {
    "wrong mail password": (
        {"KYHAN_SMTP_URL": "smtp://nhacviec:wrong@127.0.0.1:{smtp}?starttls=1"},
        "email",
        "mật khẩu",
    ),
    "mail server away": ({"KYHAN_SMTP_URL": f"smtp://{DEAD}"}, "email", "KYHAN_SMTP_URL"),
    "unknown authority": ({"KYHAN_CA_FILE": None}, "email", "KYHAN_CA_FILE"),
    "unknown authority of the mailbox": ({"KYHAN_CA_FILE": None}, "imap", "KYHAN_CA_FILE"),
    "mailbox away": ({"KYHAN_IMAP_URL": f"imaps://a%40b.vn:secret@{DEAD}"}, "imap", "KYHAN_IMAP_URL"),
    "wrong mailbox password": ({"KYHAN_IMAP_URL": "imaps://a%40b.vn:x@127.0.0.1:{imap}"}, "imap", "mật khẩu"),
    "provider away": ({"KYHAN_OIDC_ISSUER": f"http://{DEAD}"}, "oidc", "KYHAN_OIDC_ISSUER"),
    "another issuer": ({"KYHAN_OIDC_ISSUER": "{localhost}"}, "oidc", "127.0.0.1"),
    "scanner away": ({"KYHAN_CLAMD_URL": f"tcp://{DEAD}"}, "clamd", "clamav-daemon"),
    "monitor away": ({"KYHAN_PING_URL": f"https://{DEAD}/secret-of-the-monitor"}, "ping", "KYHAN_PING_URL"),
    "prefect away": ({"PREFECT_API_URL": f"http://{DEAD}/api"}, "prefect", "kyhan up"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_does_not_work_is_named_with_what_to_do(case: str, peers: Peers, folder: Path):
    changed, subject, todo = WRONG[case]
    ports = {
        "smtp": peers.environ["KYHAN_SMTP_URL"].rpartition(":")[2].partition("?")[0],
        "imap": peers.environ["KYHAN_IMAP_URL"].rpartition(":")[2],
        "localhost": peers.environ["KYHAN_OIDC_ISSUER"].replace("127.0.0.1", "localhost"),
    }
    told = {name: value and value.format(**ports) for name, value in changed.items()}
    finding = doctor(peers, folder, **told)[subject]
    assert not finding.ok
    assert todo in finding.todo_vi
    assert finding.todo_en


def test_backup_rights_room_posts_and_clock_are_named(peers: Peers, folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert "kyhan backup" in doctor(peers, folder, backed_up=None)["backup"].todo_vi
    assert not doctor(peers, folder, backed_up=None)["backup"].ok
    assert not doctor(peers, folder, backed_up=timedelta(days=3))["backup"].ok
    folder.chmod(0o755)
    assert "chmod" in doctor(peers, folder)["rights"].todo_vi
    folder.chmod(0o700)
    monkeypatch.setattr("services.checkup.settings.free_room", lambda folder: 5 << 20)
    assert not doctor(peers, folder)["room"].ok
    ahead = clock.now() + timedelta(minutes=10)
    monkeypatch.setattr(clock, "now", lambda: ahead)
    assert "timedatectl" in doctor(peers, folder)["clock"].todo_vi


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("KYHAN_SECRET_KEY", "short", "32"),
        ("KYHAN_BASE_URL", "http://kyhan.example.gov.vn", "https"),
        ("KYHAN_BASE_URL", "https://example.gov.vn/kyhan", "đường dẫn"),
        ("KYHAN_CA_FILE", "/nowhere.pem", "PEM"),
        ("KYHAN_SMTP_URL", "smtp://u:pa/ss@mail.example.gov.vn:587", "%2F"),
        ("KYHAN_SMTP_URL", "smtp://u:pa@ss@mail.example.gov.vn:587", "%40"),
        ("KYHAN_MAIL_FROM", "a@example.vn", "địa chỉ gửi thật"),
    ],
)
def test_the_start_is_refused_with_what_to_do(name: str, value: str, advice: str, peers: Peers, tmp_path: Path):
    with pytest.raises(SettingsError) as refused:
        load_settings({**peers.environ, name: value}, tmp_path)
    assert [wrong.name for wrong in refused.value.wrong] == [name]
    assert advice in str(refused.value)
    assert value not in str(refused.value)


HEALTHY = {"portal": "ok", "engine": "ok"}


@pytest.mark.parametrize(
    ("answer", "ok", "todo"),
    [
        (JSONResponse(HEALTHY), True, ""),
        (JSONResponse({**HEALTHY, "proxy": "http://127.0.0.1:8080"}), False, "X-Forwarded-Proto"),
        (JSONResponse({"detail": "Not Found"}, 404), False, "KYHAN_BASE_URL"),
        (HTMLResponse("<html>502</html>", 502), False, "KYHAN_BASE_URL"),
    ],
)
def test_the_portal_is_asked_as_everybody_comes_to_it(answer: Response, ok: bool, todo: str):
    with listening(Starlette(routes=[Route("/healthz", lambda _: answer)])) as url:
        [finding] = outside.portal(url)
    assert (finding.subject, finding.ok) == ("address", ok)
    assert todo in finding.todo_vi
    assert todo in finding.todo_en


def test_files_that_hold_secrets_are_for_their_owner(tmp_path: Path):
    secret = tmp_path / "etc" / "smtp_url"
    secret.parent.mkdir(mode=0o700)
    secret.write_text("smtp://127.0.0.1:25")
    (tmp_path / "kyhan.toml").write_text('imap_url_file = "/etc/imap_url"')
    (tmp_path / "prefect.auth").write_text("kyhan:secret")
    tmp_path.chmod(0o700)
    for path in (secret, *tmp_path.glob("*.*")):
        path.chmod(0o640)
    named = secret_files(tmp_path, {"KYHAN_SMTP_URL_FILE": str(secret), "KYHAN_BASE_URL_FILE": "/nowhere"})
    assert named == {"KYHAN_SMTP_URL": secret, "KYHAN_IMAP_URL": Path("/etc/imap_url")}
    assert [finding.ok for finding in settled.rights(tmp_path, [secret])] == [True]
    for path in (secret, tmp_path / "kyhan.toml", tmp_path / "prefect.auth", tmp_path):
        before = path.stat().st_mode
        path.chmod(before | 0o004)
        [finding] = settled.rights(tmp_path, [secret])
        assert finding.todo_en == f"chmod o-rwx {path}"
        path.chmod(before)


def test_restraints_that_were_forgotten_are_named():
    assert [*settled.restraint(False, ())] == []
    assert [one.todo_en for one in settled.restraint(True, ["me@example.vn"]) if not one.ok] == [
        "take KYHAN_DRY_RUN out",
        "when everybody has been told: take allow_list out and restart the service",
    ]


def test_one_check_that_hangs_or_breaks_hides_no_other():
    def breaks() -> list[CheckFinding]:
        raise RuntimeError("password")

    found = together(
        [
            ("slow", lambda: time.sleep(30) or []),
            ("broken", breaks),
            ("fine", lambda: [CheckFinding("fine", True, "ổn", "fine")]),
        ],
        seconds=0.2,
    )
    assert [(one.subject, one.ok) for one in found] == [("slow", False), ("broken", False), ("fine", True)]
    assert "password" not in found[1].vi


def test_the_system_s_authorities_stay_beside_the_office_s(peers: Peers, folder: Path):
    doctor(peers, folder)
    assert ssl.create_default_context().cert_store_stats()["x509_ca"] > 10
