from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from builders import the_catalogue
from letters import BARE, CATALOGUE, FULL, HEAD, LATE, RECEIPT, RETURNED, SAMPLES, SOON, URGING, digest

from notifications.facts import DigestFacts
from notifications.kinds import MessageKind
from notifications.render.environment import TEMPLATES
from notifications.render.letter import digest_kind
from notifications.render.short_form import LONGEST_SHORT, short_form
from notifications.render.words import fit
from notifications.zalo.params import FILLED, LONGEST, PARAMETERS, parameters_of, shortened, zns_parameters
from notifications.zalo.replies import Wish, about_in, wish_in
from notifications.zalo.templates import misfits

TOLD = {name: sample for name, sample in SAMPLES.items() if not sample[0].details.mail_only}
LONGEST_PERSON = "Huỳnh Nguyễn Thị Thùy Phương Trang"
URL = "https://nhacviec.cucthongke.soctrang.gov.vn/nhiem-vu/"


def units() -> list[str]:
    return [name.name for unit in the_catalogue().organisations for name in unit.names]


def longest(texts: list[str]) -> str:
    return max(texts, key=len)


@pytest.mark.parametrize("name", TOLD)
def test_every_message_has_a_zalo_text(name: str):
    text = short_form(*TOLD[name])
    assert 60 < len(text) <= LONGEST_SHORT
    assert unicodedata.is_normalized("NFC", text)
    assert not re.search(r"\bNone\b|\{|Undefined|\(\)|  |\s[.,;:]|\n|,\s*,|\.\.", text.replace("…", ""))


def test_every_kind_for_zalo_has_its_text():
    with_text = {kind for kind in MessageKind if (TEMPLATES / kind / "short.txt").exists()}
    assert with_text == {kind for kind in MessageKind if not kind.details.mail_only}
    assert with_text == {kind for kind, _ in TOLD.values()}


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind.details.mail_only])
def test_a_way_in_does_not_travel_by_zalo(kind: MessageKind):
    with pytest.raises(ValueError, match="e-mail alone"):
        short_form(kind, digest(CATALOGUE))


def the_longest(**changed: Any) -> dict[str, Any]:
    unit = longest(units())
    return {**FULL, "recipient_name": LONGEST_PERSON, "unit_name": unit, "board_url": URL, **changed}


@pytest.mark.parametrize("code", [duty.id for duty in the_catalogue().plan.obligations])
@pytest.mark.parametrize("kind", [MessageKind.REMINDER, MessageKind.DUE_SOON, MessageKind.OVERDUE])
def test_the_longest_real_names_fit(kind: MessageKind, code: str):
    duty = next(one for one in the_catalogue().plan.obligations if one.id == code)
    base = {MessageKind.REMINDER: CATALOGUE, MessageKind.DUE_SOON: SOON, MessageKind.OVERDUE: LATE}[kind]
    item = replace(
        base,
        unit_name=longest(units()),
        title=duty.title.vi,
        short=duty.short.vi if hasattr(duty.short, "vi") else duty.short,
        hand_in=longest([CATALOGUE.hand_in, "Dự thảo báo cáo đánh giá thực trạng " * 4]),
        url=f"{URL}{code}",
    )
    text = short_form(kind, DigestFacts(**the_longest(), items=(item,)))
    assert len(text) <= LONGEST_SHORT
    assert text.endswith(f"{URL}{code}")
    assert LONGEST_PERSON in text


LINK = "https://nhacviec.cucthongke.soctrang.gov.vn/tra-loi/1e240.3039.251c.0123456789abcdef01234567"


@pytest.mark.parametrize("base", [CATALOGUE, SOON, LATE])
def test_a_nudge_is_answered_by_one_tap_however_long_the_names(base: Any):
    item = replace(base, unit_name=longest(units()), answer_url=LINK)
    facts = DigestFacts(**the_longest(), items=(item,))
    text = short_form(digest_kind(facts), facts)
    assert len(text) <= LONGEST_SHORT
    assert text.endswith(f": {LINK}")


@pytest.mark.parametrize("names", [FULL, the_longest()])
def test_a_digest_brings_the_link_of_what_is_most_urgent(names: dict[str, Any]):
    late = tuple(replace(LATE, case_id=number, unit_name=names["unit_name"], answer_url=LINK) for number in range(8))
    text = short_form(MessageKind.DIGEST, DigestFacts(**names, items=late))
    assert len(text) <= LONGEST_SHORT
    assert f"Trả lời: {LINK} Danh sách" in text


def test_the_longest_receipt_fits():
    number = "1234/SNNPTNT-CCTLBVTV-KHTC"
    receipt = replace(RECEIPT, unit_name=longest(units()), document_number=number)
    text = short_form(MessageKind.RECEIPT, receipt)
    assert len(text) <= LONGEST_SHORT
    assert number in text


def test_the_nudge_says_what_when_and_where():
    text = short_form(MessageKind.REMINDER, digest(CATALOGUE, example=False))
    assert text.startswith("Kính gửi đ/c Nguyễn Thị Lan (Sở Lao động - Thương binh và Xã hội): nhiệm vụ ")
    assert "theo mục I.4.b KH 70/KH-UBND đến hạn 30/09/2014, còn 15 ngày làm việc." in text


def test_a_head_is_asked_to_see_to_it_and_a_focal_point_to_report():
    assert "Trần Văn Hùng chỉ đạo thực hiện" in short_form(MessageKind.OVERDUE, DigestFacts(**HEAD, items=(LATE,)))
    assert "báo cáo Lãnh đạo cơ quan" in short_form(MessageKind.OVERDUE, digest(LATE))


