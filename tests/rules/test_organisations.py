"""Whom the body that runs a plan may urge, and whom it asks."""

from __future__ import annotations

import pytest

from rules.organisations import superiors

PARENTS = {"CTK": "TCTK", "TCTK": "BKHDT", "BKHDT": "CP", "UBND": "CP", "CP": None, "SYT": "UBND", "H-X": "UBND"}


@pytest.mark.parametrize("issuer", ["UBND", ""])
def test_the_lead_asks_who_is_above_it_and_who_gave_it_the_plan(issuer):
    above = superiors("CTK", issuer, PARENTS)
    assert above == {"TCTK", "BKHDT", "CP"} | ({"UBND"} if issuer else set())
    assert not above & {"CTK", "SYT", "H-X"}


def test_a_lead_that_issued_its_own_plan_is_not_its_own_superior():
    assert superiors("UBND", "UBND", PARENTS) == {"CP"}


def test_a_register_in_a_circle_ends():
    assert superiors("A", "", {"A": "B", "B": "C", "C": "A"}) == {"B", "C"}
