"""The desk for what is still being written: judges a document *tree* as forms hold it, without envelope and signature.

Schema and rules speak together.  What the schema refuses is left out before the rules are asked, and nothing is
reported that only follows from its absence: a declarant sees every real fault at once, and no ghost of one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

from lxml import etree
from msgspec import Struct, structs

from tempgoods_edi import codec, recogniser
from tempgoods_edi.codec import Tree
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.envelope.places import label_of
from tempgoods_edi.rules import Facts, Judged, Rule, judge
from tempgoods_edi.schema import problems, validator
from tempgoods_edi.schema.atoms import PARSE
from tempgoods_edi.schema.faults import NOT_XML, character_faults, is_fit, value_faults
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.schema.strange import strange_texts
from tempgoods_edi.values import MOST_FINDINGS, Finding, Problem, told


class Assessed(Struct, frozen=True, kw_only=True):
    """What can be said of one document.

    :ivar findings: of schema and rules, in document order, each once, with the labels of their fields.
    :ivar malformed: paths that the schema refuses, what a draft must have and lacks among them.
    :ivar record: the document; None unless the schema accepts it.
    :ivar not_judged: rules that would need facts nobody handed in, or what the schema refused.
    """

    findings: tuple[Finding, ...]
    malformed: frozenset[str]
    record: Any | None
    not_judged: tuple[str, ...]


def assess(spec: MessageSpec, tree: Tree, facts: Facts, *, declared: bool) -> Assessed:
    """Judge *tree* as a document of *spec*; never raises, whatever is in it.

    :param declared: by the rules for declaring, not only by those for saving a draft.
    """
    seen = _Seen()
    record = _read(spec.root, tree, "", seen)
    if seen.unsure and not seen.faults:
        record = _by_libxml2(spec, tree, seen)
    if seen.faults:
        judged = _judged_without(spec, tree, record, facts, seen, declared=declared)
    else:
        judged = judge(_rules(spec), record, facts, declared=declared)
    found = dict.fromkeys((*seen.faults, *judged.findings, *_strange(spec, tree, seen)))
    return Assessed(
        findings=told(_named(spec, each) for each in sorted(found, key=_order(spec.root))),
        malformed=frozenset(seen.refused),
        record=None if seen.faults else record,
        not_judged=judged.not_judged,
    )


def _strange(spec: MessageSpec, tree: Tree, seen: _Seen) -> Iterator[Finding]:
    """Warnings of what nobody sees; where a character cannot be sent at all, that is said already."""
    refused = {each.path for each in seen.faults if each.rule == problems.NOT_A_CHARACTER.id}
    return (each for each in strange_texts(spec.root, tree) if each.path not in refused)


def assess_field(
    spec: MessageSpec, tree: Tree, path: str, facts: Facts, *, declared: bool = False
) -> tuple[Finding, ...]:
    """What `assess` says about the field or row at *path* (``Head/EndDate``, ``Goods[3]/DclQty``), in the same words."""
    found = assess(spec, tree, facts, declared=declared).findings
    return tuple(each for each in found if each.path == path)


def with_rules(
    spec: MessageSpec, tree: Tree, facts: Facts, found: Iterable[Finding], *, declared: bool
) -> tuple[Finding, ...]:
    """*found*, and beside it what schema and rules have against the document: what one of them refuses hides nothing.

    :param found: what is known already of the message, of its shape or its envelope.
    """
    found = tuple(found)
    known = {(each.rule, each.path) for each in found}
    places = {each.path for each in found}
    assessed = assess(spec, tree, facts, declared=declared)
    besides = (each for each in assessed.findings if (each.rule, each.path) not in known)
    # What has no right shape is told once: not again as an element that the schema does not know.
    kept = (each for each in besides if each.path not in places or each.path not in assessed.malformed)
    return told((*found, *kept))


class _Seen(Struct):
    """What one reading of a tree has come upon.

    :ivar faults: the first of them, in document order: no more are made than can be told.
    :ivar refused: the paths of all.
    :ivar most: how many are made.
    :ivar unsure: something is neither recognised nor has a fault known to us: libxml2 has the last word.
    :ivar whole: records of the parts that are right, by path: a second reading need not read them again.
    :ivar stand_ins: put something in the place of what is refused.
    """

    faults: list[Finding] = []
    refused: set[str] = set()
    most: int = MOST_FINDINGS + 1
    unsure: bool = False
    whole: dict[str, Any] = {}
    stand_ins: Facts | None = None

    def refuse(self, problem: Problem, path: str, **about: Any) -> None:
        """Something is wrong at *path*."""
        self.refused.add(path)
        if len(self.faults) < self.most:
            self.faults.append(problem.at(path, **about))

    def keep(self, faults: Iterable[Finding]) -> bool:
        """Something may be wrong; True when it is."""
        is_wrong = False
        for each in faults:
            is_wrong = True
            self.refused.add(each.path)
            self.faults.append(each)
        return is_wrong


def _read(group: GroupSpec, tree: Any, prefix: str, seen: _Seen) -> Any:
    """The record of *tree*, None in the place of what is refused; faults go to *seen* in document order."""
    if prefix in seen.whole:
        return seen.whole[prefix]
    if not isinstance(tree, dict):
        seen.refuse(problems.STRAY_TEXT, prefix.rstrip("/"), value=str(tree)[:64])
        tree = {}
    elif _is_flat(group):
        record = _recognised(group, tree)
        if record is not None:
            seen.whole[prefix] = record
            return record
    before = len(seen.refused)
    values = {}
    for child in group.children:
        given, path = tree.get(child.tag), f"{prefix}{child.tag}"
        if isinstance(child, FieldSpec):
            values[child.name] = _read_leaf(child, given, path, seen)
        elif child.repeated:
            values[child.name] = tuple(_read_rows(child, given, path, seen))
        else:
            if given is None and child.required:
                seen.refuse(problems.MISSING, path, label=child.label)
            is_there = given is not None or child.required
            values[child.name] = _read(child, given or {}, f"{path}/", _quiet(seen, given)) if is_there else None
    _refuse_unknown(group, tree, prefix, seen)
    seen.unsure = seen.unsure or (_is_flat(group) and len(seen.refused) == before)
    return codec.record_class(group)(**values)


def _quiet(seen: _Seen, given: Any) -> _Seen:
    """Of a part that is missing as a whole, its single fields are not told."""
    return structs.replace(seen, faults=[], refused=set(), most=0) if given is None else seen


def _read_rows(group: GroupSpec, given: Any, path: str, seen: _Seen) -> Iterator[Any]:
    rows = [] if given is None else given if isinstance(given, list) else [given]
    if not rows and group.required:
        seen.refuse(problems.MISSING, f"{path}[1]", label=group.label)
    for number, row in enumerate(rows, 1):
        if group.max_occurs is not None and number > group.max_occurs:
            seen.refuse(problems.TOO_MANY, f"{path}[{number}]", label=group.label, limit=group.max_occurs)
        else:
            yield _read(group, row, f"{path}[{number}]/", seen)


def _read_leaf(field: FieldSpec, given: Any, path: str, seen: _Seen) -> Any:
    if given is None and not field.required:
        return None
    if _is_wrong(field, given, path, seen):
        return None if seen.stand_ins is None else _stand_in(field, given, seen.stand_ins)
    text = given if field.atom == "string" else given.strip(" \t\r\n")
    parse = PARSE[field.atom]
    return text if parse is None else parse(text)


def _is_wrong(field: FieldSpec, given: Any, path: str, seen: _Seen) -> bool:
    if len(seen.faults) < seen.most:
        return seen.keep(_leaf_faults(field, given, path))
    # Enough is told: what is wrong need only be known.
    if isinstance(given, str) and is_fit(field, given):
        return False
    seen.refused.add(path)
    return True


def _leaf_faults(field: FieldSpec, given: Any, path: str) -> Iterator[Finding]:
    if given is None:
        yield problems.MISSING.at(path, label=field.label)
    elif isinstance(given, dict | list):
        yield problems.CHILD_IN_VALUE.at(path, value=next(iter(given), ""))
    elif not isinstance(given, str):
        yield problems.WRONG_FORM.at(path, value=str(given), expected=field.type_label, form=field.type_label)
    elif NOT_XML.search(given):
        yield from character_faults(given, path)
    else:
        yield from value_faults(field, given, path)


_NAME = re.compile(r"[\w.-]{1,64}")


def _refuse_unknown(group: GroupSpec, tree: Tree, prefix: str, seen: _Seen) -> None:
    known = _places(group)
    for tag in tree:
        if tag not in known:
            name = str(tag)
            path = f"{prefix}{name}" if _NAME.fullmatch(name) else prefix.rstrip("/")
            seen.refuse(problems.UNKNOWN_ELEMENT, path, value=NOT_XML.sub("\ufffd", name[:64]))


def _recognised(group: GroupSpec, tree: Tree) -> Any | None:
    """The record of a part that is right; None for *don't know*."""
    read = recogniser.reader(group)
    if read is None or not tree.keys() <= _places(group).keys() or not all(type(v) is str for v in tree.values()):
        return None
    text = codec.tree_markup(group, tree)
    found = read(text, 0)
    return found[0] if found is not None and found[1] == len(text) else None


