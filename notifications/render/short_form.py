"""The short form of a message: one paragraph, for telephones and every service that takes no letter."""

from __future__ import annotations

from notifications.facts import Facts
from notifications.kinds import MessageKind
from notifications.render.environment import environment
from notifications.render.hygiene import one_line
from notifications.render.values import ROOM, derived
from notifications.render.words import fit

LONGEST_SHORT = 400  # code points, after NFC: as many as an approved template of Zalo takes


def short_form(kind: MessageKind, facts: Facts) -> str:
    """Long names give way until it is short enough. Raises ValueError for a kind that travels by e-mail alone."""
    if kind.details.mail_only:
        raise ValueError(f"{kind} is sent by e-mail alone: {kind.details.mail_only}")
    template, values = environment().get_template(f"{kind}/short.txt"), {"f": facts, **derived(facts)}
    rehearsal = "[DIỄN TẬP] " if facts.example else ""
    number = f"[{facts.reminder}] " if facts.reminder else ""
    for room in ROOM:
        text = one_line(f"{rehearsal}{number}{template.render(values, room=room)}")
        if len(text) <= LONGEST_SHORT:
            break
    return text if len(text) <= LONGEST_SHORT else fit(text, LONGEST_SHORT)
