"""What each duty is called on the engine's screen: clause, Vietnamese title, ids of the obligations it carries."""

from __future__ import annotations

from collections.abc import Sequence

from rules.plan import Obligation, Plan

NAMES = {
    "assessment": "I.1 Đánh giá thực trạng phổ biến thông tin thống kê · I1-ASSESS, II1-ASSESS",
    "demand-list": "I.2.a Danh mục nhu cầu và lượng thông tin thống kê · I2A-DEMAND-LIST",
    "reporting-forms": "I.3 Biểu mẫu báo cáo thống kê · I3-FORMS",
    "product-catalogue": "I.4.b Danh mục sản phẩm, kế hoạch biên soạn · I4B-CATALOGUE, I4B-COMPILE-PLAN",
    "midyear-review": "I.4 Rà soát tiến độ sau 6 tháng đầu năm · I4-MIDYEAR-REVIEW",
    "release-calendar": "I.5 Lịch phổ biến thông tin thống kê · I5-CALENDAR",
    "directive": "I.6 Văn bản chỉ đạo của UBND tỉnh · I6-DIRECTIVE",
    "regulation": "I.6 Quy chế và hệ thống giải pháp phổ biến thông tin · I6-REGULATION, I6-MEASURES",
    "department-plans": "II.1 Kế hoạch thực hiện của sở, ngành, địa phương · II1-PLAN",
    "progress-report": "II.2 Báo cáo tình hình thực hiện quý, 6 tháng, năm · II2-REPORT",
    "amendments": "II.3 Đề xuất sửa đổi, bổ sung Kế hoạch · II3-AMEND",
}
DISPATCH = "Gửi thư và tin nhắn · dispatch"
RECEIVE = "Nhận thư trả lời và thư bị trả về · receive"
ZALO = "Nghe Zalo: biên nhận, liên kết · zalo"
WATCH = "Canh bộ máy · watch"
HOUSEKEEP = "Dọn dẹp hằng ngày · housekeep"


def carried(plan: Plan, duty: str) -> list[Obligation]:
    """The obligations this duty carries, in the order of the plan."""
    return [item for item in plan.obligations if item.flow == duty]


def duties(plan: Plan) -> list[str]:
    """Every duty the plan in force names, in its order."""
    return list(dict.fromkeys(item.flow for item in plan.obligations if item.flow))


def name_of(plan: Plan, duty: str) -> str:
    """From the table; a duty that only the plan knows is named by its obligations."""
    return NAMES.get(duty) or _from_plan(carried(plan, duty))


def _from_plan(items: Sequence[Obligation]) -> str:
    first = items[0]
    return f"{first.clause} {first.title.vi} · {', '.join(item.id for item in items)}"


def title_of(name: str) -> str:
    """The name without its ids: short enough for a narrow column, and sorted as the plan is."""
    return name.partition(" · ")[0]


def description_of(plan: Plan, duty: str, base_url: str) -> str:
    """Markdown under the duty's name: what the plan says, word for word, and where to go on."""
    parts = [_paragraph(item) for item in carried(plan, duty)]
    portal = f"[Mở bảng theo dõi trong cổng Kỳ Hạn]({base_url.rstrip('/')}/nhiem-vu/{carried(plan, duty)[0].id})"
    # the page's own list hides states with names of ours; this one shows all of them
    screen = f"[Mọi kỳ và mọi lượt kiểm tra của nhiệm vụ này](/v2/runs?tags={duty})"
    return "\n\n".join((f"Kế hoạch {plan.number}: {plan.title.vi}", *parts, portal, screen))


def _paragraph(item: Obligation) -> str:
    handed_in = f"\n\nPhải nộp: {item.hand_in}" if item.hand_in else ""
    return f"**{item.clause} · {item.title.vi}** (`{item.id}`)\n\n> {item.quote}{handed_in}"
