"""Measures what each input costs at a door, beside the largest that is right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event

from tests.costs import Costs
from tests.doors.inputs import MEGABYTES, TIMES


def costs_of(
    costs: Costs, valid: Callable[[], object], hostile: Mapping[str, Callable[[], object]]
) -> dict[str, tuple[float, float]]:
    """What of *hostile* costs too much: how many times the processor time of *valid*, and megabytes.

    Each hands something in, and sees that it is answered.
    """
    usual, _ = _measured(costs, valid)
    found = {name: _measured(costs, hand) for name, hand in hostile.items()}
    told = {name: (round(seconds / usual, 1), grown) for name, (seconds, grown) in found.items()}
    return {name: cost for name, cost in told.items() if cost[0] > TIMES or cost[1] > MEGABYTES}


def _measured(costs: Costs, hand: Callable[[], object]) -> tuple[float, float]:
    costs.forget()
    hand()
    return costs.seconds, costs.megabytes


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait until *true()* is."""
    pause = Event()
    for _ in range(int(seconds * 50)):
        if true():
            return
        pause.wait(0.02)
    raise AssertionError(f"not so within {seconds} s")
