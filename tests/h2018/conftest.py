"""What holds for all tests of the simulator: nothing they open stays open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.h2018.tenant import close_all


@pytest.fixture(autouse=True)
def _nothing_stays_open() -> Iterator[None]:
    """Close what the test opened."""
    yield
    close_all()
