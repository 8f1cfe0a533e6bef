"""The registry: what the CSV says, what approvals change, and the numbers they issue."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest

from h2018.registry.csv_file import COLUMNS, RegistryFileError, from_csv, read_entries
from tests.h2018.tenant import ENTRY, REGISTRY, RETURN_ENTRY, make_tenant

HEADER = ",".join(COLUMNS) + "\n"
ROW = f"{ENTRY},2027-02-21,2700,310173A546,华东,3101983690,申达,某展览会,,1,9027809100,曝光表,DW|样机,2,007,52.31,EUR,DEU,,\n"


def test_the_sample_registry_is_read_whole() -> None:
    """Three entries: goods, parties, deadlines, and the returns of one booked on another."""
    registry = from_csv(REGISTRY)
    assert {no: len(entry.lines) for no, entry in registry.entries.items()} == {
        ENTRY: 40,
        RETURN_ENTRY: 14,
        "790120261159743191": 9,
    }
    show = registry.entries[ENTRY]
    assert show.enterprise_nos == {"310173A546", "3101983690"}
    assert (show.ie_date, show.deadline) == (date(2027, 2, 21), date(2027, 8, 23))
    assert [show.lines[1].quantity, show.lines[1].returned, show.lines[1].remaining] == [
        Decimal(2),
        Decimal(1),
        Decimal(1),
    ]
    assert show.lines[1].unit_price == Decimal("52460.31")
    assert registry.exhibition_names == {ENTRY: "2027上海国际智能机床展览会"}
    assert {each.original[0] for each in registry.returns if each.entry_no == RETURN_ENTRY} == {ENTRY}


def test_a_missing_deadline_is_the_six_months_of_the_law() -> None:
    """Where the CSV leaves it out."""
    assert read_entries(StringIO(HEADER + ROW), "x.csv").entries[ENTRY].deadline == date(2027, 8, 21)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("报关单号\n", "line 1"),
        (HEADER + ROW.replace(ENTRY, "12"), "line 2"),
        (HEADER + ROW + ROW, "line 3"),
        (HEADER + ROW.replace("2027-02-21", "21.2.2027"), "进出口日期"),
        (HEADER + ROW.replace(",2,007", ",many,007"), "数量"),
        (HEADER + ROW.replace(",2,007", ",NaN,007"), "数量"),
        (HEADER + ROW.replace(",1,9027", ",x,9027"), "商品序号"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(text: str, said: str) -> None:
    """File, line and value; never a half-read registry."""
    with pytest.raises(RegistryFileError, match=said) as failure:
        read_entries(StringIO(text), "x.csv")
    assert "x.csv" in str(failure.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("," * 1_000_000, "more than 16000 characters"),
        (HEADER + "," * 1_000_000 + "\n", "more than 16000 characters"),
        (HEADER.strip() + ",x" * 40 + "\n" + ROW, "at most 50"),
        (HEADER + ROW.replace("曝光表", "曝" * 256), "more than 255 characters"),
        (HEADER + ROW.strip() + ",1,2\n", "cells without a column"),
        (HEADER + ROW * 50_001, "more than 50000 rows"),
        (HEADER + '"' + ROW * 2_000, "quotes without end"),
        (HEADER + ENTRY + "\n", "进出口日期"),
        (HEADER + ROW.replace(",2,007", ",1E+999999999,007"), "数量"),
        (HEADER + ROW.replace(",1,9027", f",{'9' * 200},9027"), "商品序号"),
    ],
)
def test_what_is_beyond_a_bound_is_told_shortly(text: str, said: str) -> None:
    """Lines, rows, columns, cells and figures are bounded; so is what is said of them."""
    with pytest.raises(RegistryFileError, match=said) as failure:
        read_entries(StringIO(text), "x.csv")
    assert len(failure.value.text.en) < 300


def test_the_first_faults_of_all_rows_are_told_at_once() -> None:
    """Each with its line; of thousands the first twenty, and that there are more."""
    wrong = ROW.replace(",2,007", ",many,007")
    with pytest.raises(RegistryFileError) as failure:
        read_entries(StringIO(HEADER + wrong + ROW + wrong.replace(",1,9027", ",x,9027")), "x.csv")
    assert [f"line {number}" in failure.value.text.en for number in (2, 3, 4)] == [True, False, True]
    with pytest.raises(RegistryFileError, match="there are more") as failure:
        read_entries(StringIO(HEADER + wrong * 5_000), "x.csv")
    assert failure.value.text.en.count("line ") == 20


def test_numbers_are_counted_by_kind_office_and_year() -> None:
    """Asking does not use a number up; other offices, years and kinds count for themselves."""
    registry = make_tenant().tenant.registry
    asked = [
        registry.next_number(code, office, year, {})
        for code, office, year in (("TMP101", "2228", 2027), ("TMP101", "2228", 2027), ("TMP131", "0105", 2028))
    ]
    assert asked == ["ZH222827000001", "ZH222827000001", "YQ010528000001"]


def test_whoever_knows_the_real_letters_sets_them() -> None:
    """By name of the declaration; the others keep those of their schema, and a query has no number."""
    registry, others = make_tenant().tenant.registry, {"exhibition": "ZL"}
    assert registry.next_number("TMP101", "2228", 2027, others) == "ZL222827000001"
    assert registry.next_number("TMP111", "2228", 2027, others) == "WJ222827000001"
    with pytest.raises(ValueError, match="TMP151"):
        registry.next_number("TMP151", "2228", 2027, others)
