from __future__ import annotations

import asyncio
import logging

import pytest
from apprise import Apprise
from builders import header
from mail_server import MailServer

from notifications.apprise.channel import AppriseChannel
from notifications.apprise.schemas import BOT, MAIL, ZNS, collecting, register
from notifications.channel import OutcomeKind
from notifications.email.smtp import SmtpAddress, SmtpChannel
from tests.fakes.zalo_platform.client import DATA, MORNING, Zalo, bot, letter, zns
from tests.fakes.zalo_platform.client import zalo as zalo

K = OutcomeKind
TEMPLATE = "template=due_soon&" + "&".join(f":{name}={value}" for name, value in DATA.items())


@pytest.fixture
def office(zalo: Zalo, mail: MailServer) -> MailServer:
    post = SmtpChannel(SmtpAddress("127.0.0.1", mail.port), ("Kỳ Hạn", "nhacviec@example.vn"), "example.vn")
    channels = {f"{ZNS}://oa": zns(zalo), f"{BOT}://bot": bot(zalo), f"{MAIL}://office": post}
    register(channels, lambda: MORNING)
    return mail


def sent(url: str, body: str = "Nhắc hạn", title: str = "") -> tuple[bool, list]:
    service = Apprise()
    assert service.add(url)
    with collecting() as outcomes:
        accepted = service.notify(body=body, title=title)
    return bool(accepted), outcomes


def test_a_template_message_is_written_as_a_url(zalo: Zalo, office: MailServer):
    accepted, outcomes = sent(f"zalozns://oa/0987654321/?{TEMPLATE}")
    assert (accepted, outcomes[0].kind, outcomes[0].provider_ref) == (True, K.OK, zalo.sent[0]["msg_id"])
    assert zalo.sent[0]["body"]["template_data"] == DATA


def test_a_bots_message_is_written_as_a_url(zalo: Zalo, office: MailServer):
    assert sent("zalobot://bot/chat-lan", "Nhắc hạn: Sở Tài chính")[0]
    assert zalo.sent[0]["text"] == "Nhắc hạn: Sở Tài chính"


def test_a_mail_by_profile(office: MailServer):
    assert sent("kyhanmail://office/lan@stc.example.vn", title="Nhắc hạn")[0]
    assert header(office.mails[0], "Subject") == "Nhắc hạn"


def test_a_mail_by_server(office: MailServer):
    url = f"kyhanmail://127.0.0.1:{office.port}/lan@stc.example.vn?from=nhac@example.vn&mode=plain"
    assert sent(url, title="Nhắc hạn")[0]
    assert "nhac@example.vn" in header(office.mails[0], "From")


@pytest.mark.parametrize(("digits", "kind"), [("118", K.DEAD), ("499", K.UNKNOWN), ("141", K.OPTOUT)])
def test_apprise_says_no_and_the_outcome_says_why(zalo: Zalo, office: MailServer, digits: str, kind: OutcomeKind):
    accepted, outcomes = sent(f"zalozns://oa/0987654{digits}/?{TEMPLATE}")
    assert (accepted, [one.kind for one in outcomes]) == (False, [kind])


def test_outcomes_of_several_services_are_found(zalo: Zalo, office: MailServer):
    service = Apprise([f"zalozns://oa/0987654{n}/?{TEMPLATE}" for n in (118, 321)] + ["zalobot://bot/chat-lan"])
    with collecting() as outcomes:
        service.notify(body="Nhắc hạn")
    assert sorted(one.kind for one in outcomes) == sorted([K.DEAD, K.OK, K.OK])
    with collecting() as outcomes:
        asyncio.run(service.async_notify(body="Nhắc hạn"))
    assert len(outcomes) == 3


def test_outside_a_collection_nothing_is_kept(zalo: Zalo, office: MailServer):
    with collecting() as outcomes:
        pass
    service = Apprise("zalobot://bot/chat-lan")
    assert service.notify(body="Nhắc hạn")
    assert outcomes == []


def test_registering_twice_is_no_harm_and_the_last_call_counts(zalo: Zalo, office: MailServer, caplog):
    caplog.set_level(logging.WARNING)
    register({}, lambda: MORNING)
    accepted, outcomes = sent("zalobot://bot/chat-lan")
    assert (accepted, outcomes[0].code) == (False, "no-profile")
    assert "already defined" not in caplog.text


def test_apprise_does_not_try_again_by_itself(zalo: Zalo, office: MailServer):
    assert not sent(f"zalozns://oa/0987654499/?retry=5&{TEMPLATE}")[0]
    assert len(zalo.sent) == 1


@pytest.mark.parametrize("url", ["zalobot://bot/", "zalozns://oa", "kyhanmail://office/"])
def test_a_url_without_a_recipient_is_refused(office: MailServer, url: str):
    assert not Apprise().add(url)


def test_our_schemas_work_in_channels_yaml_too(zalo: Zalo, office: MailServer):
    channel = AppriseChannel("zalobot://bot/{address}", "zalo")
    assert channel.send(letter("chat-lan")).kind is K.OK


def test_a_url_shows_no_password(office: MailServer):
    url = "kyhanmail://lan:mat-khau-thu@smtp.example.vn:587/lan@stc.example.vn?from=nhac@example.vn"
    service = Apprise(url)
    assert "mat-khau-thu" not in service[0].url(privacy=True) + service[0].url() + repr(service[0].about)


def test_the_same_key_gives_the_same_message_id(office: MailServer):
    for _ in range(2):
        assert sent("kyhanmail://office/lan@stc.example.vn?key=receipt:42", title="Đã nhận")[0]
    assert len({header(one, "Message-ID") for one in office.mails}) == 1
