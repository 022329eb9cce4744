from dataclasses import dataclass
from datetime import date

from rules.digest import most_urgent_first, subject_level


@dataclass(frozen=True)
class AnItem:
    level: int
    target_day: date


GENTLE = AnItem(1, date(2013, 12, 20))
OVERDUE = AnItem(3, date(2013, 11, 29))
SOON_BUT_LATER = AnItem(2, date(2013, 12, 31))
SOON = AnItem(2, date(2013, 12, 20))


def test_the_gravest_comes_first_then_the_nearest_day():
    assert most_urgent_first([GENTLE, SOON_BUT_LATER, SOON, OVERDUE]) == [OVERDUE, SOON, SOON_BUT_LATER, GENTLE]


def test_the_subject_speaks_for_the_gravest_item():
    assert subject_level([GENTLE, OVERDUE, SOON]) == 3
