"""Texts in the code tables of before Unicode are named; Unicode and other languages are left alone."""

from __future__ import annotations

import pytest

from rules.text.legacy import OldTable, is_syllable, old_table

TCVN3 = [
    "Céng hoµ x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc",
    "Uû ban nh©n d©n tØnh Sãc Tr¨ng",
    "B¸o c¸o t×nh h×nh kinh tÕ - x· héi quý IV n¨m 2013 vµ ph­¬ng h­íng nhiÖm vô n¨m 2014",
    "Danh môc s¶n phÈm th«ng tin thèng kª chñ yÕu",
]
VNI = [
    "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc",
    "UÛy ban nhaân daân tænh Soùc Traêng",
    "Baùo caùo tình hình kinh teá - xaõ hoäi quyù IV naêm 2013 vaø phöông höôùng nhieäm vuï naêm 2014",
    "Danh muïc saûn phaåm thoâng tin thoáng keâ chuû yeáu",
]
NEITHER = [
    "Cộng hòa xã hội chủ nghĩa Việt Nam, Độc lập - Tự do - Hạnh phúc",
    "Danh mục sản phẩm thông tin thống kê chủ yếu của Sở Kế hoạch và Đầu tư, Ủy ban nhân dân huyện Kế Sách",
    "cộng hòa xã hội chủ nghĩa việt nam",
    "Số: 12/BC-SYT ngày 05/12/2013 v/v gửi lịch phổ biến",
    "Cá, tôm, à, ờ, bò, sò: giá xã Mỹ Tú, Kế Sách, Cù Lao Dung",
    "The release calendar for 2014 was approved on 5 December 2013.",
    "Copyright © 2014, Kyhan®. Café, naïve résumé, façade, Zürich, São Paulo, año, smörgåsbord",
    "L'été dernier, les élèves ont été très occupés; déjà vu, où, ça, même, forêt, hôtel, français",
    "Für die Übersicht über Änderungen müssen größere Behörden ähnliche Verfahren prüfen",
    "São Paulo: informações não são públicas até amanhã; educação, saúde, função, órgão",
    "",
    "12 345,6 | 7 – 8",
]


@pytest.mark.parametrize("text", TCVN3)
def test_a_sentence_in_tcvn3_is_named(text: str):
    assert old_table(text) is OldTable.TCVN3


@pytest.mark.parametrize("text", VNI)
def test_a_sentence_in_vni_is_named(text: str):
    assert old_table(text) is OldTable.VNI


@pytest.mark.parametrize("text", NEITHER)
def test_unicode_and_other_languages_are_left_alone(text: str):
    assert old_table(text) is None


def test_unicode_in_separate_marks_is_unicode_too():
    from unicodedata import normalize

    assert old_table(normalize("NFD", NEITHER[1])) is None


def test_a_long_english_text_with_two_old_words_is_not_named():
    assert old_table("The word héi and the word nghÜa are quoted. " * 50) is None


@pytest.mark.parametrize("word", ["nghĩa", "Thuyết", "khuỷu", "giêng", "ươn", "quý", "của", "Đường", "gì"])
def test_a_vietnamese_word_is_a_syllable(word: str):
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["été", "für", "nghÜa", "hoäi", "sẽẽ", "año", "Zürich"])
def test_another_word_is_none(word: str):
    assert not is_syllable(word)
