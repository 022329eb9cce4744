"""Looks at the made-up people: whether this is a demonstration, and what they still have where it is none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine

from models.database import reading
from models.queries.people import examples as examples_queries
from rules.deadlines import local_day
from services.checkup.data import CheckFinding

KINDS = {
    "posts": ("vị trí", "posts"),
    "sessions": ("phiên", "sessions"),
    "links": ("liên kết", "links"),
    "invitations": ("lời mời", "invitations"),
    "feeds": ("lịch đăng ký", "calendar feeds"),
    "tokens": ("khóa API", "API tokens"),
    "role_grant": ("quyền", "granted roles"),
    "credential": ("mật khẩu", "passwords"),
    "outside_identity": ("tài khoản chung", "outside accounts"),
    "contact_address": ("địa chỉ ở kênh khác", "addresses in other channels"),
    "zalo_link_code": ("mã Zalo", "Zalo codes"),
}


def examples(engine: Engine, missing: Sequence[tuple[str, str, str]], environment: str, now: datetime) -> CheckFinding:
    """`missing`: the settings that make this no demonstration."""
    today = local_day(now)
    with reading(engine) as session:
        counts = examples_queries.examples_count(session, today)
        left = examples_queries.still_have(session, now, today)
    if counts:
        return CheckFinding("examples", True, "đang dùng thử với liên hệ ví dụ", "a demonstration with made-up people")
    why_vi = ", ".join(f"{name} {vi}" for name, vi, _ in missing) or "đã có người thật giữ vị trí"
    why_en = ", ".join(f"{name} {en}" for name, _, en in missing) or "a real person holds a post"
    if left:
        held_vi = ", ".join(f"{number} {KINDS[kind][0]}" for kind, number in left.items())
        held_en = ", ".join(f"{number} {KINDS[kind][1]}" for kind, number in left.items())
        vi = f"không phải bản dùng thử ({why_vi}) mà liên hệ ví dụ còn {held_vi}; tất cả đã bị vô hiệu"
        en = f"no demonstration ({why_en}), yet examples have {held_en}; none of it works"
        return CheckFinding("examples", False, vi, en, *_todo(missing, environment))
    return CheckFinding("examples", True, "liên hệ ví dụ không còn gì", "examples have nothing left")


def _todo(missing: Sequence[tuple[str, str, str]], environment: str) -> tuple[str, str]:
    vi = "kyhan people import để người thật giữ các vị trí"
    en = "kyhan people import, so that real people hold the posts"
    if missing and environment == "demo":
        set_it = "KYHAN_ENVIRONMENT=production"
        return f"chạy thật: đặt {set_it}; {vi}", f"if this is no trial: set {set_it}; {en}"
    return vi, en
