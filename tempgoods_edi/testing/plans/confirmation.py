"""Plans for confirmations of temporary goods (TMP121)."""

from __future__ import annotations

from datetime import date, timedelta

from tempgoods_edi.codec import Tree
from tempgoods_edi.codelists import code_list
from tempgoods_edi.lifecycle.deadlines import add_months
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import date_text
from tempgoods_edi.testing.plans import general, guarantee
from tempgoods_edi.testing.plans.general import Plan
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.trees import Shape

_EXHIBITIONS = "1"


def plan(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of a confirmation for goods that have still to come or leave."""
    made = general.plan(spec, shape, c, sender)
    head = made.given["Head"]
    category = c.pick(code_list("temp_goods_categories").codes())
    head |= {"CategoryCd": category if shape.declared or shape.has(c) else None}
    head |= _dates(c, shape, made.facts.today, category)
    head |= _carnet(c, shape, head)
    return made


def _dates(c: Choices, shape: Shape, today: date, category: str) -> Tree:
    come = today + timedelta(c.below(120))
    back = come + timedelta(c.between(1, (add_months(come, 6) - come).days))
    start = come + timedelta(c.between(0, (back - come).days))
    end = start + timedelta(c.between(0, (back - start).days))
    given: Tree = {
        "PlannedIEDate": date_text(come),
        "PlannedReturnDate": date_text(back),
        "ActivityStartDate": date_text(start),
        "ActivityEndDate": date_text(end),
    }
    if not shape.declared and not shape.has(c):
        return dict.fromkeys(given)
    if category != _EXHIBITIONS and not shape.has(c):
        given |= dict.fromkeys(("ActivityStartDate", "ActivityEndDate"))
    return given


def _carnet(c: Choices, shape: Shape, head: Tree) -> Tree:
    """A carnet has its number, its flag, and is the guarantee."""
    if head["GuaranteeTypeCd"] != guarantee.ATA:
        return {"AtaFlag": "0" if shape.has(c) else None, "AtaCarnetNo": None}
    return {"AtaFlag": "1", "AtaCarnetNo": guarantee.carnet_no(c)}
