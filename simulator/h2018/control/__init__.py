"""The control interface, ``/control/*``: what testers do to a tenant and read about it.

Each module has a table of routes; `routes` puts them together.  A change is written into the journal of its tenant.
"""

from __future__ import annotations

from h2018.control import cases, journal, overrides, plans, registry, tenant, tenants
from h2018.http.routing import Route
from h2018.tenant.tenants import Customs


def routes(customs: Customs) -> tuple[Route, ...]:
    """All routes of the control interface."""
    return (
        *tenant.routes(),
        *overrides.routes(),
        *plans.routes(),
        *registry.routes(),
        *journal.routes(customs),
        *cases.routes(),
        *tenants.routes(customs),
    )
