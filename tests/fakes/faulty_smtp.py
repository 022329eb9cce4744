"""A real SMTP server that errs as servers do, in a process of its own: `python -m tests.fakes.faulty_smtp --port N`.

The local part of the address, up to the first dot or hyphen, says what happens to a mail:

    nouser   550 5.1.1                 full     452 4.2.2
    grey     451 4.7.1, once           policy   554 5.7.1
    relayless  550 5.7.1
    drop     stored, then the connection breaks without an answer to the final dot
    slow     accepted after `slow` seconds
    bounce   accepted, and soon a report of failure goes to the MAIL FROM

    rcpt-550-5.1.2   this answer to RCPT       end-552-5.3.4   this answer to the final dot

Everything else is accepted. A control port takes one JSON object a line and answers with one: {"do": "told"} for
what was seen, {"do": "change", …} for a setting of `Manners`, {"do": "forget"} to begin anew.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import smtplib
import socket
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from email.parser import BytesHeaderParser
from mailbox import Maildir
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

try:
    from fakes.certificates import Authority
except ImportError:  # started from the root of the project
    from tests.fakes.certificates import Authority

ROOT = Path(__file__).parents[2]
REFUSALS = {
    "nouser": "550 5.1.1 <{}>: Recipient address rejected: User unknown",
    "full": "452 4.2.2 <{}>: Mailbox full",
    "policy": "554 5.7.1 <{}>: Message rejected by policy",
    "relayless": "550 5.7.1 <{}>: Relaying denied",
}
NOT_OWNED = "553 5.7.1 <{}>: Sender address rejected: not owned by user"
GREY = "451 4.7.1 <{}>: Greylisted, please try again later"


@dataclass
class Manners:
    """Settings that may be changed while it runs."""

    password: str = ""  # if not empty, mail is taken only after logging in with it
    login_fails: bool = False
    most: int = 20  # mails a connection, then 421; 0 for any number
    slow: float = 10.0
    report_port: int = 0  # where reports of failure are sent by SMTP
    report_folder: str = ""  # or the Maildir they are dropped in
    report_after: float = 0.05
    dsn: bool = False  # whether it takes ENVID and NOTIFY (RFC 3461)
    at_mail: str = ""  # if not empty, the answer to MAIL
    at_rcpt: str = ""  # … to each RCPT
    at_end: str = ""  # … to each final dot
    largest: int = 0  # bytes of a mail; 0 for any size
    own_sender: str = ""  # if not empty, the only MAIL FROM it lets out
    says_so_late: bool = False  # and says so at RCPT only, as Postfix does by default
    refuses_at_end: str = ""  # or with this answer to the final dot, as Exchange does


@dataclass
class Connection:
    peer: str
    hello: str = ""
    encrypted: bool = False
    user: str = ""
    mails: int = 0
    told: list[str] = field(default_factory=list)  # what MAIL and RCPT asked of reports (RFC 3461)


@dataclass
class Seen:
    connections: list[Connection] = field(default_factory=list)
    mails: list[dict[str, Any]] = field(default_factory=list)
    grey: set[str] = field(default_factory=set)
    reports: int = 0


def behaviour(address: str) -> str:
    return re.split(r"[-.+@]", address, maxsplit=1)[0].lower()


def scripted(address: str) -> str:
    """«rcpt-550-5.1.2» → 550 5.1.2"""
    _, code, *status = address.partition("@")[0].split("-")
    return " ".join((code, *status, "because the test says so"))


class Peer(SMTP):
    """aiosmtpd takes none of the words of RFC 3461; its handler is told of them all the same."""

    def _getparams(self, params: Any) -> dict[str, str | bool] | None:
        known = [word for word in params if not word.startswith(("RET=", "ENVID=", "NOTIFY="))]
        return super()._getparams(known if self.event_handler.manners.dsn else params)


# --- the server ---------------------------------------------------------------------------------------------------


class Faults:
    """What aiosmtpd asks at each command."""

    def __init__(self, manners: Manners) -> None:
        self.manners, self.seen = manners, Seen()
        self._ahead: set[asyncio.Task[None]] = set()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        session.host_name = hostname
        self._connection(session).hello = hostname
        return [*responses[:-1], *(["250-DSN"] if self.manners.dsn else []), *responses[-1:]]

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        connection = self._connection(session)
        if self.manners.password and not session.authenticated:
            return "530 5.7.0 Authentication required"
        if self.manners.most and connection.mails >= self.manners.most:
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return "421 4.7.0 Too many mails on one connection"
        if self.manners.at_mail:
            return self.manners.at_mail
        if not (self.manners.says_so_late or self.manners.refuses_at_end) and self._is_foreign(address):
            return NOT_OWNED.format(address)
        envelope.mail_from = address
        connection.told = [word for word in options if word.startswith(("RET=", "ENVID="))]
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        kind = behaviour(address)
        if self.manners.at_rcpt:
            return self.manners.at_rcpt
        if self._is_foreign(envelope.mail_from) and not self.manners.refuses_at_end:
            return NOT_OWNED.format(envelope.mail_from)
        if kind == "rcpt":
            return scripted(address)
        if kind in REFUSALS:
            return REFUSALS[kind].format(address)
        if kind == "grey" and address not in self.seen.grey:
            self.seen.grey.add(address)
            return GREY.format(address)
        envelope.rcpt_tos.append(address)
        self._connection(session).told += options
        return "250 2.1.5 Ok"

    def _is_foreign(self, sender: str) -> bool:
        return self.manners.own_sender not in ("", sender)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        connection, [to, *_] = self._connection(session), envelope.rcpt_tos
        kind = behaviour(to)
        if self.manners.at_end:
            return self.manners.at_end
        if self._is_foreign(envelope.mail_from):
            return self.manners.refuses_at_end
        if kind == "end":
            return scripted(to)
        if self.manners.largest and len(envelope.content) > self.manners.largest:
            return "552 5.3.4 Message too big for system"
        if kind == "slow":
            await asyncio.sleep(self.manners.slow)
        connection.mails += 1
        number = self._store(connection, envelope, to)
        if kind == "drop":
            server.transport.abort()
        if kind == "bounce" and envelope.mail_from:
            self._later(self._report(envelope.mail_from, to, envelope.content, number, connection.told))
        return f"250 2.0.0 Ok: queued as F{number}"

    def login(self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        user, password = (part.decode("utf-8", "replace") for part in (given.login, given.password))
        right = not self.manners.login_fails and (not self.manners.password or password == self.manners.password)
        if right:
            self._connection(session).user = user
        return AuthResult(success=right, handled=False)

    def _connection(self, session: Any) -> Connection:
        """STARTTLS gives aiosmtpd a new session on the same connection."""
        peer = f"{session.peer[0]}:{session.peer[1]}"
        found = next((one for one in self.seen.connections if one.peer == peer), None)
        if found is None:
            found = Connection(peer)
            self.seen.connections.append(found)
        found.encrypted = session.ssl is not None
        return found

    def _store(self, connection: Connection, envelope: Any, to: str) -> int:
        number = len(self.seen.mails) + 1
        head = BytesHeaderParser().parsebytes(envelope.content)
        self.seen.mails.append(
            {
                "number": number,
                "connection": connection.peer,
                "mail_from": envelope.mail_from,
                "to": to,
                "told": " ".join(connection.told),
                "message_id": str(head["Message-ID"]),
                "raw": b64encode(envelope.content).decode("ascii"),
            }
        )
        return number

    # --- reports of failure ---

    def _later(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._ahead.add(task)
        task.add_done_callback(self._ahead.discard)

    async def _report(self, mail_from: str, to: str, content: bytes, number: int, asked: list[str]) -> None:
        await asyncio.sleep(self.manners.report_after)
        envelope_id = next((word.partition("=")[2] for word in asked if word.startswith("ENVID=")), "")
        report = report_of_failure(mail_from, to, content, number, envelope_id)
        if self.manners.report_folder:
            Maildir(self.manners.report_folder, create=True).add(b"Return-Path: <>\n" + report)
        elif self.manners.report_port:
            await asyncio.to_thread(_send, self.manners.report_port, mail_from, report)
        self.seen.reports += 1


def _send(port: int, to: str, report: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port, "relay.example.vn", 10) as smtp:
        smtp.sendmail("", [to], report.replace(b"\n", b"\r\n"))


def report_of_failure(mail_from: str, to: str, content: bytes, number: int, envelope_id: str = "") -> bytes:
    asked = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    head = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii", "replace")
    return f"""\
