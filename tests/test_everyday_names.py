"""The names that the package itself offers are there, are what their modules hold, and cost nothing until they are used."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType

import tempgoods_edi


def test_every_name_is_there_and_at_home() -> None:
    """Each can be had from the package, is documented, and is listed by `dir`."""
    for name in tempgoods_edi.__all__:
        found = getattr(tempgoods_edi, name)
        assert found.__doc__, name
        home = found.__name__ if isinstance(found, ModuleType) else found.__module__
        assert home.startswith("tempgoods_edi."), name
        assert name in dir(tempgoods_edi)


def test_an_unknown_name_is_none() -> None:
    """It is missing as from any module."""
    assert not hasattr(tempgoods_edi, "no_such_name")


def test_the_package_loads_nothing_by_itself() -> None:
    """Importing it imports no other module of ours, and nothing of anybody else's."""
    heavy = ("tempgoods_edi", "lxml", "msgspec", "cryptography")
    code = f"import sys, tempgoods_edi; print(*(name for name in sys.modules if name.partition('.')[0] in {heavy}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["tempgoods_edi"]
