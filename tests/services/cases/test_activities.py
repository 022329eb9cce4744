"""The register of activities: what is recorded of a standing duty, corrected, taken back, and counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from builders import at, rows
from sqlalchemy import Engine
from sqlmodel import col, select

from models.database import reading, writing
from models.queries.cases.activities import ActivitySelection, activities, counts
from models.queries.plan.occurrences import organisations_by_key
from models.tables.activities import Activity
from models.tables.log import LogEntry
from rules.activities import Entry
from rules.office import Office
from services.cases.activities import EntryRefused, add, correct, take_back
from services.files.store import StoredFile, store_bytes
from services.files.verify import differences, unregistered

NOW = at("2014-03-10")
URGE, USERS = "II2-GUIDE-CHECK-URGE", "I2B-GUIDE-USERS"
GUIDANCE = Entry("guidance", date(2014, 3, 3), "Hướng dẫn xây dựng Lịch phổ biến", "12/CTK-TH")
MEETING = Entry("meeting", date(2014, 3, 5), "Tập huấn tra cứu niên giám", people=40)


def recorded(engine: Engine, office: Office, entry: Entry, duty: str = URGE, unit: str = "CTK", **more) -> int:
    with writing(engine) as session:
        id = organisations_by_key(session)[unit].id
        return add(session, office, duty, id, entry, "Lan", more.pop("now", NOW), **more).id


def standing(engine: Engine, **selection) -> list[Activity]:
    with reading(engine) as session:
        return list(activities(session, ActivitySelection(**selection)))


def test_a_correction_and_a_withdrawal_keep_what_was_said_before(engine: Engine, office: Office) -> None:
    id = recorded(engine, office, GUIDANCE)
    with writing(engine) as session:
        corrected = correct(session, office, id, replace(GUIDANCE, number="13/CTK-TH"), "Mai", at("2014-03-11")).id
    assert [(row.document_number, row.corrects_id) for row in standing(engine)] == [("13/CTK-TH", id)]
    with writing(engine) as session:
        take_back(session, corrected, "Ghi nhầm cơ quan", "Mai", at("2014-03-12"))
    assert standing(engine) == []
    assert [row.document_number for row in standing(engine, as_of=at("2014-03-10", "23:00"))] == ["12/CTK-TH"]
    assert [row.document_number for row in standing(engine, as_of=at("2014-03-11", "23:00"))] == ["13/CTK-TH"]
    kept = rows(engine, Activity)
    assert [(row.ended_by, row.ended_reason) for row in kept] == [("Mai", ""), ("Mai", "Ghi nhầm cơ quan")]
    with reading(engine) as session:
        logged = session.exec(select(LogEntry.action).where(col(LogEntry.subject).startswith("activity:"))).all()
    assert logged == ["activity.add", "activity.correct", "activity.take_back"]


def test_each_period_is_counted_by_unit_and_kind_in_one_statement(engine: Engine, office: Office) -> None:
    recorded(engine, office, MEETING, USERS, "SYT")
    recorded(engine, office, replace(MEETING, on_day=date(2014, 3, 6), people=25), USERS, "SYT")
    recorded(engine, office, Entry("users", date(2014, 2, 3), people=7), USERS, "STC")
    recorded(engine, office, MEETING, USERS, "STC")
    with reading(engine) as session:
        march = counts(session, ActivitySelection(first=date(2014, 3, 1), last=date(2014, 3, 31)))
        names = {row.id: key for key, row in organisations_by_key(session).items()}
    found = {(names[one.organisation_id], one.kind, one.entries, one.people) for one in march}
    assert found == {("SYT", "meeting", 2, 65), ("STC", "meeting", 1, 40)}


def test_a_form_sent_twice_is_one_entry(engine: Engine, office: Office) -> None:
    assert recorded(engine, office, MEETING, USERS, "SYT") == recorded(engine, office, MEETING, USERS, "SYT")
    assert len(standing(engine)) == 1


WRONG: dict[str, tuple[str, Entry]] = {
    "kind": (URGE, replace(GUIDANCE, kind="update")),
    "no register": ("I5-CALENDAR", GUIDANCE),
    "day": (URGE, replace(GUIDANCE, on_day=None)),
    "ahead": (URGE, replace(GUIDANCE, on_day=date(2014, 3, 11))),
    "before the plan": (URGE, replace(GUIDANCE, on_day=date(2013, 10, 22))),
    "number": (URGE, replace(GUIDANCE, number="")),
    "summary": (URGE, replace(GUIDANCE, summary="")),
    "people": (USERS, replace(MEETING, people=0)),
    "nobody": (USERS, Entry("users", date(2014, 3, 3))),
}
FIELD = {"no register": "kind", "ahead": "day", "before the plan": "day", "nobody": "people"}


@pytest.mark.parametrize("case", WRONG)
def test_an_entry_says_which_field_is_wrong(engine: Engine, office: Office, case: str) -> None:
    duty, entry = WRONG[case]
    with pytest.raises(EntryRefused, match=f"^{FIELD.get(case, case)}$"):
        recorded(engine, office, entry, duty)
    assert standing(engine) == []


def test_only_who_is_bound_keeps_a_register_of_a_duty(engine: Engine, office: Office) -> None:
    with pytest.raises(EntryRefused, match=r"^unit$"):
        recorded(engine, office, GUIDANCE, URGE, "SYT")


def test_a_document_of_no_case_is_recorded_under_any_duty(engine: Engine, office: Office) -> None:
    recorded(engine, office, Entry("document", date(2014, 3, 3), "Góp ý dự thảo", "5/SYT"), "I5-CALENDAR", "SYT")
    assert [(row.obligation, row.kind) for row in standing(engine)] == [("I5-CALENDAR", "document")]


def test_what_was_ended_is_not_ended_again(engine: Engine, office: Office) -> None:
    id = recorded(engine, office, GUIDANCE)
    twice: list[Callable[..., object]] = [
        lambda session: take_back(session, id, "Nhầm", "Mai", NOW),
        lambda session: correct(session, office, id, GUIDANCE, "Mai", NOW),
    ]
    with writing(engine) as session:
        twice[0](session)
    for again in twice:
        with pytest.raises(EntryRefused, match="gone"), writing(engine) as session:
            again(session)


def test_a_file_is_kept_through_a_correction_and_compared_with_the_store(
    engine: Engine, office: Office, tmp_path: Path
) -> None:
    file = store_bytes(tmp_path / "files", "hướng dẫn.pdf", b"%PDF-1.4")
    id = recorded(engine, office, GUIDANCE, file=file)
    with writing(engine) as session:
        correct(session, office, id, replace(GUIDANCE, summary="Hướng dẫn lập Lịch"), "Mai", NOW)
    assert [row.file_name for row in standing(engine)] == ["hướng dẫn.pdf"]
    with reading(engine) as session:
        assert list(differences(session, tmp_path)) == []
        assert list(unregistered(session, tmp_path)) == []
    recorded(engine, office, MEETING, USERS, file=StoredFile("mất.pdf", "0" * 64, 3))
    with reading(engine) as session:
        assert [(one.file.kind, one.fault) for one in differences(session, tmp_path)] == [("activity", "missing")]
