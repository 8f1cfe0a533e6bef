"""Names and first lines are read once: distinct names, the field's words, and sentences that say what a thing is."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.test_house import TOP, written_modules

pytestmark = pytest.mark.needs("git")

Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

#: Names that mean the same wherever they stand.
ONE_MEANING: Mapping[str, str] = {
    "main": "begins a program",
    "routes": "the routes of one group of addresses",
    "plan": "the plan of one message type",
    "upgrade": "what Alembic calls in a migration",
}
#: Words that the glossary's words have replaced, as names of modules, classes, functions, parameters and variables.
RETIRED: Mapping[str, str] = {
    "agenda": "scheduler",
    "hearer": "subscriber",
    "lay_aside": "quarantine",
    "steered": "overridden",
    "doctoring": "doctor",
    "gatewaying": "gateway",
    "carding": "card",
    "keymaking": "keys",
    "upping": "up",
}
FEWEST_WORDS = 4
#: A beginning that leaves out what the sentence is about, and a verb whose only object does.
VAGUE = re.compile(
    r"(?:It|They|Them|This|That|Away|See|Ditto|Likewise|(?:As|What|Let) (?:it|they|this|that)|The same[.,:;])(?!\w)"
    r"|[A-Z]\w+ (?:it|them|this|that)(?:[.,:;]| \w+\.$)"
)
GLOSSARY = TOP / "docs" / "reference" / "glossary.md"
_ROW = re.compile(
    r"^\| (?P<term>[^|]+) \| (?P<zh>[^|]+) \| (?P<meaning>[^|]+) \| `(?P<path>[^`:]+):(?P<name>[^`]+)` \|$",
    re.MULTILINE,
)


def product_modules() -> Iterator[tuple[Path, ast.Module]]:
    """The modules written by people that are installed, parsed."""
    for path in written_modules():
        if path.relative_to(TOP).parts[0] in ("tempgoods_edi", "simulator"):
            yield path, ast.parse(path.read_bytes())


def homes(wanted: Callable[[Definition], bool]) -> dict[str, list[str]]:
    """The modules in which each public name is defined at the top, for definitions that are *wanted*."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, tree in product_modules():
        for name in {node.name for node in tree.body if isinstance(node, Definition) and wanted(node)}:
            if not name.startswith("_"):
                found[name].append(str(path.relative_to(TOP)))
    return found


def test_no_class_name_stands_in_three_modules() -> None:
    """A public class is known by its name: at most one other has the same."""
    found = homes(lambda node: isinstance(node, ast.ClassDef))
    assert len(found) > 500
    assert {name: paths for name, paths in found.items() if len(paths) > 2} == {}


def test_no_function_name_has_five_meanings() -> None:
    """A public function is known by its name: at most three others are called so, unless all mean the same."""
    found = homes(lambda node: not isinstance(node, ast.ClassDef))
    assert found.keys() >= ONE_MEANING.keys()
    assert {name: paths for name, paths in found.items() if len(paths) > 4 and name not in ONE_MEANING} == {}


def test_retired_names_do_not_return() -> None:
    """No module, class, function, parameter or variable is called by a word that another has replaced."""
    found = [
        f"{path.relative_to(TOP)}: {name}"
        for path in written_modules()
        if "migrations" not in path.parts and path.relative_to(TOP).parts[0] != "tools"
        for name in {path.stem, *_defined(ast.parse(path.read_bytes()))}
        if name.lower().strip("_") in RETIRED
    ]
    assert found == []


def _defined(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Definition):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def first_lines() -> Iterator[tuple[str, str]]:
    """``file:line name`` and the first line of the docstring of everything public."""
    for path, tree in product_modules():
        for name, node in _public(tree, ""):
            if text := ast.get_docstring(node):
                yield f"{path.relative_to(TOP)}:{node.body[0].lineno} {name}", text.splitlines()[0]


def _public(node: ast.Module | ast.ClassDef, prefix: str) -> Iterator[tuple[str, ast.Module | Definition]]:
    if isinstance(node, ast.Module):
        yield "", node
    for child in node.body:
        if isinstance(child, Definition) and not child.name.startswith("_"):
            yield prefix + child.name, child
            if isinstance(child, ast.ClassDef):
                yield from _public(child, f"{prefix}{child.name}.")


def test_first_lines_are_sentences() -> None:
    """The first line of a public docstring has four words or more, and ends as a sentence does, or in its Chinese."""
    lines = list(first_lines())
    assert len(lines) > 3000
    assert [each for each in lines if len(each[1].split()) < FEWEST_WORDS or each[1][-1] not in ".。"] == []


def test_first_lines_say_what_they_are_about() -> None:
    """No first line begins with a word for something unsaid, or says only what is done with 'it'."""
    assert VAGUE.match("Forget it.")
    assert VAGUE.match("As it is kept.")
    assert not VAGUE.match("Delete a tenant with everything in it.")
    assert [each for each in first_lines() if VAGUE.match(each[1])] == []


def test_each_word_of_the_glossary_lives_where_it_says() -> None:
    """Each row has a term, its Chinese and a sentence, and names a class, function or method that is there."""
    rows = [line for line in GLOSSARY.read_text("utf-8").splitlines() if line.startswith("| ") and "`" in line]
    found = list(_ROW.finditer(GLOSSARY.read_text("utf-8")))
    assert len(found) == len(rows) > 50
    assert len({each["term"] for each in found}) == len(found)
    assert [each["term"] for each in found if not each["meaning"].endswith(".")] == []
    assert [each[0] for each in found if each["name"] not in _names_in(TOP / each["path"])] == []


def _names_in(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    tree = ast.parse(path.read_bytes())
    return {name for name, _ in _public(tree, "")}
