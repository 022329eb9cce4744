"""The e-mail channel over SMTP: one connection for many mails, with the server's answer to each."""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import NamedTuple, TypeVar

from notifications.addresses import has_control_characters
from notifications.channel import Envelope, Outcome, OutcomeKind
from notifications.deadline import within
from notifications.email.mime import BadEnvelope, build
from notifications.email.smtp_answers import Phase, answered, outcome, unanswered
from notifications.email.smtp_connection import SmtpConnection, SmtpTlsConnection

T = TypeVar("T")
Reply = tuple[int, bytes]

MAILS_PER_CONNECTION = 100  # relays grow suspicious of longer ones
SECONDS_PER_CONNECTION = 60
GOODBYE = 5.0  # seconds for the answer to QUIT, which changes nothing any more
PLAINLY = "máy chủ thư không nhận địa chỉ trả về riêng; thư đi bằng địa chỉ người gửi"


@dataclass(frozen=True)
class SmtpAddress:
    host: str
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False


class SmtpChannel:
    name = "email"
    resends_on_doubt = True

    def __init__(
        self,
        address: SmtpAddress,
        sender: tuple[str, str],
        domain: str,
        timeout: float = 20.0,
        patience: float = 120.0,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self.address, self.sender, self.domain = address, sender, domain
        self.timeout = timeout
        self.patience = patience  # after the final dot, when a relay may scan the mail: leaving early means doubt
        self.longest = 2 * timeout + patience  # for one mail with all that belongs to it; shorter than a lease
        self._given_context = tls_context

    @cached_property
    def tls_context(self) -> ssl.SSLContext:
        """Made once: reading the authorities' certificates takes longer than sending a mail."""
        return self._given_context or ssl.create_default_context()

    @contextmanager
    def open(self) -> Iterator[SmtpSession]:
        session = SmtpSession(self)
        try:
            yield session
        finally:
            session.close()

    def send(self, envelope: Envelope) -> Outcome:
        with self.open() as session:
            return session.send(envelope)


class _Failed(Exception):
    """Carries an outcome from where it became clear to where it is handed back."""

    def __init__(self, result: Outcome) -> None:
        super().__init__(result.code)
        self.outcome = result


class _Command(NamedTuple):
    phase: Phase
    line: str
    expected: tuple[int, ...]


class SmtpSession:
    """A round of mails; connects with the first one, and again when a connection has served its time."""

    def __init__(self, channel: SmtpChannel) -> None:
        self._channel = channel
        self._smtp: SmtpConnection | None = None
        self._sent = 0
        self._since = 0.0
        self._plain = False  # this relay lets mail leave by the sender's own address alone
        self._down: Outcome | None = None  # once the server cannot be reached, the rest of the round need not try

    def send(self, envelope: Envelope) -> Outcome:
        try:
            mail = build(envelope, *self._channel.sender)
        except BadEnvelope as bad:
            return _refused_envelope(bad.field, envelope)
        try:
            with within(self._channel.longest):
                return self._safe(self._answer(envelope, mail))
        except Exception:
            self._drop()  # the state of the conversation is unknown: the next mail begins a new one
            raise

    def _answer(self, envelope: Envelope, mail: bytes) -> Outcome:
        result = self._tried(envelope, mail)
        if envelope.return_path and not self._plain and _sender_refused(result):
            self._plain = True
            result = self._tried(envelope, mail)
        if self._plain and result.kind is OutcomeKind.OK:
            result = replace(result, detail=f"{result.detail} ({PLAINLY})")
        return result

    def _tried(self, envelope: Envelope, mail: bytes) -> Outcome:
        try:
            return self._deliver(envelope, mail)
        except _Failed as failed:
            return failed.outcome

    def log_in(self) -> Outcome:
        """Connects, encrypts and logs in as for a mail; sends none. The detail is the name the server gives itself."""
        try:
            self._connect_if_needed()
            smtp = self._smtp
            assert smtp is not None
            number, reply = self._talk(Phase.LOGIN, smtp.noop)
        except _Failed as failed:
            return self._safe(failed.outcome)
        if number == 250:
            name = (smtp.ehlo_resp or smtp.helo_resp or b"").decode("ascii", "replace").partition("\n")[0]
            return Outcome(OutcomeKind.OK, str(number), name)
        return self._safe(answered(Phase.LOGIN, number, reply))

    def close(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        with suppress(smtplib.SMTPException, OSError), within(GOODBYE):
            smtp.quit()
        smtp.close()

    def _deliver(self, envelope: Envelope, mail: bytes) -> Outcome:
        fresh = self._connect_if_needed()
        try:
            return self._converse(envelope, mail)
        except _Failed as failed:
            # An old connection may have been closed while it was idle; nothing was sent, so ask once more.
            if fresh or not _connection_is_gone(failed.outcome):
                raise
        self._connect_if_needed()
        return self._converse(envelope, mail)

    def _converse(self, envelope: Envelope, mail: bytes) -> Outcome:
        """One mail, command by command. `smtplib.sendmail` would hide which of them failed, and the queue id.

        The addresses are known to be plain: parsing them once more, as smtplib does, takes longer than sending them.
        """
        smtp = self._smtp
        assert smtp is not None
        self._sent += 1
        self._announce(*self._commands(smtp.esmtp_features, envelope, len(mail)))
        smtp.timeout = self._channel.patience
        self._talk(Phase.DATA, lambda: smtp.send(_with_final_dot(mail)))
        number, reply = self._talk(Phase.ACCEPT, smtp.getreply)
        smtp.timeout = self._channel.timeout
        result = answered(Phase.ACCEPT, number, reply)
        if number == 421:
            self._drop()
        return result

    def _commands(self, offered: Mapping[str, str], envelope: Envelope, size: int) -> tuple[_Command, ...]:
        sender = self._channel.sender[1] if self._plain else envelope.return_path or self._channel.sender[1]
        mail, rcpt = f"MAIL FROM:<{sender}>", f"RCPT TO:<{envelope.to_address}>"
        if "size" in offered:
            mail += f" SIZE={size}"
        if envelope.envelope_id and "dsn" in offered:
            mail += f" RET=HDRS ENVID={_xtext(envelope.envelope_id)}"
            rcpt += " NOTIFY=FAILURE,DELAY"
        return (
            _Command(Phase.MAIL, mail, (250,)),
            _Command(Phase.RCPT, rcpt, (250, 251)),
            _Command(Phase.DATA, "DATA", (354,)),
        )

    def _announce(self, *commands: _Command) -> None:
        """In one breath where the server takes that (RFC 2920): over a slow line each answer waited for counts."""
        smtp = self._smtp
        assert smtp is not None
        if "pipelining" not in smtp.esmtp_features:
            for command in commands:
                self._judge(command, self._talk(command.phase, partial(smtp.docmd, command.line)))
            return
        self._talk(commands[0].phase, lambda: smtp.send("".join(f"{command.line}\r\n" for command in commands)))
        replies = [self._talk(command.phase, smtp.getreply) for command in commands]
        if replies[-1][0] in commands[-1].expected and _refused(commands, replies):
            self._talk(Phase.DATA, lambda: smtp.send(".\r\n"))  # it waits for a mail that has nobody to go to
            self._talk(Phase.DATA, smtp.getreply)
        for command, reply in zip(commands, replies, strict=True):
            self._judge(command, reply)

    def _judge(self, command: _Command, reply: Reply) -> None:
        number, detail = reply
        if number in command.expected:
            return
        if number == 421:
            self._drop()
        else:
            self._reset()
        raise _Failed(answered(command.phase, number, detail))

    def _reset(self) -> None:
        """After a refusal only: an accepted mail leaves nothing behind (RFC 5321, 4.1.1.4)."""
        assert self._smtp is not None
        try:
            self._smtp.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()

    def _talk(self, phase: Phase, command: Callable[[], T]) -> T:
        try:
            return command()
        except (smtplib.SMTPException, OSError) as problem:
            self._drop()
            result = unanswered(phase, problem)
            if result.code == "timeout":
                self._down = outcome(Phase.CONNECT, "timeout")  # waiting again for each mail would outlast the lease
            raise _Failed(result) from problem

    def _connect_if_needed(self) -> bool:
        """Whether the connection is new."""
        if self._smtp is not None and self._is_worn_out():
            self.close()
        if self._smtp is not None:
            return False
        if self._down is not None:
            raise _Failed(self._down)
        try:
            self._smtp = _connected(self._channel)
        except _Failed as failed:
            self._down = failed.outcome
            raise
        self._sent, self._since = 0, time.monotonic()
        return True

    def _is_worn_out(self) -> bool:
        return self._sent >= MAILS_PER_CONNECTION or time.monotonic() - self._since > SECONDS_PER_CONNECTION

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _safe(self, result: Outcome) -> Outcome:
        """A server may repeat our password; the ledger must not."""
        secret = self._channel.address.password
        if not secret or secret not in result.detail:
            return result
        return replace(result, detail=result.detail.replace(secret, "•••"))


def _connected(channel: SmtpChannel) -> SmtpConnection:
    phase, smtp = Phase.CONNECT, None
    try:
        with within(2 * channel.timeout):
            smtp = _reached(channel)
            phase = Phase.LOGIN
            if channel.address.user:
                smtp.login(channel.address.user, channel.address.password)
        return smtp
    except (smtplib.SMTPException, OSError, UnicodeError) as problem:
        if smtp is not None:
            smtp.close()
        raise _Failed(unanswered(phase, problem)) from problem


def _reached(channel: SmtpChannel) -> SmtpConnection:
    where = channel.address
    us, timeout = channel.domain, channel.timeout  # without it, smtplib asks DNS who we are
    smtp: SmtpConnection
    if where.tls:
        smtp = SmtpTlsConnection(where.host, where.port, us, timeout, channel.tls_context)
    else:
        smtp = SmtpConnection(where.host, where.port, us, timeout)
    try:
        if where.starttls:
            smtp.starttls(context=channel.tls_context)  # the handshake waits as long as was left for the last answer
        smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _refused(commands: Sequence[_Command], replies: Sequence[Reply]) -> bool:
    return any(number not in command.expected for command, (number, _) in zip(commands, replies, strict=True))


def _with_final_dot(mail: bytes) -> bytes:
    return mail.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def _connection_is_gone(result: Outcome) -> bool:
    return result.kind is OutcomeKind.RETRY and (result.code == "lost" or result.code.startswith("421"))


def _sender_refused(result: Outcome) -> bool:
    """For what it is, not for want of a log-in."""
    return (
        result.kind is OutcomeKind.STOP
        and result.code.startswith("5")
        and not result.code.startswith("53")
        and not result.spent
    )


def _xtext(value: str) -> str:
    return value.replace("+", "+2B").replace("=", "+3D")


def _refused_envelope(field_name: str, envelope: Envelope) -> Outcome:
    if field_name == "to_address" and not has_control_characters(envelope.to_address):
        detail = "Địa chỉ thư điện tử không hợp lệ. / Not a valid e-mail address."
        return Outcome(OutcomeKind.DEAD, "bad-address", detail)
    return Outcome(OutcomeKind.BUG, f"bad-{field_name.replace('_', '-')}", "Thư không được gửi. / Nothing was sent.")
