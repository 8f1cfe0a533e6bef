"""The business clock: what time it is at customs, and how it moves."""

from __future__ import annotations

from datetime import datetime

from h2018.console.web import Answer, Unfit, Visit, page, seen_other, whole
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.values import Bilingual

#: Names of the units of time with their seconds.
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_LONGEST = 100 * 366 * 86400
_NO_TIME = Bilingual("不是日期和时间：“{text}”", "not a date and time: “{text}”")
_TOO_FAR = Bilingual("一次最多前进 100 年", "at most 100 years at a time")
_NO_UNIT = Bilingual("不认识的单位", "an unknown unit")
_NO_MODE = Bilingual("时钟方式应为 live 或 manual", "the clock is live or manual")


def clock(visit: Visit) -> Answer:
    """The clock."""
    return page("clock.html", visit, "clock", units=UNITS)


def forward(visit: Visit) -> Answer:
    """Let so much time pass."""
    unit = UNITS.get(visit.field("unit"))
    if unit is None:
        raise Unfit(_NO_UNIT)
    seconds = whole(visit.field("amount")) * unit
    if seconds > _LONGEST:
        raise Unfit(_TOO_FAR)
    visit.tenant.advance(seconds)
    return seen_other(visit, "clock", done="forward")


def advance_to(visit: Visit) -> Answer:
    """Let time pass until then."""
    instant = _instant(visit.field("instant"))
    if (instant - visit.tenant.clock.now()).total_seconds() > _LONGEST:
        raise Unfit(_TOO_FAR)
    visit.tenant.advance_to(instant)
    return seen_other(visit, "clock", done="forward")


def mode(visit: Visit) -> Answer:
    """Let the clock run, or stop it."""
    match visit.field("mode"):
        case "live":
            visit.tenant.set_clock("live")
        case "manual":
            visit.tenant.set_clock("manual")
        case _:
            raise Unfit(_NO_MODE)
    return seen_other(visit, "clock", done="mode")


def _instant(text: str) -> datetime:
    """A time as a form gives it, in China's zone."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=CHINA_TIME)
    except ValueError:
        raise Unfit(_NO_TIME.format(text=text[:40])) from None
