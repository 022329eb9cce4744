"""A real SMTP peer on loopback that can be told to misbehave."""

from __future__ import annotations

import ssl
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


@dataclass
class MailServer:
    """Records what it accepted; `answers` maps a command to what it says instead of its usual answer."""

    answers: dict[str, list[str]] = field(default_factory=dict)
    mails: list[bytes] = field(default_factory=list)
    connections: int = 0
    hang_up_after_dot: bool = False
    pipelines: bool = False
    mails_before_421: int | None = None
    seconds_to_think: float = 0.0
    port: int = 0

    def next_answer(self, command: str) -> str | None:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else None

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:
        session.host_name = hostname
        self.connections += 1
        if self.pipelines:
            responses.insert(-1, "250-PIPELINING")
        return responses

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.mails_before_421 is not None and len(self.mails) == self.mails_before_421:
            self.mails_before_421 = None
            return "421 4.3.2 closing for maintenance"
        envelope.mail_from = address
        return self.next_answer("MAIL") or "250 2.1.0 Ok"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        answer = self.next_answer("RCPT")
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.seconds_to_think:
            time.sleep(self.seconds_to_think)
        answer = self.next_answer("DATA")
        if answer:
            return answer
        self.mails.append(envelope.content)
        if self.hang_up_after_dot:
            server.transport.abort()
        return f"250 2.0.0 Ok: queued as Q{len(self.mails)}"


@contextmanager
def running(server: MailServer, password: str | None = None, encrypted: ssl.SSLContext | None = None, **options: Any):
    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        return AuthResult(success=given.password == (password or "").encode(), handled=False)

    class OnAnyPort(Controller):
        def factory(self) -> SMTP:
            return SMTP(
                self.handler,
                authenticator=authenticate if password else None,
                auth_require_tls=not password,
                auth_required=bool(password),
                **options,
            )

        def _trigger_server(self) -> None:  # the port is known only now
            self.port = self.server.sockets[0].getsockname()[1]
            super()._trigger_server()

    controller = OnAnyPort(server, hostname="127.0.0.1", port=0, ssl_context=encrypted)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
