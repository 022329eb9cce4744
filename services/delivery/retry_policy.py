"""How often a message was tried in vain, by what became of each attempt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session

from models.queries.messages import claiming as messages_queries
from notifications.channel import Outcome, OutcomeKind
from notifications.email.smtp_answers import LATER
from services.outbox.gate import closes_channel

PUT_OFF = "put off"  # the channel was out of order or closed for the night: that says nothing of the message
MALFORMED = "malformed"  # does not fit its template: so will the next one, until a person sees to it
STATES = {OutcomeKind.OK: "accepted", OutcomeKind.UNKNOWN: "unknown", OutcomeKind.RESCHEDULE: PUT_OFF}


@dataclass(frozen=True)
class Tries:
    doubts: int = 0  # perhaps sent
    failures: int = 0  # surely not sent
    refusals: int = 0  # of these, how often the server itself said «not now»


NONE = Tries()


def state_after(outcome: Outcome) -> str:
    if outcome.kind is OutcomeKind.BUG and outcome.concerns:
        return MALFORMED
    return PUT_OFF if closes_channel(outcome) else STATES.get(outcome.kind, "rejected")


def tries_before(session: Session, messages: Collection[int]) -> dict[int, Tries]:
    """Of those that were tried at all; one question for all of them."""
    tries: dict[int, Tries] = {}
    for message, state, code, number in messages_queries.ends_of_attempts(session, messages):
        before = tries.get(message, NONE)
        failed = number if state in ("rejected", MALFORMED) else 0
        tries[message] = Tries(
            before.doubts + (number if state == "unknown" else 0),
            before.failures + failed,
            before.refusals + (failed if LATER.match(code) else 0),
        )
    return tries
