"""Which addresses webhooks may call: public ones, and those of the allow list (no SSRF)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
NAT64 = IPv6Network("64:ff9b::/96")


@dataclass(frozen=True)
class Outside:
    """What an operator has allowed besides the public internet."""

    https_only: bool = True
    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def reaches(self, host: str, address: str) -> bool:
        """Whether this address, to which the name of the host leads, may be connected to."""
        try:
            parsed = ip_address(address.partition("%")[0])
        except ValueError:
            return False
        if host.lower() in self.hosts:
            return True
        return all(_is_public(one) or self._allows(one) for one in _addresses(parsed))

    def _allows(self, address: Address) -> bool:
        return any(address in network for network in self.networks if network.version == address.version)


def beyond(allowed: Iterable[str], *, https_only: bool) -> Outside:
    """`allowed`: networks such as 10.1.2.0/24, and names of hosts."""
    hosts, networks = set(), []
    for word in allowed:
        try:
            networks.append(ip_network(word, strict=False))
        except ValueError:
            hosts.add(word.lower())
    return Outside(https_only, frozenset(hosts), tuple(networks))


def _addresses(address: Address) -> Iterator[Address]:
    """The address, and those hidden inside an IPv6 one."""
    if not isinstance(address, IPv6Address):
        yield address
        return
    inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        inside.append(IPv4Address(int(address) & 0xFFFFFFFF))
    addresses = [one for one in inside if one is not None]
    yield from addresses
    if address.ipv4_mapped is None and address not in NAT64:
        yield address


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast
