"""The table of requirements is made from the marks of the tests, and tells what is missing."""

from __future__ import annotations

from pathlib import Path

from tools.coverage_table import Shown, marked, page, requirements

MARKED = '''
import pytest
pytestmark = [pytest.mark.needs("chromium"), pytest.mark.requirement("W1")]

@pytest.mark.requirement("W2", "W3")
@pytest.mark.parametrize("x", [1])
def test_both(x):
    """Says
    this.

    And more.
    """

def test_general():
    """Something."""

def not_a_test():
    """Nothing."""
'''


def test_marks_are_read_from_the_source(tmp_path: Path) -> None:
    """A function's own marks and those of its module; the first paragraph of its docstring is its property."""
    (tmp_path / "test_x.py").write_text(MARKED)
    assert list(marked(tmp_path)) == [
        Shown(key, f"{tmp_path.name}/test_x.py", test, said)
        for key, test, said in (
            ("W1", "test_both", "Says this."), ("W2", "test_both", "Says this."), ("W3", "test_both", "Says this."),
            ("W1", "test_general", "Something."),
        )
    ]  # fmt: skip


def test_every_requirement_is_on_the_page() -> None:
    """The ids are W1 to W31 without a gap; one that no test shows says so."""
    wanted = requirements()
    assert list(wanted) == [f"W{number}" for number in range(1, 32)]
    text = page(wanted, (Shown("W1", "tests/web/browser/test_a.py", "test_a", "It does.", browser=True),))
    assert "● [test_a](../../tests/web/browser/test_a.py): It does." in text
    assert text.count("no test shows this") == 30
