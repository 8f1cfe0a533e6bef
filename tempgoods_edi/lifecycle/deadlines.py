"""Deadlines of temporary goods: calendar months, extensions, and deadlines that expire soon.

海关法第三十一条: back within six months of entry or exit, longer with customs' consent.
海关总署令第233号第十条: at most three extensions of at most six months each; special projects and
exhibitions of 24 months or more may get further ones from the 直属海关.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import Enum

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

INITIAL_MONTHS = 6
MAX_EXTENSION_MONTHS = 6
MAX_EXTENSIONS = 3


class ExtensionError(TempgoodsError):
    """A deadline cannot be extended by that number of months."""


class Urgency(Enum):
    """How soon a deadline is; the values are the groups of the start page."""

    OVERDUE = "overdue"
    WITHIN_3_DAYS = "within_3_days"
    WITHIN_10_DAYS = "within_10_days"
    WITHIN_30_DAYS = "within_30_days"
    LATER = "later"

    @property
    def label(self) -> Bilingual:
        """The urgency in words."""
        return _LABELS[self]


_LABELS = {
    Urgency.OVERDUE: Bilingual("已超期", "overdue"),
    Urgency.WITHIN_3_DAYS: Bilingual("3天内到期", "due within 3 days"),
    Urgency.WITHIN_10_DAYS: Bilingual("10天内到期", "due within 10 days"),
    Urgency.WITHIN_30_DAYS: Bilingual("30天内到期", "due within 30 days"),
    Urgency.LATER: Bilingual("30天后到期", "due later"),
}
_STEPS = ((3, Urgency.WITHIN_3_DAYS), (10, Urgency.WITHIN_10_DAYS), (30, Urgency.WITHIN_30_DAYS))


def add_months(day: date, months: int) -> date:
    """A day *months* calendar months later; the last day of a month that is too short.

    What falls outside the calendar becomes its first or last day, so that no date in a message can fail here.

    >>> add_months(date(2027, 8, 31), 6)
    datetime.date(2028, 2, 29)
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if months > 0 else date.min
    return date(year, month0 + 1, min(day.day, _days_in(year, month0 + 1)))


def within_months(start: date, end: date, months: int) -> bool:
    """True when *end* is not later than *months* calendar months after *start*.

    >>> within_months(date(2027, 2, 21), date(2027, 8, 21), 6), within_months(date(2027, 2, 21), date(2027, 8, 22), 6)
    (True, False)
    """
    return end <= add_months(start, months)


def initial_deadline(entry_or_exit: date) -> date:
    """The day by which goods must be back: six months after entry or exit (海关法31; 令233第10条).

    >>> initial_deadline(date(2026, 10, 12))
    datetime.date(2027, 4, 12)
    """
    return add_months(entry_or_exit, INITIAL_MONTHS)


def extended(deadline: date, months: int = MAX_EXTENSION_MONTHS) -> date:
    """*deadline* moved by an extension of 1 to 6 *months* (令233第10条); other months raise `ExtensionError`."""
    if not 1 <= months <= MAX_EXTENSION_MONTHS:
        text = Bilingual(
            "每次延期为1至{most}个月，不能是{months}个月", "an extension is 1 to {most} months, not {months}"
        )
        raise ExtensionError(text.format(most=MAX_EXTENSION_MONTHS, months=months))
    return add_months(deadline, months)


def extensions_left(approved: int) -> int:
    """The number of ordinary extensions left after *approved* ones (令233第10条: three)."""
    return max(0, MAX_EXTENSIONS - approved)


def next_working_day(day: date, days_off: Collection[date] = (), working_weekends: Collection[date] = ()) -> date:
    """*day*, or the first working day after it when it is a weekend or one of *days_off*.

    Registered deadlines are seen moved so when they fall on a day of rest; no clause was found, so this is assumed, and
    the rules, which know no holidays, judge by the calendar day.

    >>> next_working_day(date(2027, 8, 21))
    datetime.date(2027, 8, 23)
    """
    while day < date.max and (day in days_off or (day.weekday() >= 5 and day not in working_weekends)):
        day += timedelta(days=1)
    return day


def urgency(deadline: date, today: date) -> Urgency:
    """How soon *deadline* is, as seen on *today*; the deadline's own day is not overdue.

    >>> urgency(date(2027, 4, 12), today=date(2027, 4, 2)).label.en
    'due within 10 days'
    """
    days = (deadline - today).days
    if days < 0:
        return Urgency.OVERDUE
    return next((step for most, step in _STEPS if days <= most), Urgency.LATER)


def _days_in(year: int, month: int) -> int:
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - timedelta(days=1)).day
