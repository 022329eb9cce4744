"""Refusals in a row: the same answer to three different recipients speaks of us and stops the round."""

from __future__ import annotations

from notifications.channel import Outcome
from notifications.email.smtp_answers import refuses_us
from services.delivery.compose import ComposedMessage

IN_A_ROW = 3

Answer = tuple[ComposedMessage, Outcome]


class Refusals:
    """Keeps the last equal ones until it is clear whom they concern."""

    def __init__(self) -> None:
        self.held: list[Answer] = []

    def add(self, letter: ComposedMessage, outcome: Outcome) -> list[Answer]:
        """Those that may be settled now, each for itself."""
        if not refuses_us(outcome):
            return [*self.clear(), (letter, outcome)]
        free = self.clear() if self.held and self.held[-1][1].code != outcome.code else []
        self.held.append((letter, outcome))
        return free

    def concern_us(self, trial: bool) -> bool:
        """`trial`: the channel was stopped for the like of it before."""
        return len({letter.address for letter, _ in self.held}) >= (1 if trial else IN_A_ROW)

    def clear(self) -> list[Answer]:
        held, self.held = self.held, []
        return held
