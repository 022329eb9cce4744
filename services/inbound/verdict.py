"""What is made of a mail that came in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MailFinding:
    verdict: str  # registered, bounced, ignored, quarantined
    reason: str = ""
    note: str = ""
    case_id: int | None = None
    submission_id: int | None = None
    message_id: int | None = None
