"""Functions of one shape: the same statements, whatever their names, values and texts."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy

from tests.house.product import Function, Module

#: Shorter ones are no burden, and often alike by chance.
LINES = 12


def twins(modules: Collection[Module], lines: int = LINES) -> tuple[tuple[str, ...], ...]:
    """The ``module:function`` whose bodies of so many lines or more have one shape, in groups."""
    found: dict[str, list[str]] = {}
    for module in modules:
        for name, node in _functions(module.tree.body):
            body = _body(node)
            if body and (body[-1].end_lineno or 0) - body[0].lineno + 1 >= lines:
                found.setdefault(_shape(body), []).append(f"{module.name}:{name}")
    return tuple(tuple(sorted(each)) for each in found.values() if len(each) > 1)


def _functions(body: Sequence[ast.stmt], within: str = "") -> Iterator[tuple[str, Function]]:
    """Every function in *body*, with the names of the classes and functions it stands in."""
    for node in body:
        if isinstance(node, Function):
            yield within + node.name, node
        inner = getattr(node, "body", [])
        name = f"{node.name}." if isinstance(node, Function | ast.ClassDef) else ""
        yield from _functions([each for each in inner if isinstance(each, ast.stmt)], within + name)


def _body(node: Function) -> list[ast.stmt]:
    """The statements of a function without its docstring."""
    return node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body


def _shape(body: Sequence[ast.stmt]) -> str:
    return "\n".join(ast.dump(_Nameless().visit(deepcopy(node))) for node in body)


class _Nameless(ast.NodeTransformer):
    """Takes names, values and texts away."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Empty the fields that hold a name."""
        for name in ("id", "attr", "arg", "name", "asname", "module"):
            if isinstance(getattr(node, name, None), str):
                setattr(node, name, "_")
        return super().generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """Keep only what kind of value it is."""
        return ast.Constant(type(node.value).__name__)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """Take it for a text."""
        return ast.Constant("str")
