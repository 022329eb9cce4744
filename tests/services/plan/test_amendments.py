"""From a unit's proposal to the next version of the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from builders import UNIT, at, rows
from sqlalchemy import Engine
from sqlmodel import Session

from models.database import id_of, reading, writing
from models.queries.cases.selection import names_on
from models.queries.plan import amendments as queries
from models.queries.plan import occurrences as plan_queries
from models.tables.amendments import Amendment, Proposal
from models.tables.plan import PlanVersion
from rules.office import Office
from services.cases.new_version import NewVersion, adopt
from services.errors import Refused
from services.operations.tick import tick
from services.plan.amendments import Draft, consolidate, decide, proposals_of, propose, submit
from services.plan.load import plan_ahead
from services.plan.stored import Adoption
from services.reports.facts import report_facts
from services.reports.proposals import annex_iv
from services.views.amendments import amendment_lines, standing, waiting_lines

NOW = at("2014-02-10")
DRAFT = Draft(
    "II.2", "Ngày 20 trùng kỳ báo cáo của ngành", "Lùi hạn báo cáo đến ngày 25", "12/SKHDT-TH", date(2014, 2, 7)
)


def unit_id(session: Session, key: str = UNIT) -> int:
    return id_of(plan_queries.organisations_by_key(session)[key])


def proposed(engine: Engine, office: Office, draft: Draft = DRAFT, unit: str = UNIT, now: datetime = NOW) -> int:
    with writing(engine) as session:
        return id_of(propose(session, office, unit_id(session, unit), draft, "Lan", now))


def consolidated(engine: Engine, *proposals: int) -> int:
    with writing(engine) as session:
        return id_of(consolidate(session, dict.fromkeys(proposals, "nhất trí"), "Mai", NOW))


def submitted(engine: Engine, *proposals: int) -> int:
    id = consolidated(engine, *proposals)
    with writing(engine) as session:
        submit(session, id, "20/TTr-CTK", date(2014, 2, 10), "Mai", NOW)
    return id


def decided(engine: Engine, verdicts: dict[int, bool]) -> int:
    id = submitted(engine, *verdicts)
    with writing(engine) as session:
        decide(session, id, verdicts, "15/QĐ-UBND", date(2014, 2, 12), "Mai", at("2014-02-12"))
    return id


def test_from_a_proposal_to_version_two_on_its_day(engine: Engine, office: Office) -> None:
    first, second = proposed(engine, office), proposed(engine, office, unit="STC")
    id = decided(engine, {first: True, second: False})
    report = office.plan.obligation("II2-REPORT")
    later = replace(report, when=replace(report.when, day=25))  # type: ignore[type-var]
    plan = replace(office.plan, obligations=tuple(later if one is report else one for one in office.plan.obligations))
    adoption = Adoption("Quản trị", date(2014, 3, 1), "15/QĐ-UBND", id)
    with writing(engine) as session:
        adopt(session, office, NewVersion(plan, None, adoption, {}), at("2014-02-13"))
    assert rows(engine, Amendment)[0].version_id is None
    tick(engine, office, at("2014-03-01"))
    version = rows(engine, PlanVersion)[-1]
    assert (version.version, version.decision, version.effective_from) == (2, "15/QĐ-UBND", date(2014, 3, 1))
    assert rows(engine, Amendment)[0].version_id == version.id
    with reading(engine) as session:
        assert queries.to_carry_out(session) == []


def test_only_what_was_accepted_waits_to_be_carried_out(engine: Engine, office: Office) -> None:
    decided(engine, {proposed(engine, office): False})
    with reading(engine) as session:
        assert queries.to_carry_out(session) == []


def test_a_version_carries_out_no_amendment_that_was_not_decided(engine: Engine, office: Office) -> None:
    id = submitted(engine, proposed(engine, office))
    new = NewVersion(replace(office.plan, signer="Khác"), None, Adoption("Quản trị", None, "1/QĐ", id), {})
    with writing(engine) as session, pytest.raises(Refused, match="đang chờ thực hiện"):
        adopt(session, office, new, NOW)


@pytest.mark.parametrize(
    ("draft", "unit", "why"),
    [
        (replace(DRAFT, clause="IX.9"), UNIT, "không có mục «IX.9»"),
        (replace(DRAFT, difficulty="  "), UNIT, "khó khăn, vướng mắc"),
        (replace(DRAFT, content=""), UNIT, "nội dung đề xuất"),
        (replace(DRAFT, content="x" * 4001), UNIT, "dài quá"),
        (replace(DRAFT, document_date=date(2014, 3, 1)), UNIT, "không được ở sau"),
        (DRAFT, "UBND", "không thuộc diện"),
    ],
    ids=["clause", "difficulty", "content", "long", "day", "unit"],
)
def test_a_proposal_that_makes_no_sense_is_refused(
    engine: Engine, office: Office, draft: Draft, unit: str, why: str
) -> None:
    with pytest.raises(Refused, match=why):
        proposed(engine, office, draft, unit)
    assert rows(engine, Proposal) == []


def test_a_proposal_to_the_whole_plan_names_no_clause(engine: Engine, office: Office) -> None:
    assert proposed(engine, office, replace(DRAFT, clause=""))


def test_a_proposal_is_put_together_once(engine: Engine, office: Office) -> None:
    id = proposed(engine, office)
    consolidated(engine, id)
    with pytest.raises(Refused, match="chưa được tổng hợp"):
        consolidated(engine, id)
    with pytest.raises(Refused, match="chưa được tổng hợp"):
        consolidated(engine)


def test_steps_follow_one_another_with_number_and_day(engine: Engine, office: Office) -> None:
    proposal = proposed(engine, office)
    id = consolidated(engine, proposal)
    with writing(engine) as session:
        for number, day, why in (
            ("", date(2014, 2, 10), "số, ký hiệu"),
            ("1", date(2014, 2, 11), "tương lai"),
            ("1", date(2014, 2, 9), "trước bước liền trước"),
        ):
            with pytest.raises(Refused, match=why):
                submit(session, id, number, day, "Mai", NOW)
        with pytest.raises(Refused, match="đã trình"):
            decide(session, id, {proposal: True}, "1", date(2014, 2, 10), "Mai", NOW)
        submit(session, id, "1", date(2014, 2, 10), "Mai", NOW)
        with pytest.raises(Refused, match="đã trình"):
            submit(session, id, "2", date(2014, 2, 10), "Mai", NOW)
        with pytest.raises(Refused, match="từng đề xuất"):
            decide(session, id, {}, "1", date(2014, 2, 10), "Mai", NOW)
        with pytest.raises(Refused, match="Không có bản tổng hợp"):
            submit(session, 99, "1", date(2014, 2, 10), "Mai", NOW)


def test_a_period_has_the_proposals_received_in_it(engine: Engine, office: Office) -> None:
    id = proposed(engine, office)
    with reading(engine) as session:
        assert [one.id for one in proposals_of(session, date(2014, 2, 10), date(2014, 2, 10))] == [id]
        assert proposals_of(session, date(2014, 2, 11), date(2014, 12, 31)) == []


def test_annex_iv_of_the_report_says_what_was_known_on_its_day(engine: Engine, office: Office) -> None:
    proposed(engine, office)
    id = proposed(engine, office, replace(DRAFT, clause=""), unit="STC", now=at("2014-02-11"))
    decided(engine, {id: True})

    def rows_on(day: date) -> list[tuple[str, str]]:
        with reading(engine) as session:
            found = annex_iv(session, date(2013, 12, 15), day, names_on(session, None, day))
        return [(row.proposal, row.opinion) for row in found]

    first, second = "Mục II.2: Lùi hạn báo cáo đến ngày 25", "Toàn Kế hoạch: Lùi hạn báo cáo đến ngày 25"
    assert rows_on(date(2014, 2, 10)) == [(first, "")]
    assert rows_on(date(2014, 2, 11)) == [(first, ""), (second, "nhất trí")]
    words = "nhất trí; được chấp nhận (văn bản số 15/QĐ-UBND ngày 12/02/2014)"
    assert rows_on(date(2014, 2, 28)) == [(first, ""), (second, words)]
    with writing(engine) as session:
        plan_ahead(session, office, NOW)
        assert len(report_facts(session, office, "2014-Q1", date(2014, 3, 14)).annex_iv) == 2


def test_one_sentence_says_how_far_proposals_have_come(engine: Engine, office: Office) -> None:
    def said() -> str:
        with reading(engine) as session:
            return standing(waiting_lines(session, NOW), amendment_lines(session, NOW))

    assert said() == "Không có đề xuất nào đang chờ."
    first, second = proposed(engine, office), proposed(engine, office, unit="STC")
    submitted(engine, first)
    assert said() == "1 đề xuất chờ tổng hợp; bản tổng hợp số 1 đã trình, chờ quyết định."
    decided(engine, {second: True})
    assert said().endswith("bản tổng hợp số 1 đã trình, chờ quyết định.")
    assert "bản tổng hợp số 2 đã quyết định, chờ nạp phiên bản mới" in said()
