"""`check --second-opinion`: asks other people's engines too, and says so when they are not there."""

from __future__ import annotations

from tests.cli.conftest import DAY, FIXTURES, TRUST, VALID, Line


def test_valid_by_all(line: Line) -> None:
    """A message all engines call right is valid; a receipt beside it too, by the same process."""
    receipt = FIXTURES / "valid" / "tmp201-full.xml"
    ran = line("check", VALID, receipt, "--second-opinion", *TRUST, *DAY)
    assert (ran.code, "TG-XML-04" in ran.out) == (0, False)
