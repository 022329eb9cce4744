"""Builds templates/progress.docx. Run it to start the form afresh; officers then edit it in Word."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports import stationery as piece
from reports.figures.figure import SAMPLE, TITLES, Figure
from reports.figures.in_word import add_chart
from reports.page import TEXT_WIDTH, new_document
from rules.punctuality import ReportOutcome

TARGET = Path(__file__).with_name("templates") / "progress.docx"
ATTACHED = "(Kèm theo Báo cáo số {{ number }} {{ attached_dated }} của {{ issuer }})"
SUBJECT_LINE = 50  # mm: 1/3 to 1/2 of a line of the title
NOTHING = "Trong kỳ không có nhiệm vụ phải thực hiện theo Kế hoạch."
NOT_SHOWN = "Không có số liệu trong kỳ."
SAMPLES = {key: Figure(key, TITLES[key], (SAMPLE,), ((SAMPLE, (1,)),)) for key in TITLES}
OUTCOMES = tuple(outcome.value for outcome in ReportOutcome)


def build() -> Any:
    document = new_document("Báo cáo tình hình thực hiện Kế hoạch")
    piece.letterhead(document)
    _title(document)
    piece.addressees(document)
    _body(document)
    _outlook(document)
    piece.paragraph(document, "Nội dung", "{{ closing }}")
    piece.signature(document)
    _annexes(document)
    return document


def _title(document: Any) -> None:
    piece.paragraph(document, "Tên loại", "BÁO CÁO")
    piece.paragraph(document, "Trích yếu", "{{ subject }}")
    piece.line(document, "Trích yếu", SUBJECT_LINE, TEXT_WIDTH)


def _body(document: Any) -> None:
    for text in ("{{ opening }}", "{%p if replaces %}", "{{ replaces }}", "{%p endif %}"):
        piece.paragraph(document, "Nội dung", text)
    piece.paragraph(document, "Mục", "I. CÔNG TÁC HƯỚNG DẪN, KIỂM TRA, ĐÔN ĐỐC")
    _items(document, "guidance")
    piece.paragraph(document, "Mục", "II. KẾT QUẢ THỰC HIỆN CÁC NỘI DUNG CỦA KẾ HOẠCH")
    piece.paragraph(document, "Nội dung", "{{ results_opening }}")
    for text in ("{%p for sentence in revisions %}", "{{ sentence }}", "{%p endfor %}"):
        piece.paragraph(document, "Nội dung", text)
    _items(document, "results")


def _items(document: Any, name: str) -> None:
    piece.paragraph(document, "Khoản", f"{{%p for item in {name} %}}")
    piece.paragraph(document, "Khoản", "{{ loop.index }}. {{ item.heading }}")
    piece.sentences(document, "item")
    piece.paragraph(document, "Khoản", "{%p endfor %}")


def _outlook(document: Any) -> None:
    piece.paragraph(document, "Mục", "III. ĐÁNH GIÁ CHUNG")
    _items(document, "evaluation")
    piece.paragraph(document, "Mục", "IV. KHÓ KHĂN, VƯỚNG MẮC VÀ ĐỀ XUẤT, KIẾN NGHỊ")
    piece.sentences(document, "difficulties")
    _items(document, "requests")
    piece.paragraph(document, "Mục", "V. {{ outlook_heading }}")
    piece.paragraph(document, "Nội dung", "{%p for sentence in outlook %}")
    piece.paragraph(document, "Nội dung", "{{ sentence }}")
    piece.paragraph(document, "Nội dung", "{%p endfor %}")


@dataclass(frozen=True)
class Annex:
    number: str
    title: str
    rows: str  # the list the template walks
    columns: piece.Columns  # heading, value, width in mm
    centred: tuple[str, ...] = ()
    landscape: bool = True
    narrow: bool = False
    nothing: str = NOTHING


ANNEXES = (
    Annex(
        "Phụ lục I",
        "BẢNG TỔNG HỢP TÌNH HÌNH THỰC HIỆN CÁC NHIỆM VỤ",
        "annex_i",
        (
            ("STT", "stt", 8),
            ("Nhiệm vụ", "duty", 46),
            ("Mục", "clause", 10),
            ("Cơ quan chủ trì", "lead", 25),
            ("Thời hạn", "deadline", 24),
            ("Số phải thực hiện", "assigned", 12),
            ("Đúng hạn", "on_time", 11),
            ("Sau hạn", "late", 11),
            ("Chưa thực hiện", "missing", 12),
            ("Chưa đến hạn", "not_due", 11),
            ("Đang gia hạn", "extended", 11),
            ("Không phát sinh", "nil_return", 12),
            ("Được miễn", "waived", 11),
            ("Không áp dụng", "not_applicable", 12),
            ("Tỷ lệ đúng hạn (%)", "rate", 12),
            ("Ghi chú", "note", 19),
        ),
        ("clause", "assigned", *OUTCOMES, "rate"),
        narrow=True,
    ),
    Annex(
        "Phụ lục II",
        "TÌNH HÌNH THỰC HIỆN CỦA TỪNG CƠ QUAN, ĐƠN VỊ, ĐỊA PHƯƠNG",
        "annex_ii",
        (
            ("STT", "stt", 12),
            ("Cơ quan", "unit", 56),
            ("Nhiệm vụ", "duty", 68),
            ("Thời hạn, mốc phấn đấu", "deadline", 26),
            ("Ngày nhận", "received_on", 24),
            ("Số, ký hiệu văn bản", "document_number", 28),
            ("Kết quả", "result", 33),
        ),
        ("deadline", "received_on", "document_number", "result"),
    ),
    Annex(
        "Phụ lục III",
        "NHẬT KÝ ĐÔN ĐỐC",
        "annex_iii",
        (
            ("STT", "stt", 12),
            ("Thời điểm", "at", 24),
            ("Cơ quan nhận", "unit", 46),
            ("Nhiệm vụ", "duty", 64),
            ("Hình thức", "channel", 26),
            ("Mức", "level", 22),
            ("Kết quả", "result", 53),
        ),
        ("at", "channel", "level"),
        nothing="Trong kỳ, hệ thống không ghi nhận lượt nhắc việc hoặc công văn đôn đốc nào.",
    ),
    Annex(
        "Phụ lục IV",
        "TỔNG HỢP ĐỀ XUẤT SỬA ĐỔI, BỔ SUNG",
        "annex_iv",
        (
            ("STT", "stt", 12),
            ("Cơ quan", "unit", 50),
            ("Nội dung", "proposal", 75),
            ("Lý do", "reason", 60),
            ("Ý kiến của {{ issuer }}", "opinion", 50),
        ),
        nothing="{{ nothing_proposed }}",
    ),
    Annex(
        "Phụ lục V",
        "NHIỆM VỤ ĐẾN HẠN TRONG {{ next_period_upper }}",
        "annex_v",
        (
            ("STT", "stt", 12),
            ("Nhiệm vụ", "duty", 60),
            ("Cơ quan", "unit", 40),
            ("Thời hạn", "due_day", 24),
            ("Ngày nhắc dự kiến", "reminder_day", 24),
        ),
        ("due_day", "reminder_day"),
        landscape=False,
        nothing="Không có nhiệm vụ đến hạn trong kỳ tiếp theo.",
    ),
)


def _annexes(document: Any) -> None:
    for annex in ANNEXES:
        piece.annex(document, annex.number, annex.title, ATTACHED, landscape=annex.landscape)
        piece.grid(document, annex.rows, annex.columns, annex.nothing, annex.centred, narrow=annex.narrow)
    piece.flatten(document.add_paragraph())
    piece.annex(document, "Phụ lục VI", "BIỂU ĐỒ TÌNH HÌNH THỰC HIỆN", ATTACHED, landscape=False)
    for place, key in enumerate(TITLES):
        _figure(document, place, key)


def _figure(document: Any, place: int, key: str) -> None:
    """Its numbers take the place of the sample when a report is written; the caption below it."""
    shown = f"figures[{place}]"
    piece.paragraph(document, "Hình", f"{{%p if {shown}.alt %}}")
    add_chart(piece.paragraph(document, "Hình"), SAMPLES[key], f"{{{{ {shown}.alt }}}}")
    piece.paragraph(document, "Hình", "{%p else %}")
    piece.paragraph(document, "Hình", NOT_SHOWN)
    piece.paragraph(document, "Hình", "{%p endif %}")
    piece.paragraph(document, "Tên hình", f"{{{{ {shown}.caption }}}}")


if __name__ == "__main__":
    TARGET.parent.mkdir(exist_ok=True)
    build().save(TARGET)