@cache
def _is_flat(group: GroupSpec) -> bool:
    return all(isinstance(child, FieldSpec) for child in group.children)


def _by_libxml2(spec: MessageSpec, tree: Tree, seen: _Seen) -> Any:
    """The record of a document in which nobody sees a fault, if libxml2 does not either."""
    element = etree.fromstring(codec.tree_markup(spec.root, tree))
    refused = validator.refusal(spec.schema, element)
    if refused is None:
        return codec.from_element(spec.root, element)
    seen.refuse(problems.REFUSED, "", message=refused)
    return _read(spec.root, tree, "", structs.replace(seen, faults=[], refused=set(), most=0))


def _rules(spec: MessageSpec) -> tuple[Rule[Any], ...]:
    declaration = BY_CODE.get(spec.code)
    return () if declaration is None else declaration.rules


def _judged_without(spec: MessageSpec, tree: Tree, record: Any, facts: Facts, seen: _Seen, *, declared: bool) -> Judged:
    """What the rules say of *record* that does not follow from its gaps.

    The rules are asked twice: with gaps where the schema refused something, and with stand-ins there.  What is
    found both times has nothing to do with the gaps.
    """
    other = _read(spec.root, tree, "", structs.replace(seen, faults=[], refused=set(), most=0, stand_ins=facts))
    findings: list[Finding] = []
    not_judged: list[str] = []
    for rule in _rules(spec):
        try:
            with_gaps = judge((rule,), record, facts, declared=declared)
            if not with_gaps.findings:
                not_judged.extend(with_gaps.not_judged)
                continue
            filled = {each.path for each in judge((rule,), other, facts, declared=declared).findings}
        except (TypeError, AttributeError, ValueError, LookupError, ArithmeticError):
            # The rule relies on what the schema promises.
            not_judged.append(rule.id)
            continue
        findings.extend(
            each for each in with_gaps.findings if each.path in filled and seen.refused.isdisjoint(_upwards(each.path))
        )
    return Judged(tuple(findings), tuple(not_judged))


