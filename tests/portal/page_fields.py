"""The fields of the last form of a page that has the one named, as a browser would send them back unchanged."""

from __future__ import annotations

from html.parser import HTMLParser


class PageFields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self.forms[-1][self._select] = given.get("value") or ""
        elif tag == "textarea":
            self._textarea = name
            self.forms[-1][name] = ""
        elif tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.forms[-1][name] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1][self._textarea] += data


def fields_of(page: str, with_field: str) -> dict[str, str]:
    reader = PageFields()
    reader.feed(page)
    return dict(next(form for form in reversed(reader.forms) if with_field in form))
