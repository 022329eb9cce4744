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
from services.checkup.data import CheckFinding, both
from services.inbound.zalo_round import Zalo
from services.outbox import gate, holds
from services.zalo import tokens as zalo_tokens

TO_LINK = both("kyhan zalo consent")
WAIT = ("đợi 15 phút (hệ thống tự thử lại), rồi kyhan doctor", "wait 15 minutes (it is tried again), then kyhan doctor")
AS_GUIDED = ("đăng ký tham số đúng loại như docs/zalo", "register the parameters with the types of docs/zalo")
AGAIN = (
    "chạy lại kyhan doctor; nếu còn, xem trang quản trị ZBS",
    "ask kyhan doctor again; if it stays, see the ZBS console",
)
BY_REASON = ("sửa theo lý do; xem các dòng dưới", "mend what the reason says; see the lines below")
VERIFY = ("xác thực OA ở oa.zalo.me", "have the account verified at oa.zalo.me")
BE_WELCOME = (
    "hỏi người nhận vì sao báo xấu; gửi ít hơn, đúng người",
    "ask recipients why they complain; send less, to the right people",
)
TEMPLATE_ID = ("kiểm tra mã mẫu tin trong cài đặt", "check the template's id in the settings")
APPROVAL = ("chờ Zalo duyệt mẫu", "wait until Zalo approves the template")
MEND = ("sửa mẫu trước khi Zalo tạm ngưng", "mend the template before Zalo suspends it")
LOW = ("LOW",)


def channels(
    engine: Engine, office: Office, zalo: Zalo, templates: Mapping[str, str], now: datetime
) -> list[CheckFinding]:
    """`templates`: kind of message → id. Asks Zalo, so it takes a moment."""
    findings = [*_held(engine), *_paused(engine)]
    bot = next((way for way in office.ways if way.reaches_by == "bot"), None)
    if zalo.bot is not None and bot is not None:
        findings.append(_bot(engine, zalo.bot, bot))
    return [*findings, *account(engine, office, zalo, templates, now)]


def account(
    engine: Engine, office: Office, zalo: Zalo, templates: Mapping[str, str], now: datetime
) -> Iterator[CheckFinding]:
    if zalo.account is None:
        return
    yield _account(engine, zalo.account, zalo.openapi, now)
    if templates:
        yield from _by_template(zalo.account, zalo, office, templates, now)


def _held(engine: Engine) -> Iterator[CheckFinding]:
    with reading(engine) as session:
        for row in holds.held(session):
            name = "sending" if row.channel == holds.ALL else row.channel
            since = f"{row.since.astimezone(PROVINCE):%H:%M %d/%m/%Y}"
            vi, en = f"đang được giữ từ {since} ({row.by})", f"held since {since} ({row.by})"
            yield CheckFinding(name, False, vi, en, *both("kyhan resume"))


def _paused(engine: Engine) -> Iterator[CheckFinding]:
    with reading(engine) as session:
        for row in gate.paused(session):
            until = f"{row.paused_until.astimezone(PROVINCE):%H:%M %d/%m/%Y}" if row.paused_until else ""
            vi, en = f"tạm dừng đến {until}: {row.reason}", f"paused until {until}: {row.reason}"
            yield CheckFinding(row.channel, False, vi, en, *BY_REASON)


def _bot(engine: Engine, api: BotApi, way: ChannelPolicy) -> CheckFinding:
    answer, told = api.call("getMe", {})
    with reading(engine) as session:
        linked = linked_people(session, "bot")
    if answer.code != "0":
        why = answer.said or rule_for(BOT, answer.code).meaning
        vi, en = f"không dùng được: {answer.code} {why}", f"cannot be used: {answer.code} {why}"
        return CheckFinding(way.name, False, vi, en, "kiểm tra KYHAN_ZALO_BOT_TOKEN", "check KYHAN_ZALO_BOT_TOKEN")
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
        return _with(tokens, vi, f"{tokens.en}; not told of the account: {told.answer.code}", _todo(told))
    name, package = (str(told.data.get(field, "")) for field in ("name", "package_name"))
    vi = "; ".join([*([name] if name else []), f"gói {package or 'không rõ'}", tokens.vi])
    if str(told.data.get("is_verified")).lower() in ("true", "1"):
        return replace(tokens, vi=f"{vi}; OA đã xác thực")
    return _with(tokens, f"{vi}; OA chưa xác thực", f"{tokens.en}; the account is not verified", VERIFY)


def _with(tokens: CheckFinding, vi: str, en: str, todo: tuple[str, str]) -> CheckFinding:
    return replace(tokens, ok=False, vi=vi, en=en, todo_vi=todo[0], todo_en=todo[1])


