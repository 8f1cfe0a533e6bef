"""Operations on tenants: create, delete, empty."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from h2018.business_clock import ClockError
from h2018.operations.operation import Conflict, InvalidParameter, NotThere
from h2018.tenant.tenants import BadName, Customs, NameTaken, NoSuchTenant, Tenant


def create(
    customs: Customs,
    name: str,
    *,
    seed: int | None = None,
    starts_at: datetime | None = None,
    manual: bool | None = None,
) -> Tenant:
    """Create an empty tenant with the server's settings, except for those given here."""
    config = customs.config
    if seed is not None:
        config = replace(config, seed=seed)
    if starts_at is not None:
        config = replace(config, starts_at=starts_at)
    if manual is not None:
        config = replace(config, clock="manual" if manual else "live")
    try:
        return customs.create(name, config)
    except NameTaken as error:
        raise Conflict(error.text) from error
    except (BadName, ClockError) as error:
        raise InvalidParameter(error.text) from error


def drop(customs: Customs, name: str) -> None:
    """Delete a tenant with everything in it; the default tenant cannot be deleted."""
    try:
        customs.drop(name)
    except NoSuchTenant as error:
        raise NotThere(error.text) from error
    except BadName as error:
        raise Conflict(error.text) from error


def empty(customs: Customs, name: str) -> None:
    """Empty a tenant, so that it is as it was when created."""
    try:
        customs.tenant(name).reset()
    except NoSuchTenant as error:
        raise NotThere(error.text) from error
