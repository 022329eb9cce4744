"""What each flow is called on the dashboard: the plan's title of it, and the ids of the obligations it carries."""

from __future__ import annotations

from datetime import datetime

from rules.deadlines import PROVINCE
from rules.office import Office
from rules.plan import Obligation, Plan

DISPATCH = "Gửi thư và tin nhắn · dispatch"
RECEIVE = "Nhận thư trả lời và thư bị trả về · receive"
ZALO = "Nghe Zalo: biên nhận, liên kết · zalo"
WATCH = "Canh bộ máy · watch"
CLEANUP = "Dọn dẹp hằng ngày · housekeep"


def carried(plan: Plan, flow: str) -> list[Obligation]:
    """The obligations this flow carries, in the order of the plan."""
    return [item for item in plan.obligations if item.flow == flow]


def flows_of(plan: Plan) -> list[str]:
    """Every flow the plan in force names, in its order."""
    return list(dict.fromkeys(item.flow for item in plan.obligations if item.flow))


def name_of(office: Office, flow: str) -> str:
    """«title · ids»; a title of the plan's own comes with the ids of what falls due, if anything does."""
    items = carried(office.plan, flow) or [item for item in office.dropped if item.flow == flow]
    if not items:
        return flow
    title = next((item.flow_title for item in items if item.flow_title), "")
    dated = [item for item in items if item.when is not None] if title else []
    codes = ", ".join(item.id for item in dated or items)
    return f"{title or f'{items[0].clause} {items[0].title.vi}'} · {codes}"


def title_of(name: str) -> str:
    """The name without its ids: short enough for a narrow column, and sorted as the plan is."""
    return name.partition(" · ")[0]


def run_name_of(flow: str, planned: datetime) -> str:
    """«I.5 Lịch phổ biến thông tin thống kê · 24/11/2026 06:23», by the moment it is planned for."""
    return f"{title_of(flow)} · {planned.astimezone(PROVINCE):%d/%m/%Y %H:%M}"


def description_of(office: Office, flow: str) -> str:
    """Markdown under the flow's name: what the plan says, word for word, and where to go on."""
    plan, items = office.plan, carried(office.plan, flow)
    parts = [_paragraph(item) for item in items]
    portal = f"[Mở bảng theo dõi trong cổng Kỳ Hạn]({office.base_url.rstrip('/')}/nhiem-vu/{items[0].id})"
    # the page's own list hides states with names of ours; this one shows all of them
    runs = f"[Mọi kỳ và mọi lượt kiểm tra của nhiệm vụ này](/v2/runs?tags={flow})"
    return "\n\n".join((f"Kế hoạch {plan.number}: {plan.title.vi}", *parts, portal, runs))


def _paragraph(item: Obligation) -> str:
    handed_in = f"\n\nPhải nộp: {item.hand_in_for()}" if item.hand_in else ""
    return f"**{item.clause} · {item.title.vi}** (`{item.id}`)\n\n> {item.quote}{handed_in}"
