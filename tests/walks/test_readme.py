"""The walk of the README, on any day: what `make run` starts comes from this installation."""

from __future__ import annotations

import re

from tests.walks.conftest import Place
from tests.walks.pages import blocks, of_the_first, page, typed

README = page("README.md")


def test_the_first_walk_ends_with_the_number_that_is_shown(place: Place) -> None:
    """Built, signed, checked and sent as typed: Y, then 1 with the number; the calendar is the one that is told."""
    (walk,) = re.findall(r"<!-- walk: declarant -->\n```sh\n(.*?)```", README, re.DOTALL)
    walk = walk.replace(". .venv/bin/activate\n", "")  # this installation is the active one
    code, said = typed("set -e\n" + place.here(walk), place.folder)
    assert code == 0, said
    number = re.search(r"`(ZH\d{12})`", README)
    assert number is not None
    assert re.search(rf"Y 海关入库成功\n(?s:.*): 1 审核通过 {number[1]}\n", of_the_first(said)), said
    assert "calendar says 10 January 2027" in README
    assert "business time 2027-01-10 09:00" in place.said


def test_the_page_shows_code_that_runs_on_any_day() -> None:
    """The only block of Python takes its day from nowhere but its own lines."""
    (program,) = blocks(README, "python")
    assert "now()" not in program
    assert "today()" not in program
