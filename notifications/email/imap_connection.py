"""imaplib's connection, with a deadline for each exchange, set by `within`."""

from __future__ import annotations

import imaplib
import io
import socket
import ssl

from imap_tools import BaseMailBox

from notifications.deadline import left, reader

LONGEST_LINE = 1_000_000  # as imaplib has it


class _TimedImap(imaplib.IMAP4):
    """`timeout`: for each step."""

    timeout: float
    _source: tuple[socket.socket, io.BufferedReader] | None = None

    def _lines(self) -> io.BufferedReader:
        """STARTTLS puts another socket in the place of the first."""
        if self._source is None or self._source[0] is not self.sock:
            self._source = (self.sock, reader(self.sock, self.timeout))
        return self._source[1]

    def read(self, size: int) -> bytes:
        return self._lines().read(size)

    def readline(self) -> bytes:
        line = self._lines().readline(LONGEST_LINE + 1)
        if len(line) > LONGEST_LINE:
            raise self.error("a line of the answer is too long")
        return line

    def send(self, data: bytes) -> None:  # type: ignore[override]
        self.sock.settimeout(left(self.timeout))
        super().send(data)


class ImapConnection(_TimedImap):
    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.timeout = timeout
        super().__init__(host, port, left(timeout))


class ImapTlsConnection(_TimedImap, imaplib.IMAP4_SSL):
    def __init__(self, host: str, port: int, timeout: float, context: ssl.SSLContext) -> None:
        self.timeout = timeout
        imaplib.IMAP4_SSL.__init__(self, host, port, ssl_context=context, timeout=left(timeout))


class ImapMailbox(BaseMailBox):
    """imap-tools over one of the connections above."""

    def __init__(self, client: imaplib.IMAP4) -> None:
        self._client = client
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self._client
