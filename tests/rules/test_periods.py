import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.periods import next_period, period_bounds, period_title_vi, previous_period, worded

PERIODS = st.builds(
    "{}{}".format,
    st.integers(2000, 2040),
    st.sampled_from(["", "-Y", "-H1", "-H2", *(f"-Q{n}" for n in range(1, 5)), *(f"-M{n:02d}" for n in range(1, 13))]),
)


@pytest.mark.parametrize(
    ("period", "title"),
    [
        ("2014-Q1", "quý I năm 2014"),
        ("2014-Q4", "quý IV năm 2014"),
        ("2014-H1", "6 tháng đầu năm 2014"),
        ("2014-H2", "6 tháng cuối năm 2014"),
        ("2014-Y", "năm 2014"),
        ("2014", "năm 2014"),
        ("2014-M03", "tháng 3 năm 2014"),
    ],
)
def test_a_period_is_titled_as_reports_title_it(period, title):
    assert period_title_vi(period) == title


@pytest.mark.parametrize(
    ("period", "following"),
    [
        ("2014-Q4", "2015-Q1"),
        ("2014-H1", "2014-H2"),
        ("2014-H2", "2015-H1"),
        ("2014-Y", "2015-Y"),
        ("2014", "2015"),
        ("2014-M12", "2015-M01"),
    ],
)
def test_the_next_period_is_of_the_same_kind(period, following):
    assert next_period(period) == following


@given(PERIODS)
def test_back_and_forth_comes_home(period):
    assert previous_period(next_period(period)) == period


@given(PERIODS)
def test_periods_follow_each_other_without_a_gap(period):
    assert period_bounds(next_period(period))[0].toordinal() == period_bounds(period)[1].toordinal() + 1


@pytest.mark.parametrize("wrong", ["", "2014-Q5", "2014-H3", "2014-M00", "2014-M13", "Q1-2014", "2014-Q1 ", "14-Q1"])
def test_a_period_nobody_knows_is_refused_in_vietnamese(wrong):
    with pytest.raises(ValueError, match="không hợp lệ"):
        period_bounds(wrong)


def test_the_words_of_a_plan_take_the_period_or_do_without():
    text = "Lịch phổ biến thông tin thống kê {period}, đủ 05 thông tin"
    assert worded(text, "2014") == "Lịch phổ biến thông tin thống kê năm 2014, đủ 05 thông tin"
    assert worded(text, "2014-Q1") == "Lịch phổ biến thông tin thống kê quý I năm 2014, đủ 05 thông tin"
    assert worded(text) == "Lịch phổ biến thông tin thống kê, đủ 05 thông tin"
    assert worded("Niên giám", "2014") == "Niên giám"
