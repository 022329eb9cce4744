"""A certificate authority of one's own, and what it signs for 127.0.0.1."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

NAMES = "subjectAltName=IP:127.0.0.1,DNS:localhost"


class Authority:
    def __init__(self, folder: Path) -> None:
        self.root, self._root_key = folder / "root.pem", folder / "root.key"
        self.certificate, self.key = folder / "server.pem", folder / "server.key"
        short = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
        _openssl("req", "-x509", *short, "-subj", "/CN=Kyhan tests", "-keyout", self._root_key, "-out", self.root)
        request = folder / "server.csr"
        _openssl("req", *short, "-subj", "/CN=localhost", "-keyout", self.key, "-out", request)
        (folder / "names").write_text(NAMES)
        signed_by = ("-CA", self.root, "-CAkey", self._root_key, "-CAcreateserial", "-days", "2")
        _openssl("x509", "-req", "-in", request, *signed_by, "-extfile", folder / "names", "-out", self.certificate)

    def of_server(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def trusted(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.root))


def _openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)
