"""No name of the product is there for nobody."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import tempgoods_edi
from tests.house.names import Scan, scanned, unreferenced
from tests.house.product import TOP, Module, modules, product, texts

#: Names that nobody refers to, and why they are there; a dot or colon at the end: all that begin so.
KEPT: Mapping[str, str] = {
    "tempgoods_edi.records.": "generated from the schemas: every type and group has its record, whoever needs it",
    "h2018.testing:_Heard.makefile": "http.client asks a socket for it",
    "h2018.transports.sftp.server:_Session.": "conch calls the method that a request of the client names",
    "tempgoods_edi._xml:MAX_DEPTH": "the table of limits names it; libxml2 enforces it",
    "tempgoods_edi.http_client.pool:_Watched.": "urllib3 asks a connection for its socket, and that tells how far it came",
    "tempgoods_edi.databases:Tables.downgrade": "the way back of every migration; whoever needs it calls it by hand",
    "tempgoods_edi.cli.card_readers:Key.": "chosen by its value on the command line",
    "tempgoods_edi.cli.check:Profile.": "chosen by its value on the command line",
    "tempgoods_edi.cli.terminal:Language.": "chosen by its value on the command line",
}
#: Documents that say which modules are for other people's programs.
PROMISES = ("docs/library.md", "docs/stability.md", "docs/testing.md", "docs/testing-with-customs.md")
_MODULE = re.compile(r"`((?:tempgoods_edi|h2018)(?:\.\w+)+)`")
#: What calls a module's function by a name that is made, or is not in the product.
_MIGRATION = ("upgrade", "downgrade", "revision", "down_revision")


@cache
def scan() -> Scan:
    """All of the product."""
    return scanned(modules(), texts())


def documented() -> set[str]:
    """What other people's programs may use: modules and packages that the documents name, and the everyday names."""
    named = {name for page in PROMISES for name in _MODULE.findall((TOP / page).read_text("utf-8"))}
    modules = {module.name for module in product()}
    everyday = {scan().home(f"tempgoods_edi:{name}") for name in tempgoods_edi.__all__}
    everyday |= {name.replace(":", ".") for name in everyday if name.replace(":", ".") in modules}
    return (named & modules) | everyday | {"h2018.pytest_plugin"}


def called() -> set[str]:
    """Names that are called without being written: a declaration's entry, and the steps of a migration."""
    found = set()
    for module in product():
        package, _, last = module.name.rpartition(".")
        if package == "tempgoods_edi.declarations":
            found.add(f"{module.name}:{last.upper()}")
        elif package.endswith(".migrations.versions"):
            found |= {f"{module.name}:{name}" for name in _MIGRATION}
    return found


def test_nothing_is_there_that_nobody_uses() -> None:
    """Each name is used in the product, its documents, templates or settings, or is public; a test alone is no reason."""
    excused = {key for key in scan().definitions if key.startswith(tuple(KEPT))}
    found = unreferenced(scan(), documented(), called() | excused)
    assert [f"{each.path.relative_to(TOP)}:{each.line} {each.name}" for each in found.values()] == []


def test_each_exception_is_still_one() -> None:
    """What is excused from having a use has none."""
    found = unreferenced(scan(), documented(), called())
    assert [name for name in KEPT if not any(key.startswith(name) for key in found)] == []


def test_what_uses_only_itself_is_found() -> None:
    """Two that call each other, a method, a constant; what is imported, read by name or handed to a decorator is used."""
    one = """
from other import shown
__all__ = ["alone", "called"]
LIMIT = 1
UNREAD = 2
def alone(): other_half()
def other_half(): alone()
def called(shown): return LIMIT
class Held:
    def dead(self): "dead"
    def read_by_name(self): return called
@route("/")
def served(held): return getattr(held(Held), "read_by_name")
"""
    other = "def shown(): ...\ndef template(): ...\ndef hidden(shown): return shown"
    made = [Module(name, Path(name), ast.parse(text)) for name, text in (("one", one), ("other", other))]
    found = {"one:UNREAD", "one:alone", "one:other_half", "one:Held.dead", "other:shown", "other:hidden"}
    assert set(unreferenced(scanned(made, ["{{ template() }}"]))) == found
