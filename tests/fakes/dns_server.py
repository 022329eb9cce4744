"""A DNS server on a port of its own that knows a few texts; what it is not to answer it leaves unanswered."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
from dns.resolver import Resolver


@dataclass
class DnsServer:
    texts: Mapping[str, str]  # by name
    silent: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, raw: bytes) -> bytes | None:
        query = dns.message.from_wire(raw)
        name = query.question[0].name
        self.asked.append(name.to_text(omit_final_dot=True))
        if self.silent:
            return None
        reply = dns.message.make_response(query)
        text = self.texts.get(self.asked[-1])
        if text is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        else:
            half = len(text) // 2  # a long text comes in pieces
            reply.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", f'"{text[:half]}" "{text[half:]}"'))
        return reply.to_wire()


@contextmanager
def a_dns_server(texts: Mapping[str, str], silent: bool = False) -> Iterator[tuple[DnsServer, Resolver]]:
    """The server, and a resolver that asks nobody else."""
    server = DnsServer(texts, silent)
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.bind(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            raw, sender = line.recvfrom(4096)
            if not raw:
                return
            if (reply := server.answer(raw)) is not None:
                line.sendto(reply, sender)

    thread = Thread(target=serve, daemon=True)
    thread.start()
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], line.getsockname()[1]
    try:
        yield server, resolver
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", line.getsockname())
        thread.join()
        line.close()
