"""What the parts that are checked are called, for whoever reads the findings."""

from __future__ import annotations

from collections.abc import Mapping

from rules.plan import Text

SUBJECTS: Mapping[str, Text] = {
    "address": Text("địa chỉ cổng", "portal address"),
    "backup": Text("sao lưu", "backup"),
    "calendar": Text("lịch làm việc", "working calendar"),
    "channels": Text("kênh gửi tin", "channels"),
    "clamd": Text("quét mã độc", "virus scanner"),
    "clock": Text("đồng hồ", "clock"),
    "copy": Text("bản khôi phục", "restored copy"),
    "database": Text("cơ sở dữ liệu", "database"),
    "email": Text("thư điện tử", "e-mail"),
    "engine": Text("hệ thống xử lý tự động", "engine"),
    "examples": Text("liên hệ ví dụ", "example contacts"),
    "fastapi": Text("FastAPI", "FastAPI"),
    "files": Text("tệp đã nhận", "registered files"),
    "fonts": Text("phông chữ", "fonts"),
    "imap": Text("hộp thư đến", "incoming mailbox"),
    "key": Text("khóa bí mật", "secret key"),
    "log": Text("nhật ký", "log"),
    "messages": Text("thư và tin", "messages"),
    "oidc": Text("đăng nhập tập trung", "identity provider"),
    "people": Text("người và vị trí", "people and posts"),
    "ping": Text("giám sát ngoài", "outside monitor"),
    "plan": Text("kế hoạch", "plan"),
    "postgresql": Text("PostgreSQL", "PostgreSQL"),
    "posts": Text("vị trí còn trống", "vacant posts"),
    "prefect": Text("Prefect", "Prefect"),
    "rights": Text("quyền đọc tệp", "file rights"),
    "room": Text("dung lượng trống", "free room"),
    "sending": Text("việc gửi", "sending"),
    "sqlalchemy": Text("SQLAlchemy", "SQLAlchemy"),
    "support": Text("liên hệ hỗ trợ", "support contact"),
    "templates": Text("mẫu văn bản", "templates"),
    "watch": Text("giám sát", "watch"),
    "zalo_bot": Text("Zalo (bot)", "Zalo (bot)"),
    "zalo_oa": Text("Zalo OA", "Zalo OA"),
    "zalo_zns": Text("Zalo (mẫu tin)", "Zalo (templates)"),
}


def subject_text(subject: str) -> Text:
    """A subject may name one of several after its own: «zalo_zns 20001»."""
    name, _, which = subject.partition(" ")
    text = SUBJECTS.get(name, Text(name, name))
    return Text(f"{text.vi} {which}".strip(), f"{text.en} {which}".strip())
