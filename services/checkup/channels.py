"""Looks at the channels beside e-mail: is the account in order, how much may still leave, are the templates usable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from models.database import reading
from models.queries.operations.watch import linked_people
from notifications.kinds import MessageKind
from notifications.zalo.answers import BOT, OA, ZNS, rule_for
from notifications.zalo.bot import BotApi
from notifications.zalo.official_account import ApiResponse, OaClient
from notifications.zalo.params import LONGEST, shortened, wanted
from notifications.zalo.templates import Parameter, misfits, template_of
from rules.channels import ChannelPolicy
from rules.deadlines import PROVINCE
from rules.office import Office
from services.access.answer_links import link_writer
from services.checkup.data import CheckFinding
from services.inbound.zalo_round import Zalo
from services.outbox import gate, holds
from services.zalo import tokens as zalo_tokens

TO_LINK = "kyhan zalo consent"
WAIT = "đợi 15 phút (hệ thống tự thử lại), rồi kyhan doctor"
AS_GUIDED = "đăng ký tham số đúng loại như docs/zalo"
LOW = ("LOW",)


def channels(
    engine: Engine, office: Office, zalo: Zalo, templates: Mapping[str, str], now: datetime
) -> list[CheckFinding]:
    """`templates`: kind of message → id. Asks Zalo, so it takes a moment."""
    findings = [*_held(engine), *_paused(engine)]
    bot = next((way for way in office.ways if way.reaches_by == "bot"), None)
    if zalo.bot is not None and bot is not None:
        findings.append(_bot(engine, zalo.bot, bot))
    if zalo.account is not None:
        findings.append(_account(engine, zalo.account, zalo.openapi, now))
        if templates:
            findings += _by_template(zalo.account, zalo, office, templates, now)
    return findings


def _held(engine: Engine) -> Iterator[CheckFinding]:
    with reading(engine) as session:
        for row in holds.held(session):
            name = "sending" if row.channel == holds.ALL else row.channel
            since = f"{row.since.astimezone(PROVINCE):%H:%M %d/%m/%Y}"
            yield CheckFinding(name, False, f"đang được giữ từ {since} ({row.by})", "held", "kyhan resume")


def _paused(engine: Engine) -> Iterator[CheckFinding]:
    with reading(engine) as session:
        for row in gate.paused(session):
            until = f"{row.paused_until.astimezone(PROVINCE):%H:%M %d/%m/%Y}" if row.paused_until else ""
            yield CheckFinding(
                row.channel, False, f"tạm dừng đến {until}: {row.reason}", "paused", "sửa theo lý do; xem các dòng dưới"
            )


def _bot(engine: Engine, api: BotApi, way: ChannelPolicy) -> CheckFinding:
    answer, told = api.call("getMe", {})
    with reading(engine) as session:
        linked = linked_people(session, "bot")
    if answer.code != "0":
        why = answer.said or rule_for(BOT, answer.code).meaning
        return CheckFinding(
            way.name, False, f"không dùng được: {answer.code} {why}", answer.code, "KYHAN_ZALO_BOT_TOKEN"
        )
    name = str(told.get("account_name", "")) if isinstance(told, dict) else ""
    people = f"{linked}/{way.people}" if way.people else str(linked)
    return CheckFinding(way.name, True, f"{name}: {people} người đã liên kết", f"{people} people linked")


def _account(engine: Engine, account: OaClient, base: str, now: datetime) -> CheckFinding:
    told = account.get(f"{base}/v2.0/oa/getoa", {}, OA, now)
    tokens = _tokens(engine, now)  # after the question: it may have renewed the token, or found out that it cannot be
    if not tokens.ok:
        return tokens
    if told.answer.code != "0":
        vi = f"{tokens.vi}; không hỏi được thông tin OA: {_why(told)}"
        return replace(tokens, ok=False, vi=vi, todo_vi=_todo(told))
    name, package = (str(told.data.get(field, "")) for field in ("name", "package_name"))
    vi = "; ".join([*([name] if name else []), f"gói {package or 'không rõ'}", tokens.vi])
    if str(told.data.get("is_verified")).lower() in ("true", "1"):
        return replace(tokens, vi=f"{vi}; OA đã xác thực")
    return replace(tokens, ok=False, vi=f"{vi}; OA chưa xác thực", todo_vi="xác thực OA ở oa.zalo.me")


def _tokens(engine: Engine, now: datetime) -> CheckFinding:
    with reading(engine) as session:
        row, wrong = zalo_tokens.standing(session), zalo_tokens.problems(session, now, wanted=True)
    alive = row is not None and row.expires_at > now
    if row is None or (wrong and (row.consent_needed or not alive)):
        waits = row is not None and not row.consent_needed
        return CheckFinding("zalo_oa", False, "; ".join(wrong), "consent", WAIT if waits else TO_LINK)
    fetched, until = (moment.astimezone(PROVINCE) for moment in (row.obtained_at, row.expires_at))
    vi = f"mã truy cập lấy lúc {fetched:%H:%M %d/%m/%Y}, dùng đến {until:%H:%M %d/%m/%Y}"
    hours = int((now - row.obtained_at).total_seconds() // 3600)
    if wrong:
        return CheckFinding("zalo_oa", False, f"{vi}; {'; '.join(wrong)}", "not renewed yet", WAIT)
    return CheckFinding("zalo_oa", True, vi, f"token is {hours} hours old")


def _by_template(
    account: OaClient, zalo: Zalo, office: Office, templates: Mapping[str, str], now: datetime
) -> Iterator[CheckFinding]:
    told = account.get(f"{zalo.business}/message/quota", {}, ZNS, now)
    if told.answer.code != "0":
        yield CheckFinding("zalo_zns", False, f"không hỏi được hạn mức: {_why(told)}", told.answer.code, _todo(told))
        return
    left, day = told.data.get("remainingQuota", "?"), told.data.get("dailyQuota", "?")
    yield CheckFinding("zalo_zns", True, f"còn {left}/{day} tin hôm nay", f"{left} of {day} left today")
    yield from _quality(account, zalo.business, now)
    for id in dict.fromkeys(templates.values()):
        kinds = [kind for kind, one in templates.items() if one == id]
        yield _template(account, zalo.business, office, id, kinds, now)


def _quality(account: OaClient, base: str, now: datetime) -> Iterator[CheckFinding]:
    """What Zalo makes of the reports of those who get our messages; nothing where it does not tell."""
    told = account.get(f"{base}/quality", {}, ZNS, now)
    quality = str(told.data.get("oaCurrentQuality", "")).upper() if told.answer.code == "0" else ""
    if quality in LOW:
        vi = f"chất lượng gửi tin của OA: {quality} (7 ngày: {told.data.get('oa7dayQuality', '?')})"
        yield CheckFinding("zalo_zns", False, vi, quality, "hỏi người nhận vì sao báo xấu; gửi ít hơn, đúng người")


def _template(account: OaClient, base: str, office: Office, id: str, kinds: list[str], now: datetime) -> CheckFinding:
    told, subject = account.get(f"{base}/template/info/v2", {"template_id": id}, ZNS, now), f"zalo_zns {id}"
    used = ", ".join(kinds)
    if told.answer.code != "0":
        todo = _todo(told, "kiểm tra mã mẫu tin trong cài đặt")
        return CheckFinding(subject, False, f"{used}: {_why(told)}", told.answer.code, todo)
    template = template_of(id, told.data)
    if not template.usable:
        return CheckFinding(
            subject, False, f"{used}: trạng thái {template.status}", template.status, "chờ Zalo duyệt mẫu"
        )
    ours = {one.name for kind in kinds for one in wanted(MessageKind(kind))}
    foreign = [one.name for one in template.parameters if one.required and one.name not in ours]
    if foreign:
        names = ", ".join(foreign)
        return CheckFinding(subject, False, f"{used}: mẫu đòi {names} mà hệ thống không có", names, AS_GUIDED)
    values = {**LONGEST, "ke_hoach": office.plan.number, "dia_chi": link_writer(office, now)(10**6, 10**5)}
    wrong = misfits(template.parameters, shortened(template.parameters, values))
    if wrong:
        vi = "; ".join(one.partition(" / ")[0] for one in wrong)
        return CheckFinding(subject, False, f"{used}: tham số không khớp: {vi}", "parameters do not fit", AS_GUIDED)
    quality = str(told.data.get("templateQuality", "")).upper()
    if quality in LOW:
        return CheckFinding(
            subject, False, f"{used}: chất lượng mẫu {quality}", quality, "sửa mẫu trước khi Zalo tạm ngưng"
        )
    price = str(told.data.get("price_sdt", "")).removesuffix(".0")
    vi = f"{used}: dùng được, {price} đồng một tin" if price else f"{used}: dùng được"
    cut = [f"{one.name} còn {one.bounds[1]} chữ" for one in template.parameters if _cuts_much(one)]
    return CheckFinding(subject, True, f"{vi}; tên dài bị rút: {', '.join(cut)}" if cut else vi, "usable")


def _cuts_much(parameter: Parameter) -> bool:
    return parameter.name in LONGEST and parameter.bounds[1] < len(LONGEST[parameter.name])


def _todo(told: ApiResponse, else_: str = "chạy lại kyhan doctor; nếu còn, xem trang quản trị ZBS") -> str:
    return {"no-token": TO_LINK, "token-later": WAIT}.get(told.answer.code, else_)


def _why(told: ApiResponse) -> str:
    said = told.answer.said or rule_for(ZNS, told.answer.code).meaning
    return f"{told.answer.code} {said.partition(' / ')[0]}"
