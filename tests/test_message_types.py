"""No module of the product lists message types or kinds of declaration by hand; one that names a message says why."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tempgoods_edi.declarations import NAMES

TOP = Path(__file__).resolve().parent.parent
CODE = re.compile(r"TMP\d{3}")
RECORDS = re.compile(r"tempgoods_edi\.records\.(tmp\d{3})")
KINDS = frozenset({*NAMES.values(), *(name.replace("_", "-") for name in NAMES.values())})

#: Modules that name messages, which, and why that follows from no schema.
REASONS: Mapping[str, tuple[str, str]] = {
    "tempgoods_edi/declarations/__init__.py": (" ".join(NAMES), "the one list there is"),
    "tempgoods_edi/declarations/_terms.py": ("TMP131", "rules of the extension alone, apart from it for their length"),
    "tempgoods_edi/declarations/_versions.py": (
        "TMP101",
        "rules of the exhibition alone, apart from it for their length",
    ),
    "tempgoods_edi/testing/plans/__init__.py": (
        "TMP101 TMP111 TMP121 TMP131 TMP141 TMP151 TMP161 TMP171",
        "what draws know of a message beyond its schema; the general plan serves any other",
    ),
    "tempgoods_edi/testing/envelope_mutants.py": ("TMP998 TMP999", "types that there are not"),
    "tempgoods_edi/testing/signature_mutants.py": ("TMP151", "the short message that mutants are made of unless told"),
    "tempgoods_edi/declarant/customs_queries.py": (
        "TMP151 TMP161 TMP171 TMP251 TMP261 TMP271",
        "the questions behind the portal's lookups: each has a page or a field that asks it",
    ),
    "tempgoods_edi/web/forms/entry_goods.py": ("TMP261", "shows the answer of one of those questions"),
    "tempgoods_edi/web/queries/write_off.py": ("TMP271", "shows the answer of one of those questions"),
    "tempgoods_edi/declarant/gateway/gateway.py": ("TMP141", "asks for receipts that did not come"),
    "tempgoods_edi/declarant/store/customs_facts.py": ("TMP301", "remembers what the notice of a write-off says"),
    "tempgoods_edi/declarant/receiving.py": ("TMP301", "takes the notice of a write-off in"),
    "simulator/h2018/decisions/intake.py": ("TMP141", "a request for receipts is neither a declaration nor a query"),
    "simulator/h2018/decisions/queries.py": (
        "TMP151 TMP161 TMP171 TMP251 TMP261 TMP271",
        "how each query is answered from the registry; no schema says that",
    ),
    "simulator/h2018/decisions/write_offs.py": ("TMP301", "makes the notice of a write-off"),
    "simulator/h2018/registry/registry.py": (
        "TMP101 TMP111 TMP131",
        "what the approval of each changes in the registry beside what is in force; any other changes nothing else",
    ),
    "simulator/h2018/tenant/outbox.py": ("TMP301", "names what a message sent by nobody's asking is about"),
    "simulator/h2018/tenant/progress.py": ("TMP301", "sends the notice of a write-off"),
}
#: Modules of these messages themselves, by file name.
OWN = {f"tempgoods_edi/declarations/{name}.py": {code} for code, name in NAMES.items()}


def modules() -> list[str]:
    """The product's modules written by people."""
    found = [path for top in ("tempgoods_edi", "simulator") for path in (TOP / top).rglob("*.py")]
    return sorted(path.relative_to(TOP).as_posix() for path in found if path.parent.name != "records")


def named(module: str) -> set[str]:
    """The messages that *module* names by their codes or by their records."""
    tree = ast.parse((TOP / module).read_bytes())
    return {code for node in ast.walk(tree) for code in _codes(node)}


def _codes(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value):
        yield node.value
    for imported in [node.module] if isinstance(node, ast.ImportFrom) else []:
        if found := RECORDS.fullmatch(imported or ""):
            yield found[1].upper()
    for alias in node.names if isinstance(node, ast.Import) else []:
        if found := RECORDS.fullmatch(alias.name):
            yield found[1].upper()


def listed(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """The kinds of declaration that stand together in a table, a list, a comparison or a ``match`` of *tree*."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            parts: list[ast.AST | None] = [*node.keys]
        elif isinstance(node, ast.List | ast.Tuple | ast.Set):
            parts = [*node.elts]
        elif isinstance(node, ast.Match):
            parts = [each for case in node.cases for each in ast.walk(case.pattern)]
        else:
            continue
        texts = (part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))
        kinds = tuple(sorted(KINDS.intersection(texts)))
        if len(kinds) > 1:
            yield kinds


def test_whoever_names_a_message_says_why() -> None:
    """A message's code or record stands in its own module, and elsewhere only for a reason; a reason that is over goes."""
    found = {module: named(module) - OWN.get(module, set()) for module in modules()}
    assert {module: codes for module, codes in found.items() if codes} == {
        module: set(codes.split()) for module, (codes, _) in REASONS.items()
    }


def test_no_module_lists_the_kinds_by_name() -> None:
    """Names in addresses and settings are taken from the one table too."""
    allowed = "tempgoods_edi/declarations/__init__.py"
    found = {module: [*listed(ast.parse((TOP / module).read_bytes()))] for module in modules() if module != allowed}
    assert {module: kinds for module, kinds in found.items() if kinds} == {}


@pytest.mark.parametrize(
    ("text", "codes", "kinds"),
    [
        ('if spec.code == "TMP101": pass', {"TMP101"}, 0),
        ('_KINDS = {"TMP101": 1, "TMP111": 2}', {"TMP101", "TMP111"}, 0),
        ("from tempgoods_edi.records.tmp131 import ExtensionMessage", {"TMP131"}, 0),
        ("import tempgoods_edi.records.tmp131", {"TMP131"}, 0),
        ('"""Rules of TMP101."""', set(), 0),
        ('known = ("exhibition", "loan-list")', set(), 1),
        ('match kind:\n    case "exhibition":\n        pass\n    case "extension":\n        pass', set(), 1),
        ('{"exhibition": 1, "other": 2}', set(), 0),
    ],
)
def test_lists_are_found(text: str, codes: set[str], kinds: int) -> None:
    """However they are written; what is only spoken of is none."""
    tree = ast.parse(text)
    assert {code for node in ast.walk(tree) for code in _codes(node)} == codes
    assert len([*listed(tree)]) == kinds
