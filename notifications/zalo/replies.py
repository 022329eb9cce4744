"""What the bot and the Official Account answer to those who write to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from notifications.render.words import fit

LONGEST_LISTED = 5
ROOM = 90


class Wish(StrEnum):
    DONE = "done"  # says that something was handed in
    PERHAPS_DONE = "perhaps done"  # «ok», «vâng»: an answer to a reminder that says nothing for certain
    STOP = "stop"  # wants no more messages
    START = "start"  # wants them again
    OTHER = "other"


_POLITE = r"(\b(a|nhe|nha|da|vang|em|anh|chi|minh|toi|nhen|nhes|ok|oke|okay|dc|duoc)\b|[\s.!,])*"
_WORDS = {
    Wish.STOP: re.compile(r"(dung|huy|stop|ngung)\b[\s.!]*\Z"),
    Wish.START: re.compile(r"(tiep( tuc)?|nhan lai|start)\b[\s.!]*\Z"),
    Wish.DONE: re.compile(rf"(xong|{_POLITE}da (gui|nop)|done)\b|{_POLITE}(gui|nop|xong|bao cao) (xong )?roi\b"),
    Wish.PERHAPS_DONE: re.compile(rf"{_POLITE}(ok|oke|okay|vang|da|roi|duoc|da nhan|da ro|nhan roi|cam on){_POLITE}\Z"),
}
_DONE = re.compile(r"(xong|done)\b[\s:.!]*(?P<about>.*)")


def wish_in(text: str) -> Wish:
    """«XONG 12/TB», «Dừng», «Em gửi rồi ạ»: in any case, with or without the marks."""
    plain = _plain(text)
    return next((wish for wish, words in _WORDS.items() if words.match(plain)), Wish.OTHER)


def about_in(text: str) -> str:
    """What «XONG …» names, without marks; empty: nothing in particular."""
    found = _DONE.match(_plain(text))
    return found["about"].strip() if found and not _WORDS[Wish.PERHAPS_DONE].match(found["about"]) else ""


def _plain(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.strip().lower().replace("đ", "d"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def linked(name: str) -> str:
    return (
        f"Đã liên kết Zalo này với {name}. Từ nay tin nhắc hạn sẽ đến đây, bên cạnh thư điện tử. Gửi DỪNG để thôi nhận."
    )


WRONG_CODE = "Mã không đúng, đã dùng hoặc đã quá 15 phút. Xin lấy mã mới ở trang Tài khoản của cổng thông tin."
STOPPED = (
    "Đã ghi nhận: từ nay không gửi tin nhắc nào qua Zalo cho đồng chí nữa, kể cả tin theo mẫu đến số điện thoại; "
    "thư điện tử vẫn gửi như cũ. Muốn nhận lại, gửi TIẾP."
)
STARTED = "Đã ghi nhận: tin nhắc hạn lại được gửi qua Zalo, bên cạnh thư điện tử. Gửi DỪNG để thôi nhận."


def stranger(url: str) -> str:
    return (
        "Kênh này chỉ dành cho người đã liên kết. Xin lấy mã 6 số ở trang Tài khoản của cổng thông tin và gửi vào đây: "
        f"{url}/tai-khoan"
    )


def stop_as_stranger(url: str) -> str:
    """An id of Zalo does not tell which telephone it belongs to, so the wish cannot be carried out from here."""
    return (
        "Hệ thống chưa biết tài khoản Zalo này là của ai nên chưa dừng được từ đây. Để dừng mọi tin Zalo, kể cả tin "
        f"theo mẫu đến số điện thoại, xin bấm «Dừng nhận tin Zalo» ở trang Tài khoản: {url}/tai-khoan"
    )


def full(most: int) -> str:
    return f"Bot đã đủ {most} người liên kết nên chưa thể thêm; thư điện tử vẫn gửi như cũ. Xin báo cơ quan điều phối."


def help_text(url: str) -> str:
    return f"Kênh này gửi tin nhắc hạn. Gửi XONG để báo đã gửi văn bản, DỪNG để thôi nhận. Xem và nộp hồ sơ: {url}"


@dataclass(frozen=True)
class RemindedCase:
    """A case this person was reminded of."""

    title: str
    url: str


def done(waiting: Sequence[RemindedCase], url: str) -> str:
    if not waiting:
        return _nothing(url)
    return (
        "Đã ghi lời báo của đồng chí. Hồ sơ chỉ được tính khi văn bản đến nơi; hệ thống đang chờ (nộp hoặc xem tình "
        f"trạng theo đường dẫn): {_listed(waiting, url)}"
    )


def which_one(waiting: Sequence[RemindedCase], url: str) -> str:
    return (
        "Có nhiều hồ sơ đang chờ đồng chí nên chưa ghi lời báo vào hồ sơ nào. Xin mở đúng hồ sơ và nộp văn bản, "
        f"hoặc gửi XONG để báo cho tất cả: {_listed(waiting, url)}"
    )


def perhaps_done(waiting: Sequence[RemindedCase], url: str) -> str:
    if not waiting:
        return _nothing(url)
    return (
        "Cảm ơn đồng chí. Văn bản đã gửi rồi ạ? Nếu đã gửi, xin trả lời XONG; nếu chưa, xin nộp tại: "
        f"{_listed(waiting, url)}"
    )


def _nothing(url: str) -> str:
    return f"Hiện không có hồ sơ nào đang chờ đồng chí. Xem tại: {url}"


def _listed(waiting: Sequence[RemindedCase], url: str) -> str:
    listed = "; ".join(f"{fit(one.title, ROOM)} – {one.url}" for one in waiting[:LONGEST_LISTED])
    more = len(waiting) - LONGEST_LISTED
    return listed + (f"; và {more} hồ sơ khác: {url}" if more > 0 else "")
