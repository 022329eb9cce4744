"""The two languages of the portal: Vietnamese in the source, English from the catalogue, words for periods and days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from notifications.kinds import label_of
from rules.deadlines import PROVINCE
from rules.periods import period_title_vi
from rules.plan import Text
from rules.status import LABELS, OCCURRENCE_LABELS, OccurrenceStatus, Status
from rules.text.wording import day_vi, number_vi, one_decimal, weekday_name

LOCALE = Path(__file__).parent / "locale"
LANGUAGES = ("vi", "en")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def translations(language: str) -> NullTranslations:
    if language == "vi":
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "portal.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return GNUTranslations(BytesIO(compiled.getvalue()))


class Wording:
    """Values written in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def text(self, text: Text) -> str:
        return text.vi if self.language == "vi" or not text.en else text.en

    def message_kind(self, kind: str) -> str:
        """Inside a sentence."""
        label = self.text(label_of(kind))
        return label[:1].lower() + label[1:]

    def status(self, status: Status) -> str:
        return self.text(LABELS[status])

    def occurrence(self, status: OccurrenceStatus) -> str:
        return self.text(OCCURRENCE_LABELS[status])

    def day(self, day: date) -> str:
        return day_vi(day)

    def weekday(self, day: date) -> str:
        name = weekday_name(day) if self.language == "vi" else WEEKDAYS_EN[day.weekday()]
        return name[0].upper() + name[1:]

    def moment(self, moment: datetime) -> str:
        local = moment.astimezone(PROVINCE)
        return f"{local:%H:%M} {day_vi(local.date())}"

    def mail_date(self, header: str) -> str:
        """The Date of a mail in the province's time; as it came where it is no date."""
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return header
        return self.moment(moment if moment.tzinfo else moment.replace(tzinfo=UTC))

    def number(self, value: int) -> str:
        return number_vi(value) if self.language == "vi" else f"{value:,}"

    def percent(self, value: Decimal) -> str:
        """«75,0%»: with its decimal, so that shares can be compared."""
        return f"{self.points(value)}%"

    def points(self, value: Decimal) -> str:
        return number_vi(one_decimal(value)) if self.language == "vi" else f"{one_decimal(value)}"

    def refusal(self, error: Exception | str) -> str:
        """Refusals say it in both languages: Vietnamese, a stroke, English."""
        vi, _, en = str(error).rpartition(" / ")
        return (vi or en) if self.language == "vi" else en

    def period(self, period: str) -> str:
        return period_title_vi(period) if self.language == "vi" else _period_en(period)


def _period_en(period: str) -> str:
    """«Q4 2013», «first half of 2014», «2014»."""
    year, _, part = period.partition("-")
    return PARTS_EN.get(part, "{part} {year}").format(year=year, part=part)


PARTS_EN: Mapping[str, str] = {
    "": "{year}",
    "Y": "{year}",
    "H1": "first half of {year}",
    "H2": "second half of {year}",
}
