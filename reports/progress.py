"""Writes the quarterly, half-year and annual report on the plan as a Word document."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reports import narrative
from reports.annexes import annex_i, annex_ii, annex_iii, annex_iv, annex_v
from reports.facts import ReportFacts
from reports.figures.chart import chart_xml
from reports.figures.figure import TITLES, Figure, figures_of
from reports.letterhead import copies, letterhead
from reports.phrases import inside
from reports.word_form import WordForm

PROPOSED = "các đề xuất sửa đổi, bổ sung Kế hoạch đã nhận và tổng hợp, nếu có"
TEMPLATE = Path(__file__).with_name("templates") / "progress.docx"


def write_progress_report(facts: ReportFacts, out: Path) -> Path:
    charts = {key: chart_xml(figure) for key, figure in figures_of(facts.numbers).items()}
    return form().write(report_values(facts), out, charts)


@cache
def form() -> WordForm:
    return WordForm(TEMPLATE)


def report_values(facts: ReportFacts) -> dict[str, object]:
    """Every name the template may use."""
    issuer, shown = facts.issuer, figures_of(facts.numbers)
    return {
        **letterhead(issuer, facts.as_of),
        "subject": narrative.subject(facts),
        "addressees": facts.recipients,
        "opening": narrative.introduction(facts),
        "guidance": guidance(facts),
        "results_opening": narrative.results_introduction(facts),
        "results": results(facts),
        "proposals": proposals(facts),
        "outlook_heading": narrative.outlook_heading(facts),
        "outlook": narrative.outlook(facts.annex_v, facts.next_period_title_vi),
        "next_period_upper": facts.next_period_title_vi.upper(),
        "closing": narrative.closing(facts),
        "copies": copies(issuer, (f"Lãnh đạo {issuer.name}", *facts.copies)),
        "annex_i": annex_i(facts.annex_i),
        "annex_ii": annex_ii(facts.annex_ii),
        "annex_iii": annex_iii(facts.annex_iii),
        "annex_iv": annex_iv(facts.annex_iv or ()),
        "nothing_proposed": narrative.NOTHING
        if facts.annex_iv is not None
        else f"[Đơn vị soạn thảo bổ sung: {PROPOSED}]",
        "annex_v": annex_v(facts.annex_v),
        "figures": [figure_values(number, key, shown.get(key)) for number, key in enumerate(TITLES, 1)],
    }


def figure_values(number: int, key: str, figure: Figure | None) -> dict[str, object]:
    """`alt` is empty where there is nothing to draw."""
    return {"caption": f"Biểu đồ {number}. {TITLES[key]}", "alt": figure.alt if figure else ""}


def guidance(facts: ReportFacts) -> list[dict[str, object]]:
    name, done = facts.issuer.name, facts.guidance
    letters = [] if done.letters is None else narrative.letters(name, done.letters)
    inspections = [] if done.inspections is None else [narrative.inspections(name, done.inspections)]
    issued_slot = "" if letters else "số lượng, danh sách văn bản hướng dẫn đã ban hành trong kỳ"
    return [
        item("Văn bản đã ban hành", letters, issued_slot),
        item("Kiểm tra", inspections, "" if inspections else "các cuộc kiểm tra trong kỳ"),
        item("Đôn đốc, nhắc việc", [narrative.urging(name, done)]),
        *([item("Hội nghị, tập huấn", [narrative.meetings(name, done)])] if done.meetings else []),
    ]


def results(facts: ReportFacts) -> list[dict[str, object]]:
    return [
        item(
            clause.title,
            narrative.clause_paragraphs(clause, facts),
            f"kết quả thực hiện: {'; '.join(inside(title) for title in clause.unrecorded)}"
            if clause.unrecorded
            else "",
        )
        for clause in facts.clauses
    ]


def proposals(facts: ReportFacts) -> dict[str, object]:
    if facts.annex_iv is None:
        return item("", [], PROPOSED)
    return item("", [narrative.proposals(facts.annex_iv, facts.issuer.name)])


def item(heading: str, paragraphs: list[str], slot: str = "") -> dict[str, object]:
    """A numbered item; a slot asks a person for what is not recorded."""
    return {"heading": heading, "paragraphs": paragraphs, "slot": slot}
