"""docs/deploy.md, followed word for word; then one thing at a time is spoilt, and `kyhan doctor` names it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from urllib.parse import quote, urlsplit

import httpx
import psycopg
import pytest
from a_machine import PATIENCE, SOURCE, Block, Machine, blocks, eventually, free_port
from fakes.certificates import Authority
from fakes.faulty_smtp import a_faulty_smtp
from fakes.listening import listening
from fakes.mailbox_server import PASSWORD as MAILBOX_PASSWORD
from fakes.mailbox_server import USER, an_imap_server, available
from postgres_cluster import a_private_one
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

PASSWORD = "p/ss@w:rd%"
GIVEN = quote(PASSWORD, safe="")
DOMAIN = "mail.example.gov.vn"
COORDINATOR = f"dieu-phoi.ctk@{DOMAIN}"
TOML, NGINX = "/var/lib/kyhan/kyhan.toml", "/etc/nginx/conf.d/kyhan.conf"


pytestmark = [pytest.mark.prefect, pytest.mark.postgresql, pytest.mark.imap, pytest.mark.timeout(600)]


class Production:
    """The machine, and the servers around it."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.smtp = stack.enter_context(a_faulty_smtp(_made(folder / "smtp")))
        self.smtp.change(password=PASSWORD)
        self.mailbox = stack.enter_context(an_imap_server())
        postgresql = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        database, socket = stack.enter_context(a_private_one(postgresql, "scram-sha-256"))
        self.authority = Authority(_made(folder / "web"))
        self.https, self.http, self.portal, self.prefect = (free_port() for _ in range(4))
        self.postgresql, self.socket = urlsplit(database).port, socket
        mailbox_user = f"{quote(USER, safe='')}:{quote(MAILBOX_PASSWORD)}"
        self.machine = Machine(
            folder / "root",
            {
                "https://kyhan.example.gov.vn": f"https://localhost:{self.https}",
                "kyhan.example.gov.vn": "localhost",
                "listen 443 ssl": f"listen 127.0.0.1:{self.https} ssl; listen 127.0.0.2:{self.https} ssl",
                "listen 80": f"listen 127.0.0.1:{self.http}",
                "127.0.0.1:8080": f"127.0.0.1:{self.portal}",
                "kyhan:PASSWORD@127.0.0.1/": f"kyhan:{GIVEN}@127.0.0.1:{self.postgresql}/",
                f"USER:PASSWORD@{DOMAIN}:587": f"nhacviec:{GIVEN}@127.0.0.1:{self.smtp.port}",
                f"USER:PASSWORD@{DOMAIN}/": f"{mailbox_user}@127.0.0.1:{self.mailbox.encrypted}/",
                "# ca_file": f"port = {self.portal}\nprefect_port = {self.prefect}\nca_file",  # this office has its own
                "ADDRESS": f"quan-tri@{DOMAIN}",
            },
        )
        stack.callback(self.machine.end)
        self.machine.environment |= {"PGHOST": str(socket), "PGPORT": str(self.postgresql)}

    def path(self, name: str) -> Path:
        return self.machine.path(name)

    def authorities(self) -> list[bytes]:
        own = (self.authority.root, self.smtp.authority, self.mailbox.authority.root)
        return [path.read_bytes() for path in own]

    def browser(self) -> httpx.Client:
        where = f"https://localhost:{self.https}"
        return httpx.Client(base_url=where, verify=self.authority.trusted(), timeout=PATIENCE)

    def sql(self, statement: str) -> None:
        with psycopg.connect(host=str(self.socket), port=self.postgresql, user="postgres", dbname="kyhan") as line:
            line.execute(statement.encode())

    # --- as the guide says ---

    def follow(self, block: Block) -> str:
        """One block of the guide, with what its text tells to do beforehand. Returns what was printed."""
        self._beforehand(block)
        if block.file:
            self.machine.write(block)
            return ""
        ended = self.machine.type_in(block.text, f"{PASSWORD}\n{PASSWORD}\n" if "--pwprompt" in block.text else "")
        assert ended.returncode == 0, f"{block.text}\n{ended.stdout[-4000:]}\n{ended.stderr[-4000:]}"
        return ended.stdout

    def _beforehand(self, block: Block) -> None:
        if block.file == TOML:
            self.path("/etc/kyhan/authority.pem").write_bytes(b"".join(self.authorities()))
        if block.file == NGINX:
            folder = _made(self.path("/etc/ssl/kyhan"))
            shutil.copy(self.authority.certificate, folder / "fullchain.pem")
            shutil.copy(self.authority.key, folder / "privkey.pem")
        if "people import" in block.text:
            self.machine.put_people_in(DOMAIN)
        if block.text == "kyhan doctor\n":
            assert eventually(lambda: self.machine.journal().count("đã sẵn sàng") == 3), self.machine.journal()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    """Everything up to the upgrade, in the guide's order; `kyhan doctor` is one of its steps."""
    if not (available() and shutil.which("nginx") and [*Path("/usr/lib/postgresql").glob("*/bin")]):
        pytest.skip("needs PostgreSQL, Dovecot and nginx")
    folder = Path(mkdtemp(prefix="kyhan-production-"))
    try:
        with ExitStack() as stack:
            place = Production(stack, folder)
            for number, block in enumerate(steps := blocks(), 1):
                if "systemctl stop" not in block.text:
                    said = place.follow(block)
                    print(f"{number}/{len(steps)} {block.file or block.text.splitlines()[0]}")
            assert said is not None
            yield place
    finally:
        rmtree(folder, ignore_errors=True)


