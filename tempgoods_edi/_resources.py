"""Finds the schemas and the rules' cases: inside the installed wheel, or at the top of a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def xsd_dir() -> Path:
    """The folder of the schema files.

    A wheel carries them as ``tempgoods_edi/xsd``; in a checkout they stand beside the package.

    :raises FileNotFoundError: the installation is broken: neither folder exists.
    """
    return _found("xsd")


@cache
def rule_cases_dir() -> Path:
    """The folder of the rules' cases; the valid messages that they modify stand beside it.

    :raises FileNotFoundError: as `xsd_dir`.
    """
    return _found("fixtures") / "rules"


def _found(name: str) -> Path:
    for folder in (_PACKAGE / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no {name}/ in {_PACKAGE} nor beside it")
