"""The business clock: what time it is at customs, and how it moves."""

from __future__ import annotations

from datetime import datetime

from h2018.console.web import BadInput, PageResponse, Visit, page, seen_other, whole
from h2018.operations import clock as operations
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual

#: Names of the units of time with their seconds.
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_NO_TIME = Bilingual("不是日期和时间：“{text}”", "not a date and time: “{text}”")
_NO_UNIT = Bilingual("不认识的单位", "an unknown unit")
_NO_MODE = Bilingual("时钟方式应为 live 或 manual", "the clock is live or manual")


def clock(visit: Visit) -> PageResponse:
    """The page of the business clock."""
    return page("clock.html", visit, "clock", units=UNITS)


def forward(visit: Visit) -> PageResponse:
    """Handle the form that advances business time by a length of time."""
    unit = UNITS.get(visit.field("unit"))
    if unit is None:
        raise BadInput(_NO_UNIT)
    operations.advance(visit.tenant, whole(visit.field("amount")) * unit)
    return seen_other(visit, "clock", done="forward")


def advance_to(visit: Visit) -> PageResponse:
    """Handle the form that advances business time to an instant."""
    operations.advance_to(visit.tenant, _instant(visit.field("instant")))
    return seen_other(visit, "clock", done="forward")


def mode(visit: Visit) -> PageResponse:
    """Handle the form that lets the clock run, or stops it."""
    match visit.field("mode"):
        case "live":
            operations.set_mode(visit.tenant, "live")
        case "manual":
            operations.set_mode(visit.tenant, "manual")
        case _:
            raise BadInput(_NO_MODE)
    return seen_other(visit, "clock", done="mode")


def _instant(text: str) -> datetime:
    """A time as a form gives it, in China's zone."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA_TIME)
    except ValueError:
        raise BadInput(_NO_TIME.format(text=text[:40])) from None