def test_the_program_is_the_installed_one(production: Production) -> None:
    code, out, _ = production.machine.kyhan("doctor", "--json")
    assert code == 0, out
    where = subprocess.run(
        [production.path("/opt/kyhan/.venv/bin/python"), "-P", "-c", "import cli; print(cli.__file__)"],
        capture_output=True,
        text=True,
        check=True,
        cwd="/",
    )
    assert where.stdout.startswith(str(production.path("/opt/kyhan/.venv")))


def test_only_https_leads_to_the_portal_and_only_what_is_for_everybody_is_open(production: Production) -> None:
    plain = httpx.get(f"http://127.0.0.1:{production.http}/dang-nhap", headers={"Host": "localhost"})
    assert (plain.status_code, plain.headers["Location"]) == (301, "https://localhost/dang-nhap")
    with production.browser() as browser:
        health = browser.get("/healthz")
        assert health.json() == {"portal": "ok", "engine": "ok"}
        assert health.headers["Strict-Transport-Security"].startswith("max-age=")
        assert browser.get("/metrics").status_code == 401
        assert browser.post("/api/v1/status", content=b"x" * (2 << 20)).status_code != 413  # pieces of files pass
    prefect = f"http://127.0.0.1:{production.prefect}/api/flows/filter"
    assert httpx.post(prefect, json={}).status_code == 401
    auth = production.path("/var/lib/kyhan/prefect.auth").read_text().strip().split(":")
    assert httpx.post(prefect, json={"limit": 1}, auth=(auth[0], auth[1])).status_code == 200


def test_a_coordinator_signs_in_by_the_link_in_a_mail(production: Production) -> None:
    with production.browser() as browser:
        page = browser.get("/dang-nhap")
        browser.post("/dang-nhap/lien-ket", data={"khoa_bieu_mau": _form_key(page), "email": COORDINATOR})
        assert eventually(lambda: _link_for(production, COORDINATOR))
        link = _link_for(production, COORDINATOR)
        assert link.startswith(f"https://localhost:{production.https}/vao/")
        entered = browser.post(link, data={"khoa_bieu_mau": _form_key(browser.get(link))})
        cookie = next(one for one in entered.headers.get_list("Set-Cookie") if "kyhan_session" in one)
        assert cookie.startswith("__Host-")
        assert "; secure" in cookie.lower()
        board = browser.get("/", follow_redirects=True)
        assert board.status_code == 200
        assert "70/KH-UBND" in board.text
    [line] = [one for one in production.machine.journal().splitlines() if "/vao/" in one]
    assert line.startswith(f"https://localhost:{production.https}/vao/")


