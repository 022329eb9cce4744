"""A second plan: which one a new home follows, who names the other, and when it can take over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from builders import IN_NOVEMBER, an_office, at, the_catalogue
from sqlalchemy import Engine, update

from config.catalogue import SHIPPED, Catalogue, load_catalogue
from config.problems import CatalogueError
from models.database import writing
from models.tables.plan import PlanVersion
from services.checkup.data import plans_beside, shipped_plan
from services.errors import Refused
from services.operations.tick import tick
from services.plan.load import load_plan

SIGNED, NOW = date(2013, 12, 30), at("2014-01-08")
NEWEST = ("A23", "A24", "A25")


def a_configuration(root: Path, folder: str = "80-KH-UBND") -> Path:
    """With a second plan: the shipped one under another id, signed later."""
    copytree(SHIPPED, root, dirs_exist_ok=True, ignore=ignore_patterns("*.py", "__pycache__"))
    copytree(root / "plans" / "70-KH-UBND", root / "plans" / folder)
    path = root / "plans" / folder / "plan.yaml"
    text = path.read_text("utf-8").replace("id: 70-KH-UBND", "id: 80-KH-UBND", 1)
    text = text.replace("number: 70/KH-UBND", "number: 80/KH-UBND", 1)
    path.write_text(text.replace("signed_on: 2013-10-23", f"signed_on: {SIGNED}", 1), "utf-8")
    return root


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(a_configuration(tmp_path / "config"))


def test_a_new_home_follows_the_plan_in_force_that_was_signed_last(catalogue: Catalogue) -> None:
    days = (date(2013, 1, 1), SIGNED - timedelta(days=1), SIGNED, date(2026, 11, 30))
    assert [catalogue.plan_on(day).number for day in days] == ["70/KH-UBND", "70/KH-UBND", "80/KH-UBND", "80/KH-UBND"]
    ended = replace(catalogue.plans[1], in_force_to=date(2014, 12, 31))
    assert replace(catalogue, plans=(catalogue.plans[0], ended)).plan_on(date(2015, 1, 1)).number == "70/KH-UBND"


def test_the_doctor_names_a_plan_in_force_that_is_not_followed(catalogue: Catalogue) -> None:
    old, new = catalogue.plans
    [finding] = plans_beside(old, catalogue.plans, NOW)
    assert (finding.ok, finding.todo_vi) == (
        False,
        "dùng một KYHAN_HOME riêng cho kế hoạch này, hoặc bỏ thư mục của nó khỏi config/plans",
    )
    assert finding.vi.startswith("80/KH-UBND")
    ended = replace(old, in_force_to=date(2013, 12, 31))
    assert plans_beside(new, (ended, new), NOW) == []


def test_the_doctor_says_that_the_shipped_plan_says_more_than_the_version_in_force(engine: Engine) -> None:
    """A home keeps the version it has loaded: new interpretations are in force once the new version is."""
    plans = the_catalogue().plans
    assert shipped_plan(engine, plans, SHIPPED) == []
    older = replace(plans[0], interpretations=tuple(one for one in plans[0].interpretations if one.key not in NEWEST))
    with writing(engine) as session:
        load_plan(session, older, NOW)
    [finding] = shipped_plan(engine, plans, SHIPPED)
    assert (finding.ok, "thêm A23, A24, A25 so với phiên bản 2" in finding.vi) == (False, True)
    assert f"kyhan plan load {SHIPPED}/plans/70-KH-UBND/plan.yaml" in finding.todo_vi
    with writing(engine) as session:
        session.execute(update(PlanVersion).values(decision="15/QĐ-UBND"))
    assert shipped_plan(engine, plans, SHIPPED) == []
    with writing(engine) as session:
        load_plan(session, plans[0], NOW)
    assert shipped_plan(engine, plans, SHIPPED) == []


def test_a_plan_in_a_folder_of_another_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(a_configuration(tmp_path / "config", "ke-hoach-80"))
    [problem] = caught.value.problems
    assert (problem.file.parent.name, problem.message_vi) == ("ke-hoach-80", "thư mục phải có tên 80-KH-UBND")


def test_it_does_not_take_over_while_cases_of_the_plan_before_are_open(
    catalogue: Catalogue, sqlite_engine: Engine
) -> None:
    tick(sqlite_engine, an_office(), IN_NOVEMBER)
    wrong = r"80/KH-UBND không phải phiên bản mới của 70/KH-UBND .* KYHAN_HOME riêng"
    with pytest.raises(Refused, match=wrong), writing(sqlite_engine) as session:
        load_plan(session, catalogue.plan, NOW)


def test_it_takes_over_where_nothing_is_open(catalogue: Catalogue, sqlite_engine: Engine) -> None:
    with writing(sqlite_engine) as session:
        assert load_plan(session, catalogue.plan, NOW).number == "80/KH-UBND"
