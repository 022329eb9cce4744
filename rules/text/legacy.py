"""Recognises Vietnamese written in the code tables of before Unicode: TCVN3 (ABC) and VNI.

A text counts as one of them when the words that hold odd letters are no Vietnamese syllables as they stand, and become
syllables once they are read by that table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from unicodedata import combining, normalize


class OldTable(StrEnum):
    TCVN3 = "TCVN3 (ABC)"
    VNI = "VNI"


FEWEST = 3  # different words; fewer prove nothing
MOSTLY = 0.8
HARDLY = 0.5
LONGEST_LOOKED_AT = 200_000  # letters

_TCVN3_FROM = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_TO = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
TCVN3: Mapping[int, int] = str.maketrans(_TCVN3_FROM, _TCVN3_TO)

_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT, _ROUND, _BREVE = (
    "\u0300",
    "\u0301",
    "\u0303",
    "\u0309",
    "\u0323",
    "\u0302",
    "\u0306",
)
# what stands behind a vowel: the marks it adds
VNI_MARKS: Mapping[str, str] = {
    "ø": _GRAVE,
    "ù": _ACUTE,
    "õ": _TILDE,
    "û": _HOOK,
    "ï": _DOT,
    "â": _ROUND,
    "à": _ROUND + _GRAVE,
    "á": _ROUND + _ACUTE,
    "ã": _ROUND + _TILDE,
    "å": _ROUND + _HOOK,
    "ä": _ROUND + _DOT,
    "ê": _BREVE,
    "è": _BREVE + _GRAVE,
    "é": _BREVE + _ACUTE,
    "ü": _BREVE + _TILDE,
    "ú": _BREVE + _HOOK,
    "ë": _BREVE + _DOT,
}
VNI_LETTERS: Mapping[int, int] = str.maketrans("ôöñæóòîíì", "ơưđỉĩịỵíì")
_BEHIND_A_VOWEL = re.compile(f"([aeouyơư])([{''.join(VNI_MARKS)}])")

_ONSET = "b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu?|r|s|th?|tr|v|x"
_NUCLEUS = (
    "uyê|uya|uyu|uây|uôi|ươi|ươu|iêu|yêu|oai|oao|oay|oeo|ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|"
    "uê|ui|uô|uơ|uy|ưa|ưi|ươ|ưu|yê|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_NUCLEUS})(?:ch?|m|ngh?|nh?|p|t)?")
STOPS = ("c", "ch", "p", "t")  # a syllable that ends in one carries a sharp or a heavy tone only
TONES = frozenset({_GRAVE, _ACUTE, _TILDE, _HOOK, _DOT})
_WORD = re.compile(r"[A-Za-z\u00a1-\u024f\u1ea0-\u1ef9\u0300-\u0323]{2,}")
_PLAIN_LETTER = re.compile("[A-Za-z]")


def old_table(text: str) -> OldTable | None:
    """The table a text was written by, if it was not Unicode."""
    words = _odd_words(normalize("NFC", text[:LONGEST_LOOKED_AT]))
    if len(words) < FEWEST or _share(words, str.lower) > HARDLY:
        return None
    shares = {table: _share(words, read) for table, read in READ_BY.items()}
    likeliest = max(shares, key=lambda table: shares[table])
    return likeliest if shares[likeliest] >= MOSTLY else None


def _odd_words(text: str) -> set[str]:
    """Different words that hold a letter beyond ASCII, and one within it: a lone sign such as © is no word."""
    return {word for word in _WORD.findall(text) if not word.isascii() and _PLAIN_LETTER.search(word)}


def _share(words: Iterable[str], read: Callable[[str], str]) -> float:
    syllables = [is_syllable(read(word)) for word in words]
    return sum(syllables) / len(syllables)


def is_syllable(word: str) -> bool:
    """Whether the word is built as a Vietnamese syllable: one tone at most, and letters that go together."""
    taken_apart = normalize("NFD", word.lower())
    toneless = normalize("NFC", "".join(letter for letter in taken_apart if letter not in TONES))
    tones = [letter for letter in taken_apart if letter in TONES]
    if len(tones) > 1 or any(combining(letter) for letter in toneless) or not SYLLABLE.fullmatch(toneless):
        return False
    return not toneless.endswith(STOPS) or tones in ([_ACUTE], [_DOT])


def _from_tcvn3(word: str) -> str:
    return word.translate(TCVN3).lower()


def _from_vni(word: str) -> str:
    lower = word.lower().translate(VNI_LETTERS)
    return normalize("NFC", _BEHIND_A_VOWEL.sub(lambda match: match[1] + VNI_MARKS[match[2]], lower))


READ_BY: Mapping[OldTable, Callable[[str], str]] = {OldTable.TCVN3: _from_tcvn3, OldTable.VNI: _from_vni}


def to_unicode(text: str, table: OldTable) -> str:
    """The text as its table meant it; case stays."""
    if table is OldTable.TCVN3:
        return text.translate(TCVN3)
    return normalize("NFC", _BEHIND_ANY_VOWEL.sub(_composed, text.translate(_VNI_BOTH)))


_VNI_BOTH: Mapping[int, str] = {
    **{code: chr(letter) if isinstance(letter, int) else letter for code, letter in VNI_LETTERS.items()},
    **{ord(chr(code).upper()): chr(letter).upper() for code, letter in VNI_LETTERS.items()},
}
_MARKS_BOTH = {**VNI_MARKS, **{letter.upper(): marks for letter, marks in VNI_MARKS.items()}}
_BEHIND_ANY_VOWEL = re.compile(f"([aeouyơưAEOUYƠƯ])([{''.join(_MARKS_BOTH)}])")


def _composed(match: re.Match[str]) -> str:
    return match[1] + _MARKS_BOTH[match[2]]
