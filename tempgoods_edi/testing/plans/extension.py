"""Plans for extensions of temporary goods (TMP131), of an entry on file or of an ATA carnet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from msgspec import structs

from tempgoods_edi.codec import Tree
from tempgoods_edi.lifecycle.deadlines import add_months
from tempgoods_edi.rules import KnownEntry, KnownExtension
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import date_text
from tempgoods_edi.testing.plans import general, guarantee, registry
from tempgoods_edi.testing.plans.general import Plan
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.trees import Shape

_EXHIBITIONS, _LONG_SHOW = "1", "3"


def plan(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of a first, second or third extension, before the present deadline."""
    made = general.plan(spec, shape, c, sender)
    today, head = made.facts.today, made.given["Head"]
    came = today - timedelta(c.below(120))
    granted = _granted(c, came)
    deadline = granted[-1].deadline if granted else add_months(came, 6)
    head |= _dates(c, shape, came, deadline, len(granted))
    head |= _project(c, shape)
    if c.one_in(4):
        number = guarantee.carnet_no(c)
        head |= {"EntryNo": None, "AtaCarnetNo": number, "ImpExpMarkCd": c.pick("IE") if shape.has(c) else None}
        head |= guarantee.guarantee(c, shape, (guarantee.ATA,))
        made.given["Goods"] = [*_typed_lines(c, shape)]
        made.facts = structs.replace(made.facts, extensions={number: granted})
        return made
    lines = max(shape.lines, int(shape.declared))
    entry = registry.entry(c, came, frozenset({sender.enterprise_no}), lines)
    mark = "I" if entry.entry_no[8] == "1" else "E"
    head |= {"EntryNo": entry.entry_no, "AtaCarnetNo": None, "ImpExpMarkCd": mark if shape.has(c) else None}
    head |= guarantee.guarantee(c, shape, (guarantee.EXEMPT, guarantee.DEPOSIT, guarantee.LETTER, guarantee.GENERAL))
    made.given["Goods"] = [*_entry_lines(c, shape, entry)]
    made.facts = structs.replace(
        made.facts, entries={entry.entry_no: entry}, extensions={entry.entry_no: granted} if granted else {}
    )
    return made


def _granted(c: Choices, came: date) -> tuple[KnownExtension, ...]:
    deadline, found = add_months(came, 6), []
    for number in range(1, c.below(3) + 1):
        deadline += timedelta(c.between(1, 180))
        found.append(KnownExtension(number=number, deadline=deadline))
    return tuple(found)


def _dates(c: Choices, shape: Shape, came: date, deadline: date, granted: int) -> Tree:
    wanted = deadline + timedelta(c.between(1, (add_months(deadline, 6) - deadline).days))
    given: Tree = {
        "IEDate": date_text(came),
        "CurrentDeadline": date_text(deadline),
        "ExtensionCnt": str(granted + 1),
        "RequestedDeadline": date_text(wanted),
    }
    return given if shape.declared or shape.has(c) else dict.fromkeys(given)


def _project(c: Choices, shape: Shape) -> Tree:
    if not shape.has(c):
        return {"ProjectTypeCd": None}
    kind = c.pick("0123")
    return {"ProjectTypeCd": kind} | ({"CategoryCd": _EXHIBITIONS} if kind == _LONG_SHOW else {})


def _entry_lines(c: Choices, shape: Shape, entry: KnownEntry) -> Iterator[Tree]:
    """Lines ticked in the entry."""
    for number, item in enumerate(entry.lines.values(), 1):
        yield {
            "GdsSeqNo": str(number),
            "EntryGNo": str(item.item_no),
            "Gdecd": item.hs_code,
            "DclUnitCd": item.unit,
            "ExtQty": registry.part_of(c, item.remaining),
            **registry.copied(
                c,
                shape,
                {
                    "EntryNo": entry.entry_no,
                    "EntryQty": item.quantity,
                    "RemainQty": item.remaining,
                    "UnitPrice": item.unit_price,
                    "CurrCd": item.currency,
                    "NatCd": item.origin,
                },
            ),
        }


def _typed_lines(c: Choices, shape: Shape) -> Iterator[Tree]:
    """Lines typed by hand: goods under a carnet have no entry here."""
    carnet = registry.entry(c, date(2026, 1, 1), frozenset(), max(shape.lines, int(shape.declared)))
    for number, item in enumerate(carnet.lines.values(), 1):
        yield {
            "GdsSeqNo": str(number),
            "EntryNo": None,
            "EntryGNo": None,
            "Gdecd": item.hs_code,
            "ExtQty": registry.part_of(c, item.remaining),
            **registry.copied(c, shape, {"EntryQty": item.quantity, "RemainQty": item.remaining}),
        }
