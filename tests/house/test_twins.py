"""No function of the product is written twice."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.house.product import Function, Module, product
from tests.house.shapes import twins

#: Functions whose bodies may have one shape, and why.
ALIKE = {
    frozenset(
        {
            "h2018.control.overrides:_listed",
            "h2018.decisions.write_offs:_return_line",
            "h2018.http_api.shown:telling",
            "tempgoods_edi.declarant.history:_sent",
        }
    ): "each fills the fields of a record of its own, one by one: the fields are what there is to say",
    frozenset(
        {"tempgoods_edi.declarations._entries:_copied", "tempgoods_edi.declarations._entries:_in_the_entry"}
    ): "two rules, each with its own texts in both languages",
}


def test_no_function_body_is_there_twice() -> None:
    """Of eight lines or more, names, values and texts left aside; what is excused is still alike."""
    assert {frozenset(each) for each in twins(product(), 8)} == ALIKE.keys()


def test_a_body_with_other_names_is_the_same() -> None:
    """A copy is found whatever it calls things; one that does something else is none."""
    lines = "".join(f"    {{name}}{number} = {{call}}(x, {{value}})\n" for number in range(12))
    texts = {
        "one": "def first(x):\n    'Said.'\n" + lines.format(name="a", call="len", value=1),
        "two": "class C:\n  def second(self, x):\n" + lines.format(name="b", call="max", value=2),
        "three": "def third(x):\n" + lines.format(name="c", call="min", value="*x"),
        "four": "def fourth(x):\n" + lines.format(name="d", call="len", value=3)[: -len("    d11 = len(x, 3)\n")],
    }
    made = [Module(name, Path(name), ast.parse(text)) for name, text in texts.items()]
    assert twins(made) == (("one:first", "two:C.second"),)


def test_no_description_of_several_lines_is_there_twice() -> None:
    """What only hands on names where its parameters and errors are told."""
    places: dict[str, list[str]] = {}
    for module in product():
        for node in ast.walk(module.tree):
            if isinstance(node, Function | ast.ClassDef) and "\n" in (told := ast.get_docstring(node) or ""):
                places.setdefault(told, []).append(f"{module.name}:{node.name}")
    assert [each for each in places.values() if len(each) > 1] == []
