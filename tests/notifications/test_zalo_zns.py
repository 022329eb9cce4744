from __future__ import annotations

from notifications.channel import OutcomeKind
from tests.fakes.zalo_platform.client import DATA, Zalo, letter, zns
from tests.fakes.zalo_platform.client import zalo as zalo


def test_a_template_message_is_accepted_and_names_what_is_left_of_the_day(zalo: Zalo):
    outcome = zns(zalo).send(letter())
    assert (outcome.kind, outcome.code, outcome.quota) == (OutcomeKind.OK, "0", (499, 500))
    assert "499/500" in outcome.detail
    (message,) = zalo.sent
    assert message["msg_id"] == outcome.provider_ref
    assert message["to"] == "84987654321"
    assert message["body"]["template_data"] == DATA
