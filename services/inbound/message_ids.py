"""Recognises the Message-IDs we gave: they are sealed digests, so ours are made again and looked up."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import Engine

from models.database import reading
from models.queries.messages import inbound as inbound_queries
from notifications.keys import message_id, thread_id

REMEMBERED = timedelta(days=800)  # as long as a reply address is good
_OURS = re.compile(r"<[0-9a-f]{32}\.[kt]@(.+)>\Z")


class OwnMessageIds:
    """Made when first asked, once for a round; most mails ask for none."""

    def __init__(self, engine: Engine, key: bytes, domain: str, now: datetime) -> None:
        self._engine, self._key, self._domain, self._since = engine, key, domain, now - REMEMBERED

    def message(self, id: str) -> int | None:
        return self._messages.get(id) if self._may_be_ours(id) else None

    def case_of_thread(self, id: str) -> int | None:
        return self._threads.get(id) if self._may_be_ours(id) else None

    def _may_be_ours(self, id: str) -> bool:
        match = _OURS.match(id)
        return match is not None and match[1] == self._domain

    @cached_property
    def _messages(self) -> dict[str, int]:
        with reading(self._engine) as session:
            keys = inbound_queries.message_keys(session, self._since)
        return {message_id(key, self._key, self._domain): id for id, key in keys}

    @cached_property
    def _threads(self) -> dict[str, int]:
        with reading(self._engine) as session:
            return {thread_id(f"case:{id}", self._key, self._domain): id for id in inbound_queries.case_ids(session)}
