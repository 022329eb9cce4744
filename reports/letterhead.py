"""What every document's head and foot is filled with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports.facts import Issuer
from rules.documents.profile import profile_on


def letterhead(issuer: Issuer, day: date) -> dict[str, object]:
    """The number and the day stay blank: they are the records office's to give (NĐ 30/2020/NĐ-CP art. 15)."""
    return {
        "superior": issuer.superior.upper(),
        "issuer": issuer.name,
        "issuer_upper": issuer.name.upper(),
        "symbol": issuer.symbol,
        "place": issuer.place,
        "page_numbers": profile_on(day).page_number_place,
        "month": f"{day.month:02d}" if day.month <= 2 else str(day.month),
        "year": str(day.year),
        "signer_title": issuer.signer_title.upper(),
        "signer_name": issuer.signer_name,
    }


def copies(issuer: Issuer, others: Sequence[str]) -> tuple[str, ...]:
    return ("Như trên", *others, f"Lưu: VT, {issuer.drafting_unit}")
