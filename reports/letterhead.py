"""What every document's head and foot is filled with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from reports.facts import Issuer
from rules.documents.profile import profile_on
from rules.text.wording import long_day_vi

BLANK = " " * 7  # room for the number


def letterhead(issuer: Issuer, day: date, number: str = "", issued_on: date | None = None) -> dict[str, object]:
    """Number and day stay blank until the records office has given them (NĐ 30/2020/NĐ-CP art. 15)."""
    return {
        "superior": issuer.superior.upper(),
        "issuer": issuer.name,
        "issuer_upper": issuer.name.upper(),
        "number": number or f"{BLANK}/{issuer.symbol}",
        "place": issuer.place,
        "page_numbers": profile_on(issued_on or day).page_number_place,
        "dated": long_day_vi(issued_on) if issued_on else f"ngày …{long_day_vi(day)[7:]}",
        "attached_dated": long_day_vi(issued_on) if issued_on else "ngày … tháng … năm …",
        "signer_title": issuer.signer_title.upper(),
        "signer_name": issuer.signer_name,
    }


def copies(issuer: Issuer, others: Sequence[str]) -> tuple[str, ...]:
    return ("Như trên", *others, f"Lưu: VT, {issuer.drafting_unit}")
