"""Looks up in the DNS whether a domain publishes DMARC, by which the sender of its mails can be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from cachetools import TTLCache
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

LONGEST = 5.0  # seconds for a domain and all above it
KEPT = 3_600  # seconds; of a mailbox that is read every two minutes
MOST_KEPT = 10_000
MOST_NAMES = 8  # of a longer domain only the last labels are looked up (the tree walk of DMARC)
RECORD = b"v=dmarc1"


class DmarcLookup:
    """Never raises, and never takes longer than LONGEST."""

    def __init__(self, resolver: Resolver | None = None, longest: float = LONGEST) -> None:
        self._resolver, self._longest = resolver, longest
        self._known: TTLCache[str, bool | None] = TTLCache(MOST_KEPT, KEPT)

    def published(self, domain: str) -> bool | None:
        """By the domain or one above it. None: the DNS did not answer."""
        domain = domain.lower().rstrip(".")
        if domain not in self._known:
            self._known[domain] = self._ask(domain)
        return self._known[domain]

    def _ask(self, domain: str) -> bool | None:
        ends = monotonic() + self._longest
        try:
            resolver = self._resolver or Resolver()
            return any(_has_record(resolver, name, ends - monotonic()) for name in _with_those_above(domain))
        except (DNSException, OSError, ValueError):  # no resolver, no answer in time, or a name the DNS cannot ask for
            return None


def _with_those_above(domain: str) -> Iterator[str]:
    labels = domain.split(".")
    for first in range(max(len(labels) - MOST_NAMES, 0), len(labels) - 1):
        yield ".".join(labels[first:])


def _has_record(resolver: Resolver, name: str, seconds: float) -> bool:
    try:
        records = resolver.resolve(f"_dmarc.{name}.", "TXT", lifetime=max(seconds, 0.001), search=False)
    except (NXDOMAIN, NoAnswer):
        return False
    return any(b"".join(record.strings).lower().startswith(RECORD) for record in records)
