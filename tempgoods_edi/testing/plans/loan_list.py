"""Plans for lists of exhibits lent out (TMP111), of an exhibition on file and of its entries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from msgspec import structs

from tempgoods_edi.codec import Tree
from tempgoods_edi.rules import KnownEntry, KnownExhibition
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import customs_no, date_text
from tempgoods_edi.testing.plans import general, registry
from tempgoods_edi.testing.plans.general import Plan
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.texts import text
from tempgoods_edi.testing.trees import Shape

_ORGANISER = "主办单位（非借展单位）"


def plan(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of a loan list: goods of one or more entries of the exhibition, each item once."""
    made = general.plan(spec, shape, c, sender)
    today, head = made.facts.today, made.given["Head"]
    start = today - timedelta(c.below(60))
    show = KnownExhibition(
        exhibition_no=customs_no(c, "ZH", start.year),
        name=text(c, 1, 512),
        enterprise_nos=frozenset({sender.enterprise_no}),
        approved=True,
        start=start,
        end=today + timedelta(c.below(60)),
        organizer_nm=_ORGANISER,
        used=bool(c.below(2)),
    )
    declarant = f"{c.digits(8)}"
    head |= {
        "ExhibitionNo": show.exhibition_no,
        "ExhibitionNm": show.name if shape.has(c) else None,
        "DeclarantNo": declarant if shape.declared or shape.has(c) else None,
    }
    head |= _dates(c, shape, show)
    entries = _entries(c, shape, show, sender)
    made.given["LoanGoods"] = [*_lines(c, shape, entries)]
    made.facts = structs.replace(
        made.facts,
        exhibitions={show.exhibition_no: show},
        entries={entry.entry_no: entry for entry in entries},
        declarants=frozenset({declarant}),
    )
    return made


def _dates(c: Choices, shape: Shape, show: KnownExhibition) -> Tree:
    if not shape.declared and not shape.has(c):
        return dict.fromkeys(("LoanStartDate", "LoanEndDate"))
    start = show.start + timedelta(c.between(0, (show.end - show.start).days))
    end = start + timedelta(c.between(0, (show.end - start).days))
    return {"LoanStartDate": date_text(start), "LoanEndDate": date_text(end)}


def _entries(c: Choices, shape: Shape, show: KnownExhibition, sender: Enterprise) -> list[KnownEntry]:
    """As many entries as give the lines; seldom two with the same number, and then the later one counts."""
    left, found = max(shape.lines, int(shape.declared)), {}
    while left > 0:
        lines = min(left, c.between(1, 50))
        entry = registry.entry(
            c,
            show.start,
            frozenset({sender.enterprise_no}),
            lines,
            direction="I",
            exhibition=show.exhibition_no,
        )
        if entry.entry_no in found:
            break
        found[entry.entry_no] = entry
        left -= lines
    return [*found.values()]


def _lines(c: Choices, shape: Shape, entries: list[KnownEntry]) -> Iterator[Tree]:
    for number, (entry, item) in enumerate(((e, line) for e in entries for line in e.lines.values()), 1):
        named = shape.declared or shape.has(c)
        yield {
            "GdsSeqNo": str(number),
            "EntryNo": entry.entry_no if named else None,
            "EntryGNo": str(item.item_no) if named else None,
            "LoanQty": registry.part_of(c, item.available) if named else None,
            **registry.copied(
                c,
                shape,
                {
                    "Gdecd": item.hs_code,
                    "GdsNm": item.name,
                    "GdsSpcfModelDesc": item.model,
                    "EntryQty": item.quantity,
                    "EntryUnitCd": item.unit,
                    "UnitPrice": item.unit_price,
                    "CurrCd": item.currency,
                    "NatCd": item.origin,
                },
            ),
        }
