"""Writes the quarterly, half-year and annual report on the plan as a Word document."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reports import narrative
from reports.annexes import annex_i, annex_ii, annex_iii, annex_iv, annex_v
from reports.completion import PROPOSALS, PROPOSED, TO_BE_WRITTEN, lines_of, sections
from reports.facts import Completion, ReportFacts
from reports.figures.chart import chart_xml
from reports.figures.figure import TITLES, Figure, figures_of
from reports.letterhead import copies, letterhead
from reports.word_form import WordForm

TEMPLATE = Path(__file__).with_name("templates") / "progress.docx"
NO_ADDITION = Completion()


def write_progress_report(facts: ReportFacts, out: Path, completion: Completion = NO_ADDITION) -> Path:
    return form().write(report_values(facts, completion), out, report_charts(facts))


def report_charts(facts: ReportFacts) -> dict[str, bytes]:
    return {key: chart_xml(figure) for key, figure in figures_of(facts.numbers).items()}


@cache
def form() -> WordForm:
    return WordForm(TEMPLATE)


def report_values(facts: ReportFacts, completion: Completion = NO_ADDITION) -> dict[str, object]:
    """Every name the template may use."""
    issuer, written, shown = facts.issuer, sections(facts, completion), figures_of(facts.numbers)
    return {
        **letterhead(issuer, facts.as_of, completion.number, completion.issued_on),
        "subject": narrative.subject(facts),
        "addressees": facts.recipients,
        "opening": narrative.introduction(facts),
        "replaces": narrative.replaces(completion.corrects) if completion.corrects else "",
        "guidance": written["guidance"].items,
        "results_opening": narrative.results_introduction(facts),
        "revisions": narrative.revisions(facts),
        "results": written["results"].items,
        "evaluation": written["evaluation"].items,
        "difficulties": written["difficulties"].items[0],
        "requests": written["requests"].items,
        "outlook_heading": narrative.outlook_heading(facts),
        "outlook": narrative.outlook(facts.annex_v, facts.next_period_title_vi),
        "next_period_upper": facts.next_period_title_vi.upper(),
        "closing": narrative.closing(facts),
        "copies": copies(issuer, (f"Lãnh đạo {issuer.name}", *facts.copies)),
        "annex_i": annex_i(facts.annex_i),
        "annex_ii": annex_ii(facts.annex_ii),
        "annex_iii": annex_iii(facts.annex_iii),
        "annex_iv": annex_iv(facts.annex_iv or ()),
        "nothing_proposed": _nothing_proposed(facts, completion),
        "annex_v": annex_v(facts.annex_v),
        "figures": [figure_values(number, key, shown.get(key)) for number, key in enumerate(TITLES, 1)],
    }


def figure_values(number: int, key: str, figure: Figure | None) -> dict[str, object]:
    """`alt` is empty where there is nothing to draw."""
    return {"caption": f"Biểu đồ {number}. {TITLES[key]}", "alt": figure.alt if figure else ""}


def _nothing_proposed(facts: ReportFacts, completion: Completion) -> str:
    if facts.annex_iv is not None:
        return narrative.NOTHING
    if lines_of(completion.words.get(PROPOSALS, "")):
        return "Như nội dung nêu tại khoản 1 mục IV của Báo cáo."
    return f"[{TO_BE_WRITTEN}: {PROPOSED}]"
