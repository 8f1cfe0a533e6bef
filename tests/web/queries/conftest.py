"""A portal on the day of the fixtures, and a browser at which 王琳 is logged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.declarant import desk
from tests.web.portal import log_in, portal
from tests.web.queries.filled import Filled


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Filled]:
    """A portal that tests put something into."""
    with portal(tmp_path) as made:
        made.now = desk.START
        yield Filled(made)


@pytest.fixture
def wang(filled: Filled) -> TestClient:
    """A browser at which 王琳 is logged in."""
    return log_in(filled.portal.browser())
