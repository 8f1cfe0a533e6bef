"""Business rules: a generator that yields violations, with everything that people need to know about the rule.

A rule sees the record and the `Facts` handed in, never a clock, a store or the network.  A fact that
is None is *not known here* (a declarant's desk does not have customs' registry): the rules that need
it are not judged, and the caller is told which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar, get_args

from msgspec import Struct, field

from tempgoods_edi.values import Bilingual, Finding, Problem, Severity, Source, bounded_findings, fill

Doc = TypeVar("Doc")


class Card(Struct, frozen=True, kw_only=True):
    """The card that signed, as its certificate says."""

    enterprise_no: str
    uscc: str | None = None
    operator: str | None = None
    ic_card_no: str | None = None


class KnownExhibition(Struct, frozen=True, kw_only=True):
    """An exhibition as customs has it on file.

    :ivar enterprise_nos: customs codes of the units that may act on it (filing, declaring, organiser).
    :ivar approved: a version of it is in force.
    :ivar used: a loan list or a customs entry refers to it.
    """

    exhibition_no: str
    name: str
    enterprise_nos: frozenset[str]
    approved: bool
    start: date
    end: date
    organizer_nm: str | None = None
    used: bool = False


class KnownLine(Struct, frozen=True, kw_only=True):
    """One goods line of an entry, with its write-off balance."""

    item_no: int
    hs_code: str
    name: str
    quantity: Decimal
    unit: str
    model: str | None = None
    unit_price: Decimal | None = None
    currency: str | None = None
    origin: str | None = None
    lent: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)

    @property
    def remaining(self) -> Decimal:
        """The quantity that did not go back over the border yet."""
        return self.quantity - self.returned

    @property
    def available(self) -> Decimal:
        """The quantity that may still be lent out."""
        return self.quantity - self.returned - self.lent


class KnownEntry(Struct, frozen=True, kw_only=True):
    """A customs entry (报关单) for temporary goods as the registry has it."""

    entry_no: str
    ie_date: date
    deadline: date
    enterprise_nos: frozenset[str]
    lines: Mapping[int, KnownLine]
    exhibition_no: str | None = None


class KnownExtension(Struct, frozen=True, kw_only=True):
    """One approved extension of an entry or carnet."""

    number: int
    deadline: date


class Attachment(Struct, frozen=True, kw_only=True):
    """One file that came beside the message, after inspection.

    :ivar size: bytes.
    :ivar hashes: algorithm name as in ``DocHashAlg`` → Base64 of the digest.
    :ivar is_pdf: PDF by content, whatever its name.
    :ivar dangers: what must not be in it (``JavaScript``, ``Launch``, ``EmbeddedFile`` …).
    :ivar before_mark: bytes of something else before the PDF begins.
    """

    name: str
    size: int
    hashes: Mapping[str, str]
    is_pdf: bool
    encrypted: bool = False
    dangers: tuple[str, ...] = ()
    before_mark: int = 0


class Facts(Struct, frozen=True, kw_only=True):
    """Everything a rule may know besides the message; None is *not known here*.

    :ivar today: the day of the declaration, Asia/Shanghai.
    :ivar in_house_numbers: (customs code, in-house number) → SeqNo of earlier messages.
    :ivar exhibitions: by customs number; one that is absent does not exist.
    :ivar entries: by entry number; one that is absent does not exist.
    :ivar extensions: approved extensions by entry or carnet number, oldest first.
    :ivar declarants: numbers of the enterprise's customs declarants (报关员).
    :ivar in_force: the approved version that a change or deletion is about; absent key None means none is.
    :ivar attachments: by file name.
    :ivar seen_message_ids: message_id of everything taken before.
    """

    today: date
    card: Card | None = None
    in_house_numbers: Mapping[tuple[str, str], str] | None = None
    exhibitions: Mapping[str, KnownExhibition] | None = None
    entries: Mapping[str, KnownEntry] | None = None
    extensions: Mapping[str, tuple[KnownExtension, ...]] | None = None
    declarants: frozenset[str] | None = None
    in_force: Mapping[str, Any] | None = None
    attachments: Mapping[str, Attachment] | None = None
    seen_message_ids: frozenset[str] | None = None


#: Facts that only some desks have, by field name.
Needed = Literal[
    "card", "in_house_numbers", "exhibitions", "entries", "extensions", "declarants", "in_force", "attachments",
    "seen_message_ids",
]  # fmt: skip


_NEEDED: tuple[str, ...] = get_args(Needed)


class Hit(Struct, frozen=True, kw_only=True):
    """One violation of a rule.

    :ivar at: positions for the ``[]`` places of the rule's path.
    :ivar path: a path of its own, when it is not the rule's.
    :ivar value: the offending value.
    :ivar expected: what would have been right.
    :ivar params: further values for the texts.
    """

    at: tuple[int, ...] = ()
    path: str | None = None
    value: object = None
    expected: Bilingual | None = None
    params: Mapping[str, object] = field(default_factory=dict)


Check = Callable[[Doc, Facts], Iterable[Hit]]


class Rule(Struct, Generic[Doc], frozen=True, kw_only=True):
    """One rule of the catalogue with its judging function.

    :ivar at: path template of the value it speaks about.
    :ivar needs: facts without which it cannot be judged.
    :ivar declare_only: judged when declaring, not when a draft is saved.
    """

    problem: Problem
    at: str
    check: Callable[[Doc, Facts], Iterable[Hit]]
    needs: tuple[Needed, ...] = ()
    declare_only: bool = False

    @property
    def id(self) -> str:
        """The rule id, e.g. ``TG-EXH-001``."""
        return self.problem.id

    def finding(self, hit: Hit) -> Finding:
        """The finding of one violation, in words and with its place."""
        path = fill(self.at, hit.at) if hit.path is None else hit.path
        return self.problem.at(path, value=hit.value, expected=hit.expected, **hit.params)


def rule(
    id: str,
    *,
    at: str,
    zh: str,
    en: str,
    fix: Bilingual,
    source: Source,
    severity: Severity = Severity.ERROR,
    needs: tuple[Needed, ...] = (),
    declare_only: bool = False,
    retriable: bool = False,
) -> Callable[[Check[Doc]], Rule[Doc]]:
    """Turn a generator of `Hit` into a `Rule`; ``{value}`` and the hit's parameters may stand in the texts."""
    problem = Problem(id=id, text=Bilingual(zh, en), fix=fix, source=source, severity=severity, retriable=retriable)
    return lambda check: Rule(problem=problem, at=at, check=check, needs=needs, declare_only=declare_only)


class Judged(Struct, frozen=True):
    """The rules' findings, and the rules that could not be judged for want of facts."""

    findings: tuple[Finding, ...]
    not_judged: tuple[str, ...]


def judge(rules: Iterable[Rule[Any]], doc: Any, facts: Facts, *, declared: bool) -> Judged:
    """Apply *rules* to *doc*: all findings, in catalogue order."""
    known = {name for name in _NEEDED if getattr(facts, name) is not None}
    not_judged: list[str] = []
    return Judged(bounded_findings(_met(rules, doc, facts, declared, known, not_judged)), tuple(not_judged))


def _met(
    rules: Iterable[Rule[Any]], doc: Any, facts: Facts, declared: bool, known: set[str], not_judged: list[str]
) -> Iterator[Finding]:
    for each in rules:
        if each.declare_only and not declared:
            continue
        if each.needs and not known.issuperset(each.needs):
            not_judged.append(each.id)
            continue
        for hit in each.check(doc, facts):
            yield each.finding(hit)
