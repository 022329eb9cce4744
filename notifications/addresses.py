"""Which e-mail addresses we are willing to write to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Mapping
from difflib import get_close_matches
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATEXT}(?:\.{_ATEXT})*@{_LABEL}(?:\.{_LABEL})*\Z")
# Some plug-ins of Apprise decode the path again and split it: no slash, comma or question mark may hide in an address.
_CONTACT = re.compile(r"[\w@.+:#!~-]{1,200}\Z")
_TOP_LEVEL = re.compile(r"[A-Za-z]{2,63}|xn--[A-Za-z0-9-]{1,59}", re.IGNORECASE)
_SECOND_LEVEL = frozenset({"gov", "com", "edu", "org", "net", "ac"})  # below a country's domain
_MAIL_PROVIDERS = ("gmail.com", "yahoo.com", "yahoo.com.vn", "outlook.com", "hotmail.com", "icloud.com", "chinhphu.vn")
_AS_LIKE = 0.85  # of difflib: one letter more, less or other among nine
_OWN = 3  # addresses of a table: so many do not all have the same mistake
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def is_address(text: str) -> bool:
    """A plain ASCII mailbox; quoted local parts and address literals are never used by an office."""
    return _ADDRESS.match(text) is not None


def is_public_address(text: str) -> bool:
    """One that mail from outside reaches: its domain has a dot and ends in letters."""
    domain = text.rpartition("@")[2]
    return is_address(text) and "." in domain and _TOP_LEVEL.fullmatch(domain.rpartition(".")[2]) is not None


def misspelt_domains(addresses: Mapping[Key, str]) -> dict[Key, str]:
    """The domain that was probably meant: of a well-known provider, or one that several of these addresses have."""
    domains = {key: _registered(address) for key, address in addresses.items() if is_address(address)}
    often = [domain for domain, number in Counter(domains.values()).items() if number >= _OWN]
    known = [*_MAIL_PROVIDERS, *often]
    meant = {domain: get_close_matches(domain, known, 1, _AS_LIKE) for domain in {*domains.values()} - {*known}}
    return {key: close[0] for key, domain in domains.items() if (close := meant.get(domain))}


def _registered(address: str) -> str:
    """The part of its domain that belongs to one owner: `soctrang.gov.vn` of `sct.soctrang.gov.vn`."""
    labels = address.rpartition("@")[2].lower().split(".")
    return ".".join(labels[-3:] if len(labels) > 2 and labels[-2] in _SECOND_LEVEL else labels[-2:])


def is_contact_address(text: str) -> bool:
    """The id of a chat, a user, a number, as it may stand in a channel's URL."""
    return _CONTACT.match(text) is not None


def has_control_characters(text: str) -> bool:
    return _CONTROL.search(text) is not None


def one_line(text: str) -> str:
    """The text without anything that could end a header line."""
    return " ".join(_CONTROL.sub(" ", text).split()) if _CONTROL.search(text) else text.strip()
