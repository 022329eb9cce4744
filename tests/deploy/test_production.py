"""docs/deploy.md, followed word for word on a machine of its own; then one thing at a time is spoilt, and doctor names it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from a_machine import PATIENCE, Block, Machine, blocks, eventually, free_port
from fakes import mailbox_server
from fakes.certificates import Authority
from fakes.faulty_smtp import a_faulty_smtp
from postgres_cluster import a_private_one

PASSWORD = "p/ss@w:rd%"
DOMAIN = "mail.example.gov.vn"
HOME, SECRETS = "/var/lib/kyhan", "/etc/kyhan"


class Production:
    """The machine, and the servers around it."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.smtp = stack.enter_context(a_faulty_smtp(_made(folder / "smtp")))
        self.smtp.change(password=PASSWORD)
        self.mailbox = stack.enter_context(mailbox_server.an_imap_server())
        postgresql = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        database, socket = stack.enter_context(a_private_one(postgresql, "scram-sha-256"))
        self.authority = Authority(_made(folder / "web"))
        self.https, self.http, self.portal, self.prefect = (free_port() for _ in range(4))
        self.postgresql = httpx.URL(database).port
        given, user, password = (quote(one, safe="") for one in (PASSWORD, mailbox_server.USER, mailbox_server.PASSWORD))
        self.machine = Machine(
            folder / "root",
            {
                "https://kyhan.example.gov.vn": f"https://localhost:{self.https}",
                "kyhan.example.gov.vn": "localhost",
                "listen 443 ssl": f"listen 127.0.0.1:{self.https} ssl; listen 127.0.0.2:{self.https} ssl",
                "listen 80": f"listen 127.0.0.1:{self.http}",
                "127.0.0.1:8080": f"127.0.0.1:{self.portal}",
                "kyhan:PASSWORD@127.0.0.1/": f"kyhan:{given}@127.0.0.1:{self.postgresql}/",
                f"USER:PASSWORD@{DOMAIN}:587": f"nhacviec:{given}@127.0.0.1:{self.smtp.port}",
                f"USER:PASSWORD@{DOMAIN}/": f"{user}:{password}@127.0.0.1:{self.mailbox.encrypted}/",
                "# ca_file": f"port = {self.portal}\nprefect_port = {self.prefect}\nca_file",  # this office has its own
                "ADDRESS": f"quan-tri@{DOMAIN}",
            },
        )
        stack.callback(self.machine.end)
        self.machine.environment |= {"PGHOST": str(socket), "PGPORT": str(self.postgresql)}

    def path(self, name: str) -> Path:
        return self.machine.path(name)

    def authorities(self) -> bytes:
        own = (self.authority.root, self.smtp.authority, self.mailbox.authority.root)
        return b"".join(path.read_bytes() for path in own)

    def browser(self) -> httpx.Client:
        return httpx.Client(base_url=f"https://localhost:{self.https}", verify=self.authority.trusted(), timeout=PATIENCE)

    # --- as the guide says ---

    def follow(self, block: Block) -> str:
        """One block of the guide, with what its text tells to do beforehand. Returns what was printed."""
        if block.file:
            self.machine.write(block)
            return ""
        if "people import" in block.text:
            self.machine.put_people_in(DOMAIN)
        ended = self.machine.type_in(block.text, f"{PASSWORD}\n{PASSWORD}\n" if "--pwprompt" in block.text else "")
        assert ended.returncode == 0, f"{block.text}\n{ended.stdout[-4000:]}\n{ended.stderr[-4000:]}"
        return ended.stdout

    def certificates(self) -> None:
        folder = _made(self.path("/etc/ssl/kyhan"))
        shutil.copy(self.authority.certificate, folder / "fullchain.pem")
        shutil.copy(self.authority.key, folder / "privkey.pem")

    def is_ready(self) -> bool:
        said = self.machine.journal()
        return "Cổng thông tin đã sẵn sàng" in said and "Prefect đã sẵn sàng" in said


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    if not (mailbox_server.available() and shutil.which("nginx") and [*Path("/usr/lib/postgresql").glob("*/bin")]):
        pytest.skip("needs PostgreSQL, Dovecot and nginx")
    folder = Path(mkdtemp(prefix="kyhan-production-"))
    try:
        with ExitStack() as stack:
            yield Production(stack, folder)
    finally:
        rmtree(folder, ignore_errors=True)


@pytest.mark.prefect
def test_the_guide_word_for_word(production: Production) -> None:
    place = production
    steps = blocks()
    for number, block in enumerate(steps):
        if block.kind == "toml":
            place.path("/etc/kyhan/authority.pem").write_bytes(place.authorities())
        if block.kind == "nginx":
            place.certificates()
        if block.text == "kyhan doctor\n":
            assert eventually(place.is_ready), place.machine.journal()
        print(number, block.kind, block.file, block.text.splitlines()[0])
        print(place.follow(block))
