"""Maps answers of Zalo to outcomes, by tables.

The numbers are those of Zalo's tables of errors for template messages (ZNS, since 2026 ZBS), for the Official Account
and for bots; an error usually arrives with HTTP status 200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256

from notifications.channel import Outcome, OutcomeKind
from rules.deadlines import PROVINCE

K = OutcomeKind


class Action(StrEnum):
    OK = "ok"
    REFRESH = "refresh"  # a new access token, then once more; the caller never sees it unless that fails too
    RETRY = "retry"
    RESCHEDULE = "reschedule"
    FALLBACK = "fallback"
    DEAD = "dead"
    OPTOUT = "optout"
    STOP = "stop"
    BUG = "bug"
    UNKNOWN = "unknown"


class Morning(StrEnum):
    NEXT = "next"  # the first one that comes
    TOMORROW = "tomorrow"  # of the next day
    NEXT_MONTH = "next month"


A = Action
OPENS_AT = time(6, 5)  # Zalo delivers templates from 06:00 to 22:00
JITTER = timedelta(minutes=20)
MOST_RETRIES = 5
TEMPLATE = "template"  # what such an answer concerns
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    action: Action
    meaning: str
    after: tuple[timedelta, ...] = ()  # RETRY: how long to wait, the last one for all that follow
    morning: Morning | None = None
    for_days: int | None = None  # DEAD, OPTOUT, strikes
    strikes: int = 0
    concerns: str = ""
    most: int = MOST_RETRIES  # RETRY: tries after which the next channel takes over


@dataclass(frozen=True)
class ZaloAnswer:
    """What came back: a code of ours or theirs, and their words."""

    code: str
    text: str = ""
    retry_after: timedelta | None = None


Rules = Mapping[str, Rule]


def _rules(*rows: tuple[str, Rule]) -> Rules:
    return {code: rule for codes, rule in rows for code in codes.split()}


_NOT_IN_ORDER = "OA hoặc ứng dụng chưa đủ điều kiện gửi / the account or the app is not in order"
_TOKEN = "mã truy cập hết hiệu lực / the access token is no longer valid"
_PROOF = "appsecret_proof không đúng: kiểm tra KYHAN_ZALO_APP_SECRET / appsecret_proof is wrong"
_QUOTA = "hết số tin được gửi trong ngày / today's quota is used up"
_DATA = "nội dung không khớp mẫu tin / the data do not fit the template"
_NIGHT = "ngoài giờ được gửi tin / outside the hours of delivery"

ZNS: Rules = _rules(
    ("0", Rule(A.OK, "đã nhận / accepted")),
    ("-100", Rule(A.RETRY, "lỗi không rõ của Zalo / unknown error", after=(5 * MINUTE,), most=1)),
    ("-101 -102 -103 -104 -105", Rule(A.STOP, "ứng dụng Zalo sai, thiếu, bị khóa hoặc chưa nối với OA / wrong app")),
    ("-106 -107 -121 -122", Rule(A.BUG, "yêu cầu gửi sai cách / malformed request")),
    ("-108", Rule(A.DEAD, "số điện thoại không hợp lệ / not a valid phone number")),
    ("-109 -117 -131", Rule(A.STOP, "mẫu tin sai hoặc chưa được duyệt / template not usable", concerns=TEMPLATE)),
    ("-110", Rule(A.FALLBACK, "ứng dụng Zalo của người nhận quá cũ / Zalo too old", strikes=1, for_days=30)),
    ("-111 -112 -1121 -1122 -1124 -113 -1131 -116 -132 -153", Rule(A.BUG, _DATA, concerns=TEMPLATE)),
    ("-114", Rule(A.FALLBACK, "tài khoản không hoạt động / inactive account", strikes=2, for_days=90)),
    ("-115 -137", Rule(A.STOP, "tài khoản gửi tin hết tiền / no money left on the account")),
    ("-118", Rule(A.DEAD, "số này không dùng Zalo / no Zalo account for this number", for_days=90)),
    ("-119", Rule(A.FALLBACK, "tài khoản không nhận được tin / cannot receive", strikes=2, for_days=90)),
    ("-120 -135 -1351 -136 -138 -1381 -125 -145", Rule(A.STOP, _NOT_IN_ORDER)),
    ("-124 -216 -220", Rule(A.REFRESH, _TOKEN)),
    ("-1241", Rule(A.STOP, _PROOF)),
    ("-126 -127", Rule(A.STOP, "mẫu tin còn ở chế độ thử nghiệm / still in development mode")),
    ("-133", Rule(A.RESCHEDULE, _NIGHT, morning=Morning.NEXT)),
    ("-139 -141", Rule(A.OPTOUT, "người nhận từ chối tin này / the person refuses these messages", for_days=180)),
    ("-140", Rule(A.FALLBACK, "chưa đủ điều kiện nhận tin / not eligible")),
    ("-144", Rule(A.RESCHEDULE, _QUOTA, morning=Morning.TOMORROW)),
    ("-147", Rule(A.RESCHEDULE, _QUOTA, morning=Morning.TOMORROW, concerns=TEMPLATE)),
    ("-1441 -1471 -1472", Rule(A.BUG, "mẫu tin gắn nhãn quảng cáo / wrong tag", concerns=TEMPLATE)),
    ("-146", Rule(A.STOP, "mẫu tin bị tạm ngưng vì chất lượng thấp / template disabled", concerns=TEMPLATE)),
    ("-160 -161 -162", Rule(A.BUG, "quá số lần tải lên, hoặc sending_mode sai / upload quota or sending_mode")),
)

OA: Rules = _rules(
    ("0", Rule(A.OK, "đã nhận / accepted")),
    ("-32", Rule(A.RETRY, "gửi quá nhanh / too fast", after=(MINUTE,))),
    ("-201 -210 -233 -100 -249", Rule(A.BUG, "tham số sai hoặc quá giới hạn / wrong parameter")),
    ("-204 -205 -209 -212 -219 -221 -223 -224 -235 -320 -321", Rule(A.STOP, _NOT_IN_ORDER)),
    ("-211 -218 -311", Rule(A.RESCHEDULE, _QUOTA, morning=Morning.TOMORROW)),
    ("-213", Rule(A.FALLBACK, "người nhận không còn quan tâm OA / does not follow the account", concerns="follows")),
    ("-216 -220 -124", Rule(A.REFRESH, _TOKEN)),
    ("-217 -244", Rule(A.OPTOUT, "người nhận đã chặn OA / the person blocked the account", for_days=180)),
    ("-227", Rule(A.DEAD, "tài khoản bị khóa hoặc ngừng dùng / banned or unused account", for_days=45)),
    ("-230 -232 -305", Rule(A.FALLBACK, "người nhận không tương tác gần đây / no recent interaction")),
    ("-234", Rule(A.RESCHEDULE, _NIGHT, morning=Morning.NEXT)),
    (
        "-237 -238 -241 -403",
        Rule(A.STOP, "nhóm hết hạn hoặc không có OA / group closed", concerns="group"),
    ),
    ("-240", Rule(A.BUG, "API phiên bản 2 đã đóng / version 2 of the API is closed")),
    ("-242", Rule(A.STOP, _PROOF)),
    ("-248", Rule(A.STOP, "nội dung vi phạm quy định / content against the rules", concerns=TEMPLATE)),
)

_BOT_MONTH = "hết số tin miễn phí của tháng / the month's free messages are used up"
BOT: Rules = _rules(
    ("0", Rule(A.OK, "đã nhận / accepted")),
    ("400", Rule(A.BUG, "yêu cầu gửi sai cách / malformed request")),
    ("400-chat", Rule(A.DEAD, "không có cuộc trò chuyện này / no such chat")),
    ("401", Rule(A.STOP, "mã bot không đúng: kiểm tra KYHAN_ZALO_BOT_TOKEN / the bot's token is refused")),
    ("403 408 5xx", Rule(A.UNKNOWN, "lỗi trong máy chủ Zalo / error inside Zalo")),
    ("404", Rule(A.DEAD, "cuộc trò chuyện không còn: cần liên kết lại / the chat is gone, link it again")),
    ("429", Rule(A.RETRY, "gửi quá nhanh / too fast", after=(MINUTE, 15 * MINUTE))),
    ("429-month", Rule(A.STOP, _BOT_MONTH, morning=Morning.NEXT_MONTH)),
)

_LATER = "hệ thống sẽ tự thử lại / it will be tried again"
_IN_DOUBT = "không rõ tin đã được gửi hay chưa / unclear whether the message went out"
TRANSPORT: Rules = _rules(
    ("dns", Rule(A.RETRY, f"không tìm thấy máy chủ Zalo; {_LATER}")),
    ("refused", Rule(A.RETRY, f"máy chủ Zalo không nhận kết nối; {_LATER}")),
    ("connect-timeout", Rule(A.RETRY, f"không kết nối được tới Zalo; {_LATER}")),
    ("tls", Rule(A.RETRY, f"không lập được kết nối mã hóa tới Zalo; {_LATER}")),
    ("network", Rule(A.RETRY, f"mạng không thông; {_LATER}")),
    ("busy", Rule(A.RETRY, f"quá nhiều kết nối đang mở; {_LATER}")),
    ("lost read-timeout write-lost not-json odd-json 5xx", Rule(A.UNKNOWN, _IN_DOUBT)),
    ("http-429", Rule(A.RETRY, "gửi quá nhanh / too fast", after=(MINUTE,))),
    ("http-401 http-403", Rule(A.STOP, "Zalo từ chối quyền truy cập / Zalo refuses access")),
    ("http-3xx http-404", Rule(A.STOP, "địa chỉ máy chủ Zalo trong cài đặt không đúng / wrong address of the API")),
    ("http-4xx unsendable", Rule(A.BUG, "yêu cầu gửi sai cách / malformed request")),
)

OURS: Rules = _rules(
    ("no-token", Rule(A.STOP, "chưa có mã truy cập OA / no access token for the account")),
    ("token-later", Rule(A.RETRY, f"chưa lấy được mã truy cập mới; {_LATER}", after=(5 * MINUTE,))),
    ("bad-phone", Rule(A.DEAD, "không phải số di động Việt Nam / not a Vietnamese mobile number")),
    ("bad-chat", Rule(A.DEAD, "mã cuộc trò chuyện không hợp lệ / not a chat id")),
    ("no-template", Rule(A.BUG, "chưa khai báo mẫu tin / no template is configured", concerns=TEMPLATE)),
    ("bad-data", Rule(A.BUG, _DATA, concerns=TEMPLATE)),
    ("too-long empty", Rule(A.BUG, _DATA)),
)

SERVER_ERROR = re.compile(r"(?:http-)?5\d\d")
STRANGE = Rule(A.FALLBACK, "mã lỗi chưa biết của Zalo / an error code Zalo has not documented")
# refused with a fresh token too: then it is the account, not the token
KINDS: dict[Action, OutcomeKind] = {a: K.STOP if a is A.REFRESH else OutcomeKind(a.value) for a in Action}


def rule_for(rules: Rules, code: str) -> Rule:
    plain = "5xx" if SERVER_ERROR.fullmatch(code) else code
    for table in (rules, TRANSPORT, OURS):
        if plain in table:
            return table[plain]
    if re.fullmatch(r"http-[34]\d\d", code):
        return TRANSPORT[f"{code[:6]}xx"]
    return STRANGE


def outcome(rules: Rules, answer: ZaloAnswer, now: datetime, key: str, tries: int = 1) -> Outcome:
    rule = rule_for(rules, answer.code)
    kind = KINDS[rule.action]
    if kind is K.RETRY and tries > rule.most:
        kind = K.FALLBACK
    return Outcome(
        kind,
        answer.code,
        _detail(rule, answer),
        maybe_sent=kind is K.UNKNOWN,
        not_before=_not_before(rule, answer, now, key, tries) if kind in (K.RETRY, K.RESCHEDULE, K.STOP) else None,
        until=now + rule.for_days * DAY if rule.for_days else None,
        strikes=rule.strikes,
        concerns=rule.concerns,
    )


def _detail(rule: Rule, answer: ZaloAnswer) -> str:
    return f"{rule.meaning} – {answer.text}" if answer.text and rule.action is not A.OK else rule.meaning


def _not_before(rule: Rule, answer: ZaloAnswer, now: datetime, key: str, tries: int) -> datetime | None:
    if rule.morning is not None:
        return morning(rule.morning, now, key)
    waits = rule.after[min(tries, len(rule.after)) - 1] if rule.after else None
    longest = max((wait for wait in (waits, answer.retry_after) if wait is not None), default=None)
    return now + longest if longest is not None else None


def morning(which: Morning, now: datetime, key: str) -> datetime:
    """Spread over twenty minutes by the message's key, so that a morning does not begin with a crush."""
    local = now.astimezone(PROVINCE)
    opens = datetime.combine(local.date(), OPENS_AT, PROVINCE)
    if which is Morning.NEXT_MONTH:
        opens = (opens.replace(day=1) + 32 * DAY).replace(day=1)
    elif which is Morning.TOMORROW or local >= opens:
        opens += DAY
    share = int.from_bytes(sha256(key.encode()).digest()[:4]) / 2**32
    return (opens + JITTER * share).astimezone(now.tzinfo)
