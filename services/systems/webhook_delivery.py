"""Tells other systems what happened: claim, post, record; at least once, later and later, not for ever."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, reading, writing
from models.queries.systems import webhooks as queries
from models.queries.systems.webhooks import ClaimedDelivery
from models.tables.api import Webhook, WebhookDelivery
from notifications.kinds import MessageKind
from notifications.webhook_post import Posting, PostResult, post
from rules.deadlines import PROVINCE
from rules.office import Office
from rules.systems.outside import Outside
from rules.systems.scopes import DISABLED_AFTER, GIVEN_UP_AFTER, pause_after
from services import log
from services.outbox import holds, rest
from services.outbox.queue import Note, queue_for_coordinators
from services.outbox.sending_policy import FREE, Restraint
from services.systems.webhooks import gather, secret_of

BATCH = 50
LEASE = timedelta(minutes=5)
SHARE = 0.6  # of the lease may pass before the last post begins

Post = Callable[[Posting, Outside], PostResult]


@dataclass
class DeliveryResult:
    new: int = 0
    delivered: int = 0
    failed: int = 0
    disabled: int = 0


def deliver(
    engine: Engine,
    office: Office,
    outside: Outside,
    now: datetime,
    send: Post = post,
    restraint: Restraint = FREE,
) -> DeliveryResult:
    """Until nothing is due. Of a webhook that fails the rest waits as long as what failed; what is kept in waits."""
    done = DeliveryResult()
    with writing(engine) as session:
        done.new = gather(session, now)
        held = holds.is_held(session, holds.WEBHOOKS) or rest.resting_since(session) is not None
    if restraint.dry_run or held:
        return done
    began = time.monotonic()
    while True:
        moment = now + timedelta(seconds=time.monotonic() - began)
        with writing(engine) as session:
            claimed = queries.claim(session, now, moment + LEASE, BATCH, restraint.allow_list)
        if not claimed:
            return done
        with reading(engine) as session:
            postings = _postings(session, office, claimed, moment)
        outcomes = _send(claimed, postings, outside, send)
        with writing(engine) as session:
            _record(session, office, claimed, outcomes, moment, done)


def _postings(
    session: Session, office: Office, claimed: Sequence[ClaimedDelivery], now: datetime
) -> dict[int, Posting]:
    hooks = queries.webhooks_by_id(session, {one.webhook_id for one in claimed})
    codes = queries.named_cases(session, {one.case_id for one in claimed if one.case_id is not None})
    return {
        one.id: Posting(
            url=hooks[one.webhook_id].url,
            secret=secret_of(office, hooks[one.webhook_id]),
            event=one.event,
            kind=one.kind,
            timestamp=int(now.timestamp()),
            body=_body(one, codes.get(one.case_id or 0, {})),
        )
        for one in claimed
        if one.webhook_id in hooks
    }


def _body(one: ClaimedDelivery, codes: dict[str, str]) -> bytes:
    """Ids, kind and moment; whoever wants more asks the API."""
    event = {"id": one.event, "kind": one.kind, "at": one.at.astimezone(PROVINCE).isoformat()}
    about = {} if one.case_id is None else {"case": one.case_id, **codes}
    what = {"what": one.what} if one.what else {}
    return json.dumps({**event, **about, **what}, ensure_ascii=False).encode()


def _send(
    claimed: Sequence[ClaimedDelivery], postings: dict[int, Posting], outside: Outside, send: Post
) -> dict[int, PostResult | None]:
    """None: not tried, because the webhook had failed just before, or time was up."""
    outcomes: dict[int, PostResult | None] = {}
    failing: set[int] = set()
    last_call = time.monotonic() + SHARE * LEASE.total_seconds()
    for one in claimed:
        if one.webhook_id in failing or one.id not in postings or time.monotonic() > last_call:
            outcomes[one.id] = None
            continue
        try:
            outcomes[one.id] = posted = send(postings[one.id], outside)
        except Exception as fault:
            outcomes[one.id] = posted = PostResult(False, outcome=type(fault).__name__)
        if not posted.taken:
            failing.add(one.webhook_id)
    return outcomes


def _record(
    session: Session,
    office: Office,
    claimed: Sequence[ClaimedDelivery],
    outcomes: dict[int, PostResult | None],
    now: datetime,
    done: DeliveryResult,
) -> None:
    hooks = queries.webhooks_by_id(session, {one.webhook_id for one in claimed})
    rows = queries.deliveries_by_id(session, [one.id for one in claimed])
    pauses: dict[int, datetime] = {}
    for row in sorted(rows, key=id_of):
        hook, posted = hooks[row.webhook_id], outcomes[id_of(row)]
        row.lease_until = None
        if posted is None:
            row.attempts -= 1
            row.not_before = pauses.get(row.webhook_id, now + pause_after(1))
        elif posted.taken:
            row.state, row.finished_at, row.outcome, hook.failing_since = "delivered", now, posted.outcome, None
            done.delivered += 1
        else:
            pauses[row.webhook_id] = _failed(row, hook, posted, now)
            done.failed += 1
            done.disabled += _end_if_hopeless(session, office, hook, posted, now)
        session.add(row)
        session.add(hook)


def _failed(row: WebhookDelivery, hook: Webhook, posted: PostResult, now: datetime) -> datetime:
    row.outcome, row.not_before = posted.outcome, now + pause_after(row.attempts)
    hook.failing_since = hook.failing_since or now
    if now - row.at > GIVEN_UP_AFTER and row.attempts > 1:
        row.state, row.finished_at = "given_up", now
    return row.not_before


def _end_if_hopeless(session: Session, office: Office, hook: Webhook, posted: PostResult, now: datetime) -> int:
    """Disabled once, with a word in the log and to the coordinators; what waits is kept for when it is enabled."""
    assert hook.failing_since is not None
    if hook.disabled_at is not None or not (posted.gone or now - hook.failing_since >= DISABLED_AFTER):
        return 0
    hook.disabled_at, hook.disabled_why = now, posted.outcome
    details = {"url": hook.url, "outcome": posted.outcome, "failing_since": hook.failing_since}
    log.append(session, now, "kyhan", "webhook.disable", f"webhook:{hook.id}", details)
    since = hook.failing_since.astimezone(PROVINCE)
    lines = [
        f"Địa chỉ: {hook.url}",
        f"Không nhận từ {since:%H:%M ngày %d/%m/%Y}; lần cuối: {posted.outcome}.",
        "Bật lại qua API: POST /api/v1/webhooks/{id}/enable.".replace("{id}", str(hook.id)),
    ]
    note = Note("một webhook đã bị tắt vì không ai nhận", lines)
    queue_for_coordinators(session, office, MessageKind.WATCH, f"webhook:{hook.id}:{now}", note, now)
    return 1
