"""Template messages of Zalo, to a phone number (ZNS) or to a follower (ZBS by UID): sent at most once on doubt."""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberType

from notifications.channel import Envelope, Outcome, OutcomeKind
from notifications.zalo.answers import OA, TEMPLATE, ZNS, Action, Rules, ZaloAnswer, outcome, rule_for
from notifications.zalo.http import Pace
from notifications.zalo.official_account import ApiResponse, OaClient
from notifications.zalo.params import shortened
from notifications.zalo.templates import Template, composed, fitted, misfits, template_of

PER_SECOND = 5.0
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_USER_ID = re.compile(r"\d{5,30}\Z", re.ASCII)


def mobile(text: str) -> str | None:
    """A Vietnamese mobile number as Zalo wants it: 84987654321."""
    try:
        number = phonenumbers.parse(text, "VN")
    except phonenumbers.NumberParseException:
        return None
    if number.country_code != 84 or number.extension or not phonenumbers.is_valid_number(number):
        return None
    return f"84{number.national_number}" if phonenumbers.number_type(number) in _MOBILE else None


def tracking_id(key: str, attempt: int, secret: bytes) -> str:
    """Comes back in the receipt. Zalo takes 48 letters; who does not know the secret cannot guess another's."""
    seal = hmac.new(secret, f"{key}\n{attempt}".encode(), sha256).digest()
    return f"{b32encode(seal)[:26].decode().lower()}-{attempt}"


class _TemplateChannel:
    """Knows the approved templates; which address and which endpoint is left to its kinds."""

    name: str
    resends_on_doubt = False
    rules: Rules

    def __init__(
        self, client: OaClient, base: str, templates: Mapping[str, str], secret: bytes, per_second: float = PER_SECOND
    ) -> None:
        """`templates`: the id of the approved template for each kind of message."""
        self._client, self._base, self._ids, self._secret = client, base.rstrip("/"), templates, secret
        self._known: dict[str, Template] = {}
        self._pace = Pace(per_second)

    @contextmanager
    def open(self) -> Iterator[_TemplateChannel]:
        yield self

    def send(self, envelope: Envelope) -> Outcome:
        request = self._prepared(envelope)
        if isinstance(request, ZaloAnswer):
            return self._outcome(request, envelope)
        url, body = request
        self._pace.wait()
        answer = self._client.post(url, body, self.rules, envelope.sent_at)
        self._pace.keep_to(answer.per_minute)
        return self._accepted(answer, envelope)

    def _prepared(self, envelope: Envelope) -> ZaloAnswer | tuple[str, dict[str, Any]]:
        """The request, or why there is none."""
        where = self._where(envelope)
        if isinstance(where, ZaloAnswer):
            return where
        template = self._template(envelope.template, envelope.sent_at)
        if isinstance(template, ZaloAnswer):
            return template
        values = shortened(template.parameters, composed(envelope.parameters))
        wrong = misfits(template.parameters, values)
        if wrong:
            self._known.pop(envelope.template, None)  # perhaps it is corrected meanwhile: look again next time
            return ZaloAnswer("bad-data", "; ".join(wrong))
        url, body = where
        return url, {**body, "template_id": template.id, "template_data": fitted(template.parameters, values)}

    def _where(self, envelope: Envelope) -> ZaloAnswer | tuple[str, dict[str, Any]]:
        raise NotImplementedError

    def _template(self, kind: str, now: datetime) -> Template | ZaloAnswer:
        if kind not in self._ids:
            return ZaloAnswer("no-template", kind)
        known = self._known.get(kind)
        return known or self._fetch(kind, self._ids[kind], now)

    def _fetch(self, kind: str, template_id: str, now: datetime) -> Template | ZaloAnswer:
        response = self._client.get(self._info_url, {"template_id": template_id}, ZNS, now)
        if response.answer.code != "0":
            return _surely_unsent(response.answer)
        template = template_of(template_id, response.data)
        if not template.usable:
            return ZaloAnswer("-131", f"{template_id}: {template.status}")
        self._known[kind] = template
        return template

    @property
    def _info_url(self) -> str:
        return f"{self._base}/template/info/v2"

    def _accepted(self, response: ApiResponse, envelope: Envelope) -> Outcome:
        result = self._outcome(response.answer, envelope)
        if result.kind in (OutcomeKind.BUG, OutcomeKind.STOP):
            self._known.pop(envelope.template, None)  # perhaps it was changed: look again before the next one
        if result.kind is OutcomeKind.UNKNOWN:
            # the receipt will name it, if there is one
            return replace(result, provider_ref=self._reference(envelope))
        if result.kind is not OutcomeKind.OK:
            return result
        left = _quota(response.data.get("quota"))
        detail = f"còn {left[0]}/{left[1]} tin hôm nay / left today" if left else result.detail
        reference = response.data.get("msg_id") or response.data.get("message_id") or self._reference(envelope)
        return replace(result, provider_ref=str(reference) if reference else None, quota=left, detail=detail)

    def _reference(self, envelope: Envelope) -> str | None:
        raise NotImplementedError

    def _outcome(self, answer: ZaloAnswer, envelope: Envelope) -> Outcome:
        result = outcome(self.rules, answer, envelope.sent_at, envelope.key, envelope.failures + 1)
        return replace(result, which=self._ids.get(envelope.template, "")) if result.concerns == TEMPLATE else result


