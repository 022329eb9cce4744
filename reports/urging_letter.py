"""Writes the letter that urges bodies which have not answered, as a Word document left for signature and number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from reports.facts import IssuedLetter, LateUnit, UrgingLetterFacts
from reports.letterhead import copies, letterhead
from reports.narrative import plan_in_full
from reports.phrases import inside, joined, opening, units_of
from reports.word_form import WordForm
from rules.text.wording import dates_vi, day_vi

TEMPLATE = Path(__file__).with_name("templates") / "urging_letter.docx"
NAMED_ON_THE_LETTER = 5  # more addressees than this are named in an annex


def write_urging_letter(facts: UrgingLetterFacts, out: Path) -> Path:
    if not facts.addressees:
        raise ValueError("Công văn đôn đốc phải có ít nhất một cơ quan nhận.")
    return form().write(letter_values(facts), out)


@cache
def form() -> WordForm:
    return WordForm(TEMPLATE)


def letter_values(facts: UrgingLetterFacts) -> dict[str, object]:
    """Every name the template may use."""
    issuer, units = facts.issuer, facts.addressees
    return {
        **letterhead(issuer, facts.as_of),
        "subject": f"V/v {'đề nghị' if facts.to_superior else 'đôn đốc'} {facts.duty}",
        "addressees": addressees(units),
        "duty": duty(facts),
        "reminded": reminded(facts),
        "request": f"{opening(issuer.name)} {'kính đề nghị' if facts.to_superior else 'đề nghị'} {_them(facts)}:",
        "points": points(facts),
        "warning": warning(facts),
        "closing": closing(facts),
        "copies": copies(issuer, () if facts.to_superior else facts.copies),
        "with_annex": len(units) > 1,
        "annex_title": f"Danh sách cơ quan chưa gửi {document(facts)}".upper(),
        "units": [{"name": unit.name, "reminded_on": dates_vi(unit.reminded_on)} for unit in units],
    }


def addressees(units: Sequence[LateUnit]) -> list[str]:
    if len(units) > NAMED_ON_THE_LETTER:
        return [f"Các {_called(units)} (danh sách kèm theo)"]
    return [unit.name for unit in units]


def _called(units: Sequence[LateUnit]) -> str:
    return units_of(unit.group for unit in units)


def duty(facts: UrgingLetterFacts) -> str:
    who = (
        facts.addressees[0].name
        if len(facts.addressees) == 1
        else f"các {_called(facts.addressees)} (tại Phụ lục kèm theo)"
    )
    owes = f"Theo {plan_in_full(facts.plan)}, {who}" if facts.to_superior else _owes(facts, who)
    return f"{owes} {facts.duty}; thời hạn thực hiện: {inside(facts.deadline)}{_whose_day(facts)}."


def _owes(facts: UrgingLetterFacts, who: str) -> str:
    return f"Thực hiện {plan_in_full(facts.plan)}, {who} có trách nhiệm"


def _whose_day(facts: UrgingLetterFacts) -> str:
    if facts.extended_on:
        return f" ({facts.issuer.name} đồng ý ngày {day_vi(facts.extended_on)})"
    return f" (mốc do {facts.issuer.name} xác định; Kế hoạch không nêu ngày cụ thể)" if facts.day_is_assumed else ""


def reminded(facts: UrgingLetterFacts) -> str:
    """Earlier letters and reminders are named only if there were any."""
    purpose, name = f"Để kịp thời tổng hợp, báo cáo {facts.plan.issued_by}", facts.issuer.name
    lacking = (
        f"đến hết ngày {day_vi(facts.as_of)}, {name} chưa nhận được {document(facts)}"
        f"{'' if facts.to_superior else ' của Quý cơ quan'}"
    )
    done = [*_earlier(facts.earlier), *_reminders(facts)]
    if not done:
        return f"{opening(lacking)}."
    start = "" if facts.to_superior else f"{purpose}, "
    return f"{opening(start + name)} đã {joined(done)}. Tuy nhiên, {lacking}."


def _earlier(letters: Sequence[IssuedLetter]) -> list[str]:
    named = [f"{letter.type_name} số {letter.number} ngày {day_vi(letter.signed_on)}" for letter in letters]
    return [f"có {joined(named)}"] if named else []


def _reminders(facts: UrgingLetterFacts) -> list[str]:
    days = reminder_days(facts.addressees)
    what = "gửi thông báo" if facts.to_superior else "có thông báo nhắc việc"
    return [f"{what} vào {_on_days(days)}"] if days else []


def reminder_days(units: Sequence[LateUnit]) -> list[date]:
    return sorted({day for unit in units for day in unit.reminded_on})


def _on_days(days: Sequence[date]) -> str:
    return f"{'các ngày' if len(days) > 1 else 'ngày'} {dates_vi(days)}"


def points(facts: UrgingLetterFacts) -> list[str]:
    us = facts.issuer.name
    if facts.to_superior:
        return [
            f"Xem xét, sớm {facts.duty}; gửi {document(facts)} để {us} phối hợp triển khai thực hiện theo Kế hoạch.",
            f"Trường hợp cần bổ sung hồ sơ, tài liệu, chỉ đạo để {us} chuẩn bị, trình theo quy định.",
        ]
    return [
        f"Khẩn trương hoàn thành và gửi {document(facts)}{_detail(facts)} về {us} trước ngày "
        f"{day_vi(facts.answer_before)}; bản điện tử gửi theo địa chỉ {facts.email}{_contact(facts)}.",
        "Trường hợp có khó khăn, vướng mắc, đề nghị có văn bản nêu rõ lý do, thời gian dự kiến hoàn thành "
        "và đề xuất (nếu có).",
        "Trường hợp không phát sinh nội dung thuộc phạm vi quản lý, đề nghị có văn bản xác nhận.",
    ]


def document(facts: UrgingLetterFacts) -> str:
    """What is to be handed in, inside a sentence, without what it must hold."""
    return inside(facts.hand_in).partition(", ")[0]


def _detail(facts: UrgingLetterFacts) -> str:
    detail = facts.hand_in.partition(", ")[2]
    return f" ({detail})" if detail else ""


def _contact(facts: UrgingLetterFacts) -> str:
    return f", điện thoại liên hệ: {facts.phone}" if facts.phone else ""


def warning(facts: UrgingLetterFacts) -> str:
    """What follows; a superior is told of no consequence."""
    if facts.to_superior:
        return ""
    told = "tổng hợp tình hình, báo cáo" if not facts.earlier else "nêu tên cơ quan chưa thực hiện trong báo cáo gửi"
    return f"Sau thời hạn nêu trên, {facts.issuer.name} sẽ {told} {facts.plan.issued_by} xem xét, chỉ đạo."


def closing(facts: UrgingLetterFacts) -> str:
    if facts.to_superior:
        return f"{opening(facts.issuer.name)} kính trình {facts.addressees[0].name} xem xét, chỉ đạo./."
    return "Rất mong nhận được sự quan tâm phối hợp của Quý cơ quan./."


def _them(facts: UrgingLetterFacts) -> str:
    return facts.addressees[0].name if facts.to_superior else "Quý cơ quan"
