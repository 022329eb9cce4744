"""Every output of an office: each route and each writer, with the program that reads what it yields."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import attack_checks as checks
from attack_office import case_of
from attack_texts import Fields
from every_route import every_route
from sqlmodel import col, select
from systems import API, a_token
from visitors import ADMINISTRATOR, AUDITOR, COORDINATOR, FOCAL_POINT, HEAD, LEADER, a_browser

from models.database import reading
from models.tables.api import Webhook
from models.tables.inbound import InboundMail
from models.tables.messages import Message
from models.tables.people import Person
from models.tables.plan import Occurrence
from models.tables.staging import StagedFile
from models.tables.submissions import Submission, SubmissionFile
from notifications.email.mailbox import list_mails
from notifications.kinds import MessageKind
from portal.context import PortalContext
from services.access import answer_links

VISITORS = (COORDINATOR, ADMINISTRATOR, FOCAL_POINT, LEADER, HEAD, AUDITOR)  # in the order in which they are asked
READERS: Mapping[str, Callable[[Any], Iterator[str]]] = {
    "text/html": lambda answer: checks.of_page(answer.text),
    "application/json": lambda answer: checks.of_json(answer.text),
    "application/problem+json": lambda answer: checks.of_json(answer.text),
    "text/csv": lambda answer: checks.of_csv(answer.content.decode()),
    "text/calendar": lambda answer: checks.of_calendar(answer.content),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": lambda a: checks.of_workbook(a.content),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": lambda a: checks.of_document(a.content),
    "application/pdf": lambda answer: checks.of_pdf(answer.content),
    "application/x-ndjson": lambda answer: chain.from_iterable(map(checks.of_json, answer.text.splitlines())),
    "text/plain": lambda answer: iter(()),  # as it came, and never taken for a page: nosniff
    "application/octet-stream": lambda answer: iter(()),
}


@dataclass
class Findings:
    """What was looked at, which marks were seen where, and what is wrong."""

    payload: str
    fields: Fields
    outputs: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def look(self, output: str, text: str, faults: Iterator[str]) -> None:
        self.outputs[output] += 1
        self.seen.update(self.fields.seen_in(text))
        try:
            self.wrong += [f"{self.payload}: {output}: {self._named(fault)}" for fault in faults]
        except Exception as error:  # whatever the reader of such a thing raises, it cannot be read
            self.wrong.append(f"{self.payload}: {output}: unreadable: {error!r}")

    def _named(self, fault: str) -> str:
        return f"{', '.join(self.fields.seen_in(fault)) or '?'}: {fault[:300]}"


# what stands in the places of a route's address, where it is not the same in all
OF_ROUTE = {
    "/occurrences/{id}": "report",
    "/quan-tri/nguoi/{id}": "person",
    "/quan-tri/nhap/nguoi/{id}": "nguoi",
    "/quan-tri/nhap/nguoi/{id}/loi": "nguoi",
    "/quan-tri/nhap/don-vi/{id}": "don-vi",
    "/quan-tri/nhap/don-vi/{id}/loi": "don-vi",
    "/quan-tri/ke-hoach/nap/{id}": "plan",
    "/viec/de-xuat/{id}": "amendment",
    "/viec/de-xuat/{id}/xlsx": "amendment",
    "/bao-cao/{id}": "report",
    "/bao-cao/{id}/tep": "report",
    "/bao-cao/{id}/pdf": "report",
    "/bao-cao/{id}/bieu-do": "report",
    "/bao-cao/{id}/so-lieu": "report",
    "/bao-cao/{id}/ban-ky/{copy}": "report",
    f"{API}/occurrences/{{id}}": "report",
    f"{API}/submissions/{{id}}": "submission",
    f"{API}/files/{{id}}": "file_id",
    f"{API}/webhooks/{{id}}": "webhook",
    f"{API}/webhooks/{{id}}/deliveries": "webhook",
}
TEMPLATE = "/quan-tri/mau-van-ban/{kind}/{number}"
MORE = {
    "/bao-cao/{id}/so-lieu": ("/bao-cao/{report}/so-lieu", "/bao-cao/{report}/so-lieu?so=1.assigned"),
    "/quan-tri/nhat-ky/xuat/{name}": ("/quan-tri/nhat-ky/xuat/csv", "/quan-tri/nhat-ky/xuat/jsonl"),
    "/quan-tri/bieu-mau/{id}": ("/quan-tri/bieu-mau/1", "/quan-tri/bieu-mau/1?trang=1", "/quan-tri/bieu-mau/2"),
    **{f"{TEMPLATE}{end}": (f"/quan-tri/mau-van-ban/progress/1{end}",) for end in ("", "/tep", "/thu")},
    "/quan-tri/dien-tap": ("/quan-tri/dien-tap?tu=2014-03-18&den=2014-03-20",),
    "/quan-tri/dien-tap/xuat": ("/quan-tri/dien-tap/xuat?tu=2014-03-18&den=2014-03-20",),
    "/viec/ho-so/{slug}": tuple(f"/viec/ho-so/{slug}" for slug in ("cho-xem-xet", "tin-nhan", "bo-sung", "bao-cao")),
    "/bao-cao/{id}/ban-ky/{copy}": tuple(f"/bao-cao/{{id}}/ban-ky/{copy}" for copy in (1, 2, 3)),
    "/viec/cong-van/{draft}/ban-ky/{copy}": tuple(f"/viec/cong-van/1/ban-ky/{copy}" for copy in (1, 2, 3)),
    "/viec/thu-den/{mail}": ("/viec/thu-den/{mail}", "/viec/thu-den/{seen}"),
    "/noi-dung/{code}/{period}/tep": tuple(
        f"/noi-dung/I5-CALENDAR/2014/tep?kieu={kind}&ban={version}" for kind in ("xlsx", "csv") for version in (0, 1)
    ),
    "/noi-dung/{code}/{period}/so-sanh": ("/noi-dung/I5-CALENDAR/2014/so-sanh?tu=1",),
    "/don-vi/{key}/so-lieu": ("/don-vi/STC/so-lieu",),
    "/danh-sach": ("/danh-sach?nam=2013",),
    "/nhiem-vu/{code}": ("/nhiem-vu/I5-CALENDAR?lang=en",),
    "/nhiem-vu/{code}/hoat-dong": ("/nhiem-vu/II1-GUIDE/hoat-dong",),
    "/so-nhac": ("/so-nhac", "/so-nhac?tu=2013-10-01&den=2014-03-18"),
    "/quan-tri/mau-thu/noi-dung": tuple(f"/quan-tri/mau-thu/noi-dung?loai={kind}" for kind in MessageKind),
}
NOT_WALKED = {
    "/dang-nhap/oidc": "leads to a provider of identities, and there is none",
    "/dang-nhap/oidc/tra-loi": "comes from there",
    "/hooks/zalo/oa": "answers one word",
    "/zalo_verifier{code}.html": "holds the operator's own setting",
    "/static": "files of the program",
    "/healthz": "words of the program",
}


def places(context: PortalContext) -> dict[str, str]:
    """Ids of rows that the attacker wrote into."""
    assert context.mail_folder is not None
    with reading(context.engine) as session:
        case = case_of(session, "SYT")
        file, submission = session.exec(select(SubmissionFile, Submission).join(Submission)).one()
        person = session.exec(select(Person).where(Person.email == FOCAL_POINT)).one().id or 0
        found = {
            "report": session.exec(select(Occurrence.id).where(col(Occurrence.drafted_at).is_not(None))).first(),
            "message": session.exec(select(Message.id).where(Message.kind == "digest")).first(),
            "mail": session.exec(select(InboundMail.id).where(InboundMail.verdict == "quarantined")).first(),
            "seen": session.exec(select(InboundMail.id).where(InboundMail.verdict == "ignored")).first(),
            "amendment": 2,
            "webhook": session.exec(select(Webhook.id)).first(),
            **{staged.kind: staged.id for staged in session.exec(select(StagedFile))},
        }
    answer = answer_links.answer_url(context.office, case.id or 0, person, context.clock()).rpartition("/")[2]
    name = list_mails(context.mail_folder)[0].name
    fixed = {
        "key": "SYT",
        "code": "I5-CALENDAR",
        "period": "2014",
        "year": "2014",
        "step": "I5-APPROVE",
        "name": name,
        "number": "0",
        "draft": "1",
        "thang": "default",
        "kind": "progress",
        "document": "1",
        "copy": "1",
        "token": answer,
    }
    fixed |= {"case_id": case.id, "file_id": file.id, "submission": submission.id, "version": submission.version}
    feed = re.search(r"/lich/([\w-]+)\.ics", a_browser(context, FOCAL_POINT).get("/tai-khoan").text)
    return {
        name: str(value) for name, value in {**found, **fixed, "person": person, "secret": feed and feed[1]}.items()
    }


def every_get(context: PortalContext) -> Iterator[tuple[str, list[str]]]:
    """Each route that is read, and the addresses under which the attacker's texts stand in it."""
    known = places(context)
    for route in every_route(context):
        if (not route.methods or "GET" in route.methods) and route.path not in NOT_WALKED:
            here = known | {"id": known.get(OF_ROUTE.get(route.path, ""), "1")}
            yield route.path, [address.format(**here) for address in MORE.get(route.path, (route.path,))]


