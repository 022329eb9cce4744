"""A ClamAV daemon as far as PING and INSTREAM go: one verdict a line; EICAR is found, a stream may be too long."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
LONGEST = 25 << 20


class Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0") and (letter := self.rfile.read(1)):
            command += letter
        if command == b"zPING\0":
            self.wfile.write(b"PONG\0")
            return
        if command != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        seen = b""
        while (size := struct.unpack("!L", self.rfile.read(4))[0]) and len(seen) <= LONGEST:
            seen += self.rfile.read(size)
        self.wfile.write(self.verdict(seen) + b"\0")

    def verdict(self, seen: bytes) -> bytes:
        if len(seen) > LONGEST:
            return b"INSTREAM size limit exceeded. ERROR"
        return b"stream: Eicar-Test-Signature FOUND" if EICAR in seen else b"stream: OK"


class Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True


class Unix(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True


@contextmanager
def a_scanner(path: Path | None = None) -> Iterator[str]:
    """Its address; on a socket in the file system where a path is given."""
    server = Unix(str(path), Session) if path else Tcp(("127.0.0.1", 0), Session)
    with server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"unix://{path}" if path else f"tcp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
