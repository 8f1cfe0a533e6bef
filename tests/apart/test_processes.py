"""Whatever a file does to the process that reads it, the caller goes on, soon, and knows how it ended."""

from __future__ import annotations

from pathlib import Path
from threading import active_count

import pytest
from msgspec.structs import replace

from tempgoods_edi.apart import ProcessLimits, ProcessOutcome
from tempgoods_edi.apart.line import Busy, WaitingLine
from tempgoods_edi.apart.processes import run

LIMITS = ProcessLimits(seconds=1, patience=60, memory=256 * 1024 * 1024, answer=1024 * 1024)


@pytest.fixture(autouse=True)
def tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process finds the tasks of these tests."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


def test_a_task_is_given_its_input_and_answers() -> None:
    """All of it, in order, and nothing is left behind."""
    before = active_count()
    ended = run("tasks:echo", (b"a" * 300_000, b"b"), LIMITS)
    assert (ended.outcome, ended.answer) == (ProcessOutcome.DONE, b"a" * 300_000 + b"b")
    assert active_count() == before


@pytest.mark.parametrize(
    ("task", "outcome"),
    [
        ("abort", ProcessOutcome.DIED),
        ("fail", ProcessOutcome.DIED),
        ("nothing_of_that_name", ProcessOutcome.DIED),
        ("spin", ProcessOutcome.TOO_LONG),
        ("eat", ProcessOutcome.DIED),
        ("talk", ProcessOutcome.DIED),
    ],
)
def test_one_that_goes_wrong_is_ended(task: str, outcome: ProcessOutcome) -> None:
    """It takes no more time, memory or words than it may, though its input is never read."""
    ended = run(f"tasks:{task}", [b"x" * 1_000_000] * 3, LIMITS)
    assert ended.outcome is outcome
    assert len(ended.answer) <= LIMITS.answer + 1
    assert (ended.answer == b"half") == (task == "abort")


def test_one_that_waits_for_ever_is_ended() -> None:
    """Without using the processor it uses up our patience."""
    assert run("tasks:hang", (), replace(LIMITS, patience=2)).outcome is ProcessOutcome.TOO_LONG


def test_it_knows_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords stand there."""
    monkeypatch.setenv("TEMPGOODS_SECRET", "x")
    assert b"SECRET" not in run("tasks:environment", (), LIMITS).answer


def test_a_line_has_few_places_for_one_and_some_for_all() -> None:
    """Who finds none is told; who leaves makes room."""
    line = WaitingLine(most=3, each=2)
    line.enter("a")
    line.enter("a")
    with pytest.raises(Busy):
        line.enter("a")
    line.enter("b")
    with pytest.raises(Busy):
        line.enter("c")
    line.leave("a")
    with line.place("c"), pytest.raises(Busy):
        line.enter("a")
    line.enter("a")
