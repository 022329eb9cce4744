"""What waits for a person: the lists, how long each is, and who may act on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models import queries_worklist
from rules.access import Action
from rules.deadlines import local_day


@dataclass(frozen=True)
class List:
    name: str
    path: str
    action: Action  # whoever may do this sees the list


LISTS = (
    List("requests", "de-nghi", Action.DECIDE),
    List("letters", "cong-van", Action.DECIDE),
    List("mails", "thu-den", Action.REGISTER),
    List("undelivered", "chua-gui", Action.TEND),
    List("addresses", "dia-chi", Action.TEND),
    List("channels", "kenh", Action.TEND),
)


def counts(session: Session, now: datetime) -> Mapping[str, int]:
    """List → how much waits there; receipts that fit nothing count with the channels."""
    found = queries_worklist.counts(session, now, local_day(now))
    found["channels"] += found.pop("events")
    return found
