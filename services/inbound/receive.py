"""Takes in what comes by mail: kept whole first, understood afterwards; what is not understood waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from models.database import insert_new, reading, writing
from models.queries.cases.case_file import hold_case
from models.queries.messages import inbound as inbound_queries
from models.tables.inbound import InboundMail
from notifications.email.dsn import is_automatic, may_be_a_persons
from notifications.email.source import PROCESSED, REJECTED, MailSource, RawMail
from rules.deadlines import local_day
from rules.intake import Verdict
from rules.office import Office
from services import log
from services.cases.hand_in import HandIn, hand_in
from services.content.rows import keep_rows_of
from services.errors import Refused
from services.forms.content_check import table_check
from services.inbound.answers import (
    MailAnswer,
    left_out,
    not_taken,
    read_answer,
    record_left_out,
    speaks_to_us,
    unconfirmed,
)
from services.inbound.attachments import keep, keep_bytes, look_into
from services.inbound.bounces import BounceEvidence, record_bounces, returned_mail
from services.inbound.large_mails import answer_sender, is_large, large_mail
from services.inbound.message_ids import OwnMessageIds
from services.inbound.parse import ReceivedMail
from services.inbound.verdict import MailFinding
from services.outbox import rest

MOST = 500  # mails a round; the rest waits for the next
DmarcPublished = Callable[[str], bool | None]  # of a domain; None: the DNS does not say
FOLDERS = {"quarantined": REJECTED}


@dataclass
class ReceiveResult:
    registered: int = 0
    bounced: int = 0
    ignored: int = 0
    quarantined: int = 0
    repeated: int = 0  # came again; what was made of it the first time stands
    problems: list[str] = field(default_factory=list)


def receive(
    engine: Engine,
    office: Office,
    source: MailSource,
    files: Path,
    now: datetime,
    *,
    key: bytes,
    domain: str,
    dmarc: DmarcPublished = lambda _: None,
) -> ReceiveResult:
    """One round through the mailbox. Raises MailboxAway; whatever was taken in before that is kept."""
    desk = _Desk(engine, office, files, now, key, domain, dmarc)
    if rest.at_rest(engine):  # what is read here would be marked as read for the office this is a copy of
        return desk.done
    with source.open() as mailbox:
        places = mailbox.waiting()[:MOST]
        with reading(engine) as session:
            decided = inbound_queries.decided_at(session, places)
        for place in places:
            verdict = decided.get(place)
            if verdict is None:
                raw = mailbox.fetch(place)
                verdict = desk.take_in(raw) if raw is not None else None
            if verdict is not None:
                mailbox.file(place, FOLDERS.get(verdict, PROCESSED))
    return desk.done


class _Desk:
    """Where one round of mails is opened."""

    def __init__(
        self,
        engine: Engine,
        office: Office,
        files: Path,
        now: datetime,
        key: bytes,
        domain: str,
        dmarc: DmarcPublished,
    ) -> None:
        self.engine, self.office, self.files, self.now, self.dmarc = engine, office, files, now, dmarc
        self.key, self.ours = key, OwnMessageIds(engine, key, domain, now)
        self.done = ReceiveResult()

    def take_in(self, raw: RawMail) -> str:
        """What was made of it, now or when it came before."""
        entry, verdict = self._keep(raw)
        if verdict != "new":
            self.done.repeated += 1
            return verdict
        finding = self._understand(entry, raw)
        setattr(self.done, finding.verdict, getattr(self.done, finding.verdict) + 1)
        return finding.verdict

    def _keep(self, raw: RawMail) -> tuple[int, str]:
        """On disk and in the database before anything tries to understand it."""
        stored = keep_bytes(self.files, "thu.eml", raw.content)
        received_at = min(raw.arrived_at or self.now, self.now)
        head = _head(raw.content, stored.sha256)
        row = {
            **head,
            "place": raw.place,
            "sha256": stored.sha256,
            "size": raw.size,
            "received_at": received_at,
            "fetched_at": self.now,
            **dict.fromkeys(("reason", "note", "seen_by"), ""),
            "verdict": "new",
        }
        with writing(self.engine) as session:
            insert_new(session, InboundMail, [row])
            entry = inbound_queries.by_dedupe_key(session, head["dedupe_key"])
            assert entry is not None
            assert entry.id is not None
            return entry.id, entry.verdict

    def _understand(self, entry: int, raw: RawMail) -> MailFinding:
        """A mail that trips us over waits for a person; a broken database or disk is no fault of the mail."""
        try:
            return self._judge(entry, raw)
        except (SQLAlchemyError, OSError):
            raise
        except Refused as refused:
            return self._conclude(entry, MailFinding("quarantined", str(refused)))
        except Exception as problem:
            reason = f"không đọc được thư ({type(problem).__name__})"
            self.done.problems.append(f"thư {entry}: {reason}: {problem}"[:300])
            return self._conclude(entry, MailFinding("quarantined", reason))

    def _judge(self, entry: int, raw: RawMail) -> MailFinding:
        mail = ReceivedMail(raw.content)
        if is_large(raw.size):
            return self._hold_large(entry, mail, raw)
        with reading(self.engine) as session:
            received_at = session.get_one(InboundMail, entry).received_at
            answer = (
                returned_mail(mail, self.ours, self.key)
                or _no_person(mail, self.ours, self.key)
                or read_answer(session, self.office, mail, self.ours, self.key, received_at)
            )
        if not isinstance(answer, MailAnswer):
            return self._conclude(entry, answer)
        if held := unconfirmed(mail, answer, self.office, self.dmarc):
            return self._conclude(entry, held)
        codes = answer.case.unit, answer.case.obligation, answer.case.period
        table = table_check(self.engine, self.office, *codes, local_day(received_at))
        verdicts = look_into(mail.attachments, self.office.intake, table)  # may ask the scanner over the network
        if refused := not_taken(mail, answer, verdicts, self.office.intake):
            return self._conclude(entry, refused)
        return self._register(entry, mail, answer, verdicts, received_at)

    def _hold_large(self, entry: int, mail: ReceivedMail, raw: RawMail) -> MailFinding:
        with reading(self.engine) as session:
            finding = large_mail(session, mail, raw, self.ours, self.key)
        with writing(self.engine) as session:
            if (decided := _decided_meanwhile(session, entry)) is not None:
                return decided
            answer_sender(session, self.office, mail, self.now)
            return _settle(session, entry, finding, self.now)

    def _register(
        self, entry: int, mail: ReceivedMail, answer: MailAnswer, verdicts: Sequence[Verdict], received_at: datetime
    ) -> MailFinding:
        kept = keep(self.files, mail.attachments, verdicts)
        case = answer.case
        with writing(self.engine) as session:
            if (decided := _decided_meanwhile(session, entry)) is not None:
                return decided
            if {item.file.sha256 for item in kept} == inbound_queries.files_of_last_submission(session, case.id):
                reason = "cần xem: các tệp giống hệt lần nộp trước"
                return _settle(session, entry, MailFinding("quarantined", reason, answer.note, case.id), self.now)
            file = hold_case(session, case.id)
            assert file is not None
            arrival = HandIn(received_at, via="mail", files=kept, registered_by=f"mail:{mail.sender}")
            receipt = hand_in(session, file, arrival, self.now)
            reason = f"đã vào sổ, lần nộp {receipt.version}{_unverified(mail)}{left_out(mail, '; để ngoài ')}"
            record_left_out(session, receipt, entry, mail, self.now)
            finding = MailFinding("registered", reason, answer.note, case.id, receipt.submission_id)
            _settle(session, entry, finding, self.now)
        keep_rows_of(self.engine, self.office, case.id, self.now)
        return finding

    def _conclude(self, entry: int, answer: MailFinding | list[BounceEvidence]) -> MailFinding:
        with writing(self.engine) as session:
            if (decided := _decided_meanwhile(session, entry)) is not None:
                return decided
            finding = (
                answer if isinstance(answer, MailFinding) else record_bounces(session, self.office, answer, self.now)
            )
            return _settle(session, entry, finding, self.now)


def _head(content: bytes, sha256: str) -> dict[str, str]:
    try:
        mail = ReceivedMail(content)
        return {"dedupe_key": mail.dedupe_key, "sender": mail.sender, "subject": mail.subject}
    except Exception:  # whatever is wrong with it, it is kept; its judge will say what
        return {"dedupe_key": f":{sha256}", "sender": "", "subject": ""}


def _no_person(mail: ReceivedMail, ours: OwnMessageIds, key: bytes) -> MailFinding | None:
    """A machine may send documents by itself, and some servers mark as bulk what a person wrote to us."""
    if mail.documents or not is_automatic(mail.message):
        return None
    if may_be_a_persons(mail.message) and speaks_to_us(mail, ours, key):
        return None
    return MailFinding("ignored", "thư tự động")


def _decided_meanwhile(session: Session, entry: int) -> MailFinding | None:
    """By another round at the same mailbox."""
    row = session.get_one(InboundMail, entry, with_for_update=True)
    return None if row.verdict == "new" else MailFinding(row.verdict, row.reason, row.note, row.case_id)


def _settle(session: Session, entry: int, finding: MailFinding, now: datetime) -> MailFinding:
    row = session.get_one(InboundMail, entry)
    row.verdict, row.reason, row.note = finding.verdict, finding.reason, finding.note
    row.case_id, row.submission_id, row.message_id = finding.case_id, finding.submission_id, finding.message_id
    session.add(row)
    if finding.verdict in FOLDERS:
        details = {"sender": row.sender, "reason": finding.reason, "sha256": row.sha256}
        log.append(session, now, "kyhan", f"mail.{finding.verdict}", f"mail:{entry}", details)
    return finding


def _unverified(mail: ReceivedMail) -> str:
    return "; chữ ký số của thư chưa được kiểm tra" if mail.signed else ""
