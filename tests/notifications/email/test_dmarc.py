"""Whether a domain publishes DMARC, asked of a DNS server."""

from __future__ import annotations

import pytest
from dns.resolver import Resolver
from fakes.dns_server import a_dns_server

from notifications.email.dmarc import DmarcLookup

RECORDS = {"_dmarc.soctrang.gov.vn": "v=DMARC1; p=reject", "_dmarc.noise.vn": "v=spf1 -all"}


@pytest.mark.parametrize(
    ("domain", "published"),
    [
        ("soctrang.gov.vn", True),
        ("SYT.SocTrang.gov.vn.", True),
        ("a.b.c.d.e.f.g.h.i.j.soctrang.gov.vn", True),
        ("gov.vn", False),
        ("noise.vn", False),
        ("localhost", False),
        ("", False),
        (f"{'a' * 70}.vn", None),
        ("sở-y-tế..vn", None),
    ],
)
def test_a_domain_publishes_dmarc_itself_or_by_one_above_it(domain: str, published: bool | None) -> None:
    with a_dns_server(RECORDS) as (_, resolver):
        assert DmarcLookup(resolver).published(domain) is published


def test_each_domain_is_asked_for_once() -> None:
    with a_dns_server(RECORDS) as (server, resolver):
        lookup = DmarcLookup(resolver)
        for domain in ("syt.soctrang.gov.vn", "SYT.soctrang.gov.vn", "syt.soctrang.gov.vn"):
            assert lookup.published(domain)
    assert server.asked == ["_dmarc.syt.soctrang.gov.vn", "_dmarc.soctrang.gov.vn"]


def test_a_dns_that_is_silent_or_absent_says_nothing_and_is_left_at_the_deadline() -> None:
    with a_dns_server(RECORDS, silent=True) as (server, resolver):
        lookup = DmarcLookup(resolver, longest=0.2)
        assert lookup.published("syt.soctrang.gov.vn") is None
        asked = len(server.asked)
        assert lookup.published("syt.soctrang.gov.vn") is None
        assert len(server.asked) == asked
    assert set(server.asked) == {"_dmarc.syt.soctrang.gov.vn"}
    assert DmarcLookup(Resolver(configure=False)).published("soctrang.gov.vn") is None
