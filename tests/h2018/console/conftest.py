"""A fresh customs for each test of the console, and a browser on it."""

from __future__ import annotations

import pytest

from h2018.tenant.tenants import Customs, Tenant
from tests.h2018.console.desk import Desk, make_customs


@pytest.fixture
def customs() -> Customs:
    """A fresh customs."""
    return make_customs()


@pytest.fixture
def tenant(customs: Customs) -> Tenant:
    """Its default tenant."""
    return customs.tenant()


@pytest.fixture
def desk(customs: Customs) -> Desk:
    """A browser on it."""
    return Desk(customs)
