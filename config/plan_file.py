"""Schema of a plan's plan.yaml, and the plan in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from config import fields as f
from config.fields import ConfigEntry, TextEntry
from config.when_entries import WhenEntry
from rules.activities import ActivityKind, Register
from rules.plan import (
    FORM,
    Bound,
    BoundRole,
    DocumentKind,
    Follows,
    Gathers,
    Interpretation,
    Kind,
    LegalBasis,
    Obligation,
    Plan,
    Proof,
    ReportOutline,
    ReportSection,
    Severity,
    Text,
    Trigger,
)

REFERENCE = r"^\$A[0-9]+(\.[a-z_]+)*$"

# --- who, and what follows ------------------------------------------------------------------------------------------


class BoundEntry(ConfigEntry):
    units: Annotated[tuple[f.Unit, ...], Field(min_length=1)]
    role: BoundRole
    target: f.DayOfYear | None = None
    ladder: f.LadderId | None = None

    def bound(self) -> Bound:
        month, day = self.target or (None, None)
        return Bound(self.units, self.role, month, day, self.ladder)


class FollowsEntry(ConfigEntry):
    deliverable: f.ObligationId
    order: Annotated[int, Field(strict=True, ge=1)]
    target: f.DayOfYear | None = None
    same_day_as: f.ObligationId | None = None
    not_applicable_to: tuple[f.Group, ...] = ()

    def follows(self) -> Follows:
        month, day = self.target or (None, None)
        return Follows(self.deliverable, self.order, month, day, self.same_day_as, self.not_applicable_to)


class GathersEntry(ConfigEntry):
    from_: Annotated[f.ObligationId, Field(alias="from")]
    roles: Annotated[tuple[BoundRole, ...], Field(min_length=1)]

    def gathers(self) -> Gathers:
        return Gathers(self.from_, self.roles)


class RegisterEntry(ConfigEntry):
    kinds: Annotated[tuple[ActivityKind, ...], Field(min_length=1)]
    in_report: Annotated[bool, Field(strict=True)] = False

    def register(self) -> Register:
        return Register(self.kinds, self.in_report)


class SectionEntry(ConfigEntry):
    title: f.Name
    clauses: Annotated[tuple[f.Clause, ...], Field(min_length=1)]


class ReportEntry(ConfigEntry):
    """Without a subject it is the plan's title; without sections each clause is one."""

    subject: f.Name | None = None
    sections: tuple[SectionEntry, ...] = ()

    def outline(self, title: str, clauses: Sequence[str]) -> ReportOutline:
        named = tuple(ReportSection(entry.title, entry.clauses) for entry in self.sections)
        each = tuple(ReportSection(f"Mục {clause}", (clause,)) for clause in clauses)
        return ReportOutline(self.subject or title.removeprefix("Kế hoạch "), named or each)


class ObligationEntry(ConfigEntry):
    id: Annotated[str, Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")]
    clause: f.Clause
    lines: f.Lines
    kind: Kind
    title: TextEntry
    short: Annotated[str, Field(min_length=1, max_length=60)]
    severity: Severity
    flow: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$")] | None = None
    when: WhenEntry | None = None
    bound: tuple[BoundEntry, ...] = ()
    follows: FollowsEntry | None = None
    hand_in: str = ""
    evidence: tuple[f.Name, ...] = ()
    recipients: tuple[f.Unit, ...] = ()
    approver: f.Approver | None = None
    ladder: f.LadderId | None = None
    interpretations: tuple[f.InterpretationKey, ...] = ()
    flow_title: Annotated[str, Field(min_length=1, max_length=80, pattern="^[^·]*$")] | None = None
    gathers: GathersEntry | None = None
    report: ReportEntry | None = None
    reviews: tuple[f.ObligationId, ...] = ()
    waits_for: tuple[f.ObligationId, ...] = ()
    register_: Annotated[RegisterEntry | None, Field(alias="register")] = None
    proof: tuple[Proof, ...] = ()
    target_working_days: Annotated[int, Field(strict=True, ge=1)] | None = None
    duty: TextEntry | None = None
    amends: Annotated[bool, Field(strict=True)] = False
    approves: tuple[f.ObligationId, ...] = ()
    document: DocumentKind | None = None

    def obligation(self, quote: str, plan_title: str, clauses: Sequence[str]) -> Obligation:
        return Obligation(
            id=self.id,
            clause=self.clause,
            lines=self.lines,
            kind=self.kind,
            title=self.title.text(),
            short=self.short,
            quote=quote,
            severity=self.severity,
            flow=self.flow,
            when=self.when.when() if self.when else None,
            bound=tuple(entry.bound() for entry in self.bound),
            follows=self.follows.follows() if self.follows else None,
            hand_in=self.hand_in,
            evidence=self.evidence,
            recipients=self.recipients,
            approver=self.approver,
            ladder=self.ladder,
            interpretations=self.interpretations,
            flow_title=self.flow_title or "",
            gathers=self.gathers.gathers() if self.gathers else None,
            report=self.report.outline(plan_title, clauses) if self.report else None,
            reviews=self.reviews,
            waits_for=self.waits_for,
            register=self.register_.register() if self.register_ else None,
            proof=self.proof,
            target_working_days=self.target_working_days,
            duty=self.duty.text() if self.duty else None,
            amends=self.amends,
            approves=self.approves,
            document=self.document,
        )


# --- the whole file -------------------------------------------------------------------------------------------------


class TriggerEntry(ConfigEntry):
    id: f.Name
    fired_on: f.Day | None = None
    document: f.Name


class LegalBasisEntry(ConfigEntry):
    title: f.Name
    since: f.Day
    until: f.Day | None = None
    kinds: tuple[DocumentKind, ...] = ()

    def basis(self) -> LegalBasis:
        return LegalBasis(self.title, self.since, self.until, self.kinds)


class InterpretationEntry(ConfigEntry):
    name: Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]
    value: Any
    vi: f.Name
    en: f.Name


