"""A mistake in a changed template is named by its paragraph; what could run, escape or never end is refused."""

from __future__ import annotations

from io import BytesIO
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from template_builders import SENTENCE, before_closing, changed, with_part, with_sentence, with_words

from reports.word_templates.kinds import KINDS
from reports.word_templates.office_form import OfficeForm, language_of
from reports.word_templates.package import LARGEST, check_package
from reports.word_templates.paragraphs import W, placed_faults
from reports.word_templates.trial import try_template
from reports.workbook_guard import UnsafeWorkbook

PROGRESS = KINDS["progress"]
FAULTS = {
    "an unknown field": ("{{ issuers }}", "Không có trường «issuers». Gần đúng: issuer"),
    "an unknown field of a row": (
        ("{%p for row in annex_ii %}", "{{ row.unti }}", "{%p endfor %}"),
        "Không có trường «row.unti». Gần đúng: unit",
    ),
    "the name of a loop outside of it": ("{{ row.unit }}", "Không có trường «row»"),
    "a tag that does not end": ("Tên {{ issuer", "«{{» không có cặp"),
    "a tag that does not begin": ("issuer }}", "«}}» không có cặp"),
    "wrong words in a tag": ("{{ issuer name }}", "viết sai"),
    "a forgotten endfor": (("{%p for one in copies %}", "{{ one }}"), "thiếu thẻ đóng endfor"),
    "a forgotten endif": (("{%p if replaces %}", "{{ replaces }}"), "thiếu thẻ đóng endif"),
    "an end of nothing": ("{%p endif %}", "không khớp với thẻ mở nào"),
    "an end of another block": (("{%p for one in copies %}", "{%p endif %}", "{%p endfor %}"), "không khớp"),
    "words beside the tag of a paragraph": (("{%p if replaces %} Ngoài ra", "{%p endif %}"), "chữ khác ở đó sẽ mất"),
    "a condition that begins in one paragraph and ends in another": (
        ("{% if replaces %}a", "b{% endif %}"),
        "cùng chỗ",
    ),
    "a paragraph's loop with an end without p": (("{%p for one in copies %}", "{% endfor %}"), "cùng loại"),
    "a list shown as a text": ("{{ copies }}", "Đây là danh sách"),
    "a group shown as a text": ("{{ difficulties }}", "ghi thêm tên trường (heading, paragraphs, slot, key)"),
    "a loop over a text": (("{%p for one in closing %}", "{%p endfor %}"), "Chỉ lặp được qua danh sách"),
    "a call": ("{{ issuer.upper() }}", "«call» không được dùng"),
    "the class of a value": ("{{ issuer.__class__ }}", "Không có trường «issuer.__class__»"),
    "a way out by a filter": ("{{ issuer|attr('__class__') }}", "«attr» không được dùng"),
    "markup that would not be escaped": ("{{ issuer|safe }}", "«safe» không được dùng"),
    "a great number": ("{{ 10 ** 10 ** 10 }}", "«pow» không được dùng"),
    "a long text": ("{{ 'a' * 1000000000 }}", "«mul» không được dùng"),
    "a long loop": (("{%p for n in range(1000000000) %}", "{%p endfor %}"), "«call» không được dùng"),
    "loops inside a loop over the same rows": (
        ("{%p for a in annex_ii %}", "{%p for b in annex_ii %}", "x", "{%p endfor %}", "{%p endfor %}"),
        "Vòng lặp bên trong",
    ),
    "a file": ("{% include 'x' %}", "không được dùng"),
    "a variable": ("{% set x = 1 %}", "không được dùng"),
    "a macro": ("{% macro x() %}{% endmacro %}", "không được dùng"),
    "a comment": ("{# ghi chú #}", "không được dùng"),
    "raw markup": ("{{r issuer }}", "viết sai"),
}


def text_of(paragraph: Element) -> str:
    return "".join(node.text or "" for node in paragraph.iter(f"{W}t"))


@pytest.mark.parametrize(("texts", "words"), FAULTS.values(), ids=FAULTS)
def test_a_mistake_is_named_by_the_number_and_the_words_of_its_paragraph(
    texts: str | tuple[str, ...], words: str
) -> None:
    texts = (texts,) if isinstance(texts, str) else texts
    content = changed(before_closing(*texts))
    faults = placed_faults(BytesIO(content), language_of(PROGRESS))
    assert words in " ".join(one.vi for one in faults)
    assert all(one.en for one in faults)
    counted = [text for text in map(text_of, Document(BytesIO(content)).element.body.iter(f"{W}p")) if text.strip()]
    for fault in faults:
        assert counted[fault.number - 1][:80] == fault.words
        assert fault.words in "".join(texts)


