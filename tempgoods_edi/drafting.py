"""Judges a draft: a document *tree* as forms hold it, without envelope and signature.

Schema and rules speak together (see `partial_judging`): a declarant sees every real fault at once, and no ghost of one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from lxml import etree
from msgspec import Struct, structs

from tempgoods_edi import codec
from tempgoods_edi.codec import Tree
from tempgoods_edi.envelope.places import label_of
from tempgoods_edi.partial_judging import judged_without, rules_of
from tempgoods_edi.partial_reading import ReadFaults, places_in, read_tolerantly
from tempgoods_edi.rules import Facts, judge
from tempgoods_edi.schema import problems, validator
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.schema.strange import strange_texts
from tempgoods_edi.values import Finding, bounded_findings


class Assessed(Struct, frozen=True, kw_only=True):
    """The result of judging one draft.

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
    seen = ReadFaults()
    record = read_tolerantly(spec.root, tree, "", seen)
    if seen.unsure and not seen.faults:
        record = _by_libxml2(spec, tree, seen)
    if seen.faults:
        judged = judged_without(spec, tree, record, facts, seen, declared=declared)
    else:
        judged = judge(rules_of(spec), record, facts, declared=declared)
    found = dict.fromkeys((*seen.faults, *judged.findings, *_strange(spec, tree, seen)))
    return Assessed(
        findings=bounded_findings(_named(spec, each) for each in sorted(found, key=_order(spec.root))),
        malformed=frozenset(seen.refused),
        record=None if seen.faults else record,
        not_judged=judged.not_judged,
    )


def _strange(spec: MessageSpec, tree: Tree, seen: ReadFaults) -> Iterator[Finding]:
    """Warnings of what nobody sees; where a character cannot be sent at all, that is said already."""
    refused = {each.path for each in seen.faults if each.rule == problems.NOT_A_CHARACTER.id}
    return (each for each in strange_texts(spec.root, tree) if each.path not in refused)


def assess_field(
    spec: MessageSpec, tree: Tree, path: str, facts: Facts, *, declared: bool = False
) -> tuple[Finding, ...]:
    """The findings of `assess` about the field or row at *path* (``Head/EndDate``, ``Goods[3]/DclQty``)."""
    found = assess(spec, tree, facts, declared=declared).findings
    return tuple(each for each in found if each.path == path)


def with_rules(
    spec: MessageSpec, tree: Tree, facts: Facts, found: Iterable[Finding], *, declared: bool
) -> tuple[Finding, ...]:
    """*found* with the findings of schema and rules added: what one of them refuses hides nothing.

    :param found: what is known already of the message, of its shape or its envelope.
    """
    found = tuple(found)
    known = {(each.rule, each.path) for each in found}
    places = {each.path for each in found}
    assessed = assess(spec, tree, facts, declared=declared)
    besides = (each for each in assessed.findings if (each.rule, each.path) not in known)
    # What has no right shape is told once: not again as an element that the schema does not know.
    kept = (each for each in besides if each.path not in places or each.path not in assessed.malformed)
    return bounded_findings((*found, *kept))


def _by_libxml2(spec: MessageSpec, tree: Tree, seen: ReadFaults) -> Any:
    """The record of a document in which nobody sees a fault, if libxml2 does not either."""
    element = etree.fromstring(codec.tree_markup(spec.root, tree))
    refused = validator.refusal(spec.schema, element)
    if refused is None:
        return codec.from_element(spec.root, element)
    seen.refuse(problems.REFUSED, "", message=refused)
    return read_tolerantly(spec.root, tree, "", structs.replace(seen, faults=[], refused=set(), most=0))


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
        places = places_in(group) if isinstance(group, GroupSpec) else {}
        yield places.get(tag, len(places)), int(number) if number.isdecimal() else 0
        group = group.at(tag) if isinstance(group, GroupSpec) else None


def _named(spec: MessageSpec, finding: Finding) -> Finding:
    return finding if finding.label is not None else structs.replace(finding, label=label_of(spec, finding.path))
