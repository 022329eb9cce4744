"""What an approved template of Zalo takes, and whether our data fit: checked before Zalo would refuse them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# What a parameter may hold by its technical type, as Zalo's console offers them, and what a component may, when the
# template's own description names no limit: (shortest, longest).
LIMITS: Mapping[str, tuple[int, int]] = {
    "TITLE": (9, 65),
    "PARAGRAPH": (9, 400),
    "TABLE": (3, 90),
    "BUTTON": (5, 30),
    "CUSTOMER_NAME": (1, 30),
    "PHONE": (1, 15),
    "ADDRESS": (1, 200),
    "CODE": (1, 30),
    "LABEL": (1, 30),
    "STATUS": (1, 30),
    "CONTACT": (1, 50),
    "GENDER": (1, 5),
    "PRODUCT": (1, 200),
    "AMOUNT": (1, 20),
    "TIME": (1, 20),
    "OTP": (1, 10),
    "URL": (1, 200),
    "DATE": (1, 20),
    "NUMBER": (1, 20),
    "STRING": (1, 200),
}
MOMENTS, NUMBERS = ("DATE", "TIME"), ("NUMBER", "AMOUNT", "CURRENCY")
USABLE = "ENABLE"
_DATE_FORMS = {r"\d\d/\d\d/\d{4}": "%d/%m/%Y", r"\d\d:\d\d \d\d/\d\d/\d{4}": "%H:%M %d/%m/%Y"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


@dataclass(frozen=True)
class Parameter:
    name: str
    kind: str = "STRING"
    longest: int = 0  # 0: as LIMITS says
    shortest: int = 0
    required: bool = True
    may_be_empty: bool = False

    @property
    def bounds(self) -> tuple[int, int]:
        least, most = LIMITS.get(self.kind, LIMITS["STRING"])
        return self.shortest or (1 if self.longest else least), self.longest or most


@dataclass(frozen=True)
class Template:
    id: str
    status: str
    parameters: tuple[Parameter, ...]

    @property
    def usable(self) -> bool:
        return self.status.upper() in (USABLE, "1")


def template_of(template_id: str, data: Mapping[str, Any]) -> Template:
    """From `data` of the answer to /template/info/v2."""
    listed = data.get("listParams")
    parameters = [_parameter(one) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return Template(template_id, str(data.get("status", "")), tuple(parameters))


def _parameter(item: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=str(item.get("name", "")),
        kind=str(item.get("type", "STRING")).upper(),
        longest=_number(item.get("maxLength")),
        shortest=_number(item.get("minLength")),
        required=_yes(item.get("require", True)),
        may_be_empty=_yes(item.get("acceptNull", False)),
    )


def _number(value: object) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _yes(value: object) -> bool:
    return str(value).lower() in ("true", "1")


def composed(values: Mapping[str, str]) -> dict[str, str]:
    """NFC, one line each: decomposed Vietnamese counts a quarter more letters and would be refused as too long."""
    return {
        name: " ".join(unicodedata.normalize("NFC", _CONTROL.sub(" ", text)).split()) for name, text in values.items()
    }


def misfits(parameters: Sequence[Parameter], values: Mapping[str, str]) -> list[str]:
    """What is wrong with composed values, each with the field's name. Fields the template lacks are no error."""
    return [wrong for parameter in parameters for wrong in _wrong(parameter, values.get(parameter.name))]


def fitted(parameters: Sequence[Parameter], values: Mapping[str, str]) -> dict[str, str]:
    """Only what the template takes."""
    return {one.name: values[one.name] for one in parameters if one.name in values}


def _wrong(parameter: Parameter, value: str | None) -> Iterator[str]:
    name = parameter.name
    if not value:
        if (value is None and parameter.required) or (value == "" and not parameter.may_be_empty):
            yield f"{name}: thiếu / missing"
        return
    least, most = parameter.bounds
    if not least <= len(value) <= most:
        yield f"{name}: {len(value)} ký tự, cần từ {least} đến {most} / {len(value)} letters, {least} to {most} allowed"
    if parameter.kind in MOMENTS and not is_date(value):
        yield f"{name}: cần ngày dd/mm/yyyy / not a date dd/mm/yyyy"
    if parameter.kind in NUMBERS and not re.fullmatch(r"\d+", value, re.ASCII):
        yield f"{name}: cần số / not a number"


def is_date(value: str) -> bool:
    for shape, form in _DATE_FORMS.items():
        if re.fullmatch(shape, value, re.ASCII):
            try:
                datetime.strptime(value, form)  # noqa: DTZ007  # only whether there is such a day
            except ValueError:
                return False
            return True
    return False
