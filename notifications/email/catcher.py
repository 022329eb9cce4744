"""The mail catcher: a mail server on loopback that delivers nothing and keeps everything.

python -m notifications.email.catcher --port 1025 --dir var/mail
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import sys
from contextlib import suppress
from pathlib import Path

from aiosmtpd.smtp import SMTP

from notifications.email.mailbox import Mailbox

NAME = "kyhan-catcher"  # as it introduces itself
LARGEST = 25 * 1024 * 1024
PIECE = 256 * 1024
_PLAIN = re.compile(r"<([\w.+=-]{1,64}@[\w.-]{1,190})>(.*)\Z", re.ASCII)


class Catcher(SMTP):
    """Reads a mail in large pieces; aiosmtpd reads line by line, which takes three times as long."""

    def __init__(self, mailbox: Mailbox, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(None, data_size_limit=LARGEST, hostname=NAME, ident="Kyhan", loop=loop)
        self._mailbox = mailbox

    async def smtp_DATA(self, arg: str | None) -> None:
        assert self.envelope is not None
        if arg or not self.envelope.rcpt_tos:
            await self.push("501 Syntax: DATA" if arg else "503 Error: need RCPT command")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        mail = await self._mail()
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        if mail is None:
            await self.push("552 5.3.4 Mail too big")
        else:
            await self.push(f"250 2.0.0 Ok: queued as {self._mailbox.add(mail)}")

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        """Plain addresses at a glance; aiosmtpd parses each with the whole grammar of RFC 5322."""
        plain = _PLAIN.match(arg)
        return (plain[1], plain[2]) if plain else super()._getaddr(arg)

    async def _mail(self) -> bytes | None:
        """Up to the final dot, which ends the stream because nothing may be sent before our answer."""
        received, too_big = bytearray(b"\r\n"), False
        while not received.endswith(b"\r\n.\r\n"):
            piece = await self._reader.read(PIECE)
            if not piece:
                raise ConnectionResetError("the sender went away in the middle of a mail")
            received += piece
            if len(received) > LARGEST:
                too_big = True
                del received[:-5]
        return None if too_big else bytes(received[2:-3]).replace(b"\r\n..", b"\r\n.")


async def serve(host: str, port: int, folder: Path) -> None:
    loop, ended, mailbox = asyncio.get_running_loop(), asyncio.Event(), Mailbox(folder)
    for ending in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(ending, ended.set)
    server = await loop.create_server(lambda: Catcher(mailbox, loop), host, port)
    async with server:
        sys.stdout.write(f"catching mail on {host}:{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m notifications.email.catcher", description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--dir", type=Path, required=True)
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(given.host, given.port, given.dir))


if __name__ == "__main__":
    main()
