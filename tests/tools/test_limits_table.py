"""The table of limits tells only what is so."""

from __future__ import annotations

from tools.limits_table import PAGE, Row, faults, page, rows, value_of


def test_every_limit_has_a_test_and_every_figure_is_the_codes() -> None:
    """Each row names tests that exist and constants that exist; the page is what the rows say."""
    listed = rows()
    assert [fault for row in listed for fault in faults(row)] == []
    assert page(listed) == PAGE.read_text("utf-8")


def test_a_row_that_is_not_so_is_found() -> None:
    """A test, a file, or a constant that does not exist; no test; a figure too many."""
    wrong = Row(
        "a", "b", "c", "{} {}", ("tests/none.py", "tests/test_bounded.py::test_none"), ("tempgoods_edi.bounded.NONE",)
    )
    assert len(list(faults(wrong))) == 4
    assert list(faults(Row("a", "b", "c", "d", ()))) == ["no test"]
    assert [len(list(faults(Row("a", "b", "c", text, ())))) for text in ("7 s", "503 (TG-XML-001)")] == [2, 1]
    assert value_of("tempgoods_edi.bounded.MAX_DEPTH") == 32
    assert value_of("tempgoods_edi.patient.Patience().head") == 15
