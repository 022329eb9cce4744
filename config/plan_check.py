"""Reads a plan folder and says everything that is wrong with it at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pydantic import TypeAdapter, ValidationError

from config.fields import PlanReferences
from config.flow_check import flow_problems
from config.forms import form_problems
from config.messages import problem_at, problems_of
from config.plan_file import PlanFile, QuoteEntry
from config.problems import CatalogueError, Problem
from config.references import resolve
from config.yaml_file import YamlFile, read_yaml
from rules.plan import Plan

SHIPPED = Path(__file__).parent / "plans"
LEFT_OUT = "…"


@dataclass(frozen=True)
class PlanRead:
    plan: Plan | None
    distribution: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Source:
    lines: tuple[str, ...]
    sha256: str


def read_plan(path: Path, known: PlanReferences) -> PlanRead:
    """`known` says which organisations and ladders there are; the rest is learnt from the file itself."""
    try:
        file = read_yaml(path)
        source = _source(beside(path, _get(file.data, "id"), "source.txt"))
        quotes = read_yaml(beside(path, _get(file.data, "id"), "quotes.yaml"))
    except CatalogueError as error:
        return PlanRead(None, (), error.problems)
    known = _learn(known, file.data, len(source.lines))
    plan_file, problems = _validated(file, known)
    texts, quote_problems = _quotes(file, quotes, known, source)
    problems = [*problems, *quote_problems, *_duplicates(file), *_uncovered(file, quotes, source)]
    problems += form_problems(beside(path, _get(file.data, "id"), "forms.yaml"), known)
    if plan_file is not None:
        problems += flow_problems(file, plan_file, known.step_ladders)
    plan = plan_file.plan(texts, source.sha256) if plan_file and not problems else None
    return PlanRead(plan, plan_file.distribution if plan_file else (), tuple(sorted(problems, key=_place)))


def _place(problem: Problem) -> tuple[str, int]:
    return problem.file.name, problem.line


def beside(path: Path, id: object, name: str) -> Path:
    """The file next to the plan, or the shipped one: a copy of plan.yaml can be checked wherever it lies."""
    shipped = SHIPPED / str(id) / name
    own = path.parent / name
    return shipped if not own.exists() and shipped.exists() else own


def _source(path: Path) -> Source:
    try:
        raw = path.read_bytes()
        lines = tuple(normalize("NFC", raw.decode()).rstrip("\n").split("\n"))
    except (OSError, UnicodeDecodeError) as error:
        vi, en = "không đọc được văn bản gốc của Kế hoạch", "cannot read the source text of the plan"
        raise CatalogueError([Problem(path, 1, "", vi, en)]) from error
    return Source(lines, sha256(raw).hexdigest())


def _learn(known: PlanReferences, data: Any, source_lines: int) -> PlanReferences:
    return replace(
        known,
        clauses=frozenset(filter(_is_text, _list(data, "clauses"))),
        interpretations=frozenset(_keys(_get(data, "interpretations"))),
        triggers=frozenset(_texts(_list(data, "triggers"), "id")),
        obligations=frozenset(_texts(_list(data, "obligations"), "id")),
        source_lines=source_lines,
    )


def _validated(file: YamlFile, known: PlanReferences) -> tuple[PlanFile | None, list[Problem]]:
    resolved = resolve(file.data)
    problems = [
        problem_at(file, loc, f"không có giá trị “{name}” trong interpretations", f"there is no value “{name}”")
        for loc, name in resolved.unknown
    ]
    try:
        return PlanFile.model_validate(resolved.data, context=known), problems
    except ValidationError as error:
        places = {(problem.line, problem.where) for problem in problems}
        others = [item for item in problems_of(error, file) if (item.line, item.where) not in places]
        return None, problems + others


# --- quotes ---------------------------------------------------------------------------------------------------------


def _quotes(
    file: YamlFile, quotes: YamlFile, known: PlanReferences, source: Source
) -> tuple[dict[str, str], list[Problem]]:
    try:
        entries = TypeAdapter(dict[str, QuoteEntry]).validate_python(quotes.data, context=known)
    except ValidationError as error:
        return {}, list(problems_of(error, quotes))
    problems = [*_strangers(entries, quotes, known), *_unquoted(file, entries)]
    problems += [
        problem_at(quotes, (id, "quote"), f"không tìm thấy trong văn bản gốc: “{part}”", f"not in the source: “{part}”")
        for id, entry in entries.items()
        for part in _unquoted_parts(entry, source)
    ]
    return {id: entry.quote for id, entry in entries.items()}, problems


def _strangers(entries: Iterable[str], quotes: YamlFile, known: PlanReferences) -> Iterator[Problem]:
    for id in entries:
        if id not in known.obligations:
            yield problem_at(quotes, (id,), f"không có nhiệm vụ “{id}”", f"there is no obligation “{id}”")


def _unquoted(file: YamlFile, entries: Mapping[str, QuoteEntry]) -> Iterator[Problem]:
    for index, item in enumerate(_list(file.data, "obligations")):
        id = _get(item, "id")
        if _is_text(id) and id not in entries:
            loc = ("obligations", index, "id")
            yield problem_at(file, loc, f"quotes.yaml thiếu trích dẫn của {id}", f"quotes.yaml has no quote of {id}")


def _unquoted_parts(entry: QuoteEntry, source: Source) -> Iterator[str]:
    """Parts of the quote the lines do not say, in the order quoted; spaces count for nothing."""
    first, last = entry.lines
    text, start = squeezed("".join(source.lines[first - 1 : last])), 0
    for part in entry.quote.split(LEFT_OUT):
        at = text.find(squeezed(part), start)
        if at < 0:
            yield part.strip()
        else:
            start = at + len(squeezed(part))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


# --- the file as a whole --------------------------------------------------------------------------------------------


def _duplicates(file: YamlFile) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for index, item in enumerate(_list(file.data, "obligations")):
        id = _get(item, "id")
        if not _is_text(id):
            continue
        first = seen.setdefault(id, index)
        if first != index:
            line = file.line_of(("obligations", first, "id"))
            vi, en = f"mã {id} đã dùng ở dòng {line}", f"the id {id} is already used in line {line}"
            yield problem_at(file, ("obligations", index, "id"), vi, en)


def _uncovered(file: YamlFile, quotes: YamlFile, source: Source) -> Iterator[Problem]:
    """Every line of the source that names somebody's duty, or is marked as binding nobody."""
    entries = [*_list(file.data, "obligations"), *_list(file.data, "no_duty")]
    if isinstance(quotes.data, dict):
        entries += quotes.data.values()
    covered = {number for entry in entries for number in _range(_get(entry, "lines"))}
    for number, text in enumerate(source.lines, start=1):
        if text.strip() and number not in covered:
            vi = f"dòng {number} của văn bản gốc chưa thuộc nhiệm vụ nào và chưa nêu ở no_duty: “{text[:60]}”"
            en = f"line {number} of the source belongs to no obligation and is not in no_duty"
            yield problem_at(file, ("no_duty",), vi, en)


def _range(lines: Any) -> range:
    match lines:
        case [int(first), int(last)]:
            return range(first, min(last, first + 10_000) + 1)
        case _:
            return range(0)


def _get(data: Any, key: str) -> Any:
    return data.get(key) if isinstance(data, dict) else None


def _list(data: Any, key: str) -> list[Any]:
    value = _get(data, key)
    return value if isinstance(value, list) else []


def _keys(data: Any) -> Iterator[str]:
    return (str(key) for key in data) if isinstance(data, dict) else iter(())


def _texts(items: Iterable[Any], key: str) -> Iterator[str]:
    return (value for item in items if _is_text(value := _get(item, key)))


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
