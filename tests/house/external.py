"""The methods of a class that somebody else's base class or interface asks for."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Collection
from typing import Any, TypeAlias

from zope.interface.interface import InterfaceClass

#: What a module's names were imported as: modules, or ``module:name``.
Targets: TypeAlias = dict[str, set[str]]


def asked_for(node: ast.ClassDef, imports: Targets, own: Collection[str]) -> set[str]:
    """The names in *node* that a class or interface of another distribution has too.

    :param own: the modules of the product, whose classes ask for nothing.
    """
    interfaces = [each for part in node.decorator_list if isinstance(part, ast.Call) for each in part.args]
    targets = {target for base in (*node.bases, *interfaces) for target in _targets(base, imports)}
    found: set[str] = set()
    for target in targets:
        module, _, name = target.rpartition(":")
        if module and module not in own:
            known: Any = getattr(importlib.import_module(module), name, None)
            found.update(known.names(all=True) if isinstance(known, InterfaceClass) else dir(known))
    return found


def _targets(node: ast.expr, imports: Targets) -> set[str]:
    """What a base class was imported as, ``module:name``."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Name):
        return imports.get(node.id, set())
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return {f"{base.replace(':', '.')}:{node.attr}" for base in imports.get(node.value.id, set())}
    return set()