@pytest.mark.parametrize("name", KINDS)
def test_the_shipped_template_has_no_fault(name: str) -> None:
    kind = KINDS[name]
    content = kind.template.read_bytes()
    check_package(content)
    assert placed_faults(BytesIO(content), language_of(kind)) == []
    assert try_template(kind, content).faults == ()


def test_curly_quotes_of_word_are_those_of_the_template() -> None:
    content = changed(before_closing("{{ “a” if issuer else ‘b’ }}"))
    assert placed_faults(BytesIO(content), language_of(PROGRESS)) == []
    assert try_template(PROGRESS, content).faults == ()


def test_what_word_may_still_say_is_tried_on_every_sample() -> None:
    row = "{{ loop.index }}. {{ one.unit|upper }} ({{ one['result'] }})"
    trial = try_template(PROGRESS, changed(before_closing("{%p for one in annex_ii %}", row, "{%p endfor %}")))
    assert trial.faults == ()
    text = "\n".join(one.text for one in Document(BytesIO(trial.document)).paragraphs)
    assert "1. SỞ Y TẾ (Đúng hạn)" in text


def test_an_entry_that_some_facts_do_not_have_is_found_by_the_samples() -> None:
    (fault,) = try_template(PROGRESS, changed(before_closing("{{ annex_ii[0].unit }}"))).faults
    assert "trong kỳ không phát sinh" in fault.vi
    assert "nothing in the period" in fault.en


def test_a_tag_in_the_header_is_named_there() -> None:
    def change(document: object) -> None:
        document.sections[0].header.paragraphs[0].add_run("{{ nobody }}")  # type: ignore[attr-defined]

    faults = placed_faults(BytesIO(changed(change)), language_of(PROGRESS))
    assert [(one.part, "nobody" in one.vi) for one in faults] == [("header", True)]


def test_a_tag_hidden_from_the_paragraphs_is_still_compiled_under_watch() -> None:
    body = b"<w:body>"
    hidden = with_words("word/document.xml", body, body + b"<!-- {{ issuer.__class__ }} -->")
    with pytest.raises(Exception, match="__class__"):
        OfficeForm(hidden, language_of(PROGRESS))


OUTSIDE = b"""<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s"
Target="%s" %s/></Relationships>"""
DDE = b"<w:p><w:r><w:instrText>DDEAUTO c:/x</w:instrText></w:r></w:p>"
EXTERNAL = b'TargetMode="External"'
UNSAFE = {
    "no zip": (lambda: b"PK", "hỏng"),
    "no document": (lambda: zipped({"a.txt": b"x"}), "không phải Word"),
    "no body": (lambda: zipped({"[Content_Types].xml": b"<a/>"}), "không phải Word"),
    "too large": (lambda: b"x" * (LARGEST + 1), "lớn hơn 5 MB"),
    "a bomb": (lambda: with_part("word/media/a.bmp", b"\0" * (70 << 20)), "giải nén quá"),
    "entities": (lambda: with_part("word/document.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), "khai báo XML"),
    "a path out of it": (lambda: with_part("../a.xml", b"<a/>"), "đường dẫn lạ"),
    "macros": (lambda: with_part("word/vbaProject.bin", b"x"), "macro"),
    "a picture from outside": (
        lambda: with_part("word/_rels/x.xml.rels", OUTSIDE % (b"image", b"http://e.vn/x.png", EXTERNAL)),
        "bên ngoài",
    ),
    "a template from outside": (
        lambda: with_part("word/_rels/x.xml.rels", OUTSIDE % (b"attachedTemplate", b"file:///x.dotm", EXTERNAL)),
        "attachedTemplate",
    ),
    "an embedded object": (
        lambda: with_part("word/_rels/x.xml.rels", OUTSIDE % (b"oleObject", b"embeddings/a.bin", b"")),
        "oleObject",
    ),
    "a field that runs": (
        lambda: with_words("word/document.xml", b"<w:body>", b"<w:body>" + DDE),
        "DDEAUTO",
    ),
    "tags in notes": (lambda: with_part("word/footnotes.xml", b"<a>{{ issuer }}</a>"), "chú thích"),
}


def zipped(parts: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("content", "words"), UNSAFE.values(), ids=UNSAFE)
def test_a_file_that_is_no_plain_document_is_refused(content: object, words: str) -> None:
    with pytest.raises(UnsafeWorkbook, match=words):
        try_template(PROGRESS, content())  # type: ignore[operator]


@pytest.mark.parametrize("name", KINDS)
def test_a_sentence_that_was_added_stands_in_the_document(name: str) -> None:
    kind = KINDS[name]
    usual = next(iter(kind.samples().values()))
    trial = try_template(kind, with_sentence(name), usual)
    assert (trial.faults, trial.on_real_facts) == ((), True)
    assert SENTENCE in [one.text for one in Document(BytesIO(trial.document)).paragraphs]
