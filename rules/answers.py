"""What may be answered by the link of a letter, and what such an answer needs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum

from rules.access import ANSWERING, Role


class Answer(StrEnum):
    RECEIVED = "received"
    EXTENSION = "extension"
    NIL_RETURN = "nil_return"
    HAND_IN = "hand_in"
    MESSAGE = "message"


class RequestState(StrEnum):
    """How a request of a unit stands."""

    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"


class AnswerProblem(StrEnum):
    DAY = "day"
    TOO_EARLY = "too_early"
    TOO_FAR = "too_far"
    REASON = "reason"


ANSWERING_ROLES = frozenset(role.value for role in ANSWERING)
OPEN_FOR = timedelta(days=30)
GOES_ON = frozenset({"", Answer.RECEIVED, Answer.MESSAGE})  # by the same link documents may still come after these
FURTHEST = timedelta(days=366)
LONGEST_REASON = 1000
NO_REASON = "Đơn vị báo không phát sinh qua liên kết trả lời nhanh"

DECLARES: Mapping[Answer, frozenset[Role]] = {Answer.NIL_RETURN: frozenset({Role.HEAD})}  # others only ask


def is_declaration(answer: Answer, roles: Collection[str]) -> bool:
    """The head of a unit speaks for it: that nothing arose needs nobody's consent."""
    return any(role in DECLARES.get(answer, frozenset()) for role in roles)


def may_answer(roles: Collection[str]) -> bool:
    return any(role in ANSWERING for role in roles)


def problem(answer: Answer, until: date | None, reason: str, last_day: date, today: date) -> AnswerProblem | None:
    """`last_day`: the last day of the term the case is held to."""
    if answer is not Answer.EXTENSION:
        return None
    if until is None:
        return AnswerProblem.DAY
    if until <= max(last_day, today):
        return AnswerProblem.TOO_EARLY
    if until > today + FURTHEST:
        return AnswerProblem.TOO_FAR
    return None if reason.strip() else AnswerProblem.REASON
