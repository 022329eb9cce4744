"""A mail server in its own process that takes everything at once: no bottleneck, and the same one for all rows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

END = b"\r\n.\r\n"
REPLIES = {b"DATA": b"354 go on\r\n", b"QUIT": b"221 2.0.0 bye\r\n"}
HELLO = b"250-sink\r\n250-PIPELINING\r\n250-SIZE 33554432\r\n250 8BITMIME\r\n"


class Sink(asyncio.Protocol):
    taken = 0
    keep: Path | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer, self.in_data = transport, bytearray(), False
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while self._mail() if self.in_data else self._command():
            pass

    def _mail(self) -> bool:
        end = self.buffer.find(END, max(0, len(self.buffer) - (1 << 17)))
        if end < 0:
            return False
        Sink.taken += 1
        if Sink.keep is not None:
            mail = bytes(self.buffer[: end + 2]).replace(b"\r\n..", b"\r\n.")
            (Sink.keep / f"{Sink.taken:06d}.eml").write_bytes(mail)
        del self.buffer[: end + len(END)]
        self.in_data = False
        self.transport.write(b"250 2.0.0 Ok: queued as %06d\r\n" % Sink.taken)
        return True

    def _command(self) -> bool:
        end = self.buffer.find(b"\r\n")
        if end < 0:
            return False
        verb = bytes(self.buffer[:4]).upper()
        del self.buffer[: end + 2]
        self.transport.write(HELLO if verb == b"EHLO" else REPLIES.get(verb, b"250 2.1.0 Ok\r\n"))
        self.in_data = verb == b"DATA"
        if verb == b"QUIT":
            self.transport.close()
        return True


@contextmanager
def sink(keep: Path | None = None) -> Iterator[int]:
    """Yields the port on loopback."""
    here, there = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_serve, args=(there, keep), daemon=True)
    process.start()
    there.close()
    try:
        if not here.poll(60):
            raise TimeoutError("the mail sink does not start")
        yield here.recv()
    finally:
        process.kill()
        process.join()
        here.close()


def _serve(there: Connection, keep: Path | None) -> None:
    asyncio.run(_listen(there, keep))


async def _listen(there: Connection, keep: Path | None) -> None:
    Sink.keep = keep
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    there.send(server.sockets[0].getsockname()[1])
    async with server:
        await server.serve_forever()
