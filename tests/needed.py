"""What a test cannot do without: where it is missing the test is left out, or fails when all tests are required."""

from __future__ import annotations

import importlib.util
import os
from typing import NoReturn

import pytest

from tools.outside import COMPILING, apt_line, missing


def module(name: str, extra: str) -> None:
    """Go on only where the module *name* can be imported; *extra* of the package brings it."""
    try:
        found = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        found = None
    if found is None:
        lacking = [program for program in missing() if program.name in COMPILING] if extra == "card" else []
        if lacking:
            wanting = ", ".join(what for program in lacking for what in program.lacks())
            without(f"needs {name}, to compile which is wanting {wanting}: {apt_line(each.package for each in lacking)}")
        without(f'needs {name}: pip install "tempgoods-edi[{extra}]"')


def without(reason: str) -> NoReturn:
    """Leave the test out for *reason*; with ``TEMPGOODS_REQUIRE_ALL=1`` that is a failure."""
    if os.environ.get("TEMPGOODS_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason} (TEMPGOODS_REQUIRE_ALL=1)", pytrace=False)
    pytest.skip(reason)
