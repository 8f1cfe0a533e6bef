"""The modules of the product, and the texts beside them that name what is used: documents, templates, settings, schemas."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

TOP = Path(__file__).resolve().parents[2]
#: Folders with modules of the product, and the folder that their full names begin under.
FOLDERS = {
    TOP / "tempgoods_edi": TOP,
    TOP / "simulator" / "h2018": TOP / "simulator",
    TOP / "simulator" / "card" / "tempcard": TOP / "simulator" / "card",
}
_TEXTS = {".html", ".js", ".typ", ".toml", ".xsd"}
_DOCUMENTS = ("*.md", "docs/**/*.md")
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Module(Struct, frozen=True):
    """A module of the product, or the Python in a document."""

    name: str
    path: Path
    tree: ast.Module
    is_product: bool = True


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product, and every block of Python in the documents."""
    return (*product(), *_blocks())


@cache
def product() -> tuple[Module, ...]:
    """Every module of the product."""
    found = []
    for folder, base in FOLDERS.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(base).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found.append(Module(name, path, ast.parse(path.read_bytes())))
    return tuple(found)


def _blocks() -> Iterator[Module]:
    for pattern in _DOCUMENTS:
        for path in sorted(TOP.glob(pattern)):
            for number, block in enumerate(_BLOCK.findall(path.read_text("utf-8"))):
                yield Module(f"{path.name} {number}", path, ast.parse(block), is_product=False)


def texts() -> Iterator[str]:
    """What templates, scripts, settings and schemas of the product say.

    The ledger of fidelity is left out: it speaks of what is done, and does nothing.
    """
    for folder in (*FOLDERS, TOP / "xsd"):
        found = (path for path in sorted(folder.rglob("*")) if path.suffix in _TEXTS and path.name != "fidelity.toml")
        yield from (path.read_text("utf-8") for path in found)
