"""Which e-mail addresses we are willing to write to."""

from __future__ import annotations

import re

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"(?=.{{3,254}}\Z)(?=[^@]{{1,64}}@){_ATEXT}(?:\.{_ATEXT})*@{_LABEL}(?:\.{_LABEL})*\Z")
# Some plug-ins of Apprise decode the path again and split it: no slash, comma or question mark may hide in an address.
_CONTACT = re.compile(r"[\w@.+:#!~-]{1,200}\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def is_address(text: str) -> bool:
    """A plain ASCII mailbox; quoted local parts and address literals are never used by an office."""
    return _ADDRESS.match(text) is not None


def is_contact_address(text: str) -> bool:
    """The id of a chat, a user, a number, as it may stand in a channel's URL."""
    return _CONTACT.match(text) is not None


def has_control_characters(text: str) -> bool:
    return _CONTROL.search(text) is not None


def one_line(text: str) -> str:
    """The text without anything that could end a header line."""
    return " ".join(_CONTROL.sub(" ", text).split()) if _CONTROL.search(text) else text.strip()
