"""Filings of exhibitions, one as good as another, and what came of them."""

from __future__ import annotations

from h2018.tenant.tenants import Tenant
from tests.h2018.tenant import changed, fixture, signed, text_of


def filing(serial: int, right: bool = True) -> bytes:
    """A filing, right or against a rule."""
    wrong = {} if right else {"Head/EndDate": "20270309"}
    return signed(changed(fixture("tmp101-minimal"), wrong), serial)


def results(tenant: Tenant, seq_no: str | None = None) -> list[str]:
    """The manageResult of each receipt, in order."""
    return [text_of(each.data, "manageResult") for each in tenant.store.receipts() if seq_no in (None, each.seq_no)]
