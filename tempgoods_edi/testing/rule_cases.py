"""Loads the passing and failing cases of each business rule: ``fixtures/rules/<RULE-ID>.toml``.

::

    base = "tmp101-full"                        # a message of fixtures/valid
    registry = true                             # with all that fixtures/registry.toml knows; else with the day only

    [[pass]]
    name = "a show of one day"
    set = { "Head/StartDate" = "20270322" }

    [[fail]]
    name = "ends before it starts"
    set = { "Head/EndDate" = "20270317" }
    findings = [["TG-EXH-001", "Head/EndDate"]]  # everything that all rules of the message find

A case may also say ``flag`` (0 judges it as a draft), ``remove`` (paths) and ``facts`` (laid over what is known: tables
are merged, ``"absent"`` takes a key away).  ``findings`` is complete, warnings too; a passing case has none unless it
says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from tempgoods_edi import codec
from tempgoods_edi.codec import Tree
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.values import steps

_ABSENT = "absent"


class RuleCase(Struct, frozen=True, kw_only=True):
    """One case of a rule: a message, the facts, and the expected findings.

    :ivar rule: id of the rule that the case is about.
    :ivar passes: that rule has nothing against the message.
    :ivar expected: (rule, path) of every finding, sorted.
    """

    rule: str
    name: str
    passes: bool
    base: str
    spec: MessageSpec
    record: Any
    declared: bool
    facts: Facts
    expected: tuple[tuple[str, str], ...]


class _Base(Struct, frozen=True):
    """A valid message: its type, flag, day and document."""

    message: str
    flag: str
    facts: dict[str, Any]
    document: Tree


def load_rule_cases(folder: Path) -> tuple[RuleCase, ...]:
    """Every case in *folder*, by rule; ``valid/`` and ``registry.toml`` are looked for beside it.

    :raises FileNotFoundError: there is no such folder, or no case in it.
    :raises ValueError: a file says something that is not understood.
    """
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise FileNotFoundError(f"no rule cases (*.toml) in {folder}")
    return tuple(case for path in paths for case in _cases(path))


def load_valid(fixtures: Path, name: str) -> RuleCase:
    """The valid message *name* in the folder *fixtures* with all facts of its registry; it must have no findings."""
    return _case(fixtures, "", {"base": name, "registry": True}, {"name": name}, passes=True)


def _cases(path: Path) -> Iterator[RuleCase]:
    file = tomllib.loads(path.read_text("utf-8"))
    _refuse_unknown(path.name, file, {"base", "registry", "facts", "pass", "fail"})
    for kind in ("pass", "fail"):
        for case in file.get(kind, ()):
            _refuse_unknown(path.name, case, {"name", "base", "flag", "set", "remove", "facts", "findings"})
            yield _case(path.parent.parent, path.stem, file, case, passes=kind == "pass")


def _refuse_unknown(file: str, table: Mapping[str, Any], known: set[str]) -> None:
    if unknown := sorted(table.keys() - known):
        raise ValueError(f"{file}: unknown {', '.join(unknown)}")


def _case(fixtures: Path, rule: str, file: Mapping[str, Any], case: Mapping[str, Any], *, passes: bool) -> RuleCase:
    name = case.get("base", file["base"])
    base = _base(fixtures, name)
    spec = reader.message(base.message)
    known = _everything_known(fixtures, base) if file.get("registry") else dict(base.facts)
    for more in (file.get("facts", {}), case.get("facts", {})):
        known = _merged(known, more)
    document = changed(base.document, case.get("set", {}), case.get("remove", ()))
    return RuleCase(
        rule=rule,
        name=case["name"],
        passes=passes,
        base=name,
        spec=spec,
        record=codec.from_tree(spec.root, document),
        declared=case.get("flag", base.flag) == "1",
        facts=_facts(fixtures, known),
        expected=tuple(sorted((found, path) for found, path in case.get("findings", ()))),
    )


@cache
def _base(fixtures: Path, name: str) -> _Base:
    return msgspec.json.decode((fixtures / "valid" / f"{name}.json").read_bytes(), type=_Base)


@cache
def _registry(fixtures: Path) -> Mapping[str, Any]:
    return tomllib.loads((fixtures / "registry.toml").read_text("utf-8"))


def _everything_known(fixtures: Path, base: _Base) -> dict[str, Any]:
    """The registry, the day, the card the message was made with and the files it lists."""
    registry = dict(deepcopy(_registry(fixtures)))
    cards = registry.pop("cards")
    papers = base.document.get("Documents", ())
    files = {
        paper["DocNm"]: {
            "size": int(paper["DocSize"]),
            "hashes": {paper["DocHashAlg"]: paper["DocHash"]},
            "is_pdf": True,
        }
        for paper in papers
    }
    return {**registry, **base.facts, "card": cards[base.document["OperCusRegCode"]], "attachments": files}


def _merged(known: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(known)
    for key, value in more.items():
        if value == _ABSENT:
            merged.pop(key, None)
        elif isinstance(value, dict):
            inner = merged.get(key)
            merged[key] = _merged(inner if isinstance(inner, dict) else {}, value)
        else:
            merged[key] = value
    return merged


#: Facts by number, with the field that holds the number.
_KEYED = {"exhibitions": "exhibition_no", "entries": "entry_no", "attachments": "name"}


def _facts(fixtures: Path, known: Mapping[str, Any]) -> Facts:
    tree = dict(known)
    for name, field in _KEYED.items():
        if name in tree:
            tree[name] = {key: {field: key, **value} for key, value in tree[name].items()}
    for entry in tree.get("entries", {}).values():
        entry["lines"] = {int(item): {"item_no": int(item), **line} for item, line in entry["lines"].items()}
    numbers = tree.pop("in_house_numbers", None)
    if numbers is not None:
        tree["in_house_numbers"] = {
            (enterprise, number): seq_no for enterprise, used in numbers.items() for number, seq_no in used.items()
        }
    if "in_force" in tree:
        tree["in_force"] = {key: _version(fixtures, value) for key, value in tree["in_force"].items()}
    tree["today"] = str(tree["today"])
    return msgspec.convert(tree, Facts)


def _version(fixtures: Path, value: Mapping[str, Any]) -> Any:
    base = _base(fixtures, value["base"])
    document = changed(base.document, value.get("set", {}), value.get("remove", ()))
    return codec.from_tree(reader.message(base.message).root, document)


def changed(document: Tree, values: Mapping[str, str], remove: Iterable[str] = ()) -> Tree:
    """A copy of *document* with *values* set by path, then the paths in *remove* taken away.

    >>> changed({"Head": {"Rmk": "a"}, "Goods": [{"GdsNm": "b"}]}, {"Goods[1]/GdsNm": "c"}, ["Head/Rmk"])
    {'Head': {}, 'Goods': [{'GdsNm': 'c'}]}

    :raises KeyError: a path leads nowhere.
    :raises IndexError: it names a row that does not exist.
    """
    tree = deepcopy(document)
    for path, text in values.items():
        holder, tag, _ = _place(tree, path)
        holder[tag] = text
    for path in remove:
        holder, tag, row = _place(tree, path)
        if row is None:
            del holder[tag]
        else:
            del holder[tag][row - 1]
    return tree


def _place(tree: Tree, path: str) -> tuple[Tree, str, int | None]:
    *above, (tag, row) = steps(path)
    for step, index in above:
        tree = tree[step] if index is None else tree[step][index - 1]
    return tree, tag, row
