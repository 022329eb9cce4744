"""The guide names the templates and parameters the code really fills."""

from __future__ import annotations

import re

import pytest
from the_house import ROOT

from config.catalogue import load_catalogue
from config.settings import ZALO_TEMPLATES
from notifications.kinds import MessageKind
from notifications.zalo.params import PARAMETERS, wanted

GUIDES = ("docs/zalo.vi.md", "docs/zalo.en.md")
TEMPLATE = re.compile(r"^\| `KYHAN_ZALO_TEMPLATE_(\w+)`[^|]*\| (.*) \|$", re.MULTILINE)
PARAMETER = re.compile(r"^\| `(\w+)` \| ([A-Z]+) \| (\d+) \|", re.MULTILINE)


def text(guide: str) -> str:
    return (ROOT / guide).read_text(encoding="utf-8")


@pytest.mark.parametrize("guide", GUIDES)
def test_every_template_is_listed_with_its_parameters(guide: str) -> None:
    told = {kind.lower(): re.findall(r"`(\w+)`", names) for kind, names in TEMPLATE.findall(text(guide))}
    assert {f"zalo_template_{kind}" for kind in told} == set(ZALO_TEMPLATES)
    assert told == {kind: [one.name for one in wanted(MessageKind(kind))] for kind in told}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_parameter_is_listed_with_its_kind_and_length(guide: str) -> None:
    told = {name: (kind, int(longest)) for name, kind, longest in PARAMETER.findall(text(guide))}
    assert told == {one.name: (one.kind, one.bounds[1]) for one in PARAMETERS.values()}


@pytest.mark.parametrize("guide", GUIDES)
def test_the_limits_of_the_bot_are_those_of_channels_yaml(guide: str) -> None:
    [bot] = [entry.way for entry in load_catalogue().channels if entry.kind == "zalo_bot"]
    plain = text(guide).replace(".", "").replace(",", "")
    assert str(bot.people) in plain
    assert str(bot.per_month) in plain


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_of_the_guide_leads_to_a_file(guide: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text(guide))
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
