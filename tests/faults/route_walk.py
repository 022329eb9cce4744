"""Asks every route as everybody, compares what happens with the declared table, and looks at what was written."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient
from route_table import EVERY_UNIT
from two_units import INTERNAL, OTHER, OWN, TwoUnits, markers
from visitors import a_session

from notifications.zalo.webhook import Signing
from portal.app import create_app
from portal.forms import key_for
from portal.pages.door.hooks import Hooks
from rules.access import Role

REFUSED = frozenset({400, 401, 403, 404, 405, 410, 413, 419, 421, 429})
KEPT_APART = {"sign_in_attempt": None, "web_session": "last_seen_at", "api_token": "last_used_at"}  # None: the table
FAULT = re.compile(r'Traceback \(most|File "/|site-packages|sqlalchemy\.|sqlite3\.|root:x:0')
FORM_COOKIE = "a browser that is not signed in"
SIGN_IN = "/dang-nhap"
Tables = frozenset[str]
NONE: Tables = frozenset()
ANY: Tables = frozenset({"whatever it writes to"})

# what an identifier called «id» or «token» names, by the address before it
KINDS = {
    "/don-vi/{key}/vang-mat/{id}": "absence",
    "/tai-khoan/phien/{id}": "session",
    "/hoat-dong/{id}": "activity",
    "/de-xuat/{id}": "proposal",
    "/viec/de-xuat/tep/{id}": "proposal",
    "/api/v1/proposals/{id}": "proposal",
    "/occurrences/{id}": "occurrence",
    "/api/v1/occurrences/{id}": "occurrence",
    "/api/v1/submissions/{id}": "submission",
    "/api/v1/files/{id}": "file_id",
    "/api/v1/webhooks/{id}": "webhook",
    "/ho-so/{case_id}/tai-len/{token}": "upload",
    "/tra-loi/{token}": "answer",
}
ANYWHERE = {
    "number": "0",
    "channel": "email",
    "version": "1",
    "slug": "cho-xem-xet",
    "thang": "default",
    "kind": "progress",
}  # every other identifier that is no unit's is 1


@dataclass(frozen=True)
class Caller:
    name: str
    headers: dict[str, str]
    role: Role | None = None  # None: of nobody who is signed in
    unit: str | None = None  # None: of no unit
    secret: str = FORM_COOKIE  # that the key of a form is made from
    session: str = ""

    @property
    def form_key(self) -> str:
        return key_for(self.secret)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Words this caller must never read."""
        if self.role in EVERY_UNIT or self.name.startswith("token of the office"):
            return ()
        units = {OWN: markers(OTHER), OTHER: markers(OWN)}
        return (INTERNAL, *units.get(self.unit or "", (*markers(OWN), *markers(OTHER))))


@dataclass(frozen=True)
class Finding:
    method: str
    path: str
    caller: str
    what: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} as {self.caller}: {self.what}"


@dataclass
class Walk:
    place: TwoUnits
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    routes: set[str] = field(default_factory=set)
    callers: set[str] = field(default_factory=set)
    effects: set[str] = field(default_factory=set)  # routes whose permitted request did change something
    words: set[str] = field(default_factory=set)  # hidden from others, and read by whoever may

    def __post_init__(self) -> None:
        webhooks = Hooks(Signing("123", "456", "secret of the webhook"), "secret of the bot")
        self.app = create_app(self.place.context, webhooks)
        self.client = TestClient(self.app, follow_redirects=False, raise_server_exceptions=False)
        self.client.__enter__()
        self.database = Database(Path(self.place.context.engine.url.database or ""))

    def close(self) -> None:
        self.client.__exit__(None, None, None)
        self.database.close()

    def person(self, email: str, role: Role | None, unit: str | None = None) -> Caller:
        """Signed in with a browser of their own; call `database.remember` after the last of them."""
        token = a_session(self.place.context, email)
        return Caller(email, {"Cookie": f"kyhan_session={token}"}, role, unit, token, self._session_id(token))

    def _session_id(self, token: str) -> str:
        found = self.database.ask("SELECT id FROM web_session WHERE token = ?", sha256(token.encode()).hexdigest())
        return str(found[0][0])

    def ask(
        self, caller: Caller, request: str, path: str, allowed: bool | None, tables: Tables = NONE, **sent: Any
    ) -> httpx.Response:
        """`allowed`: as declared; None: not looked at. `tables`: may be written; ANY: whatever, when let through."""
        method, _, pattern = request.partition(" ")
        headers = {**caller.headers, **sent.pop("headers", {})}
        answer = self.client.request(method, path, headers=headers, **sent)
        refused = is_refused(answer, caller)
        self.counts.update(["requests", "refused" if refused else "allowed"])
        self.routes.add(pattern)
        self.callers.add(caller.name)
        if allowed is not None and refused == allowed:
            self.note(caller, method, path, f"{'refused' if refused else 'let through'} with {answer.status_code}")
        self._read(caller, method, path, answer)
        changed = self.database.changes()
        if wrong := changed - (tables if tables is not ANY else NONE if refused else changed):
            self.note(caller, method, path, f"answered {answer.status_code} and changed {', '.join(sorted(wrong))}")
        if changed and allowed:
            self.effects.add(f"{method} {pattern}")
        self.client.cookies.clear()
        return answer

    def note(self, caller: Caller, method: str, path: str, what: str) -> None:
        self.counts["findings"] += 1
        self.findings.append(Finding(method, path, caller.name, what))

    def _read(self, caller: Caller, method: str, path: str, answer: httpx.Response) -> None:
        said = f"{answer.headers}\n{text_of(answer)}"
        if answer.status_code >= 500:
            self.note(caller, method, path, f"failed with {answer.status_code}")
        if fault := FAULT.search(said):
            self.note(caller, method, path, f"shows «{fault[0]}»")
        self.words.update(word for word in ("zq" + OWN, "zq" + OTHER, INTERNAL) if word in said)
        if shown := [word for word in caller.hidden if word in said]:
            self.note(caller, method, path, f"answered {answer.status_code} and shows {shown}")

    def __str__(self) -> str:
        counted = {"routes": len(self.routes), "callers": len(self.callers)}
        numbers = counted | {name: self.counts[name] for name in ("requests", "refused", "allowed", "findings")}
        return ", ".join(f"{name} {number}" for name, number in numbers.items())


