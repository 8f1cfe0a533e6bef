"""Pages of the tenants, each isolated from the others: listed, created, emptied and deleted."""

from __future__ import annotations

from h2018.console.web import PageResponse, Visit, page, seen_other, to
from h2018.operations import tenants as operations
from h2018.tenant.tenants import DEFAULT


def tenants(visit: Visit) -> PageResponse:
    """The page that lists all tenants with counts of what is in them."""
    tenants = [visit.customs.tenant(name) for name in visit.customs.names()]
    rows = [(tenant, tenant.store.next_sequence - 1) for tenant in tenants]
    return page("tenants.html", visit, "tenants", rows=rows, default=DEFAULT)


def create(visit: Visit) -> PageResponse:
    """Handle the form that creates an empty tenant."""
    operations.create(visit.customs, visit.field("name"))
    return seen_other(visit, "tenants", done="created")


def drop(visit: Visit) -> PageResponse:
    """Handle the button that deletes a tenant."""
    name = visit.field("name")
    operations.drop(visit.customs, name)
    if name == visit.names[0]:
        return to(f"/console/t/{DEFAULT}/tenants?done=dropped")
    return seen_other(visit, "tenants", done="dropped")


def empty(visit: Visit) -> PageResponse:
    """Handle the button that empties a tenant, so that it is as new."""
    operations.empty(visit.customs, visit.field("name"))
    return seen_other(visit, "tenants", done="emptied")
