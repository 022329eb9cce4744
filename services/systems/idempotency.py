"""The same request sent twice has one effect and one answer; the proof is written in the transaction of the effect."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from models.database import insert_new
from models.queries.systems import api as queries
from models.tables.api import ApiAnswer
from rules.office import Office
from rules.systems.scopes import KEPT_ANSWERS
from services import log
from services.errors import Refused
from services.seals import decrypt, encrypt
from services.systems.api_tokens import System


@dataclass(frozen=True)
class WriteRequest:
    """A write, as another system asked for it."""

    system: System
    key: str
    method: str
    path: str
    content: Any  # whatever JSON can hold

    @property
    def fingerprint(self) -> str:
        content = json.dumps([self.method, self.path, self.content], ensure_ascii=False, sort_keys=True, default=str)
        return sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class StoredAnswer:
    status: int
    content: Any
    repeated: bool = False


class KeyUsed(Refused):
    """This key came with another request before."""


def once(
    session: Session, office: Office, write: WriteRequest, now: datetime, act: Callable[[Session], tuple[int, Any]]
) -> StoredAnswer:
    """Act, or tell what was answered before. Whoever comes second with the key waits for the first. Raises KeyUsed.

    When the act is refused, nothing is kept: the same key may be tried again.
    """
    row = {
        "token_id": write.system.token_id,
        "key": write.key,
        "fingerprint": write.fingerprint,
        "at": now,
        "status": 0,
        "answer": "",
    }
    if not insert_new(session, ApiAnswer, [row]):
        return _answer_before(session, office, write)
    status, content = act(session)
    kept = queries.answer(session, write.system.token_id, write.key)
    kept.status, kept.answer = status, encrypt(office.key, json.dumps(content, ensure_ascii=False, default=str))
    details = {"system": write.system.name, "asked": f"{write.method} {write.path}", "key": write.key, "status": status}
    log.append(session, now, write.system.actor, "api.write", f"token:{write.system.token_id}", details)
    return StoredAnswer(status, content)


def _answer_before(session: Session, office: Office, write: WriteRequest) -> StoredAnswer:
    kept = queries.answer(session, write.system.token_id, write.key)
    answer = decrypt(office.key, kept.answer)
    if kept.fingerprint != write.fingerprint or answer is None:
        raise KeyUsed("Khóa chống lặp này đã dùng cho yêu cầu khác. / This Idempotency-Key came with another request.")
    return StoredAnswer(kept.status, json.loads(answer), repeated=True)


def forget_old(session: Session, now: datetime) -> int:
    """For the housekeeper."""
    return queries.forget_answers(session, now - KEPT_ANSWERS)
