"""Authentication of a mail's sender, by the results our own mail server wrote into it (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_RESULT = re.compile(r"\s*(dmarc|dkim|spf)\s*=\s*([a-z]+)(.*)", re.IGNORECASE | re.DOTALL)
_DOMAINS = {"dkim": re.compile(r"header\.d\s*=\s*([^\s;]+)"), "spf": re.compile(r"smtp\.mailfrom\s*=\s*([^\s;]+)")}


@dataclass(frozen=True)
class MailTrust:
    """What an office requires of a mail before it trusts the sender."""

    server: str = ""  # the name our mail server writes its results under; empty: that of the topmost results
    required: bool = False  # without a result that confirms the sender, a person looks at the mail
    by_policy: bool = False  # so also where the sender's domain publishes DMARC


class Authentication(StrEnum):
    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    NONE = "none"  # no result, or none that says anything of this sender


@dataclass(frozen=True)
class _Result:
    method: str
    verdict: str
    aligned: bool  # it speaks of the domain in From


def authentication(headers: Sequence[str], domain: str, trust: MailTrust) -> Authentication:
    """`headers`: every Authentication-Results, topmost first. Results of servers on the way count for nothing."""
    results = _of_our_server([_COMMENT.sub(" ", header) for header in headers], domain, trust.server)
    dmarc = next((result.verdict for result in results if result.method == "dmarc"), "")
    if dmarc in ("pass", "fail"):
        return Authentication.CONFIRMED if dmarc == "pass" else Authentication.REFUTED
    if any(result.verdict == "pass" and result.aligned for result in results):
        return Authentication.CONFIRMED
    passed = any(result.method == "dkim" and result.verdict == "pass" for result in results)
    failed = any(result.method == "spf" and result.verdict == "fail" for result in results)
    return Authentication.REFUTED if failed and not passed else Authentication.NONE


def _of_our_server(headers: Sequence[str], domain: str, server: str) -> list[_Result]:
    verdicts: list[_Result] = []
    for header in headers:
        name, _, results = header.partition(";")
        name = next(iter(name.split()), "").lower()  # a version may stand behind it
        server = server.lower() or name
        if name == server:
            verdicts += [result for text in results.split(";") if (result := _result(text, domain))]
    return verdicts


def _result(text: str, domain: str) -> _Result | None:
    match = _RESULT.match(text)
    if match is None:
        return None
    method, verdict = match[1].lower(), match[2].lower()
    named = _DOMAINS[method].search(match[3].lower()) if method in _DOMAINS else None
    other = named[1].strip('"').rpartition("@")[2] if named else ""
    return _Result(method, verdict, bool(other) and _aligned(other, domain.lower()))


def _aligned(one: str, other: str) -> bool:
    """The same domain, or one below the other (RFC 7489, relaxed)."""
    return one == other or one.endswith(f".{other}") or (other.endswith(f".{one}") and "." in one)
