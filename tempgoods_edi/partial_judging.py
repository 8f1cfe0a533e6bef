"""Judges a document that the schema refuses in places: what can be read of it, and the rules on the rest.

What is refused is left out before the rules are asked, and nothing is reported that only follows from its absence:
whoever wrote it sees every real fault at once, and no ghost of one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Container, Iterator, Set
from functools import cached_property, partial
from typing import Any

from lxml import etree
from msgspec import Struct

from tempgoods_edi import codec
from tempgoods_edi.codec import Tree
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.envelope.judging import info_findings, pocket_findings
from tempgoods_edi.envelope.message import info_group, package_group, pocket_group
from tempgoods_edi.partial_reading import ReadFaults, read_tolerantly, tree_of
from tempgoods_edi.placeholders import Agreeing, StandIn, filled, typical
from tempgoods_edi.records.envelope import EnvelopInfo, PocketInfo
from tempgoods_edi.rules import Facts, Judged, Rule, judge
from tempgoods_edi.schema.spec import FieldSpec, GroupSpec, MessageSpec
from tempgoods_edi.values import MOST_FINDINGS, Finding

#: What rules and readers meet that rely on what the schema promises.
_BROKEN = (TypeError, AttributeError, ValueError, LookupError, ArithmeticError)
_NOTHING = Judged((), ())


def rules_of(spec: MessageSpec) -> tuple[Rule[Any], ...]:
    """The rules on a message; none for a message that is no declaration."""
    declaration = BY_CODE.get(spec.code)
    return () if declaration is None else declaration.rules


class Around(Struct, frozen=True):
    """A package that the schema refuses in places, read as far as possible.

    :ivar info, pocket: parts of its envelope, each None when something in it is refused.
    :ivar tree: of its document.
    :ivar document: with gaps; None when there is none to be read.
    :ivar seen: what was come upon while it was read.
    """

    spec: MessageSpec
    info: EnvelopInfo | None
    pocket: PocketInfo | None
    tree: Tree
    document: Any | None
    seen: ReadFaults
    declared: bool


def read_around(spec: MessageSpec, package: etree._Element, namespace: str, refused: Collection[str]) -> Around | None:
    """Read a package that the schema refuses at the addresses *refused*; None when too much is wrong."""
    tree = tree_of(package_group(spec), package, namespace)
    data = tree.get("DataInfo") or {}
    business = data.get("BussinessData") or {}
    parts = {each.partition("/")[0] for each in refused}
    try:
        given = business.get(spec.root.tag) or {}  # an empty one where there are two
        seen = ReadFaults(whole=dict(_sound(spec.root, given, parts)))
        return Around(
            spec,
            None if "EnvelopInfo" in parts else _part(info_group(), tree),
            None if "PocketInfo" in parts else _part(pocket_group(), data),
            given,
            read_tolerantly(spec.root, given, "", seen) if given else None,
            seen,
            business.get("DelcareFlag") == "1",
        )
    except _BROKEN:
        return None


def judged_around(found: Around, facts: Facts) -> Judged:
    """The findings on *found* beside the schema's, except those that only follow from the refused values."""
    findings: list[Finding] = []
    if found.info is not None:
        findings.extend(info_findings(found.spec, found.info, facts))
    if found.pocket is not None:
        findings.extend(pocket_findings(found.pocket))
    if found.document is None:
        return Judged(tuple(findings), ())
    if found.seen.refused:
        by_rules = judged_without(found.spec, found.tree, found.document, facts, found.seen, declared=found.declared)
    else:
        by_rules = judge(rules_of(found.spec), found.document, facts, declared=found.declared)
    return Judged((*findings, *by_rules.findings), by_rules.not_judged)


def _part(group: GroupSpec, tree: Tree) -> Any:
    given = tree.get(group.tag)
    return codec.from_tree(group, given) if given else None


def _sound(root: GroupSpec, tree: Tree, refused: Container[str]) -> Iterator[tuple[str, Any]]:
    """The records of the document's parts in which nothing is refused, by path."""
    for group in root.children:
        given = tree.get(group.tag)
        if isinstance(group, FieldSpec) or not given:
            continue
        parts = enumerate(given, 1) if group.repeated else (("", given),)
        for number, part in parts:
            path = f"{group.tag}[{number}]" if number else group.tag
            if path not in refused:
                yield f"{path}/", codec.from_tree(group, part)


def judged_without(
    spec: MessageSpec, tree: Tree, record: Any, facts: Facts, seen: ReadFaults, *, declared: bool
) -> Judged:
    """The rules' findings on *record* that do not follow from its gaps.

    The rules are asked three times: with gaps where the schema refused something, with values there that might have
    been meant, and with values there that agree with all that they are compared with.  What is found every time has
    nothing to do with the gaps.  A rule that stumbles on a gap is asked with the stand-ins only, about other rows.
    """
    agreeing = Agreeing(facts.today)
    stand_ins: tuple[StandIn, ...] = (partial(typical, facts.today), agreeing)
    if len(seen.refused) > MOST_FINDINGS:  # so much is refused that one finding too many will not be noticed
        stand_ins = stand_ins[:1]
    others = [filled(spec.root, record, tree, "", seen.whole, each) for each in stand_ins]
    gaps = _Gaps(seen.refused)
    findings: list[Finding] = []
    not_judged: list[str] = []
    for rule in rules_of(spec):
        agreeing.were_looked_up = False
        with_gaps = _asked(rule, record, facts, declared)
        if with_gaps is None:
            not_judged.append(rule.id)
        elif not with_gaps.findings:
            not_judged.extend(with_gaps.not_judged)
            continue
        answers = [asked for other in others if (asked := _asked(rule, other, facts, declared)) is not None]
        always = [{each.path for each in answer.findings} for answer in answers]
        # A rule that looked a gap up among the facts did not find it; what it says of other rows stands all the same.
        relies = with_gaps is None or (bool(rule.needs) and agreeing.were_looked_up)
        findings.extend(
            each
            for each in (with_gaps or next(iter(answers), _NOTHING)).findings
            if all(each.path in paths for paths in always)
            and not gaps.touch(each.path)
            and (not relies or gaps.are_elsewhere(each.path))
        )
    return Judged(tuple(findings), tuple(not_judged))


def _asked(rule: Rule[Any], record: Any, facts: Facts, declared: bool) -> Judged | None:
    """What *rule* says of a record that may have gaps; None when it stumbled on one."""
    try:
        return judge((rule,), record, facts, declared=declared)
    except _BROKEN:
        return None


class _Gaps:
    """The paths at which something is refused."""

    def __init__(self, paths: Set[str]) -> None:
        self._paths = paths

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._paths)

    @cached_property
    def _rows(self) -> frozenset[str | None]:
        return frozenset(map(_row, self._paths))

    def touch(self, path: str) -> bool:
        """Whether *path* is within one of them, or holds one."""
        return not self._paths.isdisjoint(_upwards(path)) or any(self._begins(path + sign) for sign in "/[")

    def are_elsewhere(self, path: str) -> bool:
        """Whether all of them are in rows of a list, and *path* is in another row."""
        row = _row(path)
        return row is not None and None not in self._rows and row not in self._rows

    def _begins(self, start: str) -> bool:
        at = bisect_left(self._in_order, start)
        return at < len(self._in_order) and self._in_order[at].startswith(start)


def _upwards(path: str) -> Iterator[str]:
    """*path* and those of the parts it is in."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def _row(path: str) -> str | None:
    """The row of a list that *path* is in."""
    row, bracket, _ = path.partition("]")
    return row if bracket else None
