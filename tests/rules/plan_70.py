"""Kế hoạch 70/KH-UBND with only what the rules of time need; the shipped YAML says the rest."""

from datetime import date

from rules.plan import (
    Bound,
    BoundRole,
    Kind,
    Obligation,
    OnceBefore,
    OnceInQuarter,
    PeriodicReport,
    Plan,
    Severity,
    TargetOnly,
    Text,
    Trigger,
    When,
    YearAfterTrigger,
)
from rules.wordings import YearlyAfterHalf, YearlyMonth, YearlyQuarter

SIGNED_ON = date(2013, 10, 23)
REGULATION_680 = Trigger("QD-680", date(2014, 5, 28), "Quyết định số 680/QĐ-BKHĐT ngày 28/5/2014")
REPORTS = PeriodicReport(("Q1", "Q2", "H1", "Q3", "Q4", "Y"), day=20, cutoff_day=14)

WHEN: dict[str, When] = {
    "I1-ASSESS": OnceBefore(date(2013, 11, 30)),
    "I2A-DEMAND-LIST": YearlyQuarter(4, 2013, for_offset=1),
    "I3-FORMS": OnceInQuarter(2013, 4),
    "I4B-CATALOGUE": YearlyMonth(9, 2014, for_offset=1),
    "I4B-COMPILE-PLAN": YearlyMonth(9, 2014, for_offset=1),
    "I4-MIDYEAR-REVIEW": YearlyAfterHalf(2015, 7, 31),
    "I5-CALENDAR": YearlyQuarter(4, 2013, for_offset=1),
    "I6-DIRECTIVE": YearAfterTrigger(2014, "QD-680"),
    "II1-PLAN": TargetOnly("2013", date(2013, 11, 30)),
    "II1-ASSESS": TargetOnly("2013", date(2013, 11, 15)),
    "II2-REPORT": REPORTS,
}


def an_obligation(id: str, when: When | None) -> Obligation:
    return Obligation(
        id=id,
        clause=id.split("-")[0],
        lines=(19, 20),
        kind=Kind.DELIVERABLE,
        title=Text(id, id),
        short=id,
        quote="",
        severity=Severity.HARD,
        flow=None,
        when=when,
        bound=(Bound(("CTK",), BoundRole.LEAD),),
    )


def a_plan(when: dict[str, When] = WHEN, *, trigger: Trigger = REGULATION_680, in_force_to: date | None = None) -> Plan:
    return Plan(
        id="70-KH-UBND",
        number="70/KH-UBND",
        title=Text("Kế hoạch 70/KH-UBND", "Plan 70/KH-UBND"),
        signed_on=SIGNED_ON,
        signer="Trần Thành Nghiệp",
        lead="CTK",
        obligations=tuple(an_obligation(id, rule) for id, rule in when.items()),
        interpretations=(),
        triggers=(trigger,),
        in_force_to=in_force_to,
    )
