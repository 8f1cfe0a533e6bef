"""Every package says which of its modules may import which, and ``tox -e layers`` holds it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
#: Where packages of the product lie, and which.
ROOTS = {
    "tempgoods_edi": TOP / "tempgoods_edi",
    "h2018": TOP / "simulator" / "h2018",
    "tempcard": TOP / "simulator" / "card" / "tempcard",
}
#: Packages whose layers are named without being all that there is, and why.
OPEN = {
    "tempgoods_edi.declarations": "a new message type is a module here, and its contract must not be one more place to edit",
    "tempgoods_edi.records": "generated from the XSD, a module for each message type",
    "tempgoods_edi.testing.plans": "a new message type may bring the plan of its document",
}
CONTRACTS = tomllib.loads((TOP / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


def packages() -> Iterator[str]:
    """Every package of the product that holds more than one module or package."""
    for root, folder in ROOTS.items():
        for init in folder.rglob("__init__.py"):
            inside = [each for each in init.parent.iterdir() if each != init and is_imported(each)]
            if len(inside) > 1:
                yield ".".join((root, *init.parent.relative_to(folder).parts))


def is_imported(path: Path) -> bool:
    """True when *path* is a module or a package."""
    return path.suffix == ".py" or (path / "__init__.py").is_file()


def layered(*, exhaustive: bool) -> set[str]:
    """The packages that a contract puts into layers, all their modules or some."""
    return {
        package
        for contract in CONTRACTS
        if contract["type"] == "layers" and contract.get("exhaustive", False) is exhaustive
        for package in contract["containers"]
    }


def independent() -> set[str]:
    """The packages all of whose modules stand for themselves."""
    return {
        name.removesuffix(".*")
        for contract in CONTRACTS
        if contract["type"] == "independence"
        for name in contract["modules"]
        if name.endswith(".*")
    }


def test_every_package_has_its_layers() -> None:
    """Each package names all its modules in a contract of layers, or says that none of them knows another."""
    found = set(packages())
    assert found - layered(exhaustive=True) - independent() == set(OPEN)


def test_what_names_only_some_has_its_reason() -> None:
    """Only the packages named here, each with its reason, may have modules that no contract of layers names."""
    assert layered(exhaustive=False) == set(OPEN)


def test_no_contract_is_about_a_package_that_is_gone() -> None:
    """Every package that a contract puts into layers, or calls independent, is there."""
    assert (layered(exhaustive=True) | layered(exhaustive=False) | independent()) - set(packages()) == set()


def test_nowhere_is_there_a_circle() -> None:
    """One contract forbids circles of imports between the modules of any package, at every depth."""
    (acyclic,) = [contract for contract in CONTRACTS if contract["type"] == "acyclic_siblings"]
    assert set(acyclic["ancestors"]) == set(ROOTS)
