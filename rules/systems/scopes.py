"""Scopes of API tokens, and the kinds of events of webhooks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from enum import StrEnum


class Scope(StrEnum):
    CASES_READ = "cases:read"
    SUBMISSIONS_WRITE = "submissions:write"
    DECISIONS_WRITE = "decisions:write"
    WEBHOOKS_MANAGE = "webhooks:manage"
    METRICS_READ = "metrics:read"


OF_THE_LEAD = frozenset({Scope.DECISIONS_WRITE, Scope.METRICS_READ})  # nobody decides upon what is his own
LONGEST_LIFE = timedelta(days=731)
KEPT_ANSWERS = timedelta(days=3)  # whoever repeats a request later asks anew


def beyond_a_unit(scopes: Collection[Scope]) -> frozenset[Scope]:
    """What a token bound to one unit cannot be given."""
    return OF_THE_LEAD & frozenset(scopes)


class EventName(StrEnum):
    SUBMITTED = "case.submitted"
    DECIDED = "case.decided"
    STAGE = "case.stage"
    OVERDUE = "case.overdue"
    PING = "ping"


SUBSCRIBABLE = frozenset(EventName) - {EventName.PING}  # a ping is sent to try a webhook and needs no asking

# action of the log → event of a webhook
EVENT_OF_ACTION: Mapping[str, EventName] = {
    "case.hand_in": EventName.SUBMITTED,
    "case.hand_in_taken_back": EventName.SUBMITTED,
    "case.document_corrected": EventName.SUBMITTED,
    "case.return_taken_back": EventName.DECIDED,
    "case.extend_taken_back": EventName.DECIDED,
    "case.accept": EventName.DECIDED,
    "case.return": EventName.DECIDED,
    "case.extend": EventName.DECIDED,
    "case.waive": EventName.DECIDED,
    "case.nil_return": EventName.DECIDED,
    "case.not_applicable": EventName.DECIDED,
    "case.reopen": EventName.DECIDED,
    "case.stage": EventName.STAGE,
    "case.stage_taken_back": EventName.STAGE,
}

BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 180, 360, 720))  # then once in twelve hours
GIVEN_UP_AFTER = timedelta(days=5)  # a single thing that nobody took
DISABLED_AFTER = timedelta(days=3)  # of nothing but failures


def pause_after(failures: int) -> timedelta:
    return BACK_OFF[min(failures, len(BACK_OFF)) - 1]
