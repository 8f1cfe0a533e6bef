"""The modules of the declarations know nothing of each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tempgoods_edi.declarations as package

FOLDER = Path(str(package.__file__)).parent
TYPES = sorted(path for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


@pytest.mark.parametrize("path", TYPES, ids=lambda path: path.stem)
def test_a_declaration_imports_no_other(path: Path) -> None:
    """Only shared modules, whose names begin with an underscore, are imported from the package."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.ImportFrom) and node.module == package.__name__:
            assert all(name.name.startswith("_") for name in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package.__name__}."):
            assert (node.module or "").rpartition(".")[2].startswith("_")


def test_no_rule_asks_for_the_kind_of_message() -> None:
    """No shared module names a message type or a record of one message."""
    for path in FOLDER.glob("_*.py"):
        if path.stem in ("__init__", "_versions", "_terms"):
            continue
        assert "TMP1" not in path.read_text("utf-8"), path.stem
