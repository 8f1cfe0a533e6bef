"""No regular expression that meets a text from outside gets out of hand: the time grows as the text does."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from h2018.setup_files import tables
from tempgoods_edi import recogniser
from tempgoods_edi.envelope.message import info_group, package_group, pocket_group
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec
from tests.properties.pumping import STEEPEST, attacks, growth, runner

ROOT = Path(__file__).parents[2]
PLACES = ((ROOT / "tempgoods_edi", "tempgoods_edi"), (ROOT / "simulator" / "h2018", "h2018"),
          (ROOT / "simulator" / "card" / "tempcard", "tempcard"))  # fmt: skip
FUNCTIONS = frozenset({"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"})
ANCHORED = frozenset({"match", "fullmatch"})
#: What never meets a text from outside: our own schemas and generated code, and mutants of our own messages.
OURS = ("tempgoods_edi.testing.", "tempgoods_edi.schema.generate", "tempgoods_edi.schema.patterns")


class Met(NamedTuple):
    """One expression and how texts meet it: at their beginning only, or everywhere."""

    where: str
    pattern: re.Pattern[Any]
    anchored: bool


def _groups(group: GroupSpec) -> Iterator[GroupSpec]:
    yield group
    for child in group.children:
        if isinstance(child, GroupSpec):
            yield from _groups(child)


def _every_group() -> Iterator[GroupSpec]:
    for spec in reader.messages():
        yield from _groups(spec.root)
    yield from (info_group(), pocket_group())


def _leaf_patterns() -> Iterator[str]:
    fields = (child for group in _every_group() for child in group.children if isinstance(child, FieldSpec))
    yield from dict.fromkeys(field.facets.pattern for field in fields if field.facets.pattern is not None)


def _recognised() -> Iterator[str]:
    """What the fast reader compiles of each leaf: its group's expression is these, one after another, between tags."""
    fields = (child for group in _every_group() for child in group.children if isinstance(child, FieldSpec))
    yield from dict.fromkeys(recogniser._leaf(field, recogniser._value(field)) for field in fields)


def _whole_packages() -> Iterator[str]:
    plain = recogniser._PLAIN_CHAR
    for spec in reader.messages():
        if spec.direction != "answer":
            for written in (recogniser._expression, recogniser._shorthand):
                yield written(package_group(spec)).replace(recogniser._CHAR, plain)


#: Expressions that are put together while the program runs, by module and function: where they can be had for a test.
MADE: Mapping[str, Callable[[], Iterator[str]]] = {
    "tempgoods_edi.recogniser._matching": _whole_packages,
    "tempgoods_edi.recogniser._texts": _recognised,
    "tempgoods_edi.schema.faults._compiled": _leaf_patterns,
    "h2018.setup_files.tables.header": lambda: iter((tables.header("scenario").pattern,)),
}


class _Calls(ast.NodeVisitor):
    """The uses of `re` in one module: the literal ones, those made in functions, and how each name is used."""

    def __init__(self) -> None:
        self.literal: list[tuple[Any, str]] = []
        self.made: list[str] = []
        self.in_function: list[str] = []
        self.used: dict[str, set[str]] = {}
        self.constants: dict[str, Any] = {}

    def visit_Assign(self, node: ast.Assign) -> None:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=value)) if not self.in_function:
                self.constants[name] = value
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.in_function.append(node.name)
        self.generic_visit(node)
        self.in_function.pop()

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(value=ast.Name(id="re"), attr=attr) if attr in FUNCTIONS and self.in_function:
                match node.args[0]:
                    case ast.Constant(value=pattern):
                        self.literal.append((pattern, attr))
                    case ast.Name(id=name) if name in self.constants:  # compiled when it is first needed
                        self.literal.append((self.constants[name], attr))
                    case _:
                        self.made.append(self.in_function[-1])
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if attr in FUNCTIONS:
                self.used.setdefault(name, set()).add(attr)
        self.generic_visit(node)


