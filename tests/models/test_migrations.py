"""The migrations build exactly what the models say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from builders import IN_NOVEMBER, SIGNED, an_answer, an_office, at, prepared, together
from sqlalchemy import Engine, bindparam, inspect, text, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models.columns import UtcMoment
from models.database import reading, writing
from models.metadata import metadata
from models.migrate import FOLDER, migrate, newest, revision
from models.tables.access import Grant
from models.tables.activities import Activity
from models.tables.cases import Case, Stage
from models.tables.content import Consolidation, ConsolidationApproval
from models.tables.forms import OfficeForm
from models.tables.messages import ReportDraft, SignedFile
from models.tables.organisations import Organisation
from models.tables.people import ContactAddress, Person, Post, Tenure
from models.tables.plan import Occurrence, Term
from services import log
from services.cases.opening import open_cases
from services.plan.load import plan_ahead
from services.reminders.remind import remind

pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index")  # SQLite shows none of them


def test_an_upgraded_empty_database_equals_the_models(empty_engine: Engine) -> None:
    migrate(empty_engine)
    with empty_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_every_partial_index_of_the_models_is_partial_in_the_database(empty_engine: Engine) -> None:
    migrate(empty_engine)
    dialect = empty_engine.dialect.name
    expected = {
        i.name for t in metadata.tables.values() for i in t.indexes if i.dialect_kwargs[f"{dialect}_where"] is not None
    }
    found = {
        index["name"]
        for table in metadata.tables
        for index in inspect(empty_engine).get_indexes(table)
        if index.get("dialect_options", {}).get(f"{dialect}_where") is not None
    }
    assert found == expected != set()


def test_migrating_twice_does_nothing_the_second_time(empty_engine: Engine) -> None:
    assert [migrate(empty_engine), migrate(empty_engine)] == [True, False]
    assert revision(empty_engine) == newest()


def test_of_several_that_start_on_one_empty_database_one_prepares_it(empty_engine: Engine) -> None:
    def start() -> bool:
        return migrate(empty_engine)

    with together(start, start, start) as done:
        assert sorted(done) == [False, False, True]
    assert revision(empty_engine) == newest()


def test_an_empty_database_has_no_revision(empty_engine: Engine) -> None:
    assert revision(empty_engine) is None


def back_to(engine: Engine, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, version)


def test_two_people_of_one_address_become_one_who_holds_the_post(empty_engine: Engine) -> None:
    migrate(empty_engine)
    back_to(empty_engine, "0009")
    with writing(empty_engine) as session:
        unit = Organisation(key="SKHDT", kind="agency", groups="", position=1)
        written = ("Lan@skhdt.gov.vn", "lan@skhdt.gov.vn", "Mai@skhdt.gov.vn")
        people = [Person(name="Lan", email=email) for email in written]
        session.add_all([unit, *people])
        session.flush()
        post = Post(organisation_id=unit.id or 0, role="head", title="Giám đốc")
        session.add(post)
        session.flush()
        session.add(Tenure(post_id=post.id or 0, person_id=people[1].id or 0, from_day=date(2014, 1, 1)))
        for one in people[:2]:
            session.add(Grant(person_id=one.id or 0, role="administrator"))
    migrate(empty_engine)
    with reading(empty_engine) as session:
        assert session.exec(select(Tenure.person_id)).one() == people[0].id
        addresses = session.exec(select(Person.email).order_by(col(Person.id))).all()
        assert addresses == ["lan@skhdt.gov.vn", f"{people[1].id}@same-as-{people[0].id}.invalid", "mai@skhdt.gov.vn"]


def test_an_address_belongs_to_one_person_however_it_is_written(engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.add_all([Person(name="Lan", email="Lan@x.vn"), Person(name="Lan", email="lan@x.vn")])


def test_links_to_zalo_become_addresses_and_the_log_stays_whole(empty_engine: Engine) -> None:
    migrate(empty_engine)
    with writing(empty_engine) as session:
        people = [Person(name=name, email=f"{name}@x.vn") for name in ("lan", "mai")]
        session.add_all(people)
        session.flush()
        log.append(session, IN_NOVEMBER, "Lan", "zalo.link", f"person:{people[0].id}", {"kind": "bot"})
    back_to(empty_engine, "0014")
    row = "INSERT INTO zalo_link (kind, address, person_id, linked_at) VALUES (:kind, :address, :person, :at)"
    links = [("bot", "chat-lan", people[0].id), ("oa", "u-1", people[0].id), ("bot", "chat-mai", people[1].id)]
    with empty_engine.begin() as connection:
        for kind, address, person in links:
            at = bindparam("at", IN_NOVEMBER, UtcMoment())
            connection.execute(text(row).bindparams(at), {"kind": kind, "address": address, "person": person})
    migrate(empty_engine)
    with writing(empty_engine) as session:
        kept = session.exec(select(ContactAddress).order_by(col(ContactAddress.id))).all()
        assert [(one.kind, one.address, one.person_id) for one in kept] == links
        assert {one.since for one in kept} == {IN_NOVEMBER}
        assert (log.verify(session).entries, log.verify(session).broken_at) == (1, None)
        session.add(ContactAddress(kind="telegram", address="1", person_id=people[0].id or 0, since=IN_NOVEMBER))
    back_to(empty_engine, "0014")
    assert "zalo_link" in inspect(empty_engine).get_table_names()


def test_what_a_review_found_comes_from_the_log_to_its_case(empty_engine: Engine) -> None:
    prepared(empty_engine)
    with writing(empty_engine) as session:
        open_cases(session, an_office(), IN_NOVEMBER)
        first, second = session.exec(select(Case.id).order_by(col(Case.id)).limit(2)).all()
        for case, adjusted in ((first, True), (first, False), (second, True)):
            details = {"adjusted": adjusted, "stages": []}
            log.append(session, IN_NOVEMBER, "kyhan adjust", "case.adjustment", f"case:{case}", details)
    back_to(empty_engine, "0015")
    migrate(empty_engine)
    with reading(empty_engine) as session:
        answered = session.exec(select(Case).where(col(Case.adjusted).is_not(None)).order_by(col(Case.id))).all()
        step = session.exec(select(Stage)).first()
    assert [(one.id, one.adjusted, one.adjusted_by) for one in answered] == [
        (first, False, "kyhan adjust"),
        (second, True, "kyhan adjust"),
    ]
    assert {one.adjusted_at for one in answered} == {IN_NOVEMBER}
    assert (step.on_behalf, step.reason, step.corrected_at) == (False, "", None)


def test_a_step_gets_its_earlier_records_from_the_log(empty_engine: Engine) -> None:
    """Corrected, taken back, opened by a review and closed again; what was never recorded stays one row."""
    prepared(empty_engine)
    first, second, third = (IN_NOVEMBER + timedelta(days=days) for days in (1, 2, 3))
    with writing(empty_engine) as session:
        open_cases(session, an_office(), IN_NOVEMBER)
        corrected, taken_back, reviewed, _ = session.exec(select(Case.id).order_by(col(Case.id)).limit(4)).all()
        for case in (corrected, taken_back):
            session.add(Stage(case_id=case, code="A", position=1))
        session.add(Stage(case_id=reviewed, code="B", position=1, applicable=False))
        newest = {"done_on": third.date(), "document_number": "2", "recorded_at": second, "recorded_by": "Mai"}
        session.flush()
        session.execute(update(Stage).where(col(Stage.case_id) == corrected, col(Stage.code) == "A").values(newest))
        told = {"stage": "A", "done_on": first.date(), "number": "1", "place": ""}
        log.append(session, first, "Lan", "case.stage", f"case:{corrected}", told)
        log.append(session, second, "Mai", "case.stage", f"case:{corrected}", told | {"number": "2"})
        log.append(session, first, "Lan", "case.stage", f"case:{taken_back}", told | {"on_behalf": True})
        gone = {"stage": "A", "reason": "Nhầm hồ sơ", "before": {}}
        log.append(session, third, "Mai", "case.stage_taken_back", f"case:{taken_back}", gone)
        for moment, codes in ((first, ["B"]), (third, [])):
            details = {"adjusted": bool(codes), "stages": codes}
            log.append(session, moment, "Lan", "case.adjustment", f"case:{reviewed}", details)
    back_to(empty_engine, "0019")
    migrate(empty_engine)

    def records(case: int | None, code: str) -> list[tuple[object, ...]]:
        query = select(Stage).where(Stage.case_id == case, Stage.code == code).order_by(col(Stage.recorded_at))
        with reading(empty_engine) as session:
            found = sorted(session.exec(query), key=lambda row: row.recorded_at or IN_NOVEMBER)
        return [(r.applicable, r.document_number, r.recorded_by, r.recorded_at, r.superseded_at) for r in found]

    blank = (True, "", "", None, first)
    assert records(corrected, "A") == [blank, (True, "1", "Lan", first, second), (True, "2", "Mai", second, None)]
    assert records(taken_back, "A") == [blank, (True, "1", "Lan", first, third), (True, "", "", third, None)]
    assert records(reviewed, "B") == [
        (False, "", "", None, first),
        (True, "", "Lan", first, third),
        (False, "", "", third, None),
    ]
    with reading(empty_engine) as session:
        assert log.verify(session).broken_at is None
        untouched = session.exec(select(Stage).where(col(Stage.code).not_in(["A", "B"]))).all()
        assert {(row.recorded_at, row.superseded_at) for row in untouched} == {(None, None)}
    back_to(empty_engine, "0019")
    with empty_engine.connect() as connection:
        assert len(set(connection.execute(text("SELECT case_id, code FROM stage")).all())) == len(untouched) + 3


def test_contributors_without_a_last_day_get_that_of_the_plan_and_terms_their_ladder(empty_engine: Engine) -> None:
    prepared(empty_engine, SIGNED)
    with writing(empty_engine) as session:
        plan_ahead(session, an_office(), SIGNED)
        late = {"late_after": None, "late_at": None, "due_soon_until": IN_NOVEMBER}
        session.execute(update(Term).where(col(Term.role) == "contributor").values(**late))
    back_to(empty_engine, "0015")
    migrate(empty_engine)
    with reading(empty_engine) as session:
        terms = session.exec(select(Term, Occurrence).join(Occurrence)).all()
        assert [term for term, _ in terms if term.role == "contributor"]
        assert all(term.late_after == occurrence.late_after for term, occurrence in terms)
        assert all((term.late_at is None) == (term.late_after is None) for term, _ in terms)
        assert {term.ladder for term, _ in terms} == {"default", "soft"}


def test_a_register_of_activities_is_added_beside_all_there_is(empty_engine: Engine) -> None:
    migrate(empty_engine)
    back_to(empty_engine, "0015")
    assert {"activity", "trigger_record"}.isdisjoint(inspect(empty_engine).get_table_names())
    with writing(empty_engine) as session:
        session.add(Organisation(key="SYT", kind="agency", groups="", position=1))
    migrate(empty_engine)
    with writing(empty_engine) as session:
        unit = session.exec(select(Organisation)).one()
        said = {"kind": "meeting", "on_day": date(2014, 3, 3), "summary": "Tập huấn", "recorded_by": "Lan"}
        facts = {"obligation": "II1-GUIDE", "organisation_id": unit.id or 0, "recorded_at": IN_NOVEMBER, **said}
        row = Activity(**facts)
        session.add(row)
        session.flush()
        session.add(Activity(**facts, corrects_id=row.id))
    with reading(empty_engine) as session:
        assert [one.recorded_at for one in session.exec(select(Activity))] == [IN_NOVEMBER] * 2


def test_steps_of_a_home_from_before_are_kept_and_reminded_of(empty_engine: Engine) -> None:
    prepared(empty_engine, SIGNED)
    an_answer(empty_engine, an_office(), IN_NOVEMBER)
    with reading(empty_engine) as session:
        before = [(one.id, one.code, one.target_day, one.applicable) for one in session.exec(select(Stage))]
    back_to(empty_engine, "0019")
    migrate(empty_engine)
    with writing(empty_engine) as session:
        kept = [(one.id, one.code, one.target_day, one.applicable) for one in session.exec(select(Stage))]
        remind(session, an_office(), at("2013-11-22"))
        [step] = session.exec(select(Stage).where(col(Stage.term_id).is_not(None))).all()
    assert kept == before
    assert step.code == "I5-APPROVE"


def test_rows_of_tables_are_kept_beside_the_hand_ins_there_are(empty_engine: Engine) -> None:
    migrate(empty_engine)
    back_to(empty_engine, "0019")
    kept = {"content_check", "content_row", "content_settlement", "consolidation", "consolidation_row"}
    assert kept.isdisjoint(inspect(empty_engine).get_table_names())
    migrate(empty_engine)
    assert kept <= set(inspect(empty_engine).get_table_names())


def test_frozen_tables_of_a_home_from_before_are_kept_and_can_be_approved(empty_engine: Engine) -> None:
    prepared(empty_engine, SIGNED)
    an_answer(empty_engine, an_office(), IN_NOVEMBER)
    facts = {"form": "{}", "facts": "{}", "rows_count": 0, "sha256": "0" * 64, "reason": "", "frozen_by": "Lan"}
    of = {"obligation": "I5-CALENDAR", "period": "2014", "number": 1, "frozen_at": IN_NOVEMBER}
    with writing(empty_engine) as session:
        session.add(Consolidation(**of, **facts))
    back_to(empty_engine, "0025")
    assert "consolidation_approval" not in inspect(empty_engine).get_table_names()
    migrate(empty_engine)
    with writing(empty_engine) as session:
        version, stage = session.exec(select(Consolidation)).one(), session.exec(select(Stage)).first()
        assert stage is not None
        session.add(ConsolidationApproval(consolidation_id=version.id or 0, stage_id=stage.id or 0))


def test_forms_of_the_office_are_added_beside_all_there_is(empty_engine: Engine) -> None:
    migrate(empty_engine)
    back_to(empty_engine, "0019")
    assert "office_form" not in inspect(empty_engine).get_table_names()
    migrate(empty_engine)
    facts = {"plan_code": "70-KH-UBND", "title": "Biểu 01", "sheets": "[]", "file_name": "b.xlsx", "file_size": 1}
    with writing(empty_engine) as session:
        for _ in range(2):  # drafts have no number, so there may be many
            session.add(OfficeForm(**facts, file_sha256="0" * 64, changed_at=IN_NOVEMBER, changed_by="Lan"))
    with reading(empty_engine) as session:
        assert [one.changed_at for one in session.exec(select(OfficeForm))] == [IN_NOVEMBER] * 2


def test_a_drafted_report_gets_its_file_and_its_approval_from_the_log(empty_engine: Engine) -> None:
    prepared(empty_engine)
    with writing(empty_engine) as session:
        plan_ahead(session, an_office(), IN_NOVEMBER)
        cut_off = (col(Occurrence.data_cutoff).is_not(None),)
        first, second = session.exec(select(Occurrence).where(*cut_off).order_by(col(Occurrence.id)).limit(2)).all()
        for row in (first, second):
            row.drafted_at = IN_NOVEMBER
            session.add(row)
            log.append(
                session, IN_NOVEMBER, "kyhan", "report.draft", f"occurrence:{row.id}", {"file": f"{row.id}.docx"}
            )
        log.append(session, IN_NOVEMBER, "Hùng", "report.approve", f"occurrence:{second.id}", {})
        days = {row.id: row.data_cutoff for row in (first, second)}
    back_to(empty_engine, "0025")
    migrate(empty_engine)
    with reading(empty_engine) as session:
        drafts = session.exec(select(ReportDraft).order_by(col(ReportDraft.occurrence_id))).all()
    assert {row.occurrence_id: row.as_of for row in drafts} == days
    assert [(row.file, row.state, row.changed_by) for row in drafts] == [
        (f"reports/{first.id}.docx", "draft", ""),
        (f"reports/{second.id}.docx", "approved", "Hùng"),
    ]
    assert {(row.version, row.drafted_at, row.document_number) for row in drafts} == {(1, IN_NOVEMBER, "")}


def test_a_signed_file_belongs_to_one_document(empty_engine: Engine) -> None:
    migrate(empty_engine)
    back_to(empty_engine, "0027")
    assert "signed_file" not in inspect(empty_engine).get_table_names()
    migrate(empty_engine)
    of_none = SignedFile(name="a.pdf", sha256="0" * 64, size=1, filed_at=IN_NOVEMBER, filed_by="Lan")
    with pytest.raises(IntegrityError), writing(empty_engine) as session:
        session.add(of_none)
