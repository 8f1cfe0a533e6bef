"""The table of mutants that ends the test run, and the second judge of schemas.

This folder's name begins with ``test``, so pytest reads this file before it starts worker processes: the process that
prints the summary knows the hook.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import xmlschema
from lxml import etree

from tempgoods_edi._resources import xsd_dir

_KEY = "mutants"
_COLUMNS = ("fields", "facet", "structure", "envelope", "signature", "rules")

#: Adds to the table: which message, which column, how many.
Count = Callable[[str, str, int], None]

#: What xmlschema has against an element, by one schema; None when it takes it.
Judge = Callable[[etree._Element], "str | None"]


@pytest.fixture
def count(record_property: Callable[[str, object], None]) -> Count:
    """Adds a number of mutants to the table that ends the run."""
    return lambda message, column, number: record_property(_KEY, f"{message} {column} {number}")


@cache
def _judge(name: str) -> Judge:
    schema: Any = xmlschema.XMLSchema10(str(xsd_dir() / name))  # its stubs do not know lxml's elements, it does
    return lambda element: next((str(error.reason) for error in schema.iter_errors(element)), None)


@pytest.fixture(scope="session")
def second_judge() -> Callable[[str], Judge]:
    """A schema of the product, by name, as the package xmlschema understands it, built once per process."""
    return _judge


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many mutants of each kind were refused as they should be."""
    table: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_COLUMNS, 0))
    for report in terminalreporter.stats.get("passed", []):
        for key, value in getattr(report, "user_properties", ()):
            if key == _KEY:
                message, column, number = str(value).split()
                table[message][column] += int(number)
    if not table:
        return
    terminalreporter.section("mutants: one fault each, refused with exactly its finding", sep="=")
    terminalreporter.line(f"{'message':10}" + "".join(f"{column:>11}" for column in _COLUMNS))
    for message, row in sorted(table.items()):
        terminalreporter.line(f"{message:10}" + "".join(f"{row[column] or '':>11}" for column in _COLUMNS))
    total = {column: sum(row[column] for row in table.values()) for column in _COLUMNS}
    terminalreporter.line(f"{'together':10}" + "".join(f"{total[column]:>11}" for column in _COLUMNS))
