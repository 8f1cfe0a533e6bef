"""Where the portal's stores lie in the tests: the same tests for an SQLite file and for PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tempgoods_edi.declarant.store import Store
from tests.declarant.desk import Desk, desk
from tests.h2018 import cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[cluster.Cluster]:
    """A PostgreSQL cluster of our own."""
    with cluster.running() as running:
        yield running


@pytest.fixture(params=["file", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "file":
        return str(tmp_path / "portal.sqlite3")
    return str(request.getfixturevalue("postgres").new_database())


@pytest.fixture
def store(place: str) -> Iterator[Store]:
    """An open store."""
    with closing(Store.open(place)) as opened:
        yield opened


@pytest.fixture
def at(store: Store) -> Desk:
    """A desk on it."""
    return desk(store)