def walk_routes(context: PortalContext, findings: Findings, *, everybody: bool) -> Counter[str]:
    """Asks for each address; returns the routes that answered, by the kind of what they answered with."""
    browsers = [a_browser(context, email, raise_server_exceptions=False) for email in VISITORS]
    system = a_browser(context, raise_server_exceptions=False, headers={"Authorization": f"Bearer {a_token(context)}"})
    answered: Counter[str] = Counter()
    for path, paths in every_get(context):
        answered[path] = 0
        asking = [system] if path.startswith((API, "/metrics")) else browsers
        for address in paths:
            for client in asking:
                answer = client.get(address)
                if answer.status_code not in (401, 403, 404, 405):
                    answered[path] += 1
                    read(findings, path, answer)
                    if not everybody:
                        break
    return answered


def read(findings: Findings, output: str, answer: Any) -> None:
    kind = answer.headers.get("content-type", "text/plain").partition(";")[0]
    faults = [*checks.of_headers(answer.headers.items())]
    if answer.status_code >= 500:
        faults.append(f"answers {answer.status_code}")
    if answer.headers.get("x-content-type-options") != "nosniff":
        faults.append("may be taken for something else")
    findings.look(f"headers of {output}", " ".join(answer.headers.values()), iter(faults))
    if answer.content:
        findings.look(f"{kind} {output}", answer.text, READERS[kind](answer))
