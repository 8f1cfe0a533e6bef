"""The rules that hold for every file of the project, whatever it is about."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parent.parent
LONGEST_MODULE = 500
EMPTY_NAMES = re.compile(r"_*(utils?|helpers?|commons?|bases?|managers?|handlers?)")
UNREASONED = re.compile(r"#\s*(?:type:\s*ignore(?:\[[^]]*\])?|noqa(?::[\sA-Z0-9,]*\d)?)\s*(?P<reason>.*)")
#: What means nothing to a reader elsewhere.  Written so as not to match itself.
FOREIGN = (
    re.compile(r"(?<![\w.])/(?:wor[k]|roo[t]|hom[e]/\w+)(?:/|\b)"),
    re.compile(r"\bissu[e]s?\s*#?\d", re.IGNORECASE),
    re.compile(r"\bworkplac[e]\b", re.IGNORECASE),
    re.compile(r"\bpyp[i]\.org|pythonhoste[d]\.org|deb\.debia[n]\.org", re.IGNORECASE),
)
TEXT_SUFFIXES = {"", ".cfg", ".ini", ".java", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".xsd", ".yaml", ".yml"}

pytestmark = pytest.mark.needs("git")


def project_files() -> list[Path]:
    """Every file that belongs to the project: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=TOP,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return sorted({path for name in listed.split("\0") if name and (path := TOP / name).is_file()})


def modules() -> list[Path]:
    """Every Python module of the project."""
    return [path for path in project_files() if path.suffix == ".py"]


def written_modules() -> list[Path]:
    """The modules written by people: all but the generated records."""
    return [path for path in modules() if path.parent != TOP / "tempgoods_edi" / "records"]


def named(paths: list[Path]) -> list[str]:
    """*paths* as a failure shows them."""
    return [str(path.relative_to(TOP)) for path in paths]


def lines_of(path: Path) -> Iterator[tuple[str, str]]:
    """``file:line`` and text of each line of *path*."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        yield f"{path.relative_to(TOP)}:{number}", line


def test_no_module_is_longer_than_one_can_keep_in_mind() -> None:
    """No module written by people passes the line limit."""
    too_long = [path for path in written_modules() if len(path.read_text("utf-8").splitlines()) > LONGEST_MODULE]
    assert named(too_long) == []


def test_every_module_is_named_for_what_it_does() -> None:
    """No module or package has one of the names that say nothing."""
    assert named([path for path in modules() if any(map(EMPTY_NAMES.fullmatch, _names(path)))]) == []


def _names(path: Path) -> Iterator[str]:
    """The names in the module path of *path*."""
    yield from path.relative_to(TOP).with_suffix("").parts


def test_every_test_states_its_property() -> None:
    """Every test function has a docstring."""
    silent = [
        f"{path.relative_to(TOP)}:{node.lineno} {node.name}"
        for path in modules()
        if path.is_relative_to(TOP / "tests")
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_silenced_check_has_its_reason() -> None:
    """Each ``type: ignore`` and ``noqa`` is followed by why."""
    unreasoned = [
        f"{place} {line.strip()}"
        for path in modules()
        if path != Path(__file__)
        for place, line in lines_of(path)
        if (found := UNREASONED.search(line)) and len(found["reason"].strip(" #-—:")) < len("as below")
    ]
    assert unreasoned == []


def test_nothing_speaks_of_the_place_it_was_written_at() -> None:
    """No text file names a local folder, a ticket or a package index host."""
    found = [
        f"{place} {line.strip()[:100]}"
        for path in project_files()
        if path.suffix in TEXT_SUFFIXES and not path.is_relative_to(TOP / "fixtures")
        for place, line in lines_of(path)
        if any(pattern.search(line) for pattern in FOREIGN)
    ]
    assert found == []
