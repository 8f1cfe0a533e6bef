"""Which names of the product nobody uses: what is defined, what refers to it, and what is left once the unused are taken away.

The names of a module are followed through imports to the place of their definition.  Methods, and values of a module, are
known by their name alone: one of two that share a name may hide behind the other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from tests.house.external import Targets, asked_for
from tests.house.product import Function, Module

_WORD = re.compile(r"[^\W\d]\w*")
_REFERENCE = re.compile(r"[^\W\d]\w*(?:[.:][^\W\d]\w*)*")
#: Decorators that are called and yet only change what they decorate; every other one hands it to somebody.
_PLAIN = {"implementer", "dataclass", "lru_cache", "wraps"}


class Definition(Struct, frozen=True):
    """A name of a module, or of a class in it (``Class.method``).

    :ivar by_name: it may be reached as the attribute of something that the scan does not know.
    """

    module: str
    name: str
    path: Path
    line: int
    by_name: bool


class Use(Struct, frozen=True):
    """A reference: to ``module:name`` where that is known, else to whatever bears the name; from a text, to both.

    :ivar within: the definitions that it stands in; it counts only while these are used.
    """

    target: str
    within: frozenset[str] = frozenset()


class Scan(Struct):
    """Definitions by ``module:name``, references, names that modules import, and the words of texts that are no Python."""

    definitions: dict[str, Definition] = {}
    uses: list[Use] = []
    aliases: dict[str, str] = {}
    words: set[str] = set()

    def home(self, target: str) -> str:
        """*target* followed through the imports of modules to where it is defined."""
        seen: set[str] = set()
        while target not in self.definitions and target in self.aliases and target not in seen:
            seen.add(target)
            target = self.aliases[target]
        return target


def unreferenced(scan: Scan, public: Collection[str] = (), called: Collection[str] = ()) -> Mapping[str, Definition]:
    """The definitions that nothing refers to but themselves and each other, by ``module:name``.

    A reference counts when what it stands in is used, from what a module does when it is imported onwards.

    :param public: modules, packages and ``module:name`` that are documented for other people's programs.
    :param called: ``module:name`` that something outside the product's Python calls.
    """
    said: dict[frozenset[str], set[str]] = {}
    for use in scan.uses:
        said.setdefault(use.within, set()).add(scan.home(use.target))
    free = {key for key, each in scan.definitions.items() if key in called or _is_public(each, public)}
    used: set[str] = set()
    while True:
        referred = scan.words.union(*(targets for within, targets in said.items() if within <= used))
        found = {
            key for key, each in scan.definitions.items() if key in free or _is_used(key, each, referred, scan.words)
        }
        if found == used:
            return {key: each for key, each in scan.definitions.items() if key not in used}
        used = found


def _is_public(each: Definition, public: Collection[str]) -> bool:
    key = f"{each.module}:{each.name}"
    return any(f"{each.module}.".startswith(f"{name}.") or f"{key}.".startswith(f"{name}.") for name in public)


def _is_used(key: str, each: Definition, referred: set[str], words: set[str]) -> bool:
    return key in referred or each.name.rpartition(".")[2] in (referred if each.by_name else words)


def scanned(modules: Collection[Module], texts: Iterable[str] = ()) -> Scan:
    """Read *modules*, and *texts* beside them that name what is used."""
    scan = Scan()
    own = {module.name for module in modules}
    for module in modules:
        _Reader(scan, module, own).read()
    for text in texts:
        scan.words.update(_WORD.findall(text))
    return scan


class _Reader(ast.NodeVisitor):
    """Reads one module into a scan."""

    def __init__(self, scan: Scan, module: Module, own: Collection[str]) -> None:
        self._scan, self._module, self._modules = scan, module, own
        self._imports: Targets = {}
        self._names: set[str] = set()
        self._within: list[str] = []
        self._local: list[set[str]] = []

    def read(self) -> None:
        """Read the whole module."""
        body = self._module.tree.body
        self._names = {name for node in _flat(body) for name in _defined(node)}
        for node in ast.walk(self._module.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    self._imports.setdefault(alias.asname or alias.name, set()).add(f"{node.module}:{alias.name}")
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    self._imports.setdefault(alias.asname or alias.name.partition(".")[0], set()).add(alias.name)
        self._scan.aliases.update({f"{self._module.name}:{name}": min(found) for name, found in self._imports.items()})
        for node in _flat(body):
            if (names := _defined(node)) != ["__all__"]:
                self._define(node, names)

    def _define(self, node: ast.stmt, names: list[str], owner: str = "") -> None:
        """Enter the *names* that *node* defines, and read what is in it."""
        keys = [f"{self._module.name}:{owner}{name}" for name in names if not (name.startswith("__") and name != "_")]
        by_name = bool(owner) or not isinstance(node, Function | ast.ClassDef)
        if self._module.is_product:
            for key in keys:
                name = key.rpartition(":")[2]
                made = Definition(self._module.name, name, self._module.path, node.lineno, by_name)
                self._scan.definitions.setdefault(key, made)
        if isinstance(node, Function | ast.ClassDef) and any(map(_registers, node.decorator_list)):
            self._scan.uses += map(Use, keys)
        self._within += keys
        if isinstance(node, ast.ClassDef):
            self._read_class(node, f"{owner}{node.name}.")
        else:
            self.visit(node)
        del self._within[len(self._within) - len(keys) :]

    def _read_class(self, node: ast.ClassDef, owner: str) -> None:
        for part in (*node.decorator_list, *node.bases, *node.keywords):
            self.visit(part)
        given = asked_for(node, self._imports, self._modules)
        for child in _flat(node.body):
            names = _defined(child)
            if names == ["__slots__"]:
                continue
            # Fields are left out: what is written as JSON or as a row is read by nobody here.
            if isinstance(child, Function | ast.ClassDef | ast.Assign):
                self._define(child, [name for name in names if name not in given], owner)
            else:
                self.visit(child)

    def _use(self, target: str) -> None:
        self._scan.uses.append(Use(target, frozenset(self._within)))

    def visit_FunctionDef(self, node: Function) -> None:
        """Read a function; its arguments and variables hide the module's names."""
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(part)
        arguments = [each for each in ast.walk(node.args) if isinstance(each, ast.arg)]
        for said in (*(each.annotation for each in arguments), node.returns):
            if said is not None:
                self.visit(said)
        self._local.append({each.arg for each in arguments} | _assigned(node))
        for child in node.body:
            self.visit(child)
        self._local.pop()

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Read a function."""
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Read a function without a name."""
        self._local.append({each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)})
        self.generic_visit(node)
        self._local.pop()

    def visit_Import(self, node: ast.Import) -> None:
        """Leave it: an import alone is no use."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Leave it: an import alone is no use."""

    def visit_Name(self, node: ast.Name) -> None:
        """Enter a reference by name."""
        if not isinstance(node.ctx, ast.Load) or any(node.id in names for names in self._local):
            return
        for target in self._imports.get(node.id, ()):
            self._use(target)
        if node.id in self._names:
            self._use(f"{self._module.name}:{node.id}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Enter a reference to an attribute: of a module of ours, or of anything."""
        known: set[str] = set()
        if isinstance(node.value, ast.Name):
            found = (base.replace(":", ".") for base in self._imports.get(node.value.id, ()))
            known = {f"{module}:{node.attr}" for module in found if module in self._modules}
        for target in known or {node.attr}:
            self._use(target)
        if not known:
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Enter a text that is a name, as of an attribute, or ``module:function``."""
        if isinstance(node.value, str) and _REFERENCE.fullmatch(node.value):
            for target in {node.value, *_WORD.findall(node.value)}:
                self._use(target)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Read all but docstrings."""
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of *body*, those under an ``if`` or ``try`` among them."""
    for node in body:
        if isinstance(node, ast.If | ast.Try):
            yield from _flat([*node.body, *node.orelse])
            for handler in getattr(node, "handlers", ()):
                yield from _flat(handler.body)
        else:
            yield node


def _defined(node: ast.stmt) -> list[str]:
    """The names that a statement defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _assigned(node: Function) -> set[str]:
    """The names that stand for something of a function's own."""
    inside = [each for each in ast.walk(node) if each is not node]
    stored = {each.id for each in inside if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}
    return stored | {each.name for each in inside if isinstance(each, Function)}


def _registers(decorator: ast.expr) -> bool:
    """True for a decorator that is called, such as a route's."""
    if not isinstance(decorator, ast.Call):
        return False
    called = decorator.func
    return getattr(called, "attr", getattr(called, "id", "")) not in _PLAIN
