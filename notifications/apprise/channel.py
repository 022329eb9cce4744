"""Other services through Apprise: Telegram, Teams, Slack and all that an operator can write as a URL.

Apprise answers yes or no and keeps the reason in its log, so these channels are sent at most once and never confirmed.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import quote, unquote

from notifications.addresses import is_contact_address
from notifications.apprise.schemas import collecting
from notifications.channel import Envelope, Outcome, OutcomeKind
from notifications.deadline import in_time

K = OutcomeKind
LONGEST = 60.0  # seconds for one message, however slowly the service answers

# What a service's HTTP status in Apprise's log means. Without one the message may have gone out.
STATUSES: tuple[tuple[str, OutcomeKind], ...] = (
    (r"401|403", K.STOP),
    (r"429", K.RETRY),
    (r"404|410", K.DEAD),
    (r"4\d\d", K.FALLBACK),
)
ADVICE = {
    K.STOP: "Dịch vụ từ chối quyền truy cập: kiểm tra mã truy cập trong channels.yaml. / The service refuses access: "
    "check the token in channels.yaml.",
    K.UNKNOWN: "Không rõ tin đã được gửi hay chưa. / Unclear whether the message went out.",
}

_ONE_AT_A_TIME = threading.Lock()  # Apprise's log belongs to the process: two sends would read each other's lines
_NOT_DIALLED = re.compile(r"[ ()]")  # what a telephone number may be written with
_STATUS = re.compile(r"error=(\d{3})")


class AppriseChannel:
    """`url_template` has {address} where the recipient belongs: "tgram://token/{address}"; without it, it is a room."""

    resends_on_doubt = False

    def __init__(self, url_template: str, name: str = "apprise") -> None:
        self.name, self._template = name, url_template

    def __repr__(self) -> str:
        return f"AppriseChannel({self.name!r})"  # the URL holds a token

    @contextmanager
    def open(self) -> Iterator[AppriseChannel]:
        yield self

    def send(self, envelope: Envelope) -> Outcome:
        envelope = replace(envelope, to_address=_NOT_DIALLED.sub("", envelope.to_address))
        if not is_contact_address(envelope.to_address):
            return Outcome(K.DEAD, "bad-address", "Địa chỉ người nhận không hợp lệ. / Not a valid address.")
        with _ONE_AT_A_TIME, _log_lines() as lines, collecting(envelope) as outcomes:
            accepted = self._notify_in_time(envelope)
        if outcomes:  # one of our own channels sent it, and knows more than yes or no
            return outcomes[-1]
        if accepted is None:
            return Outcome(K.BUG, "bad-url", "Apprise không hiểu địa chỉ kênh. / Apprise does not know this URL.")
        if accepted:
            return Outcome(K.OK, "accepted")
        return self._refusal(" ".join(lines))

    def _notify_in_time(self, envelope: Envelope) -> bool | None:
        """Past the deadline it is in doubt."""
        try:
            return in_time(LONGEST, lambda: self._notify(envelope))
        except TimeoutError:
            return False

    def _notify(self, envelope: Envelope) -> bool | None:
        from apprise import Apprise, NotifyFormat  # slow to import, and needed only where such a channel is set up

        # A new object each time: one that is used again waits 5.5 s between two messages.
        service = Apprise()
        if not service.add(self._template.replace("{address}", quote(envelope.to_address, safe=""))):
            return None
        sent = service.notify(title=envelope.subject, body=envelope.text, body_format=NotifyFormat.TEXT)
        return bool(sent)

    def _refusal(self, reason: str) -> Outcome:
        status = _STATUS.search(reason)
        code = status[1] if status else "no-reason"
        kind = next((kind for pattern, kind in STATUSES if re.fullmatch(pattern, code)), K.UNKNOWN)
        if kind is K.DEAD and "{address}" not in self._template:
            kind = K.STOP  # the room itself is gone: there is no person whose address could be put right
        detail = " – ".join(part for part in (ADVICE.get(kind, ""), self._without_secrets(reason)[:300]) if part)
        return Outcome(kind, code, detail, maybe_sent=kind is K.UNKNOWN)

    def _without_secrets(self, text: str) -> str:
        for part in re.split(r"[:/@?&=]+", self._template):
            if len(part) >= 6 and "{" not in part:
                text = text.replace(part, "•••").replace(unquote(part), "•••")
        return text


@contextmanager
def _log_lines() -> Iterator[list[str]]:
    lines: list[str] = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("apprise")
    logger.addHandler(listener)
    try:
        yield lines
    finally:
        logger.removeHandler(listener)
