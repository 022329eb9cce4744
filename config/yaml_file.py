"""Reads one YAML file into plain values and remembers the line each of them stands on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from config.problems import CatalogueError, Problem

Loc = tuple[str | int, ...]

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
KEPT_AS_TEXT = {"tag:yaml.org,2002:timestamp"}  # so that 2013-02-30 is answered by name and line, not by a crash


@dataclass(frozen=True)
class YamlFile:
    path: Path
    data: Any
    lines: dict[Loc, int] = field(default_factory=dict)

    def line_of(self, loc: Loc) -> int:
        """The line of this place, or of the nearest place above it that was written down."""
        known: Loc = ()
        for part in loc:
            if (*known, part) in self.lines:
                known = (*known, part)
        return self.lines.get(known, 1)


def read_yaml(path: Path) -> YamlFile:
    """Raises CatalogueError for a file that is missing, too large, no YAML, or a trap."""
    return read_yaml_text(path, _text_of(path))


def read_yaml_text(path: Path, text: str) -> YamlFile:
    """`path`: what the file is called where something is wrong. Raises CatalogueError."""
    return _Reader(path, text).read()


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refusal(path, 1, "tệp lớn hơn 2 MB", "the file is larger than 2 MB")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise _refusal(path, 1, "không mở được tệp", f"cannot open the file: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _refusal(path, 1, "tệp không phải UTF-8", "the file is not UTF-8") from error


def _refusal(path: Path, line: int, vi: str, en: str) -> CatalogueError:
    return CatalogueError([Problem(path, line, "", vi, en)])


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


@dataclass
class _Open:
    """A list or mapping whose end has not been read yet."""

    value: Any
    loc: Loc
    key: Any = None
    has_key: bool = False


class _Reader:
    # Events instead of PyYAML's own composer: it follows aliases, lets the last of two equal keys win,
    # and its C version overruns the stack on deep nesting.
    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.lines: dict[Loc, int] = {}
        self.open: list[_Open] = []
        self.root: Any = None
        self.text = text

    def read(self) -> YamlFile:
        try:
            self.loader = LOADER(self.text)
            documents = 0
            while self.loader.check_event():
                event = self.loader.get_event()
                documents += isinstance(event, yaml.DocumentStartEvent)
                if documents > 1:
                    raise self._refuse(event, "tệp chỉ được có một tài liệu YAML", "only one YAML document is allowed")
                self._take(event)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            reason = getattr(error, "problem", None) or str(error)
            line = mark.line + 1 if mark else 1
            raise _refusal(self.path, line, f"YAML viết sai: {reason}", f"bad YAML: {reason}") from error
        return YamlFile(self.path, self.root, self.lines)

    def _take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse(
                event, "không dùng neo (&) và tham chiếu (*) của YAML", "anchors and aliases are refused"
            )
        if isinstance(event, yaml.ScalarEvent):
            self._place(self._scalar(event), event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._begin(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()

    def _begin(self, event: yaml.Event) -> None:
        if getattr(event, "tag", None):
            raise self._refuse(event, "không dùng thẻ kiểu (!)", "type tags are refused")
        if len(self.open) >= MAX_DEPTH:
            raise self._refuse(event, "lồng quá sâu", "nested too deeply")
        inside = self.open[-1] if self.open else None
        if inside is not None and isinstance(inside.value, dict) and not inside.has_key:
            raise self._refuse(event, "tên trường phải là chữ", "a key must be text")
        value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.open.append(_Open(value, self._place(value, event)))

    def _place(self, value: Any, event: yaml.Event) -> Loc:
        if not self.open:
            self.root = value
            return ()
        inside = self.open[-1]
        if isinstance(inside.value, list):
            inside.value.append(value)
            loc = (*inside.loc, len(inside.value) - 1)
            self.lines[loc] = _line(event)
            return loc
        if not inside.has_key:
            return self._start_entry(inside, value, event)
        inside.value[inside.key], inside.has_key = value, False
        return (*inside.loc, inside.key)

    def _start_entry(self, inside: _Open, key: Any, event: yaml.Event) -> Loc:
        if not isinstance(key, str | int):
            raise self._refuse(event, f"tên trường phải là chữ: {key!r}", f"a key must be text: {key!r}")
        if key in inside.value:
            raise self._refuse(event, f"trường “{key}” viết hai lần", f"“{key}” is written twice")
        inside.key, inside.has_key = key, True
        self.lines[(*inside.loc, key)] = _line(event)
        return ()

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.tag:
            raise self._refuse(event, "không dùng thẻ kiểu (!)", "type tags are refused")
        tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if tag in KEPT_AS_TEXT:
            return event.value
        value = self.loader.construct_object(yaml.ScalarNode(tag, event.value))
        return normalize("NFC", value) if isinstance(value, str) else value

    def _refuse(self, event: yaml.Event, vi: str, en: str) -> CatalogueError:
        return _refusal(self.path, _line(event), vi, en)
