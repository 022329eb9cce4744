"""Looks at the channels beside e-mail: is the account in order, how much may still leave, are the templates usable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import Engine

from models.database import reading
from models.queries_watch import linked_people
from notifications.facts import MessageKind
from notifications.zalo_answers import BOT, ZNS, rule_for
from notifications.zalo_bot import BotApi
from notifications.zalo_oa import OaClient, Told
from notifications.zalo_params import wanted
from notifications.zalo_templates import template_of
from rules.channels import Way
from rules.deadlines import PROVINCE
from rules.office import Office
from services import channel_gate, holds, zalo_tokens
from services.checkup import Finding
from services.zalo_round import Zalo

TO_LINK = "kyhan zalo consent"


def channels(engine: Engine, office: Office, zalo: Zalo, templates: Mapping[str, str], now: datetime) -> list[Finding]:
    """`templates`: kind of message → id. Asks Zalo, so it takes a moment."""
    findings = [*_held(engine), *_paused(engine)]
    bot = next((way for way in office.ways if way.reaches_by == "bot"), None)
    if zalo.bot is not None and bot is not None:
        findings.append(_bot(engine, zalo.bot, bot))
    if zalo.account is not None:
        findings.append(_tokens(engine, now))
        if templates:
            findings += _by_template(zalo.account, zalo.business, templates, now)
    return findings


def _held(engine: Engine) -> Iterator[Finding]:
    with reading(engine) as session:
        for row in holds.held(session):
            name = "sending" if row.channel == holds.ALL else row.channel
            since = f"{row.since.astimezone(PROVINCE):%H:%M %d/%m/%Y}"
            yield Finding(name, False, f"đang được giữ từ {since} ({row.by})", "held", "kyhan resume")


def _paused(engine: Engine) -> Iterator[Finding]:
    with reading(engine) as session:
        for row in channel_gate.paused(session):
            until = f"{row.paused_until.astimezone(PROVINCE):%H:%M %d/%m/%Y}" if row.paused_until else ""
            yield Finding(row.channel, False, f"tạm dừng đến {until}: {row.reason}", "paused", "xem lý do")


def _bot(engine: Engine, api: BotApi, way: Way) -> Finding:
    answer, told = api.call("getMe", {})
    with reading(engine) as session:
        linked = linked_people(session, "bot")
    if answer.code != "0":
        why = answer.said or rule_for(BOT, answer.code).meaning
        return Finding(way.name, False, f"không dùng được: {answer.code} {why}", answer.code, "KYHAN_ZALO_BOT_TOKEN")
    name = str(told.get("account_name", "")) if isinstance(told, dict) else ""
    people = f"{linked}/{way.people}" if way.people else str(linked)
    return Finding(way.name, True, f"{name}: {people} người đã liên kết", f"{people} people linked")


def _tokens(engine: Engine, now: datetime) -> Finding:
    with reading(engine) as session:
        row, wrong = zalo_tokens.standing(session), zalo_tokens.problems(session, now, wanted=True)
    if wrong or row is None:
        return Finding("zalo_oa", False, "; ".join(wrong), "consent", TO_LINK)
    fetched, until = (moment.astimezone(PROVINCE) for moment in (row.obtained_at, row.expires_at))
    vi = f"mã truy cập lấy lúc {fetched:%H:%M %d/%m/%Y}, dùng đến {until:%H:%M %d/%m/%Y}"
    hours = int((now - row.obtained_at).total_seconds() // 3600)
    return Finding("zalo_oa", True, vi, f"token is {hours} hours old")


def _by_template(account: OaClient, base: str, templates: Mapping[str, str], now: datetime) -> Iterator[Finding]:
    told = account.get(f"{base}/message/quota", {}, ZNS, now)
    if told.answer.code != "0":
        yield Finding("zalo_zns", False, f"không hỏi được hạn mức: {_why(told)}", told.answer.code, "kyhan doctor")
        return
    left, day = told.data.get("remainingQuota", "?"), told.data.get("dailyQuota", "?")
    yield Finding("zalo_zns", True, f"còn {left}/{day} tin hôm nay", f"{left} of {day} left today")
    for id in dict.fromkeys(templates.values()):
        kinds = [kind for kind, one in templates.items() if one == id]
        yield _template(account, base, id, kinds, now)


def _template(account: OaClient, base: str, id: str, kinds: list[str], now: datetime) -> Finding:
    told, subject = account.get(f"{base}/template/info/v2", {"template_id": id}, ZNS, now), f"zalo_zns {id}"
    used = ", ".join(kinds)
    if told.answer.code != "0":
        return Finding(subject, False, f"{used}: {_why(told)}", told.answer.code, "kiểm tra mã mẫu tin trong cài đặt")
    template = template_of(id, told.data)
    if not template.usable:
        return Finding(subject, False, f"{used}: trạng thái {template.status}", template.status, "chờ Zalo duyệt mẫu")
    ours = {one.name for kind in kinds for one in wanted(MessageKind(kind))}
    foreign = [one.name for one in template.parameters if one.required and one.name not in ours]
    if foreign:
        names = ", ".join(foreign)
        return Finding(subject, False, f"{used}: mẫu đòi {names} mà hệ thống không có", names, "đăng ký mẫu như README")
    price = str(told.data.get("price_sdt", "")).removesuffix(".0")
    vi = f"{used}: dùng được, {price} đồng một tin" if price else f"{used}: dùng được"
    return Finding(subject, True, vi, "usable")


def _why(told: Told) -> str:
    return f"{told.answer.code} {told.answer.said or rule_for(ZNS, told.answer.code).meaning}"
