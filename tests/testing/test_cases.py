"""What a failing property test prints of a case can be read; a folder without cases is no success."""

from __future__ import annotations

from pathlib import Path

import pytest

from tempgoods_edi.schema import reader
from tempgoods_edi.testing import sample
from tempgoods_edi.testing.rule_mutants import rule_mutants


@pytest.mark.parametrize("spec", reader.messages(), ids=lambda spec: spec.code)
def test_a_case_is_told_in_one_short_line(spec: object) -> None:
    """Code, day and size, whatever the message holds."""
    code = getattr(spec, "code", "")
    told = repr(sample.sample(code))
    assert code in told
    assert len(told) < 80
    assert "\n" not in told


def test_a_folder_that_is_missing_or_empty_fails(tmp_path: Path) -> None:
    """A wrong path must not look like a suite in which every mutant was caught."""
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(FileNotFoundError, match="rule cases"):
            list(rule_mutants(folder))