def _upwards(path: str) -> Iterator[str]:
    """*path* and those of the parts it is in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _stand_in(field: FieldSpec, given: Any, facts: Facts) -> Any:
    if field.facets.options:
        return field.facets.values[0]
    if field.atom == "string":
        return given if isinstance(given, str) else "?"
    return {"decimal": Decimal(1), "integer": 1, "date": facts.today}.get(field.atom)


@cache
def _places(group: GroupSpec) -> dict[str, int]:
    return {child.tag: at for at, child in enumerate(group.children)}


def _order(root: GroupSpec) -> Callable[[Finding], tuple[tuple[int, int], ...]]:
    """A key by which findings stand as their fields do in the document; a finding on the whole comes first."""
    keys: dict[str, tuple[tuple[int, int], ...]] = {}

    def key(finding: Finding) -> tuple[tuple[int, int], ...]:
        if finding.path not in keys:
            keys[finding.path] = tuple(_steps(root, finding.path))
        return keys[finding.path]

    return key


def _steps(root: GroupSpec, path: str) -> Iterable[tuple[int, int]]:
    group: FieldSpec | GroupSpec | None = root
    for step in filter(None, path.split("/")):
        tag, _, number = step.rstrip("]").partition("[")
        places = _places(group) if isinstance(group, GroupSpec) else {}
        yield places.get(tag, len(places)), int(number) if number.isdecimal() else 0
        group = group.at(tag) if isinstance(group, GroupSpec) else None


def _named(spec: MessageSpec, finding: Finding) -> Finding:
    return finding if finding.label is not None else structs.replace(finding, label=label_of(spec, finding.path))