def test_the_coordinator_is_told_whom_to_urge():
    text = short_form(MessageKind.URGING_LETTER, URGING)
    assert "3 cơ quan cần công văn đôn đốc" in text
    assert text.endswith(URGING.drafts_url)


def test_a_superior_is_asked_and_told_of_no_lateness():
    text = short_form(MessageKind.TO_SUPERIOR, DigestFacts(**HEAD, items=(LATE,), to_superior=True))
    assert "kính đề nghị xem xét, chỉ đạo" in text
    assert "quá" not in text.casefold()


def test_an_empty_digest_is_no_message():
    with pytest.raises((ValueError, IndexError)):
        short_form(MessageKind.DIGEST, DigestFacts(**FULL, items=()))


def test_a_made_up_contact_is_told_so():
    assert short_form(MessageKind.REMINDER, digest(CATALOGUE)).startswith("[DIỄN TẬP] ")


@pytest.mark.parametrize(
    ("text", "room", "short"),
    [
        ("Sở Y tế", 7, "Sở Y tế"),
        ("Sở Y tế.", 7, "Sở Y tế"),
        ("Sở Tài chính", 11, "Sở Tài…"),
        ("Sở Tài chính, tỉnh", 15, "Sở Tài chính…"),
        ("Nghịchngợm", 5, "Nghị…"),
        ("Danh mục - kèm", 12, "Danh mục…"),
    ],
)
def test_a_name_is_cut_between_words(text: str, room: int, short: str):
    assert fit(text, room) == short
    assert len(short) <= room


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("XONG 12/BC-STC", Wish.DONE),
        ("Em gửi rồi ạ", Wish.DONE),
        ("Đã nộp", Wish.DONE),
        ("ok", Wish.PERHAPS_DONE),
        ("Vâng ạ", Wish.PERHAPS_DONE),
        ("Dạ vâng", Wish.PERHAPS_DONE),
        ("DỪNG", Wish.STOP),
        ("dung.", Wish.STOP),
        ("Tiếp", Wish.START),
        ("tiếp tục", Wish.START),
        ("Dừng xe ở đâu ạ?", Wish.OTHER),
        ("Em chưa gửi", Wish.OTHER),
        ("Em chưa gửi rồi sẽ gửi sau", Wish.OTHER),
        ("okay để em hỏi sếp đã", Wish.OTHER),
    ],
)
def test_what_people_write_is_understood_as_they_mean_it(text: str, wish: Wish):
    assert wish_in(text) is wish


@pytest.mark.parametrize(("text", "about"), [("XONG", ""), ("Xong rồi ạ", ""), ("XONG 12/BC-STC", "12/bc-stc")])
def test_what_done_is_said_of(text: str, about: str):
    assert about_in(text) == about


# --- parameters of approved templates -------------------------------------------------------------------------------

WITH_TEMPLATE = {name: sample for name, sample in TOLD.items() if sample[0] in FILLED}


@pytest.mark.parametrize("name", WITH_TEMPLATE)
def test_parameters_fit_the_template_they_are_for(name: str):
    kind, facts = WITH_TEMPLATE[name]
    values = zns_parameters(kind, replace(facts, reminder="K7F3"))
    assert misfits(parameters_of(kind), shortened(parameters_of(kind), values)) == []
    assert set(values) == {parameter.name for parameter in parameters_of(kind)}


def test_every_template_is_tried():
    assert {kind for kind, _ in WITH_TEMPLATE.values()} == set(FILLED)


def test_names_are_cut_to_the_room_of_the_template_but_never_an_address_a_day_or_a_number():
    item = replace(LATE, unit_name="Sở " * 60, short="Báo cáo " * 30, url=URL + "x" * 150)
    narrow = [replace(one, longest=30) for one in parameters_of(MessageKind.OVERDUE)]
    values = shortened(narrow, zns_parameters(MessageKind.OVERDUE, digest(item)))
    assert max(len(values[name]) for name in ("don_vi", "nhiem_vu", "tieu_de")) <= 30
    assert (values["dia_chi"], values["han"], values["con_lai"]) == (item.url, "30/09/2014", "quá 3 ngày làm việc")
    assert [one.partition(":")[0] for one in misfits(narrow, values)] == ["dia_chi"]


def test_the_longest_values_fit_the_types_the_guide_names():
    assert misfits([one for one in PARAMETERS.values() if one.name in LONGEST], LONGEST) == []


def test_a_digest_names_the_most_urgent_and_how_many():
    values = zns_parameters(MessageKind.DIGEST, digest(CATALOGUE, LATE, SOON))
    assert (values["tieu_de"], values["con_lai"]) == ("Nhắc việc: 3 nhiệm vụ", "quá 3 ngày làm việc")


@pytest.mark.parametrize(
    ("facts", "said"), [(RECEIPT, "sau hạn 2 ngày làm việc"), (replace(RECEIPT, on_time=None), "đã ghi nhận")]
)
def test_a_receipt_says_whether_it_was_in_time(facts: Any, said: str):
    assert zns_parameters(MessageKind.RECEIPT, facts)["ket_qua"] == said


def test_what_was_returned_says_until_when():
    assert zns_parameters(MessageKind.RETURNED, RETURNED)["con_lai"] == "bổ sung chậm nhất 10/10/2014"


def test_a_bare_item_fills_its_template_too():
    values = zns_parameters(MessageKind.REMINDER, DigestFacts(**FULL, items=(BARE,)))
    assert values["con_lai"] == "đã đến hạn"
