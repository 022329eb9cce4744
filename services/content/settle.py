"""A person settles what units say differently, and says whether two names mean the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from models.tables.content import Settlement
from reports.province.book import matter_of
from reports.province.values import text_of
from services import log
from services.content.consolidation import NAMES, VALUES, Consolidated
from services.errors import Refused

CHANGED = "Nội dung này đã thay đổi hoặc đã được xử lý; hãy xem lại. / It has changed or was settled meanwhile."


@dataclass(frozen=True)
class Decided:
    """Who decided, and why."""

    by: str
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise Refused("Cần ghi lý do. / A reason is required.")


def settle_values(
    session: Session, whole: Consolidated, stamp: str, take: str, decided: Decided, now: datetime
) -> None:
    """`take`: the variant that counts; empty: all of them stay. Raises Refused when it is another conflict."""
    conflict = next((one for one in whole.table.conflicts if one.stamp == stamp), None)
    if conflict is None or take not in {"", *(one.stamp for one in conflict.variants)}:
        raise Refused(CHANGED)
    titles = {column.id: column for column in whole.form.columns}
    taken = next((one for one in conflict.variants if one.stamp == take), None)
    words = "; ".join(text_of(titles[name], taken.values.get(name)) for name in conflict.columns) if taken else ""
    told = {"about": matter_of(whole.form, conflict), "counts": words}
    _write(session, whole, VALUES, conflict.subject, {"stamp": stamp, "take": take}, told, decided, now)


def settle_names(session: Session, whole: Consolidated, stamp: str, take: str, decided: Decided, now: datetime) -> None:
    """`take`: «one» or «other», the spelling that counts; empty: they mean different things. Raises Refused."""
    pair = next((one for one in whole.similar if one.stamp == stamp), None)
    if pair is None or take not in ("", "one", "other"):
        raise Refused(CHANGED)
    counts, other = (pair.other, pair.one) if take == "other" else (pair.one if take else "", pair.other)
    told = {"about": f"{pair.one} | {pair.other}", "counts": counts}
    _write(session, whole, NAMES, pair.subject, {"counts": counts, "other": other}, told, decided, now)


def _write(
    session: Session,
    whole: Consolidated,
    kind: str,
    subject: str,
    choice: dict[str, str],
    told: dict[str, str],
    decided: Decided,
    now: datetime,
) -> None:
    obligation, period = whole.form.obligation, whole.period
    session.add(
        Settlement(
            obligation=obligation,
            period=period,
            kind=kind,
            subject=subject,
            choice=json.dumps(choice, ensure_ascii=False),
            reason=decided.reason.strip(),
            settled_at=now,
            settled_by=decided.by,
        )
    )
    details = {"kind": kind, **told, "reason": decided.reason.strip()}
    log.append(session, now, decided.by, "content.settle", f"content:{obligation}:{period}", details)
