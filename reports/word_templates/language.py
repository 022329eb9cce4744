"""What the template of an office may say: fields, conditions and loops over fields; no calls, no arithmetic.

A loop inside a loop walks what belongs to the row of the outer one, so a template takes no longer than its facts are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from jinja2 import nodes

FILTERS = frozenset({"length", "count", "upper", "lower", "capitalize", "trim", "join", "first", "last"})
LOOP = ("index", "index0", "revindex", "first", "last", "length")
PLAIN = (nodes.Const, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr, nodes.Concat)


@dataclass(frozen=True)
class Fault:
    vi: str
    en: str


class TemplateFault(Exception):
    """Why a template cannot be used, Vietnamese first."""


@dataclass
class Shape:
    """What stands under a name: a text, rows, or a group of fields; of rows, `fields` are those of each."""

    rows: bool = False
    group: bool = False
    fields: dict[str, Shape] = field(default_factory=dict)
    item: Shape | None = None

    def take(self, value: Any) -> Shape:
        if isinstance(value, dict):
            self.group = True
            for key, inner in value.items():
                self.fields.setdefault(key, Shape()).take(inner)
        elif isinstance(value, list):
            self.rows = True
            self.item = self.item or Shape()
            for inner in value:
                self.item.take(inner)
        return self


TEXT, UNKNOWN = Shape(), Shape()  # unknown: a fault was told of it, or no sample shows what is in it
Scope = Mapping[str, Shape]  # the rows of the loops around
NO_LOOP: Scope = {}
Faults = list[Fault]


class Language:
    def __init__(self, samples: Iterable[Mapping[str, Any]]) -> None:
        """`samples`: values as plain texts, numbers, lists and mappings, which together show every field."""
        self._root = Shape()
        for values in samples:
            self._root.take(dict(values))

    def faults(self, node: nodes.Node, scope: Scope = NO_LOOP) -> Faults:
        faults: Faults = []
        self._read(node, scope, faults)
        return faults

    def inside(self, loop: nodes.For, scope: Scope) -> Scope:
        """What the names of the loop's body mean."""
        walked = self._shape(loop.iter, scope, [])
        name = loop.target.name if isinstance(loop.target, nodes.Name) else ""
        return {**scope, name: walked.item or UNKNOWN, "loop": Shape(group=True, fields=dict.fromkeys(LOOP, TEXT))}

    def _read(self, node: nodes.Node, scope: Scope, faults: Faults) -> None:
        match node:
            case nodes.TemplateData():
                return
            case nodes.Template(body=body):
                self._read_all(body, scope, faults)
            case nodes.Output(nodes=shown):
                for one in shown:
                    self._show(one, scope, faults)
            case nodes.If(test=test, body=body, elif_=others, else_=otherwise):
                self._shape(test, scope, faults)
                self._read_all([*body, *others, *otherwise], scope, faults)
            case nodes.For(target=nodes.Name(), test=None, recursive=False, body=body, else_=otherwise):
                self._walk(node, scope, faults)
                self._read_all(body, self.inside(node, scope), faults)
                self._read_all(otherwise, scope, faults)
            case _:
                faults.append(_not_allowed(node))

    def _read_all(self, some: Iterable[nodes.Node], scope: Scope, faults: Faults) -> None:
        for node in some:
            self._read(node, scope, faults)

    def _show(self, node: nodes.Node, scope: Scope, faults: Faults) -> None:
        if isinstance(node, nodes.TemplateData):
            return
        shape = self._shape(node, scope, faults)
        if shape.rows:
            faults.append(Fault("Đây là danh sách: dùng {%p for … %}.", "This is a list: use {%p for … %}."))
        elif shape.group:
            some = ", ".join(list(shape.fields)[:4])
            vi, en = f"Đây là nhóm trường: ghi thêm tên trường ({some}).", f"This is a group: name a field ({some})."
            faults.append(Fault(vi, en))

    def _walk(self, loop: nodes.For, scope: Scope, faults: Faults) -> None:
        shape = self._shape(loop.iter, scope, faults)
        if not shape.rows and shape is not UNKNOWN:
            faults.append(Fault("Chỉ lặp được qua danh sách.", "Only a list can be walked by a loop."))
        if scope and _root_of(loop.iter) not in scope:
            faults.append(
                Fault(
                    "Vòng lặp bên trong chỉ đi qua danh sách thuộc dòng của vòng lặp ngoài.",
                    "An inner loop may only walk a list that belongs to the row of the outer loop.",
                )
            )

    def _shape(self, node: nodes.Node, scope: Scope, faults: Faults) -> Shape:
        match node:
            case nodes.Name(name=name):
                return _named(name, Shape(group=True, fields={**self._root.fields, **scope}), name, faults)
            case nodes.Getattr(node=of, attr=str(name)) | nodes.Getitem(node=of, arg=nodes.Const(value=str(name))):
                return _named(name, self._shape(of, scope, faults), _written(node), faults)
            case nodes.Getitem(node=of, arg=nodes.Const(value=int())):
                return self._entry(of, scope, faults)
            case nodes.Filter(node=nodes.Node() as of, name=name, args=more, kwargs=[]) if name in FILTERS:
                whole = self._shape(of, scope, faults)
                for inner in more:
                    self._shape(inner, scope, faults)
                if name == "join" and whole.item and whole.item.group:
                    faults.append(Fault("Chỉ nối được danh sách các câu chữ.", "Only a list of texts can be joined."))
                return (whole.item or UNKNOWN) if name in ("first", "last") and whole.rows else TEXT
            case _ if isinstance(node, PLAIN):
                for child in node.iter_child_nodes():
                    self._shape(child, scope, faults)
                return TEXT
        faults.append(_not_allowed(node))
        return UNKNOWN

    def _entry(self, of: nodes.Node, scope: Scope, faults: Faults) -> Shape:
        whole = self._shape(of, scope, faults)
        if not whole.rows and whole is not UNKNOWN:
            vi = "Chỉ danh sách mới có số thứ tự trong ngoặc vuông."
            faults.append(Fault(vi, "Only a list has numbered entries."))
        return whole.item or UNKNOWN


def _named(name: str, whole: Shape, shown: str, faults: Faults) -> Shape:
    if name in whole.fields:
        return whole.fields[name]
    if whole is not UNKNOWN or name.startswith("_"):
        near = get_close_matches(name, list(whole.fields), n=3, cutoff=0.5)
        vi, en = (f" Gần đúng: {', '.join(near)}.", f" Close: {', '.join(near)}.") if near else ("", "")
        faults.append(Fault(f"Không có trường «{shown}».{vi}", f"No field “{shown}”.{en}"))
    return UNKNOWN


def _not_allowed(node: nodes.Node) -> Fault:
    what = node.name if isinstance(node, nodes.Filter) else type(node).__name__.lower()
    return Fault(f"«{what}» không được dùng trong mẫu.", f"“{what}” may not be used in a template.")


def _written(node: nodes.Node) -> str:
    """As the template names it: `item.heading`."""
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Getattr(node=of, attr=name) | nodes.Getitem(node=of, arg=nodes.Const(value=name)):
            return f"{_written(of)}.{name}"
    return "…"


def _root_of(node: nodes.Node) -> str:
    of: Any = node
    while isinstance(of, nodes.Getattr | nodes.Getitem | nodes.Filter):
        of = of.node
    return of.name if isinstance(of, nodes.Name) else ""
