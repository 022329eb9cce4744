"""smtplib's connection, with a deadline for each answer and, through `within`, for a whole exchange."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Any

from notifications.deadline import connect, left, reader, within


class SmtpConnection(smtplib.SMTP):
    """`timeout`: for one whole answer, of however many lines, and for handing over one mail."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect(host, port, timeout)

    def send(self, s: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(left(self.timeout))
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = reader(self.sock, None)
        with within(self.timeout):
            return super().getreply()


class SmtpTlsConnection(SmtpConnection, smtplib.SMTP_SSL):
    def __init__(self, host: str, port: int, us: str, timeout: float, context: ssl.SSLContext) -> None:
        smtplib.SMTP_SSL.__init__(self, host, port, us, timeout=timeout, context=context)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line = connect(host, port, timeout)
        line.settimeout(left(timeout))
        return self.context.wrap_socket(line, server_hostname=host)