def is_refused(answer: httpx.Response, caller: Caller) -> bool:
    to_sign_in = caller.role is None and answer.headers.get("Location", "").startswith(SIGN_IN)
    return answer.status_code in REFUSED or to_sign_in


def text_of(answer: httpx.Response) -> str:
    """Of a workbook or a Word document, what is written in it."""
    if not answer.content.startswith(b"PK\x03\x04"):
        return answer.content.decode("utf-8", "replace")
    with zipfile.ZipFile(BytesIO(answer.content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


# --- addresses ------------------------------------------------------------------------------------------------------


def kinds_of(path: str) -> dict[str, str]:
    """Each identifier of the address, and what it names."""
    found = {}
    for match in re.finditer(r"\{(\w+)\}", path):
        found[match[0]] = KINDS.get(path[: match.end()], match[1])
    return found


@dataclass(frozen=True)
class Address:
    path: str
    owners: frozenset[str]  # whose the identifiers are: OWN, OTHER; empty: no unit's


def addresses(place: TwoUnits, path: str, session: str = "", strange: str = "") -> Iterator[Address]:
    """With identifiers of the one unit, of the other, and mixed. `session`: the caller's; `strange`: of another."""
    kinds = kinds_of(path)
    units = {OWN: place.own | {"session": session}, OTHER: place.other | {"session": strange}}
    owned = [name for name, kind in kinds.items() if kind in units[OWN]]
    free = {name: place.anywhere.get(kind, ANYWHERE.get(kind, "1")) for name, kind in kinds.items()}
    for owners in product((OWN, OTHER), repeat=len(owned)):
        named = dict(zip(owned, owners, strict=True))
        values = free | {name: units[owner][kinds[name]] for name, owner in named.items()}
        yield Address(re.sub(r"\{\w+\}", lambda match, values=values: values[match[0]], path), frozenset(owners))


MALFORMED = ("-1", "0", str(10**20), "abc", "1%2F1", "abc%00", "..%2f..%2f..%2fetc%2fpasswd", "%C3%A9'%22;--", "%FF")


def malformed(place: TwoUnits, path: str) -> Iterator[str]:
    """One identifier after the other spoilt, the others good."""
    for name, kind in kinds_of(path).items():
        before, _, after = path.partition(name)
        for value in sorted(set(MALFORMED) - {ANYWHERE.get(kind)}):
            yield next(addresses(place, f"{before}\0{after}", "1", "1")).path.replace("\0", value)


# --- the database ---------------------------------------------------------------------------------------------------


class Database:
    """Sees every commit of others, tells which tables it changed, and puts back what was there."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._onlooker = sqlite3.connect(file, check_same_thread=False)
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)
        self.remember()

    def close(self) -> None:
        self._onlooker.close()
        self._kept.close()

    def ask(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        return self._onlooker.execute(query, values).fetchall()

    def remember(self) -> None:
        """What stands now is what every request finds."""
        self._onlooker.backup(self._kept)
        self._before, self._version = self._digests(), self._commits()

    def changes(self) -> set[str]:
        """Since the last time; they are undone."""
        if self._commits() == self._version:
            return set()
        after = self._digests()
        with closing(sqlite3.connect(self._file)) as own:
            self._kept.backup(own)
        self._version = self._commits()
        return {name for name in after if after[name] != self._before[name]}

    def _commits(self) -> int:
        """Of all other connections."""
        version: int = self._onlooker.execute("PRAGMA data_version").fetchone()[0]
        return version

    def _digests(self) -> dict[str, int]:
        names = [row[0] for row in self.ask("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {name: self._digest(name) for name in names if KEPT_APART.get(name, "") is not None}

    def _digest(self, table: str) -> int:
        left_out = KEPT_APART.get(table)
        columns = [row[1] for row in self.ask(f"PRAGMA table_info('{table}')") if row[1] != left_out]
        listed = ", ".join(f'"{column}"' for column in columns)
        return hash(tuple(self.ask(f'SELECT {listed} FROM "{table}" ORDER BY rowid')))
