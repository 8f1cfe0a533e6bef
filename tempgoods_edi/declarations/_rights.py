"""Who may ask about an entry: only its parties; nobody else learns whether it exists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from tempgoods_edi.declarations._sources import manual
from tempgoods_edi.rules import Facts, Hit, Rule, rule
from tempgoods_edi.values import Bilingual


def entry_is_ones_own(id: str, at: str, entry: Callable[[Any], str | None]) -> Rule[Any]:
    """The rule *id* for a query by the entry number at path *at*."""

    @rule(
        id,
        at=at,
        zh="无权查询报关单“{value}”",
        en="No right to query entry {value}",
        fix=Bilingual(
            "由该报关单的境内外收发货人或申报单位查询",
            "The consignor, the consignee or the declaring unit of the entry may ask",
        ),
        source=manual("3.5：报关单的境内外收发货人或申报单位可通过报关单号进行查询"),
        needs=("entries",),
        retriable=True,
    )
    def asked_by_a_party(doc: Any, facts: Facts) -> Iterator[Hit]:
        number = entry(doc)
        if number is None or facts.entries is None:
            return
        known = facts.entries.get(number)
        if known is None or doc.oper_cus_reg_code not in known.enterprise_nos:
            yield Hit(value=number)

    return asked_by_a_party
