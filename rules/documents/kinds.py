"""The words by which the parts of a document are recognised."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
TYPES = frozenset(
    (
        "NGHỊ QUYẾT", "QUYẾT ĐỊNH", "CHỈ THỊ", "QUY CHẾ", "QUY ĐỊNH", "THÔNG CÁO", "THÔNG BÁO", "HƯỚNG DẪN",
        "CHƯƠNG TRÌNH", "KẾ HOẠCH", "PHƯƠNG ÁN", "ĐỀ ÁN", "DỰ ÁN", "BÁO CÁO", "BIÊN BẢN", "TỜ TRÌNH", "HỢP ĐỒNG",
        "CÔNG ĐIỆN", "BẢN GHI NHỚ", "BẢN THỎA THUẬN", "GIẤY ỦY QUYỀN", "GIẤY MỜI", "GIẤY GIỚI THIỆU",
        "GIẤY NGHỈ PHÉP", "PHIẾU GỬI", "PHIẾU CHUYỂN", "PHIẾU BÁO",
    )
)  # fmt: skip
PARTY = "ĐẢNG CỘNG SẢN VIỆT NAM"
DECIDING = frozenset({"NGHỊ QUYẾT", "QUYẾT ĐỊNH", "QUY CHẾ", "QUY ĐỊNH"})
SENT_UP = frozenset({"TỜ TRÌNH"})  # always with «Kính gửi»; a report only when it goes up
DISTRIBUTED = TYPES - {"BIÊN BẢN", "HỢP ĐỒNG", "GIẤY MỜI", "GIẤY GIỚI THIỆU", "GIẤY NGHỈ PHÉP", "GIẤY ỦY QUYỀN"} - {
    "PHIẾU GỬI", "PHIẾU CHUYỂN", "PHIẾU BÁO", "BẢN GHI NHỚ", "BẢN THỎA THUẬN", "QUY CHẾ", "QUY ĐỊNH", "DỰ ÁN", "ĐỀ ÁN",
}  # fmt: skip
BODIES = (  # how the name of a body begins
    "BỘ ", "TỔNG CỤC", "CỤC ", "CHI CỤC", "SỞ ", "UBND ", "ỦY BAN", "UỶ BAN", "HĐND", "HỘI ĐỒNG", "VĂN PHÒNG",
    "TRUNG TÂM", "TRƯỜNG ", "PHÒNG ", "BAN ", "HỘI ", "VIỆN ", "BỆNH VIỆN", "HỌC VIỆN", "NGÂN HÀNG", "KHO BẠC",
    "BẢO HIỂM", "CÔNG AN", "THANH TRA", "CHÍNH PHỦ", "THỦ TƯỚNG", "TÒA ÁN", "VIỆN KIỂM SÁT", "THỐNG KÊ", "THUẾ ",
    "LIÊN ĐOÀN", "BỘ CHỈ HUY", "CÔNG TY", "TẬP ĐOÀN", "TỔNG CÔNG TY", "ĐÀI ", "HẠT ", "QUỸ ", "MẶT TRẬN", "TỈNH ỦY",
    "TỈNH ĐOÀN", "THÀNH ỦY", "HUYỆN ỦY",
)  # fmt: skip
OFFICES = ("BỘ ", "TỔNG CỤC", "CỤC ", "CHI CỤC", "SỞ ", "UBND ", "ỦY BAN", "UỶ BAN", "PHÒNG ", "VĂN PHÒNG", "THỐNG KÊ")
URGENCY = frozenset({"HỎA TỐC", "THƯỢNG KHẨN", "KHẨN"})
ABOUT = re.compile(r"[Vv]\s*/\s*[Vv]\b")
NUMBER = re.compile(r"[Ss][ốỐ]\s*:|[Ss][ốỐ]\s+[\d….]*\s*/")
PLACE_DATE = re.compile(
    r"(?P<place>[^\d]*?)(?P<comma>,?)\s*[Nn]gày\s*(?P<day>[\d….\s_]*)\s*tháng\s*(?P<month>[\d….\s_]*)\s*"
    r"năm\s*(?P<year>[\d….\s_]*)\.?"
)
ADDRESSED = re.compile(r"[Kk]ính\s+gửi\b")
COPIES = re.compile(r"[Nn]ơi\s+nhận\b")
BASIS = re.compile(r"(?:Căn\s+cứ|(?:Theo|Xét)\s+đề\s+nghị\s+của)\s")
ANNEX = re.compile(r"(?P<word>phụ\s+lục)(?:\s+(?:số\s+)?(?P<number>[IVXLC]+|\d+[a-z]?|[A-Z]))?\s*[.:]?", re.I)
ATTACHED = re.compile(r"\(?\s*(?:kèm\s+theo|ban\s+hành\s+kèm|kèm\s|đính\s+kèm)", re.I)


def plain_letters(text: str) -> str:
    """Without marks, blanks and signs, in small letters."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(letter for letter in decomposed if letter.isalpha() and letter.isascii())


def is_nation(text: str) -> bool:
    return _near(text, NATION)


def is_motto(text: str) -> bool:
    return _near(text, MOTTO)


def _near(text: str, model: str) -> bool:
    letters, goal = plain_letters(text), plain_letters(model)
    if abs(len(letters) - len(goal)) > 4:
        return False
    return letters == goal or SequenceMatcher(None, letters, goal).ratio() > 0.9


def is_upper(text: str) -> bool:
    return text == text.upper() and any(letter.isalpha() for letter in text)
