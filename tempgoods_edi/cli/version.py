"""The version of the installed package, looked up only where it is shown, because that takes time."""

from __future__ import annotations


def version() -> str:
    """The version of the installed package; ``0`` where the source runs without being installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tempgoods-edi")
    except PackageNotFoundError:
        return "0"
