"""An entry of channels.yaml that cannot work is refused when it is read: the line, and what to do in both languages."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree
from typing import get_args

import pytest

from bootstrap.channels import MAKERS
from config.catalogue import SHIPPED, load_catalogue
from config.channels import Kind
from config.problems import CatalogueError
from rules.channels import REACHES_BY

TELEGRAM = ["kind: apprise", "url: 'tgram://{secret}/{address}'", "reaches_by: telegram"]
ROOM = ["kind: apprise", "url: 'slack://{secret}/'", "shared: true"]
SMS = ["kind: apprise", "url: 'd7sms://user:{secret}@{address}'", "reaches_by: phone"]
OVERDUE = "      message: overdue\n      channels: [email, zalo]"
WRONG = [
    ("a kind nobody made", ["kind: pigeon"], "phải là một trong", "must be one of"),
    ("no url", ["kind: apprise", "reaches_by: telegram"], "cần url", "needs a url"),
    ("a url of ours", ["kind: smtp", "url: 'x://{address}'"], "cần url", "needs a url"),
    ("no word for the address", TELEGRAM[:2], "cần reaches_by", "say reaches_by"),
    ("no address and no room", [TELEGRAM[0], ROOM[1], TELEGRAM[2]], "shared: true", "shared: true"),
    ("a room for each person", [*TELEGRAM[:2], "shared: true"], "shared: true", "shared: true"),
    ("a room of somebody", [*ROOM, "reaches_by: slack"], "phòng chung", "shared channel"),
    ("a room that must not fail", [*ROOM, "guaranteed: true"], "phòng chung", "shared channel"),
    ("a mail server as a room", ["kind: smtp", "shared: true"], "ghi shared", "may be shared"),
    ("capitals", [*TELEGRAM[:2], "reaches_by: Telegram"], "viết sai dạng", "does not match"),
    ("the bot by telephone", ["kind: zalo_bot", "reaches_by: phone"], "chỉ gửi được đến bot", "by bot alone"),
]  # fmt: skip


def with_entry(folder: Path, lines: list[str], overdue: str = OVERDUE) -> Path:
    copytree(SHIPPED, folder, ignore=lambda *_: ["__pycache__"])
    title = "title: {vi: Nhóm, en: Team}"
    with (folder / "channels.yaml").open("a", encoding="utf-8") as file:
        file.write("\n  ".join(["- name: team", "enabled: true", title, *lines]) + "\n")
    ladders = (folder / "ladders.yaml").read_text("utf-8")
    (folder / "ladders.yaml").write_text(ladders.replace(OVERDUE, overdue, 1), "utf-8")
    return folder


@pytest.mark.parametrize(("lines", "vi", "en"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_a_wrong_entry_is_refused_with_its_line(tmp_path: Path, lines: list[str], vi: str, en: str) -> None:
    folder = with_entry(tmp_path / "config", lines)
    with pytest.raises(CatalogueError) as refused:
        load_catalogue(folder)
    problem = refused.value.problems[0]
    begin = len((SHIPPED / "channels.yaml").read_text("utf-8").splitlines())
    assert problem.file == folder / "channels.yaml"
    assert begin < problem.line <= begin + 3 + len(lines)
    assert vi in problem.message_vi
    assert en in problem.message_en


@pytest.mark.parametrize("lines", [TELEGRAM, ROOM, SMS])
def test_an_entry_of_any_service_is_taken_and_a_ladder_may_name_it(tmp_path: Path, lines: list[str]) -> None:
    overdue = OVERDUE if lines is ROOM else OVERDUE.replace("zalo", "team")
    catalogue = load_catalogue(with_entry(tmp_path / "config", lines, overdue))
    assert catalogue.channels[-1].policy.family == "team"
    assert any("team" in step.channels for step in catalogue.ladders[0].steps) == (lines is not ROOM)


def test_a_room_is_no_channel_for_reminders_of_units(tmp_path: Path) -> None:
    folder = with_entry(tmp_path / "config", ROOM, OVERDUE.replace("zalo", "team"))
    with pytest.raises(CatalogueError, match="phòng chung"):
        load_catalogue(folder)


def test_every_kind_has_a_maker_and_an_address() -> None:
    assert set(get_args(Kind)) == set(MAKERS) == {*REACHES_BY, "apprise"}
