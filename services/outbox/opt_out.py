"""Who wants no more messages by a family of channels: it holds for all of them, until the person asks again."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from models.database import insert_new
from models.queries.people import opt_outs as opt_out_queries
from models.tables.channels import ChannelOptOut
from models.tables.people import Person
from notifications.zalo.zns import mobile
from rules.office import Office
from services import log


def refusable(office: Office) -> dict[str, str]:
    """The families of channels a person may refuse, and their titles: no room, and not the guaranteed one."""
    guaranteed = {way.family for way in office.channels if way.guaranteed}
    families: dict[str, str] = {}
    for way in office.channels:
        if way.family not in guaranteed and not way.shared:
            families.setdefault(way.family, way.title or way.family)
    return families


def family_of(office: Office, reaches_by: str) -> str:
    """The family of whatever channel answers to this kind of link."""
    return next((way.family for way in office.channels if way.reaches_by == reaches_by), "zalo")


def stop(session: Session, person: int, family: str, now: datetime, by: str, via: str) -> bool:
    """False: they had asked before."""
    number = mobile(session.get_one(Person, person).phone) or ""
    row = {"person_id": person, "family": family, "number": number, "since": now}
    if not insert_new(session, ChannelOptOut, [row]):
        return False
    log.append(session, now, by, "channel.opt_out", f"person:{person}", {"family": family, "via": via})
    return True


def start_again(session: Session, person: int, family: str, now: datetime, by: str, via: str) -> bool:
    """At the wish of the person, whoever else with the same telephone had asked. False: nothing was stopped."""
    number = mobile(session.get_one(Person, person).phone)
    if not opt_out_queries.drop_opt_outs(session, person, number, family):
        return False
    log.append(session, now, by, "channel.opt_in", f"person:{person}", {"family": family, "via": via})
    return True


def stopped(session: Session, person: int) -> dict[str, datetime]:
    """Family → since when."""
    return opt_out_queries.opted_out_since(session, person)
