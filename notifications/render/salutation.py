"""To whom a letter speaks: the lines «Kính gửi» and «Đồng gửi»."""

from __future__ import annotations

from notifications.facts import LetterFacts

HEADS = ("head", "leader")


def to_focal_point(facts: LetterFacts) -> list[str]:
    """A nudge or a reminder: the focal point's business, with the superior beside."""
    if facts.role == "focal_point":
        name, title = facts.recipient_name, facts.recipient_title
        superior = facts.also_to
    else:
        name, title = facts.focal_point_name or "", ""
        superior = _with_title(facts.recipient_name, facts.recipient_title)
    if not name and superior:
        return [f"Kính gửi: Đồng chí {superior} – {facts.unit_name},"]
    if not name:
        return [f"Kính gửi: {title or 'Đầu mối'} của {facts.unit_name},"]
    post = "" if "đầu mối" in title.casefold() else " – đầu mối"
    lines = [f"Kính gửi: Đồng chí {_with_title(name, title)}{post} của {facts.unit_name},"]
    return [*lines, f"Đồng kính gửi: Đồng chí {superior}."] if superior else lines


def to_head(facts: LetterFacts) -> list[str]:
    """Overdue: the head answers for it, the focal point reads along."""
    is_head = facts.role == "head"
    name = facts.recipient_name if is_head else facts.head_name
    title = (facts.recipient_title if is_head else facts.head_title) or "Thủ trưởng"
    focal_point = facts.recipient_name if facts.role == "focal_point" else facts.focal_point_name
    office = _of_unit(title, facts.unit_name)
    lines = [f"Kính gửi: Đồng chí {name}, {office}," if name else f"Kính gửi: {office},"]
    if facts.role == "deputy" and facts.recipient_name:
        lines.append(f"Đồng gửi: Đồng chí {_with_title(facts.recipient_name, facts.recipient_title)}.")
    return [*lines, f"Đồng gửi: Đồng chí {focal_point} – đầu mối."] if focal_point else lines


def to_recipient(facts: LetterFacts) -> list[str]:
    join = " " if facts.role in HEADS else ", "  # «Giám đốc Sở Y tế», but «Trưởng phòng Tổng hợp, Sở Y tế»
    office = _of_unit(facts.recipient_title, facts.unit_name, join)
    if not facts.recipient_name:
        return [f"Kính gửi: {office},"]
    return [f"Kính gửi: Đồng chí {facts.recipient_name}, {office},"]


def _of_unit(title: str, unit: str, join: str = " ") -> str:
    """«Giám đốc Sở Tài chính», whether or not the post's title already names the unit."""
    if not title or not unit or unit.casefold() in title.casefold():
        return title or unit
    return f"{title}{join}{unit}"


def _with_title(name: str, title: str) -> str:
    return f"{name}, {title}" if name and title else name or title
