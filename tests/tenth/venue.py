"""展览场所登记 / Venue registration (TMP901): the tenth declaration of a test, as its author would write it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tempgoods_edi.declarations import _documents, _head
from tempgoods_edi.declarations._sources import assumed
from tempgoods_edi.declarations._type import DeclarationType
from tempgoods_edi.rules import Facts, Hit, rule
from tempgoods_edi.values import Bilingual


@rule(
    "TG-VEN-001",
    at="Halls[]/HallArea",
    zh="面积 {value} 不大于0",
    en="The area is {value}, not above 0",
    fix=Bilingual("填写平方米数", "Give the square metres"),
    source=assumed("面积须为正数"),
)
def halls_have_an_area(doc: Any, facts: Facts) -> Iterator[Hit]:
    """In square metres."""
    for row, hall in enumerate(doc.halls, 1):
        if hall.hall_area is not None and hall.hall_area <= 0:
            yield Hit(at=(row,), value=f"{hall.hall_area:f}")


VENUE = DeclarationType(code="TMP901", rules=(*_head.DECLARATION, halls_have_an_area, *_documents.LISTED))
