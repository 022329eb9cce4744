"""A chat service in a process of its own: remembers what is posted to it; below /gone/ it knows nobody.

`GET /sent` tells it all, the oldest first.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote
from urllib.request import urlopen

SENT: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = "form-urlencoded" in self.headers["Content-Type"]
        told = dict(parse_qsl(body)) if form else json.loads(body)
        SENT.append({"path": unquote(self.path), "body": told})
        self.answer(404 if self.path.startswith("/gone/") else 200, b"{}")

    def do_GET(self) -> None:
        self.answer(200, json.dumps(SENT).encode())

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@dataclass(frozen=True)
class ChatService:
    host: str  # with its port

    @property
    def sent(self) -> list[dict[str, Any]]:
        with urlopen(f"http://{self.host}/sent", timeout=60) as answer:
            return list(json.load(answer))


@contextmanager
def chat_service() -> Iterator[ChatService]:
    command = [sys.executable, "-m", "tests.fakes.chat_service"]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield ChatService(process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