class ZnsChannel(_TemplateChannel):
    """By phone: the person need not follow the account."""

    name = "zalo_zns"
    rules = ZNS

    def __init__(
        self,
        client: OaClient,
        base: str,
        templates: Mapping[str, str],
        secret: bytes,
        per_second: float = PER_SECOND,
        development: bool = False,
    ) -> None:
        super().__init__(client, base, templates, secret, per_second)
        self._development = development  # reaches the account's administrators only

    def _where(self, envelope: Envelope) -> ZaloAnswer | tuple[str, dict[str, Any]]:
        phone = mobile(envelope.to_address)
        if phone is None:
            return ZaloAnswer("bad-phone")
        body = {"phone": phone, "tracking_id": self._reference(envelope)}
        return f"{self._base}/message/template", {**body, **({"mode": "development"} if self._development else {})}

    def _reference(self, envelope: Envelope) -> str:
        return tracking_id(envelope.key, envelope.attempt, self._secret)


class ZbsUidChannel(_TemplateChannel):
    """By the id of somebody who follows the account; nothing to track an unanswered message by."""

    name = "zalo_uid"
    rules: Rules = MappingProxyType({**ZNS, **OA})  # where both know a number, that of the account counts

    def __init__(
        self,
        client: OaClient,
        base: str,
        business: str,
        templates: Mapping[str, str],
        secret: bytes,
        per_second: float = PER_SECOND,
    ) -> None:
        super().__init__(client, base, templates, secret, per_second)
        self._business = business.rstrip("/")  # templates are described there, not where they are sent

    @property
    def _info_url(self) -> str:
        return f"{self._business}/template/info/v2"

    def _where(self, envelope: Envelope) -> ZaloAnswer | tuple[str, dict[str, Any]]:
        if not _USER_ID.match(envelope.to_address):
            return ZaloAnswer("bad-chat")
        return f"{self._base}/v3.0/oa/message/template", {"user_id": envelope.to_address}

    def _reference(self, envelope: Envelope) -> None:  # noqa: ARG002
        return None


def _surely_unsent(answer: ZaloAnswer) -> ZaloAnswer:
    """The request was about the template: doubt about its answer is no doubt about a message."""
    doubtful = rule_for(ZNS, answer.code).action is Action.UNKNOWN
    return ZaloAnswer("network", answer.code, answer.retry_after) if doubtful else answer


def _quota(value: object) -> tuple[int, int] | None:
    if not isinstance(value, dict):
        return None
    left, day = str(value.get("remainingQuota")), str(value.get("dailyQuota"))
    return (int(left), int(day)) if left.isdecimal() and day.isdecimal() else None