def _modules() -> Iterator[tuple[str, _Calls]]:
    for folder, package in PLACES:
        for path in sorted(folder.rglob("*.py")):
            text = path.read_text("utf-8")
            if not re.search(r"^(?:import re|from re import .*)$", text, re.MULTILINE):
                continue
            name = ".".join((package, *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__")
            calls = _Calls()
            calls.visit(ast.parse(text))
            yield name, calls


def _met() -> Iterator[Met]:
    for name, calls in _modules():
        if name.startswith(OURS):
            continue
        for at, value in vars(importlib.import_module(name)).items():
            if isinstance(value, re.Pattern):
                ways = calls.used.get(at, set())
                yield Met(f"{name}.{at}", value, bool(ways) and ways <= ANCHORED)
        for pattern, way in calls.literal:
            yield Met(f"{name}: {pattern!r}", re.compile(pattern), way in ANCHORED)
        for function in dict.fromkeys(calls.made):
            for number, made in enumerate(MADE[f"{name}.{function}"](), 1):
                yield Met(f"{name}.{function}-{number}", re.compile(made), True)


def test_every_expression_is_known_to_these_tests() -> None:
    """An expression that is put together in a function is declared above, so that it is tried as well."""
    made = {f"{name}.{each}" for name, calls in _modules() if not name.startswith(OURS) for each in calls.made}
    assert made == set(MADE)


def test_an_expression_out_of_hand_would_be_found() -> None:
    """The measure tells the well-known bad ones from their harmless sisters."""
    bad = (r"(?:<\?[^>]*>\s*|<!--.*?-->\s*)*<([\w.-]+)", r"(a+)+b", r"[(（].*?[)）]", r"BEGIN.+?END", r"\s+$")
    good = (r"[0-9]{1,9}b", r"\([^()]*\)", r"<(?:[\w.-]+:)?x(?=[\s/>])")
    assert all(_worst(Met("", re.compile(each, re.DOTALL), False)) > STEEPEST for each in bad)
    assert all(_worst(Met("", re.compile(each), False)) <= STEEPEST for each in good)


def _worst(met: Met) -> float:
    pattern = met.pattern.pattern
    text = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    run, worst = runner(met.pattern, met.anchored), 0.0
    for attack in attacks(text):
        worst = max(worst, growth(run, attack))
        if worst > STEEPEST:
            break
    return worst


@pytest.mark.parametrize("met", [pytest.param(each, id=each.where) for each in _met()])
def test_time_grows_as_the_text_does(met: Met) -> None:
    """Texts made of the expression's own parts, ever longer: four times the text takes about four times the time."""
    assert _worst(met) <= STEEPEST


#: A simple type of a schema with one pattern, as libxml2 reads it.
SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:simpleType>
<xs:restriction base="xs:string"><xs:pattern value="{}"/></xs:restriction></xs:simpleType></xs:element></xs:schema>"""


@pytest.mark.parametrize("pattern", [*_leaf_patterns()])
def test_libxml2_keeps_its_time_on_the_patterns_of_the_schemas(pattern: str) -> None:
    """The same for the engine of libxml2, which judges the same values."""
    schema = etree.XMLSchema(etree.fromstring(SCHEMA.format(pattern)))

    def run(text: str) -> None:
        element = etree.Element("a")
        element.text = text.replace("\x01", "!")
        schema.validate(element)

    assert max(growth(run, attack) for attack in attacks(pattern)) <= STEEPEST


#: Expressions of the pages' scripts: between slashes, where a value may begin.
_SCRIPT = re.compile(r"(?:[(,=:]|&&|\|\|)\s*/((?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/[a-z]*(?=[.,);])")
#: Those that only meet short texts, and why.
SHORT = {r"\B(?=(\d{3})+$)": "the whole digits of a number: 40 at most, by the expression that takes it apart"}


def _scripts() -> Iterator[str]:
    for folder in (ROOT / "tempgoods_edi/web/static/js", ROOT / "simulator/h2018/console/static"):
        for path in sorted(folder.glob("*.js")):
            yield from (found[1] for found in _SCRIPT.finditer(path.read_text("utf-8")))


@pytest.mark.parametrize("pattern", [*dict.fromkeys(_scripts())])
def test_the_scripts_of_the_pages_keep_theirs(pattern: str) -> None:
    """JavaScript's expressions are of the same kind: tried by Python's engine, which backtracks as theirs do."""
    if pattern in SHORT:
        return
    assert _worst(Met(pattern, re.compile(pattern), False)) <= STEEPEST
