"""The progress bar: how far we are, seldom drawn, and gone in the end."""

from __future__ import annotations

from io import StringIO
from itertools import count

from tempgoods_edi.cli.progress import watched


def test_every_name_comes_while_the_bar_tells_how_far_we_are() -> None:
    """Each once and in order; a second for each, so that what is left is as many."""
    out, clock = StringIO(), count()
    assert list(watched(["a", "b", "c", "d"], "checking", out, lambda: float(next(clock)))) == ["a", "b", "c", "d"]
    drawn = out.getvalue().split("\r\x1b[K")
    assert len(drawn) == 7
    assert drawn[1] == f"checking [{'.' * 30}] 0/4"
    assert drawn[3] == f"checking [{'#' * 15}{'.' * 15}] 2/4 0:00:03"
    assert drawn[-2:] == [f"checking [{'#' * 30}] 4/4", ""]


def test_the_bar_is_drawn_seldom() -> None:
    """A thousand quick ones are no thousand lines."""
    out, clock = StringIO(), count()
    assert len(list(watched(["x"] * 1000, "checking", out, lambda: next(clock) / 1024))) == 1000
    assert out.getvalue().count("checking") == 10 + 1


def test_the_bar_goes_when_the_work_is_given_up() -> None:
    """What is written next begins on an empty line."""
    out = StringIO()
    names = watched(["a", "b"], "checking", out, lambda: 0.0)
    next(names)
    names.close()  # type: ignore[attr-defined]  # a generator
    assert out.getvalue().endswith("\r\x1b[K")
