"""Plans for queries (TMP141, 151, 161, 171) about things that the sender has a right to know."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from tempgoods_edi.rules import KnownExhibition
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import customs_no
from tempgoods_edi.testing.plans import general, registry
from tempgoods_edi.testing.plans.general import Plan
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.texts import text
from tempgoods_edi.testing.trees import Shape


def receipts_again(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of a receipt request: by pre-entry number, by customs number, or by both."""
    made = general.plan(spec, shape, c, sender)
    by = c.below(3)
    made.given |= {
        "SeqNo": f"{made.facts.today.year}{c.digits(14)}" if by != 1 else None,
        "BusinessId": customs_no(c) if by else None,
    }
    return made


def exhibition(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of an exhibition query, by the customs number of the sender's exhibition."""
    made = general.plan(spec, shape, c, sender)
    return _about_exhibition(c, made, sender)


def entry_goods(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of an entry goods query: by exhibition, by entry, or by an item of an entry."""
    made = general.plan(spec, shape, c, sender)
    by = c.below(3)
    made.given |= {"ExhibitionNo": None, "EntryNo": None, "EntryGNo": None}
    if by != 1:
        made = _about_exhibition(c, made, sender)
    if by:
        made = _about_entry(c, made, sender, "EntryNo")
        made.given["EntryGNo"] = str(c.between(1, 30)) if shape.has(c) else None
    return made


def write_off(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of a write-off query: by the original or by a return entry."""
    made = general.plan(spec, shape, c, sender)
    made.given |= {"OriginalEntryNo": None, "ReturnEntryNo": None}
    return _about_entry(c, made, sender, c.pick(("OriginalEntryNo", "ReturnEntryNo")))


def _about_exhibition(c: Choices, made: Plan, sender: Enterprise) -> Plan:
    number, today = customs_no(c, "ZH"), made.facts.today
    known = KnownExhibition(
        exhibition_no=number,
        name=text(c, 1, 512),
        enterprise_nos=frozenset({sender.enterprise_no}),
        approved=True,
        start=today,
        end=today + timedelta(4),
    )
    made.given["ExhibitionNo"] = number
    made.facts = structs.replace(made.facts, exhibitions={number: known})
    return made


def _about_entry(c: Choices, made: Plan, sender: Enterprise, tag: str) -> Plan:
    entry = registry.entry(c, made.facts.today - timedelta(c.below(90)), frozenset({sender.enterprise_no}), 1)
    made.given[tag] = entry.entry_no
    made.facts = structs.replace(made.facts, entries={entry.entry_no: entry})
    return made
