"""Who was there on 23/10/2013, what happened to them later, and the small files beside."""

from __future__ import annotations

from datetime import date
from unicodedata import is_normalized

import pytest

from config.catalogue import SHIPPED, Catalogue, load_catalogue, load_history, load_ladders
from rules.working_days import WorkCalendar

D = date.fromisoformat


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.mark.parametrize(
    ("group", "count"), [("lead", 1), ("departments", 18), ("districts", 11), ("disseminating", 33)]
)
def test_a_group_has_the_size_it_had_in_2013(group: str, count: int, catalogue: Catalogue) -> None:
    assert len(catalogue.units([group])) == count


def test_the_33_that_disseminate_are_the_lead_the_departments_the_districts_and_three_agencies(
    catalogue: Catalogue,
) -> None:
    expected = catalogue.units(["CTK", "departments", "districts", "CUCTHUE", "KBNN", "NHNN"])
    assert catalogue.units(["disseminating"]) == expected


def test_the_demand_list_has_one_lead_and_32_contributors(catalogue: Catalogue) -> None:
    lead, contributors = catalogue.plan.obligation("I2A-DEMAND-LIST").bound
    assert catalogue.units(lead.units) == ("CTK",)
    assert len(catalogue.units(contributors.units)) == 32
    assert (contributors.target_month, contributors.target_day) == (11, 15)


def test_each_organisation_had_one_name_and_one_head_title_on_the_day_of_the_plan(catalogue: Catalogue) -> None:
    signed = catalogue.plan.signed_on
    for entry in catalogue.organisations:
        (name,) = [name for name in entry.names if name.valid_from <= signed]
        assert name.name, name.abbreviation
        assert name.head_title
        assert is_normalized("NFC", name.name)


def test_every_department_has_a_line_ministry_and_no_district_has_one(catalogue: Catalogue) -> None:
    ministry = {entry.key: entry.line_ministry for entry in catalogue.organisations}
    assert all(ministry[key] for key in catalogue.units(["departments"]))
    assert not any(ministry[key] for key in catalogue.units(["districts"]))


def test_abbreviations_keep_their_diacritics(catalogue: Catalogue) -> None:
    abbreviations = {entry.key: entry.names[0].abbreviation for entry in catalogue.organisations}
    assert [abbreviations[key] for key in ("SKHDT", "SLDTBXH", "SGDDT")] == ["SKHĐT", "SLĐTBXH", "SGDĐT"]


def test_nga_nam_is_a_district_in_the_register_and_a_town_in_the_history(catalogue: Catalogue) -> None:
    register = {entry.key: entry for entry in catalogue.organisations}
    first = load_history()[0]
    assert register["H-NGANAM"].names[0].name == "Ủy ban nhân dân huyện Ngã Năm"
    ((key, name),) = first.names
    assert (key, name.name, name.valid_from) == ("H-NGANAM", "Ủy ban nhân dân thị xã Ngã Năm", D("2013-12-29"))


def test_the_history_knows_the_mergers_of_2025_by_new_keys_even_where_the_name_is_old() -> None:
    created = {entry.key: entry.names[0].name for change in load_history() for entry in change.creates}
    assert created["STC-2025"] == "Sở Tài chính tỉnh Sóc Trăng"
    assert "UBND-CANTHO" in created


def test_every_change_has_a_legal_basis_and_says_how_sure_it_is() -> None:
    history = load_history()
    assert [change.effective_on for change in history] == sorted(change.effective_on for change in history)
    assert all(change.legal_basis and change.confidence for change in history)


def test_every_successor_exists_in_the_register_or_is_created_by_then(catalogue: Catalogue) -> None:
    known = {entry.key for entry in catalogue.organisations}
    history = load_history()
    known |= {entry.key for change in history for entry in change.creates}
    assert {key for change in history for key in change.to_keys} <= known
    parents = {entry.parent for change in history for entry in change.creates}
    ministries = {entry.line_ministry for change in history for entry in change.creates}
    assert (parents | ministries) - {None} <= known


def test_the_default_ladder_reminds_twice_urges_once_drafts_two_letters_and_goes_on_each_month(
    catalogue: Catalogue,
) -> None:
    steps = catalogue.ladders_by_id["default"].steps
    assert [(step.id, step.offset, step.anchor) for step in steps] == [
        ("L1", -15, "target_day"),
        ("L2", -3, "target_day"),
        ("L3", 1, "late_after"),
        ("CV1", 5, "late_after"),
        ("CV2", 10, "late_after"),
        ("REP", 15, "late_after"),
        ("LD", 25, "late_after"),
        ("HT", 35, "late_after"),
    ]
    assert [step.reaches for step in steps[:4]] == [
        ("focal_point",),
        ("focal_point", "deputy"),
        ("head", "focal_point"),
        ("coordinator",),
    ]


def test_every_step_has_a_message_to_send(catalogue: Catalogue) -> None:
    written = {folder.name for folder in (SHIPPED.parent / "notifications" / "messages").iterdir() if folder.is_dir()}
    steps = [step for ladder in catalogue.ladders for step in ladder.steps]
    assert {step.message for step in steps if step.channels} <= written


def test_a_soft_duty_is_never_urged() -> None:
    soft = {ladder.id: ladder for ladder in load_ladders()}["soft"]
    assert {step.anchor for step in soft.steps} == {"target_day"}


def test_the_late_swap_of_january_2026_is_known(catalogue: Catalogue) -> None:
    calendar = WorkCalendar(catalogue.overrides)
    assert not calendar.is_working_day(D("2026-01-02"))
    assert calendar.is_working_day(D("2026-01-10"))


def test_a_day_nobody_confirmed_is_shown_but_does_not_count(catalogue: Catalogue) -> None:
    unconfirmed = [day.day for day in catalogue.calendar_days if not day.confirmed]
    assert unconfirmed == [D("2026-11-24")]
    assert D("2026-11-24") not in {override.day for override in catalogue.overrides}


def test_email_is_the_guaranteed_channel(catalogue: Catalogue) -> None:
    assert [channel.name for channel in catalogue.channels if channel.enabled and channel.guaranteed] == ["email"]


def test_no_address_of_a_person_is_shipped() -> None:
    assert [path.name for path in SHIPPED.glob("**/*.yaml") if "@" in path.read_text()] == []
