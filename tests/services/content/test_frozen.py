"""A frozen consolidation is numbered and sealed; what came after it is shown as a difference."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import at, rows
from content_builders import a_product, accepted, entries, handed_in, judged, with_forms
from sqlalchemy import Engine, update

from models.database import reading, writing
from models.tables.content import Consolidation, ConsolidationRow
from rules.office import Office
from services.content.consolidation import Consolidated, consolidate
from services.content.frozen import changes_between, changes_since, freeze, frozen_table
from services.errors import Refused
from services.operations.tick import tick

DUTY, YEAR = "I4B-CATALOGUE", "2015"
SEPTEMBER, LATER = at("2014-09-10"), at("2014-10-03")


@pytest.fixture
def home(engine: Engine, office: Office, tmp_path: Path) -> Office:
    home = with_forms(office, tmp_path)
    tick(engine, home, SEPTEMBER, DUTY)
    return home


def put_together(engine: Engine, home: Office) -> Consolidated:
    with reading(engine) as session:
        return consolidate(session, home, DUTY, YEAR, LATER)


def send(engine: Engine, home: Office, unit: str, *names: str, **values: str) -> None:
    judgement = judged(*(a_product(name, **values) for name in names))
    accepted(engine, handed_in(engine, home, unit, SEPTEMBER, judgement, DUTY, YEAR), SEPTEMBER)


def frozen(engine: Engine, home: Office, reason: str = "") -> Consolidation:
    whole = put_together(engine, home)
    with writing(engine) as session:
        return freeze(session, whole, "Mai", reason, LATER)


def test_versions_are_numbered_and_the_log_keeps_their_digest(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", "A")
    first = frozen(engine, home)
    send(engine, home, "STC", "B")
    second = frozen(engine, home)
    assert [(one.number, one.rows_count) for one in (first, second)] == [(1, 1), (2, 2)]
    logged = [json.loads(entry.details)["sha256"] for entry in entries(engine, "content.freeze")]
    assert logged == [first.sha256, second.sha256]


def test_what_came_after_a_frozen_version_is_the_difference(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", "A", "B")
    frozen(engine, home)
    send(engine, home, "STC", "C")
    frozen(engine, home)
    whole = put_together(engine, home)
    with reading(engine) as session:
        first, second = (frozen_table(session, DUTY, YEAR, number) for number in (1, 2))
    assert first
    assert second
    since = changes_since(whole, first)
    assert ([row.values["name"] for row in since.added], since.dropped, since.changed) == (["C"], (), ())
    assert changes_between(whole, second, second).is_empty
    assert [row.values["name"] for row in changes_between(whole, second, first).dropped] == ["C"]


def test_a_frozen_row_that_somebody_changes_is_noticed(engine: Engine, home: Office) -> None:
    send(engine, home, "SYT", "A")
    frozen(engine, home)
    assert is_whole(engine)
    with writing(engine) as session:
        session.execute(update(ConsolidationRow).values(cells='{"name":"B"}'))
    assert not is_whole(engine)


def is_whole(engine: Engine) -> bool:
    with reading(engine) as session:
        table = frozen_table(session, DUTY, YEAR, 1)
    assert table
    return table.is_whole


def test_nothing_is_frozen_twice_or_empty_or_in_conflict_without_a_reason(engine: Engine, home: Office) -> None:
    with pytest.raises(Refused, match="chưa có dòng"):
        frozen(engine, home)
    send(engine, home, "SYT", "A")
    frozen(engine, home)
    with pytest.raises(Refused, match="không khác bản chốt số 1"):
        frozen(engine, home)
    send(engine, home, "STC", "A", frequency="năm")
    with pytest.raises(Refused, match="cần ghi lý do"):
        frozen(engine, home)
    assert frozen(engine, home, "UBND tỉnh yêu cầu").reason == "UBND tỉnh yêu cầu"
    assert len(rows(engine, Consolidation)) == 2
