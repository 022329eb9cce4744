"""A plan's files with one duty put in, changed or taken out; what is not changed keeps its letters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config.yaml_file import Loc, YamlFile, read_yaml_text

PLAN, QUOTES, FORMS, SOURCE = "plan.yaml", "quotes.yaml", "forms.yaml", "source.txt"
WIDTH = 118
Files = Mapping[str, str]


class NotEditable(Exception):
    """The file is written in a way that cannot be changed entry by entry."""


@dataclass(frozen=True)
class _Entry:
    """A place of a list or mapping: its own key, and the first and the line after the last of its text."""

    first: int
    after: int
    indent: str


def duty_entry(files: Files, id: str) -> dict[str, Any] | None:
    """As it is written: with its $A-references."""
    return next((dict(one) for one in _duties(files) if one.get("id") == id), None)


def put_duty(files: Files, entry: Mapping[str, Any], quote: Mapping[str, Any]) -> dict[str, str]:
    """Raises NotEditable."""
    ids = [one.get("id") for one in _duties(files)]
    place = ids.index(entry["id"]) if entry["id"] in ids else len(ids)
    plan = _put(files[PLAN], ("obligations",), place, dict(entry))
    return {**files, PLAN: plan, QUOTES: _put(files[QUOTES], (), entry["id"], dict(quote))}


def drop_duties(files: Files, ids: Collection[str], reason: str) -> dict[str, str]:
    """Their lines of the source are said to bind nobody, for this reason. Raises NotEditable."""
    left = dict(files)
    for id in ids:
        left = _without(left, id)
    for first, last in _ranges(_uncovered(left)):
        number = len(_read(left[PLAN]).data.get("no_duty") or ())
        left[PLAN] = _put(left[PLAN], ("no_duty",), number, {"lines": [first, last], "reason": reason})
    return left


def _without(files: Files, id: str) -> dict[str, str]:
    left, duties = dict(files), _duties(files)
    place = next(index for index, one in enumerate(duties) if one.get("id") == id)
    title, flow = duties[place].get("flow_title"), duties[place].get("flow")
    heir = next((index for index, one in enumerate(duties) if one.get("flow") == flow and index != place), None)
    if title and heir is not None:  # the flow is still called so on the dashboard
        left[PLAN] = _put(left[PLAN], ("obligations",), heir, {**duties[heir], "flow_title": title})
    left[PLAN] = _put(left[PLAN], ("obligations",), place, None)
    for name in (QUOTES, FORMS):
        if name in left and id in (_read(left[name]).data or ()):
            left[name] = _put(left[name], (), id, None)
    return left


def with_passage(files: Files, passage: str) -> tuple[dict[str, str], int]:
    """A passage of another document at the end of the source, and the line it stands on then."""
    lines = [*source_lines(files), "", passage]
    return {**files, SOURCE: "\n".join(lines) + "\n"}, len(lines)


def source_lines(files: Files) -> list[str]:
    return files[SOURCE].rstrip("\n").split("\n")


def _duties(files: Files) -> list[dict[str, Any]]:
    data = _read(files[PLAN]).data
    return list(data.get("obligations") or ()) if isinstance(data, dict) else []


def _read(text: str) -> YamlFile:
    return read_yaml_text(Path(PLAN), text)


# --- the lines of one entry -----------------------------------------------------------------------------------------


def _put(text: str, parent: Loc, key: str | int, value: Any) -> str:
    """The same text with this entry written anew, added at the end, or (None) taken out."""
    lines, file = text.splitlines(keepends=True), _read(text)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    entries = list(_entries(file, lines, parent))
    keys = [known for known, _ in entries]
    if key in keys:
        entry = entries[keys.index(key)][1]
        before, after = lines[: entry.first], lines[entry.after :]
        if value is None and not any(line.strip() for line in after[:1]):
            after = after[1:]
        indent, gap = entry.indent, []
    elif entries:
        last = entries[-1][1]
        before, after, indent = lines[: last.after], lines[last.after :], last.indent
        if before and not before[-1].endswith("\n"):
            before[-1] += end
        gap = [end] if len(entries) > 1 and not lines[last.first - 1].strip() else []
    else:
        raise NotEditable(str(key))
    written = [] if value is None else [line + end for line in _dumped(parent, key, value, indent)]
    result = "".join([*before, *gap, *written, *after])
    if _read(result).data != _expected(file.data, parent, key, value):
        raise NotEditable(str(key))
    return result


def _dumped(parent: Loc, key: str | int, value: Any, indent: str) -> Iterator[str]:
    whole = [value] if parent else {key: value}
    dumped = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, default_flow_style=None, width=WIDTH)
    first, *others = dumped.rstrip("\n").split("\n")
    # A collection of plain values would stand on one line as a whole: «- {lines: [1, 2], reason: …}».
    yield indent + first
    yield from (indent + line if line.strip() else line for line in others)


def _entries(file: YamlFile, lines: list[str], parent: Loc) -> Iterator[tuple[str | int, _Entry]]:
    """Raises NotEditable where two of them share a line."""
    value = file.data
    for part in parent:
        value = value.get(part) if isinstance(value, dict) else None
    keys = list(range(len(value))) if isinstance(value, list) else list(value or ())
    starts = [file.line_of((*parent, key)) - 1 for key in keys]
    tops = sorted(line - 1 for loc, line in file.lines.items() if len(loc) == 1)
    for key, start, following in zip(keys, starts, [*starts[1:], None], strict=True):
        if following is None:
            following = next((line for line in tops if line > start), len(lines)) if parent else len(lines)
        head = lines[start]
        indent = head[: len(head) - len(head.lstrip())]
        if following <= start or (parent and not head.lstrip().startswith("- ")):
            raise NotEditable(str(key))
        yield key, _Entry(start, _trimmed(lines, start, following), indent)


def _trimmed(lines: list[str], start: int, after: int) -> int:
    """Blank lines and remarks in front of the next entry belong to that."""
    while after > start + 1 and (not lines[after - 1].strip() or lines[after - 1].lstrip().startswith("#")):
        after -= 1
    return after


def _expected(data: Any, parent: Loc, key: str | int, value: Any) -> Any:
    if parent:
        head, *rest = parent
        return {**data, head: _expected(data[head], tuple(rest), key, value)}
    if isinstance(data, dict):
        return {name: one for name, one in data.items() if name != key} | ({} if value is None else {key: value})
    items = list(data)
    items[int(key) : int(key) + 1] = [] if value is None else [value]
    return items


# --- lines of the source --------------------------------------------------------------------------------------------


def _uncovered(files: Files) -> Iterator[int]:
    """Lines with words that no duty, quote or remark of the plan covers."""
    plan, quotes = _read(files[PLAN]).data, _read(files[QUOTES]).data
    entries = [*(plan.get("obligations") or ()), *(plan.get("no_duty") or ()), *quotes.values()]
    covered = {number for one in entries for number in range(one["lines"][0], one["lines"][1] + 1)}
    for number, text in enumerate(source_lines(files), start=1):
        if text.strip() and number not in covered:
            yield number


def _ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number - ranges[-1][1] <= 2:  # a blank line between two is no gap
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def plan_data(files: Files) -> Mapping[str, Any]:
    """plan.yaml as plain values, with its $A-references."""
    data = _read(files[PLAN]).data
    return data if isinstance(data, dict) else {}


def quote_of(files: Files, id: str) -> Mapping[str, Any]:
    quotes = _read(files[QUOTES]).data
    return quotes.get(id, {}) if isinstance(quotes, dict) else {}