def _tokens(engine: Engine, now: datetime) -> CheckFinding:
    with reading(engine) as session:
        row, wrong = zalo_tokens.standing(session), zalo_tokens.problems(session, now, wanted=True)
    alive = row is not None and row.expires_at > now
    if row is None or (wrong and (row.consent_needed or not alive)):
        waits = row is not None and not row.consent_needed
        en = "the token could not be renewed yet" if waits else "the consent is missing or used up"
        return CheckFinding("zalo_oa", False, "; ".join(wrong), en, *(WAIT if waits else TO_LINK))
    fetched, until = (moment.astimezone(PROVINCE) for moment in (row.obtained_at, row.expires_at))
    vi = f"mã truy cập lấy lúc {fetched:%H:%M %d/%m/%Y}, dùng đến {until:%H:%M %d/%m/%Y}"
    hours = int((now - row.obtained_at).total_seconds() // 3600)
    if wrong:
        return CheckFinding("zalo_oa", False, f"{vi}; {'; '.join(wrong)}", "the token is not renewed yet", *WAIT)
    return CheckFinding("zalo_oa", True, vi, f"token is {hours} hours old")


def _by_template(
    account: OaClient, zalo: Zalo, office: Office, templates: Mapping[str, str], now: datetime
) -> Iterator[CheckFinding]:
    told = account.get(f"{zalo.business}/message/quota", {}, ZNS, now)
    if told.answer.code != "0":
        vi, en = f"không hỏi được hạn mức: {_why(told)}", f"the quota is not told: {told.answer.code}"
        yield CheckFinding("zalo_zns", False, vi, en, *_todo(told))
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
        yield CheckFinding("zalo_zns", False, vi, f"quality of the account's messages: {quality}", *BE_WELCOME)


def _template(account: OaClient, base: str, office: Office, id: str, kinds: list[str], now: datetime) -> CheckFinding:
    told, subject = account.get(f"{base}/template/info/v2", {"template_id": id}, ZNS, now), f"zalo_zns {id}"
    used = ", ".join(kinds)
    if told.answer.code != "0":
        return CheckFinding(
            subject, False, f"{used}: {_why(told)}", f"{used}: {told.answer.code}", *_todo(told, TEMPLATE_ID)
        )
    template = template_of(id, told.data)
    if not template.usable:
        vi, en = f"{used}: trạng thái {template.status}", f"{used}: its state is {template.status}"
        return CheckFinding(subject, False, vi, en, *APPROVAL)
    ours = {one.name for kind in kinds for one in wanted(MessageKind(kind))}
    foreign = [one.name for one in template.parameters if one.required and one.name not in ours]
    if foreign:
        names = ", ".join(foreign)
        vi, en = f"{used}: mẫu đòi {names} mà hệ thống không có", f"{used}: asks for {names}, which Kyhan does not have"
        return CheckFinding(subject, False, vi, en, *AS_GUIDED)
    values = {**LONGEST, "ke_hoach": office.plan.number, "dia_chi": link_writer(office, now)(10**6, 10**5)}
    wrong = misfits(template.parameters, shortened(template.parameters, values))
    if wrong:
        vi = "; ".join(one.partition(" / ")[0] for one in wrong)
        en = "; ".join(one.rpartition(" / ")[2] for one in wrong)
        vi, en = f"{used}: tham số không khớp: {vi}", f"{used}: parameters do not fit: {en}"
        return CheckFinding(subject, False, vi, en, *AS_GUIDED)
    quality = str(told.data.get("templateQuality", "")).upper()
    if quality in LOW:
        vi, en = f"{used}: chất lượng mẫu {quality}", f"{used}: quality of the template is {quality}"
        return CheckFinding(subject, False, vi, en, *MEND)
    price = str(told.data.get("price_sdt", "")).removesuffix(".0")
    vi = f"{used}: dùng được, {price} đồng một tin" if price else f"{used}: dùng được"
    cut = [f"{one.name} còn {one.bounds[1]} chữ" for one in template.parameters if _cuts_much(one)]
    return CheckFinding(subject, True, f"{vi}; tên dài bị rút: {', '.join(cut)}" if cut else vi, "usable")


def _cuts_much(parameter: Parameter) -> bool:
    return parameter.name in LONGEST and parameter.bounds[1] < len(LONGEST[parameter.name])


def _todo(told: ApiResponse, else_: tuple[str, str] = AGAIN) -> tuple[str, str]:
    return {"no-token": TO_LINK, "token-later": WAIT}.get(told.answer.code, else_)


def _why(told: ApiResponse) -> str:
    said = told.answer.said or rule_for(ZNS, told.answer.code).meaning
    return f"{told.answer.code} {said.partition(' / ')[0]}"