From: MAILER-DAEMON@relay.example.vn (Mail Delivery System)
To: {mail_from}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <F{number}.report@relay.example.vn>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="F{number}/relay"

--F{number}/relay
Content-Type: text/plain; charset=us-ascii

<{to}>: host mx.example.vn said: 550 5.1.1 User unknown (in reply to RCPT TO command)

--F{number}/relay
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.vn
{asked}X-Postfix-Queue-ID: F{number}

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown

--F{number}/relay
Content-Type: text/rfc822-headers

{head}

--F{number}/relay--
""".encode()


# --- its control ----------------------------------------------------------------------------------------------------


class Control:
    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while line := await reader.readline():
                writer.write(json.dumps(self._answer(json.loads(line))).encode() + b"\n")
                await writer.drain()
        writer.close()

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        doing = asked.pop("do")
        if doing == "change":
            known = {item.name for item in fields(Manners)}
            if unknown := set(asked) - known:
                return {"error": f"unknown: {sorted(unknown)}"}
            for name, value in asked.items():
                setattr(self._faults.manners, name, value)
        elif doing == "forget":
            self._faults.seen = Seen()
        elif doing != "told":
            return {"error": f"unknown: {doing}"}
        seen = self._faults.seen
        return {
            "connections": [asdict(one) for one in seen.connections],
            "mails": seen.mails,
            "reports": seen.reports,
        }


async def serve(port: int, control: int, manners: Manners, authority: Authority) -> None:
    loop, ended, faults = asyncio.get_running_loop(), asyncio.Event(), Faults(manners)
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, ended.set)

    def one() -> SMTP:
        return Peer(
            faults,
            hostname="relay.example.vn",
            tls_context=authority.of_server(),
            authenticator=faults.login,
            auth_require_tls=False,
            enable_SMTPUTF8=True,
            loop=loop,
        )

    mail = await loop.create_server(one, "127.0.0.1", port)
    orders = await asyncio.start_server(Control(faults), "127.0.0.1", control, limit=1 << 20)
    ports = [server.sockets[0].getsockname()[1] for server in (mail, orders)]
    print(json.dumps({"port": ports[0], "control": ports[1], "authority": str(authority.root)}), flush=True)
    async with mail, orders:
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fakes.faulty_smtp", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="for its certificates")
    for setting in fields(Manners):
        if not isinstance(setting.default, bool):
            parser.add_argument(
                f"--{setting.name.replace('_', '-')}", type=type(setting.default), default=setting.default
            )
    for name in ("--login-fails", "--dsn"):
        parser.add_argument(name, action="store_true")
    given = vars(parser.parse_args())
    port, control, folder = given.pop("port"), given.pop("control"), given.pop("folder")
    authority = Authority(folder or Path(mkdtemp(prefix="kyhan-smtp-")))
    asyncio.run(serve(port, control, Manners(**given), authority))


# --- for tests --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FaultySmtp:
    port: int
    control: int
    authority: Path

    def ask(self, do: str, **told: Any) -> dict[str, Any]:
        with closing(socket.create_connection(("127.0.0.1", self.control), 10)) as line, line.makefile("rwb") as file:
            file.write(json.dumps({"do": do, **told}).encode() + b"\n")
            file.flush()
            answer: dict[str, Any] = json.loads(file.readline())
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def change(self, **manners: Any) -> None:
        self.ask("change", **manners)

    def connections(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("told")["connections"]
        return found

    def mails(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("told")["mails"]
        return [{**mail, "raw": b64decode(mail["raw"])} for mail in found]


@contextmanager
def a_faulty_smtp(folder: Path) -> Iterator[FaultySmtp]:
    command = [sys.executable, "-m", "tests.fakes.faulty_smtp", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            yield FaultySmtp(told["port"], told["control"], Path(told["authority"]))
        finally:
            process.terminate()
            process.wait(60)


if __name__ == "__main__":
    main()
