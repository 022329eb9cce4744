"""Who wants to be told of what, and what there is to tell.

The log is the outbox: an act and its entry are one transaction, so an act is told of if and only if it happened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session

from models.database import id_of, insert_new
from models.queries.systems import webhooks as queries
from models.tables.api import Webhook, WebhookDelivery
from models.tables.log import LogEntry
from rules.office import Office
from rules.systems.outside import Outside
from rules.systems.scopes import EVENT_OF_ACTION, EventName
from services import log
from services.errors import Refused
from services.seals import derived
from services.systems.api_tokens import System

MOST = 20  # of one token
PAGE = 1_000  # entries of the log at once
PORTION = 500
KEPT = timedelta(days=30)  # what was delivered, for whoever looks for it


class WrongUrl(Refused):
    """It cannot, or may not, be called."""


def check_url(url: str, outside: Outside) -> None:
    """What can be seen without asking anybody; the address itself is looked at when it is called. Raises WrongUrl."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host:
        raise WrongUrl("cần địa chỉ https://máy/đường-dẫn / must be like https://host/path")
    if parts.scheme != "https" and (outside.https_only or parts.scheme != "http"):
        raise WrongUrl("chỉ nhận https / https only")
    if "@" in parts.netloc or parts.fragment:
        raise WrongUrl("không ghi người dùng, mật khẩu hay # trong địa chỉ / no user, password or fragment")
    if not _may_be_called(host, outside):
        raise WrongUrl("không gọi máy trong mạng nội bộ, trừ khi được phép / not a host of the inner network")


def _may_be_called(host: str, outside: Outside) -> bool:
    looks_like_an_address = ":" in host or host.replace(".", "").isdigit()
    if looks_like_an_address:
        return outside.reaches(host, host)
    return host in outside.hosts or ("." in host and not host.endswith((".localhost", ".internal", ".local", ".")))


def subscribe(
    session: Session, outside: Outside, system: System, url: str, kinds: Collection[EventName], now: datetime
) -> Webhook:
    """Told of everything from now on. Raises WrongUrl, Refused."""
    check_url(url, outside)
    if sum(hook.token_id == system.token_id for hook in queries.of(session, system.organisation_id)) >= MOST:
        raise Refused(f"Một khóa có tối đa {MOST} webhook. / At most {MOST} webhooks for one token.")
    hook = Webhook(
        token_id=system.token_id,
        organisation_id=system.organisation_id,
        url=url,
        kinds=" ".join(sorted(kinds)),
        salt=token_hex(16),
        created_at=now,
        seen_seq=queries.newest_seq(session),
        seen_until=now,
    )
    session.add(hook)
    session.flush()
    log.append(session, now, system.actor, "webhook.add", f"webhook:{hook.id}", {"url": url, "kinds": hook.kinds})
    return hook


def secret_of(office: Office, hook: Webhook) -> str:
    return derived(office.key, "webhook", hook.salt)


def drop(session: Session, hook: Webhook, system: System, now: datetime) -> None:
    queries.drop(session, id_of(hook))
    log.append(session, now, system.actor, "webhook.drop", f"webhook:{hook.id}", {"url": hook.url})


def enable(session: Session, hook: Webhook, system: System, now: datetime) -> None:
    """Again, with everything that was missed."""
    hook.disabled_at, hook.disabled_why, hook.failing_since = None, "", None
    session.add(hook)
    queries.waits_no_longer(session, id_of(hook), now)
    log.append(session, now, system.actor, "webhook.enable", f"webhook:{hook.id}", {"url": hook.url})


def ping(session: Session, hook: Webhook, now: datetime) -> WebhookDelivery:
    """To try whether it arrives."""
    delivery = WebhookDelivery(
        webhook_id=id_of(hook), event=f"ping-{token_hex(6)}", kind=EventName.PING.value, at=now, not_before=now
    )
    session.add(delivery)
    session.flush()
    return delivery


# --- what there is to tell ------------------------------------------------------------------------------------------


def gather(session: Session, now: datetime) -> int:
    """Write down, for each webhook, what happened since it was last looked at. Returns how many things are new."""
    hooks = queries.alive(session)
    if not hooks:
        return 0
    newest = queries.newest_seq(session)
    rows = [*_from_log(session, hooks, newest, now), *_overdue(session, hooks, now)]
    new = sum(
        insert_new(session, WebhookDelivery, rows[start : start + PORTION]) for start in range(0, len(rows), PORTION)
    )
    for hook in hooks:
        hook.seen_seq, hook.seen_until = newest, now
        session.add(hook)
    return new


def _from_log(session: Session, hooks: Sequence[Webhook], newest: int, now: datetime) -> Iterator[dict[str, Any]]:
    last = min(hook.seen_seq for hook in hooks)
    while page := queries.told_by_log(session, last, newest, EVENT_OF_ACTION, PAGE):
        last = page[-1].seq
        about = {entry.seq: case for entry in page if (case := _case(entry)) is not None}
        owners = queries.owners(session, set(about.values()))
        for entry in page:
            case, kind = about.get(entry.seq), EVENT_OF_ACTION[entry.action]
            for hook in hooks:
                if case in owners and entry.seq > hook.seen_seq and _wants(hook, kind, owners[case]):
                    what = entry.action.removeprefix("case.")
                    yield _row(hook, f"log-{entry.seq}", kind, case, entry.at, now, what)


def _case(entry: LogEntry) -> int | None:
    about, _, id = entry.subject.partition(":")
    return int(id) if about == "case" and id.isdigit() else None


def _overdue(session: Session, hooks: Sequence[Webhook], now: datetime) -> Iterator[dict[str, Any]]:
    for case, owner, term, late_at in queries.overdue_since(session, min(hook.seen_until for hook in hooks), now):
        for hook in hooks:
            if late_at > hook.seen_until and _wants(hook, EventName.OVERDUE, owner):
                yield _row(hook, f"overdue-{case}-{term}", EventName.OVERDUE, case, late_at, now, "")


def _wants(hook: Webhook, kind: EventName, owner: int) -> bool:
    return kind.value in hook.kinds.split() and hook.organisation_id in (None, owner)


def _row(
    hook: Webhook, event: str, kind: EventName, case: int, at: datetime, now: datetime, what: str
) -> dict[str, Any]:
    return {
        "webhook_id": hook.id,
        "event": event,
        "kind": kind.value,
        "case_id": case,
        "what": what,
        "at": at,
        "state": "waiting",
        "attempts": 0,
        "not_before": now,
        "outcome": "",
    }


def forget_old(session: Session, now: datetime) -> int:
    """For the housekeeper."""
    return queries.forget_deliveries(session, now - KEPT)
