"""Validation errors of configuration files as messages in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from config.problems import Problem
from config.yaml_file import Loc, YamlFile

SAYINGS: dict[str, tuple[str, str]] = {
    "channel_url": (
        "kênh kind: apprise, và chỉ kênh này, cần url và được ghi shared",
        "a channel of kind apprise, and only it, needs a url and may be shared",
    ),
    "channel_address": (
        "url cần {{address}} ở chỗ địa chỉ người nhận; gửi vào một phòng chung thì bỏ {{address}}, ghi shared: true",
        "the url needs {{address}} where the person's address belongs; for a room leave it out and say shared: true",
    ),
    "channel_shared": (
        "kênh vào phòng chung không có reaches_by, không là kênh bảo đảm, không dùng url của riêng hệ thống",
        "a shared channel has no reaches_by, is not guaranteed, and uses none of our own urls",
    ),
    "channel_fixed": (
        "kênh này chỉ gửi được đến {fixed}: bỏ reaches_by",
        "this channel reaches people by {fixed} alone: leave reaches_by out",
    ),
    "channel_reaches_by": (
        "cần reaches_by: {{address}} là gì (email, phone, hoặc một từ như telegram, có cột cùng tên trong bảng người)",
        "say reaches_by: what {{address}} is (email, phone, or a word such as telegram: a column of the people table)",
    ),
    "missing": ("thiếu trường này", "this field is missing"),
    "extra_forbidden": ("không có trường tên này", "there is no field of this name"),
    "day": ("không có ngày “{value}” (viết năm-tháng-ngày, ví dụ 2013-11-30)", "no such day “{value}” (YYYY-MM-DD)"),
    "day_of_year": ("không có ngày “{value}” (viết ngày/tháng, ví dụ 31/10)", "no such day “{value}” (day/month)"),
    "lines": (
        "dòng {first}–{last} nằm ngoài văn bản gốc ({total} dòng) hoặc viết ngược",
        "lines {first}–{last} are outside the source ({total} lines) or reversed",
    ),
    "unknown_unit": ("không có cơ quan hay nhóm cơ quan “{value}”", "there is no organisation or group “{value}”"),
    "unknown_group": ("không có nhóm cơ quan “{value}”", "there is no organisation group “{value}”"),
    "unknown_ladder": ("không có thang nhắc việc “{value}”", "there is no ladder “{value}”"),
    "unknown_clause": ("Kế hoạch không có mục “{value}”", "the plan has no clause “{value}”"),
    "unknown_interpretation": ("không có cách hiểu “{value}”", "there is no interpretation “{value}”"),
    "unknown_trigger": ("không có sự kiện khởi phát “{value}”", "there is no trigger “{value}”"),
    "unknown_obligation": ("không có nhiệm vụ “{value}”", "there is no obligation “{value}”"),
    "string_type": ("phải là chữ (đặt trong dấu nháy nếu là số)", "must be text (quote it if it is a number)"),
    "string_too_short": ("không được để trống", "must not be empty"),
    "string_too_long": ("dài quá {max_length} chữ", "longer than {max_length} letters"),
    "string_pattern_mismatch": ("viết sai dạng, cần khớp {pattern}", "does not match {pattern}"),
    "int_type": ("phải là số nguyên", "must be a whole number"),
    "bool_type": ("phải là true hoặc false", "must be true or false"),
    "greater_than_equal": ("phải từ {ge} trở lên", "must be {ge} or more"),
    "less_than_equal": ("phải không quá {le}", "must be at most {le}"),
    "enum": ("phải là một trong: {expected}", "must be one of: {expected}"),
    "literal_error": ("phải là một trong: {expected}", "must be one of: {expected}"),
    "union_tag_invalid": ("“{tag}” không thuộc: {expected_tags}", "“{tag}” is none of: {expected_tags}"),
    "union_tag_not_found": ("thiếu trường {discriminator}", "the field {discriminator} is missing"),
    "too_short": ("cần ít nhất {min_length} mục", "needs at least {min_length} items"),
    "too_long": ("chỉ được {max_length} mục", "at most {max_length} items"),
    "model_type": ("phải là một nhóm trường", "must be a group of fields"),
    "model_attributes_type": ("phải là một nhóm trường", "must be a group of fields"),
    "dict_type": ("phải là một nhóm trường", "must be a group of fields"),
    "tuple_type": ("phải là một danh sách", "must be a list"),
}
LABELS = ("id", "key", "name")


def problems_of(error: ValidationError, file: YamlFile) -> Iterator[Problem]:
    for detail in error.errors(include_url=False, include_input=False):
        vi, en = say(detail["type"], detail.get("ctx", {}), detail["msg"])
        yield problem_at(file, detail["loc"], vi, en)


def say(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str]:
    if kind not in SAYINGS:
        return f"giá trị không hợp lệ ({message})", message
    vi, en = SAYINGS[kind]
    return vi.format_map(context), en.format_map(context)


def problem_at(file: YamlFile, loc: Loc, vi: str, en: str) -> Problem:
    return Problem(file.path, file.line_of(loc), where(file.data, loc), vi, en)


def where(data: Any, loc: Loc) -> str:
    """«I4B-CATALOGUE · when.month»: the nearest named entry, then the path inside it."""
    label, rest = "", []
    for position, part in enumerate(loc):
        inside = _inside(data, part)
        if inside is _NOWHERE and position < len(loc) - 1:
            continue  # the tag of a union, written in no file
        data = inside
        rest.append(str(part))
        if isinstance(part, int) and (name := _label(data)):
            label, rest = name, []
    return " · ".join(filter(None, (label, ".".join(rest))))


_NOWHERE = object()


def _inside(data: Any, part: str | int) -> Any:
    try:
        return data[part]
    except (LookupError, TypeError):
        return _NOWHERE


def _label(data: Any) -> str:
    if not isinstance(data, dict):
        return ""
    return next((str(data[key]) for key in LABELS if isinstance(data.get(key), str)), "")