class NoDutyEntry(ConfigEntry):
    lines: f.Lines
    reason: f.Name


class QuoteEntry(ConfigEntry):
    lines: f.Lines
    quote: f.Name


class PlanFile(ConfigEntry):
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+$")]
    number: f.Name
    title: TextEntry
    signed_on: f.Day
    signer: f.Name
    lead: f.Organisation
    issuer: f.Organisation | None = None
    in_force_to: f.Day | None = None
    clauses: Annotated[tuple[f.Name, ...], Field(min_length=1)]
    triggers: tuple[TriggerEntry, ...] = ()
    interpretations: dict[Annotated[str, Field(pattern="^A[0-9]+$")], InterpretationEntry] = Field(default_factory=dict)
    obligations: Annotated[tuple[ObligationEntry, ...], Field(min_length=1)]
    no_duty: tuple[NoDutyEntry, ...] = ()
    distribution: tuple[f.Name, ...] = ()
    legal_bases: tuple[LegalBasisEntry, ...] = ()

    def plan(self, quotes: Mapping[str, str], source_sha256: str) -> Plan:
        return Plan(
            id=self.id,
            number=self.number,
            title=self.title.text(),
            signed_on=self.signed_on,
            signer=self.signer,
            lead=self.lead,
            obligations=tuple(
                entry.obligation(quotes.get(entry.id, ""), self.title.vi, self.clauses) for entry in self.obligations
            ),
            interpretations=tuple(_interpretations(self.interpretations.items())),
            triggers=tuple(Trigger(entry.id, entry.fired_on, entry.document) for entry in self.triggers),
            no_duty_lines=tuple((*entry.lines, entry.reason) for entry in self.no_duty),
            in_force_to=self.in_force_to,
            source_sha256=source_sha256,
            form=FORM,
            issuer=self.issuer or "",
            legal_bases=tuple(entry.basis() for entry in self.legal_bases),
        )


def _interpretations(entries: Iterable[tuple[str, InterpretationEntry]]) -> Iterable[Interpretation]:
    for key, entry in entries:
        yield Interpretation(key, entry.name, entry.value, Text(entry.vi, entry.en))


def plan_schema() -> dict[str, Any]:
    """JSON Schema of plan.yaml; any value of an obligation may also be written as a $A-reference."""
    schema = PlanFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    for definition in schema["$defs"].values():
        _allow_references(definition.get("properties", {}))
    end = {"in_force_to": schema["properties"]["in_force_to"]}
    _allow_references(end)
    schema["properties"] |= end
    return schema


def _allow_references(fields: dict[str, Any]) -> None:
    for name, form in fields.items():
        if "const" not in form and (form.get("type") != "string" or "pattern" in form or "format" in form):
            fields[name] = {"anyOf": [form, {"type": "string", "pattern": REFERENCE}]}