def _form_key(page: httpx.Response) -> str:
    found = re.search(r'name="khoa_bieu_mau" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def _link_for(production: Production, address: str) -> str:
    for mail in production.smtp.mails():
        if mail["to"] == address:
            body = message_from_bytes(mail["raw"], policy=policy.default).get_body(("plain",))
            found = re.search(r"https://\S+/vao/\S+", body.get_content() if body else "")
            if found:
                return found[0]
    return ""


def test_the_nightly_backup(production: Production) -> None:
    [line] = production.path("/etc/cron.d/kyhan").read_text().splitlines()
    command = line.split(None, 6)[6].replace(r"\%", "%")
    assert production.machine.type_in(command).returncode == 0
    assert [*production.path("/var/backups/kyhan").glob("2*.zip")]


# --- one thing at a time ----------------------------------------------------------------------------------------------

Mistake = Callable[[Production], AbstractContextManager[None]]


def in_file(name: str, told: str, instead: str, reload: bool = False) -> Mistake:
    """Another word in one file."""

    @contextmanager
    def spoilt(place: Production) -> Iterator[None]:
        path = place.path(name)
        whole = path.read_text(encoding="utf-8")
        assert told in whole
        _put(place, path, whole.replace(told, instead), reload)
        try:
            yield
        finally:
            _put(place, path, whole, reload)

    return spoilt


def _put(place: Production, path: Path, content: str, reload: bool) -> None:
    path.write_text(content, encoding="utf-8")
    if reload:
        place.machine.type_in("systemctl reload nginx")


def in_settings(told: str, instead: str) -> Mistake:
    return in_file(TOML, told, instead)


def more(line: str) -> Mistake:
    return in_settings('environment = "production"', f'environment = "production"\n{line}')


def mode(name: str, loose: int) -> Mistake:
    @contextmanager
    def spoilt(place: Production) -> Iterator[None]:
        path = place.path(name)
        before = path.stat().st_mode
        path.chmod(loose)
        try:
            yield
        finally:
            path.chmod(before)

    return spoilt


def in_database(do: str, undo: str) -> Mistake:
    @contextmanager
    def spoilt(place: Production) -> Iterator[None]:
        place.sql(do)
        try:
            yield
        finally:
            place.sql(undo)

    return spoilt


def without_authority(number: int) -> Mistake:
    @contextmanager
    def spoilt(place: Production) -> Iterator[None]:
        path, known = place.path("/etc/kyhan/authority.pem"), place.authorities()
        path.write_bytes(b"".join(known[:number] + known[number + 1 :]))
        try:
            yield
        finally:
            path.write_bytes(b"".join(known))

    return spoilt


@contextmanager
def mail_to_the_catcher(place: Production) -> Iterator[None]:
    command = [
        sys.executable,
        "-m",
        "notifications.email.catcher",
        "--port",
        "0",
        "--dir",
        str(place.path("/run/caught")),
    ]
    with subprocess.Popen(command, cwd=SOURCE, stdout=subprocess.PIPE, text=True) as catcher:
        assert catcher.stdout is not None
        port = catcher.stdout.readline().rpartition(":")[2].strip()
        whole = place.path("/etc/kyhan/smtp_url").read_text()
        try:
            with in_file("/etc/kyhan/smtp_url", whole, f"smtp://127.0.0.1:{port}")(place):
                yield
        finally:
            catcher.terminate()


@contextmanager
def prefect_without_credentials(place: Production) -> Iterator[None]:
    routes = [
        Route("/api/health", lambda _: JSONResponse(True)),
        Route("/api/flows/filter", lambda _: JSONResponse([]), methods=["POST"]),
    ]
    with listening(Starlette(routes=routes)) as url:
        told = f'prefect_api_url = "{url}/api"\nprefect_auth = "kyhan:aaaaaaaaaaaa"'
        with more(told)(place):
            yield


A_FOCAL_POINT = "(SELECT min(t.id) FROM tenure t JOIN person p ON p.id = t.person_id WHERE NOT p.example)"
MISTAKES: dict[str, tuple[Mistake, str, str]] = {
    "wrong mail password": (in_file("/etc/kyhan/smtp_url", GIVEN, "wrong"), "email", "KYHAN_SMTP_URL"),
    "mail server of an unknown authority": (without_authority(1), "email", "KYHAN_CA_FILE"),
    "the mail catcher as mail server": (mail_to_the_catcher, "email", "KYHAN_SMTP_URL"),
    "wrong mailbox password": (
        in_file("/etc/kyhan/imap_url", quote(MAILBOX_PASSWORD), "wrong"),
        "imap",
        "KYHAN_IMAP_URL",
    ),
    "mailbox of an unknown authority": (without_authority(2), "imap", "KYHAN_CA_FILE"),
    "http in the base address": (
        in_settings("https://localhost", "http://localhost"),
        "",
        "KYHAN_BASE_URL: cần https://",
    ),
    "a base address the certificate is not for": (
        in_settings("https://localhost", "https://127.0.0.2"),
        "address",
        "KYHAN_BASE_URL",
    ),
    "web server that does not say https": (
        in_file(NGINX, "proxy_set_header X-Forwarded-Proto $scheme;", "", reload=True),
        "address",
        "X-Forwarded-Proto",
    ),
    "web server that does not say the name": (
        in_file(NGINX, "proxy_set_header Host $host;", "", reload=True),
        "address",
        "Host",
    ),
    "web server that leads elsewhere": (
        in_file(NGINX, "proxy_pass http://127.0.0.1:", "proxy_pass http://127.0.0.3:", reload=True),
        "address",
        "KYHAN_BASE_URL",
    ),
    "no secret key": (in_settings("secret_key_file", "# secret_key_file"), "", "KYHAN_SECRET_KEY"),
    "a weak secret key": (in_settings('secret_key_file = "', 'secret_key = "short"  # "'), "", "32"),
    "another secret key": (
        in_settings('secret_key_file = "', f'secret_key = "{"k" * 40}"  # "'),
        "key log",
        "SECRET_KEY",
    ),
    "wrong database password": (in_file("/etc/kyhan/database_url", GIVEN, "wrong"), "", "KYHAN_DATABASE_URL"),
    "database away": (in_file("/etc/kyhan/database_url", "@127.0.0.1:", "@127.0.0.3:"), "", "KYHAN_DATABASE_URL"),
    "a password that is not encoded": (in_file("/etc/kyhan/smtp_url", GIVEN, PASSWORD), "", "%40"),
    "Prefect elsewhere without credentials": (
        prefect_without_credentials,
        "prefect",
        "PREFECT_SERVER_API_AUTH_STRING",
    ),
    "Prefect elsewhere, no credentials set": (
        more('prefect_api_url = "http://127.0.0.1:9/api"'),
        "",
        "PREFECT_API_AUTH_STRING",
    ),
    "a misspelt setting": (in_settings("imap_url_file", "imap_ulr_file"), "", "imap_url_file"),
    "no backup for days": (
        in_database(
            "UPDATE heartbeat SET at = at - interval '5 days' WHERE name = 'backup'",
            "UPDATE heartbeat SET at = at + interval '5 days' WHERE name = 'backup'",
        ),
        "backup",
        "kyhan backup",
    ),
    "engine silent": (
        in_database(
            "UPDATE heartbeat SET at = at - interval '5 days' WHERE name LIKE 'tick:%'",
            "UPDATE heartbeat SET at = at + interval '5 days' WHERE name LIKE 'tick:%'",
        ),
        "engine",
        "kyhan up",
    ),
    "a post without holder": (
        in_database(
            f"UPDATE tenure SET from_day = from_day + 3 WHERE id = {A_FOCAL_POINT}",
            f"UPDATE tenure SET from_day = from_day - 3 WHERE id = {A_FOCAL_POINT}",
        ),
        "posts",
        "kyhan people import",
    ),
    "an example with a role": (
        in_database(
            "INSERT INTO role_grant (person_id, role) SELECT min(id), 'auditor' FROM person WHERE example",
            "DELETE FROM role_grant WHERE role = 'auditor'",
        ),
        "examples",
        "kyhan people import",
    ),
    "home open to others": (mode("/var/lib/kyhan", 0o755), "rights", "chmod o-rwx"),
    "settings open to others": (mode(TOML, 0o644), "rights", "chmod o-rwx"),
    "a secret's file open to others": (mode("/etc/kyhan/smtp_url", 0o644), "rights", "smtp_url"),
    "Prefect's credentials open to others": (mode("/var/lib/kyhan/prefect.auth", 0o644), "rights", "prefect.auth"),
    "a dry run": (more("dry_run = true"), "sending", "KYHAN_DRY_RUN"),
    "a sample telephone for help": (in_settings("support_phone", "# support_phone"), "support", "KYHAN_SUPPORT_PHONE"),
    "an allow list": (more('allow_list = "me@mail.example.gov.vn"'), "sending", "allow_list"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_mistake_is_named_with_what_to_do(name: str, production: Production) -> None:
    mistake, subject, todo = MISTAKES[name]
    with mistake(production):
        code, wrong = production.machine.wrong()
    assert code != 0
    if isinstance(wrong, str):
        assert subject == "", wrong
        assert todo in wrong
        print(f"{name}: {wrong}")
    else:
        assert [*wrong] == subject.split()  # so what was undone before is green again
        one = wrong[subject.split()[0]]
        assert todo in one["todo_vi"]
        assert todo in one["todo_en"]
        print(f"{name}: {one['vi']} → {one['todo_vi']}\n    {one['en']} → {one['todo_en']}")


def test_when_all_is_undone_all_is_well(production: Production) -> None:
    assert production.machine.wrong() == (0, {})


def test_the_upgrade(production: Production) -> None:
    [block] = [block for block in blocks() if "systemctl stop" in block.text]
    production.follow(block)
    assert "Đã dừng tất cả" in production.machine.journal()
    assert eventually(lambda: production.machine.journal().count("đã sẵn sàng") == 6), production.machine.journal()
    assert production.machine.wrong() == (0, {})
