"""What the bot and the Official Account answer to those who write to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from notifications.zalo_facts import fit

LONGEST_LISTED = 5
ROOM = 90


class Wish(StrEnum):
    DONE = "done"  # says that something was handed in
    STOP = "stop"  # wants no more messages here
    OTHER = "other"


_WORDS = {
    Wish.DONE: re.compile(r"(xong|da gui|da nop|done)\b"),
    Wish.STOP: re.compile(r"(dung|huy|stop|ngung)\b[\s.!]*\Z"),
}


def wish_in(text: str) -> Wish:
    """«XONG 12/TB», «Dừng»: in any case, with or without the marks."""
    plain = unicodedata.normalize("NFD", text.strip().lower().replace("đ", "d"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return next((wish for wish, words in _WORDS.items() if words.match(plain)), Wish.OTHER)


def linked(name: str) -> str:
    return (
        f"Đã liên kết Zalo này với {name}. Từ nay tin nhắc hạn sẽ đến đây, bên cạnh thư điện tử. Gửi DỪNG để thôi nhận."
    )


WRONG_CODE = "Mã không đúng, đã dùng hoặc đã quá 15 phút. Xin lấy mã mới ở trang Tài khoản của cổng thông tin."
STOPPED = "Đã hủy liên kết, tin nhắc hạn không đến đây nữa; thư điện tử vẫn gửi như cũ. Muốn nhận lại, xin lấy mã mới."
STRANGER = (
    "Kênh này chỉ dành cho người đã liên kết. Xin lấy mã 6 số ở trang Tài khoản của cổng thông tin và gửi vào đây."
)


def full(most: int) -> str:
    return f"Bot đã đủ {most} người liên kết nên chưa thể thêm; thư điện tử vẫn gửi như cũ. Xin báo cơ quan điều phối."


def help_text(url: str) -> str:
    return f"Kênh này gửi tin nhắc hạn. Gửi XONG để báo đã gửi văn bản, DỪNG để thôi nhận. Xem và nộp hồ sơ: {url}"


def done(titles: Sequence[str], url: str) -> str:
    if not titles:
        return f"Hiện không có hồ sơ nào đang chờ đồng chí. Xem tại: {url}"
    listed = "; ".join(fit(title, ROOM) for title in titles[:LONGEST_LISTED])
    more = f" và {len(titles) - LONGEST_LISTED} hồ sơ khác" if len(titles) > LONGEST_LISTED else ""
    return (
        f"Đã ghi lời báo của đồng chí. Hồ sơ chỉ được tính khi văn bản đến nơi; hệ thống đang chờ: {listed}{more}. "
        f"Nộp hoặc xem tình trạng: {url}"
    )
