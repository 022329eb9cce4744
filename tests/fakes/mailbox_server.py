"""A real IMAP server on loopback: Dovecot with a folder of its own, started and ended by the test."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from mailbox import Maildir
from pathlib import Path
from shutil import chown, rmtree, which
from tempfile import mkdtemp

from fakes.certificates import Authority

from notifications.email.imap_url import ImapAddress

USER, PASSWORD = "nhacviec@example.vn", "mật khẩu dài"
LINES = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {us}
default_login_user = {us}
default_internal_group = {group}
mail_uid = {us}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
mail_location = maildir:{folder}/mail
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/people
}}
userdb {{
  driver = static
  args = uid={us} gid={group} home={folder}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {encrypted}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class MailboxServer:
    folder: Path
    plain: int
    encrypted: int
    authority: Authority

    def address(self, **changed: object) -> ImapAddress:
        told = {"host": "127.0.0.1", "port": self.plain, "user": USER, "password": PASSWORD, "tls": False, **changed}
        return ImapAddress(**told)  # type: ignore[arg-type]

    def empty(self) -> None:
        """As an administrator would, who starts the mailbox anew: it gets another UIDVALIDITY."""
        rmtree(self.folder / "mail")
        Maildir(self.folder / "mail", create=True)
        _ours(self.folder / "mail")

    def deliver(self, *mails: bytes) -> None:
        box = Maildir(self.folder / "mail", create=True)
        for mail in mails:
            box.add(mail)
        _ours(self.folder / "mail")


def available() -> bool:
    return program() is not None


def program() -> str | None:
    return which("dovecot") or which("dovecot", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def an_imap_server() -> Iterator[MailboxServer]:
    folder = Path(mkdtemp(prefix="kyhan-dovecot-"))  # open to the account it runs under, as folders of pytest are not
    try:
        with _running(folder) as server:
            yield server
    finally:
        rmtree(folder, ignore_errors=True)


@contextmanager
def _running(folder: Path) -> Iterator[MailboxServer]:
    authority = Authority(folder)
    server = MailboxServer(folder, _free_port(), _free_port(), authority)
    us, group = _account()
    (folder / "people").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
    Maildir(folder / "mail", create=True)
    config = folder / "dovecot.conf"
    config.write_text(
        LINES.format(
            folder=folder,
            us=us,
            group=group,
            cert=authority.certificate,
            key=authority.key,
            plain=server.plain,
            encrypted=server.encrypted,
        )
    )
    _ours(folder)
    command = [program() or "dovecot", "-F", "-c", str(config)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            _wait(server.plain, process)
            yield server
        finally:
            process.terminate()
            process.wait(60)


def _account() -> tuple[str, str]:
    """Started as root, Dovecot still wants an unprivileged account for what talks to the network."""
    if os.getuid() == 0:
        return "dovecot", "dovecot"
    import grp
    import pwd

    return pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name


def _ours(folder: Path) -> None:
    if os.getuid() == 0:
        for path in (folder, *folder.rglob("*")):
            chown(path, *_account())


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError((process.stderr.read() if process.stderr else b"").decode())
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("Dovecot does not answer")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
