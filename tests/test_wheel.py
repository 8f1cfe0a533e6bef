"""The product as other people get it: a wheel made from the source archive, used far from the checkout."""

from __future__ import annotations

import sys
from email import message_from_bytes
from pathlib import Path

import pytest

from tempgoods_edi.testing.rule_cases import load_rule_cases
from tests.wheels import TOP, archives, installed, run

__all__ = ["archives", "installed"]

DATA = Path("tempgoods_edi/codelists/data")


def names(folder: Path, pattern: str) -> list[str]:
    """Names of the files in *folder*, those below it included, that match *pattern*."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob(pattern))


def test_an_installed_wheel_is_imported_from_where_it_is_installed(installed: Path, tmp_path: Path) -> None:
    """Both packages come from the wheel, and not from a checkout that is also installed."""
    for package in ("tempgoods_edi", "h2018"):
        code = f"import {package}; print({package}.__file__)"
        found = Path(run(sys.executable, "-c", code, cwd=tmp_path, path=installed).strip())
        assert found == installed / package / "__init__.py"


def test_an_installed_wheel_finds_its_schemas(installed: Path, tmp_path: Path) -> None:
    """The schema folder found is the wheel's own and holds every schema file of the checkout."""
    code = "from tempgoods_edi._resources import xsd_dir; print(xsd_dir())"
    found = Path(run(sys.executable, "-c", code, cwd=tmp_path, path=installed).strip())
    assert found == installed / "tempgoods_edi" / "xsd"
    assert names(found, "*.xsd") == names(TOP / "xsd", "*.xsd") != []


def test_an_installed_wheel_has_its_code_tables(installed: Path) -> None:
    """Every code table of the checkout is in the wheel."""
    assert names(installed / DATA, "*.*") == names(TOP / DATA, "*.*") != []


def test_an_installed_wheel_makes_every_mutant_of_the_rules(installed: Path, tmp_path: Path) -> None:
    """The cases come with the wheel: without naming a folder, it makes as many messages of them as the checkout."""
    code = "from tempgoods_edi.testing.rule_mutants import *; print(len({mutant.name for mutant in rule_mutants()}))"
    made = int(run(sys.executable, "-c", code, cwd=tmp_path, path=installed))
    cases = load_rule_cases(TOP / "fixtures" / "rules")
    assert made == len({(case.rule, case.name) for case in cases if not case.passes}) > 0
    code = "from tempgoods_edi._resources import rule_cases_dir; print(rule_cases_dir())"
    found = Path(run(sys.executable, "-c", code, cwd=tmp_path, path=installed).strip())
    assert found == installed / "tempgoods_edi" / "fixtures" / "rules"


@pytest.mark.parametrize("package", ["tempgoods_edi", "h2018", "tempcard"])
def test_an_installed_package_is_typed_for_its_users(installed: Path, package: str) -> None:
    """The mark that lets type checkers read the package is in the wheel."""
    assert (installed / package / "py.typed").is_file()


def test_an_installed_wheel_holds_every_module(installed: Path) -> None:
    """No module of the checkout's packages is missing from the wheel, and the wheel brings nothing else."""
    for package, folder in (
        ("tempgoods_edi", TOP / "tempgoods_edi"),
        ("h2018", TOP / "simulator" / "h2018"),
        ("tempcard", TOP / "simulator" / "card" / "tempcard"),
    ):
        assert names(installed / package, "*.py") == names(folder, "*.py")
    brought = {path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")}
    assert brought == {"tempgoods_edi", "h2018", "tempcard", "bin"}


def test_the_installed_command_starts(installed: Path, tmp_path: Path) -> None:
    """``tempgoods-edi --help`` of the wheel works outside the checkout and names its main commands."""
    printed = run(installed / "bin" / "tempgoods-edi", "--help", cwd=tmp_path, path=installed)
    for command in (
        "check",
        "build",
        "sign",
        "verify",
        "show",
        "explain",
        "submit",
        "keys",
        "simulate",
        "web",
        "gateway",
        "card",
        "up",
    ):
        assert command in printed


def test_the_wheel_tells_its_licence_and_its_python(archives: Path, installed: Path) -> None:
    """Name, version, licence and the oldest Python stand in the metadata; the source archive is there too."""
    (metadata,) = installed.glob("*.dist-info/METADATA")
    told = message_from_bytes(metadata.read_bytes())
    assert (told["Name"], told["License-Expression"], told["Requires-Python"]) == (
        "tempgoods-edi",
        "Apache-2.0",
        ">=3.11",
    )
    assert (archives / f"tempgoods_edi-{told['Version']}.tar.gz").is_file()
