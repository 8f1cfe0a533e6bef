"""A portal in this process for each test, and a browser at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.portal import Portal, TestClient, log_in
from tests.web.portal import portal as running


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[Portal]:
    """A portal of its own."""
    with running(tmp_path) as made:
        yield made


@pytest.fixture
def browser(portal: Portal) -> TestClient:
    """A browser at which nobody is logged in."""
    return portal.browser()


@pytest.fixture
def wang(portal: Portal) -> TestClient:
    """A browser at which 王琳 is logged in."""
    return log_in(portal.browser())
