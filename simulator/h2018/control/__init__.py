"""The control interface, ``/control/*``: what testers do to a world, and what they want to see of it.

Each module has a table of routes; `routes` puts them together.  A change is written into the journal of its world.
"""

from __future__ import annotations

from h2018.control import cases, journal, orders, plans, registry, tenants, worlds
from h2018.transports.routing import Route
from h2018.worlds import Customs


def routes(customs: Customs) -> tuple[Route, ...]:
    """Every address of the control interface."""
    return (
        *worlds.routes(),
        *orders.routes(),
        *plans.routes(),
        *registry.routes(),
        *journal.routes(customs),
        *cases.routes(),
        *tenants.routes(customs),
    )
