"""An operator makes, lists and revokes the tokens of other systems."""

from __future__ import annotations

from tests.cli.conftest import Kyhan

READ = ("--scope", "cases:read")
NEW = ("api", "token", "new", "iOffice", *READ)


def test_a_token_is_shown_once_and_listed_without_it(kyhan: Kyhan) -> None:
    made = kyhan(
        "api", "token", "new", "iOffice", *READ, "--scope", "submissions:write", "--unit", "syt", "--json"
    ).json
    listed = kyhan("api", "token", "list", "--json")
    assert made["token"].startswith("kyhan_")
    assert made["token"] not in listed.out
    (line,) = listed.json
    assert (line["name"], line["scopes"], line["unit"]) == ("iOffice", "cases:read submissions:write", "SYT")


def test_a_revoked_token_stays_on_the_list(kyhan: Kyhan) -> None:
    number = kyhan("api", "token", "new", "iOffice", *READ, "--json").json["id"]
    assert kyhan("api", "token", "revoke", number).code == 0
    assert "đã thu hồi" in kyhan("api", "token", "list").out
    assert kyhan("api", "token", "revoke", number).code == 1


def test_a_wrong_unit_scope_or_life_is_refused_in_words(kyhan: Kyhan) -> None:
    assert "SYT" in kyhan("api", "token", "new", "iOffice", *READ, "--unit", "SYTE").err
    assert "decisions:write" in kyhan("api", "token", "new", "x", "--scope", "decisions:write", "--unit", "SYT").err
    assert "731" in kyhan("api", "token", "new", "iOffice", *READ, "--days", "4000").err
    assert kyhan("api", "token", "new", "iOffice", "--scope", "everything").code == 2
