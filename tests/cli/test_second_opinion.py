"""`check --second-opinion`: asks other people's engines too, and says so when they are not there."""

from __future__ import annotations

import pytest

from tempgoods_edi.second_opinion import engine_process
from tests.cli.conftest import DAY, FIXTURES, TRUST, VALID, Line


def test_valid_by_all(line: Line) -> None:
    """A message all engines call right is valid; a receipt beside it too, by the same process."""
    receipt = FIXTURES / "valid" / "tmp201-full.xml"
    ran = line("check", VALID, receipt, "--second-opinion", *TRUST, *DAY)
    assert (ran.code, "TG-XML-04" in ran.out) == (0, False)


def test_without_the_extra_it_is_told_what_to_install(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is judged half: exit 2 and the command that installs what lacks."""
    monkeypatch.setattr(engine_process, "missing", lambda: ("xmlschema",))
    ran = line("check", VALID, "--second-opinion", *TRUST, *DAY)
    assert ran.code == 2
    assert "tempgoods-edi[second-opinion]" in ran.err
