"""The version of the installed package."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def installed() -> str:
    """The version of the installed package; ``0`` where it runs without being installed."""
    try:
        return version("tempgoods-edi")
    except PackageNotFoundError:
        return "0"
