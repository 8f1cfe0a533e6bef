"""Where stores lie in the tests: the same tests for an SQLite file, SQLite in memory and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.h2018 import cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[cluster.Cluster]:
    """A PostgreSQL cluster of our own."""
    with cluster.running() as running:
        yield running


@pytest.fixture(params=["file", "memory", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """An empty database: what `Config.database` is to be."""
    if request.param == "memory":
        return None
    if request.param == "file":
        return str(tmp_path / "customs.sqlite3")
    return str(request.getfixturevalue("postgres").new_database())


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def lasting_place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database that outlives its server."""
    if request.param == "file":
        return str(tmp_path / "customs.sqlite3")
    return str(request.getfixturevalue("postgres").new_database())
