"""What holds for all tests of the gateway: no store stays open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.declarant.gateway.office import close_all


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    """Close what the test opened."""
    yield
    close_all()
