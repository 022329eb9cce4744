"""python -m oidc_provider: serves on a free port of this machine and says which."""

from __future__ import annotations

import socket

import uvicorn

from oidc_provider.app import create


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
        print(issuer, flush=True)
        uvicorn.Server(uvicorn.Config(create(issuer), log_level="error")).run(sockets=[listening])


main()
