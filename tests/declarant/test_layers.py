"""SQL is written in the store of the declarant's side, and nowhere else in the product's declarant and web packages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tempgoods_edi import declarant, web

STORE = Path(declarant.__path__[0]) / "store"
#: Packages whose words make or run SQL.
SPEAKERS = ("alembic", "sqlalchemy", "sqlite3", "psycopg")
TABLES = "tempgoods_edi.declarant.store.tables"


def modules(package: Path) -> list[Path]:
    """The modules below *package* that are not the store's."""
    return sorted(path for path in package.rglob("*.py") if not path.is_relative_to(STORE))


def imported(path: Path) -> Iterator[str]:
    """What *path* imports, also within functions: modules, and the names taken from them."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
            yield from (f"{node.module}.{each.name}" for each in node.names)


@pytest.mark.parametrize("package", [declarant, web], ids=lambda each: str(each.__name__))
def test_nobody_but_the_store_speaks_sql(package: object) -> None:
    """No service, gateway or page imports SQLAlchemy's query builders, a driver, or a table."""
    (top,) = package.__path__  # type: ignore[attr-defined]  # every package has one
    found = [
        f"{path.relative_to(top)}: {name}"
        for path in modules(Path(top))
        for name in imported(path)
        if name.partition(".")[0] in SPEAKERS or name == TABLES
    ]
    assert found == []


def test_the_store_itself_is_seen() -> None:
    """The same look at the store finds SQLAlchemy and tables: the test above can fail."""
    found = {name for path in STORE.glob("*.py") for name in imported(path)}
    assert {"sqlalchemy.select", TABLES} <= found
