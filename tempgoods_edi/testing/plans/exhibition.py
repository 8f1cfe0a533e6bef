"""Plans for exhibition filings, their changes and their deletions (TMP101)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from msgspec import structs

from tempgoods_edi.codec import Tree
from tempgoods_edi.codelists import code_list
from tempgoods_edi.lifecycle.deadlines import add_months
from tempgoods_edi.rules import Facts, KnownExhibition
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import customs_no, date_text
from tempgoods_edi.testing.plans import general
from tempgoods_edi.testing.plans.general import Plan
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.texts import text
from tempgoods_edi.testing.trees import Shape

_CHINA = "CHN"
_FILING, _CHANGE, _DELETION = "1", "2", "3"


def plan(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of an exhibition, most of the time of a first filing."""
    made = general.plan(spec, shape, c, sender)
    head = made.given["Head"]
    head |= _direction(c, shape) | _dates(c, shape, made.facts.today)
    head |= {"ExhibitorCnt": str(c.between(1, 3000)) if shape.has(c) else None, "ModReason": None, "DelReason": None}
    kind = (_FILING, _FILING, _FILING, _FILING, _CHANGE, _DELETION)[c.below(6)]
    return made if kind == _FILING else _next_version(c, shape, made, sender, kind)


def _direction(c: Choices, shape: Shape) -> Tree:
    if c.below(2):
        country = c.pick([code for code in code_list("countries").codes() if code != _CHINA])
        return {"ImpExpMarkCd": "E", "CountryCd": country}
    return {"ImpExpMarkCd": "I", "CountryCd": _CHINA if shape.has(c) else None}


def _dates(c: Choices, shape: Shape, today: date) -> Tree:
    """A show that is not over; the goods come before its end and go back within six months of coming."""
    start = today + timedelta(c.between(-5, 200))
    end = max(start, today) + timedelta(c.below(30))
    come = start + timedelta(c.between(-40, (end - start).days))
    first = max(start, come) + timedelta(1)
    back = first + timedelta(c.between(0, (add_months(come, 6) - first).days))
    flag = c.pick("01" if come > today else "0") if shape.has(c) else None
    if not shape.declared and not shape.has(c):
        return {**dict.fromkeys(("StartDate", "EndDate", "PlannedIEDate", "PlannedReturnDate")), "OnSiteFlag": flag}
    return {
        "StartDate": date_text(start),
        "EndDate": date_text(end),
        "PlannedIEDate": date_text(come),
        "PlannedReturnDate": date_text(back),
        "OnSiteFlag": flag,
    }


def _next_version(c: Choices, shape: Shape, made: Plan, sender: Enterprise, kind: str) -> Plan:
    """The same as a change or deletion of an approved exhibition of the sender's."""
    head, number, version = made.given["Head"], customs_no(c, "ZH"), c.between(1, 20)
    head |= {
        "DclTypeCd": kind,
        "ChgTmsCnt": str(version),
        "ExhibitionNo": number,
        "ModReason" if kind == _CHANGE else "DelReason": text(c, 1, 255),
    }
    if kind == _CHANGE:
        for line in made.given["ExhibitList"]:
            line["ModfMarkCd"] = c.pick("0123") if shape.has(c) else None
    elif c.below(2):
        made.given["ExhibitList"] = []
    today = made.facts.today
    known = KnownExhibition(
        exhibition_no=number,
        name=text(c, 1, 512),
        enterprise_nos=frozenset({sender.enterprise_no}),
        approved=True,
        start=today,
        end=today + timedelta(10),
        used=kind == _CHANGE and bool(c.below(2)),
    )
    made.facts = structs.replace(made.facts, exhibitions={number: known})
    made.later = _with_version_in_force
    return made


def _with_version_in_force(document: Any, facts: Facts) -> Facts:
    """The version in force is the same exhibition under another name."""
    head = document.head
    before = structs.replace(
        head, chg_tms_cnt=head.chg_tms_cnt - 1, exhibition_nm="原名" if head.exhibition_nm != "原名" else "旧名"
    )
    return structs.replace(facts, in_force={head.exhibition_no: structs.replace(document, head=before)})
