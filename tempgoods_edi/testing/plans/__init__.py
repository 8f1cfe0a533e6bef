"""Plans: the values of a message that depend on each other, chosen so that every rule holds.

A plan decides only what the rules speak about; `testing.trees` fills in the rest from the schema.  A message without a
plan of its own gets the general one, which knows the parts that declarations share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.plans import confirmation, exhibition, extension, general, loan_list, queries
from tempgoods_edi.testing.plans.general import Plan
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.trees import Shape

#: Makes the plan of one kind of message for the enterprise that sends it.
Planner = Callable[[MessageSpec, Shape, Choices, Enterprise], Plan]

PLANNERS: Mapping[str, Planner] = MappingProxyType(
    {
        "TMP101": exhibition.plan,
        "TMP111": loan_list.plan,
        "TMP121": confirmation.plan,
        "TMP131": extension.plan,
        "TMP141": queries.receipts_again,
        "TMP151": queries.exhibition,
        "TMP161": queries.entry_goods,
        "TMP171": queries.write_off,
    }
)


def plan(spec: MessageSpec, shape: Shape, c: Choices, sender: Enterprise) -> Plan:
    """The plan of one message of kind *spec*."""
    return PLANNERS.get(spec.code, general.plan)(spec, shape, c, sender)


__all__ = ["PLANNERS", "Plan", "Planner", "plan"]
