"""Deadlines are counted in calendar months and never fail on any date a message can carry."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.lifecycle.deadlines import (
    ExtensionError,
    Urgency,
    add_months,
    extended,
    extensions_left,
    initial_deadline,
    next_working_day,
    urgency,
    within_months,
)

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-12-15", 6, "2027-06-15"),
        ("2027-06-30", 6, "2027-12-30"),
        ("2027-03-31", -1, "2027-02-28"),
        ("9999-12-01", 6, "9999-12-31"),
        ("0001-01-01", -1, "0001-01-01"),
    ],
)
def test_months_are_calendar_months(start: str, months: int, end: str) -> None:
    """The same day of a later month, the last day where there is none, the calendar's end beyond it."""
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


@given(DAYS, st.integers(0, 48))
def test_the_day_is_kept_or_is_the_last_of_its_month(start: date, months: int) -> None:
    """The month is right, and a day differs only when the next day already begins another month."""
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + timedelta(days=1)).day == 1)


@given(DAYS, DAYS, st.integers(0, 24))
def test_later_starts_never_end_earlier(one: date, other: date, months: int) -> None:
    """Adding months keeps the order of days."""
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@given(DAYS, st.integers(0, 24))
def test_the_last_day_of_the_period_is_within_it(start: date, months: int) -> None:
    """The period ends with its last day, not before."""
    last = add_months(start, months)
    assert within_months(start, last, months)
    assert not within_months(start, last + timedelta(days=1), months)


def test_a_life_with_three_extensions_lasts_two_years() -> None:
    """Six months and three extensions of six months: 24 months in all, and none is left."""
    deadline = initial_deadline(date(2026, 10, 12))
    assert deadline == date(2027, 4, 12)
    for _ in range(3):
        deadline = extended(deadline)
    assert deadline == date(2028, 10, 12)
    assert [extensions_left(approved) for approved in range(5)] == [3, 2, 1, 0, 0]


@pytest.mark.parametrize("months", [0, -1, 7, 12])
def test_no_extension_is_longer_than_six_months(months: int) -> None:
    """Other lengths are a mistake of the program, said in both languages."""
    with pytest.raises(ExtensionError, match=r"延期.*extension"):
        extended(date(2027, 4, 12), months)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, Urgency.OVERDUE),
        (0, Urgency.WITHIN_3_DAYS),
        (3, Urgency.WITHIN_3_DAYS),
        (4, Urgency.WITHIN_10_DAYS),
        (10, Urgency.WITHIN_10_DAYS),
        (11, Urgency.WITHIN_30_DAYS),
        (30, Urgency.WITHIN_30_DAYS),
        (31, Urgency.LATER),
    ],
)
def test_urgency_changes_at_30_10_and_3_days(days: int, expected: Urgency) -> None:
    """Each limit belongs to the nearer group, and the deadline's own day is not overdue."""
    today = date(2027, 1, 5)
    assert urgency(today + timedelta(days=days), today) is expected
    assert expected.label.zh
    assert expected.label.en


def test_a_day_of_rest_moves_to_the_next_working_day() -> None:
    """Weekends and given holidays are passed over; a weekend declared a working day is not."""
    saturday = date(2027, 8, 21)
    assert next_working_day(saturday) == date(2027, 8, 23)
    assert next_working_day(saturday, days_off={date(2027, 8, 23)}) == date(2027, 8, 24)
    assert next_working_day(saturday, working_weekends={saturday}) == saturday
    assert next_working_day(date(2027, 8, 20)) == date(2027, 8, 20)
    assert next_working_day(date.max, days_off={date.max}) == date.max
