"""A portal, and a program of an enterprise that shows its token."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tempgoods_edi.declarant.store import tokens
from tests.declarant import desk
from tests.web.portal import portal
from tests.web.queries.filled import Filled


@pytest.fixture
def filled(tmp_path: Path) -> Iterator[Filled]:
    """A portal that tests put something into."""
    with portal(tmp_path) as made:
        made.now = desk.START
        yield Filled(made)


@pytest.fixture
def program(filled: Filled) -> TestClient:
    """A program of 王琳's enterprise; addresses below ``/api/v1``."""
    plain = tokens.make_token(filled.store, filled.actor(), "program", filled.portal.now, filled.portal.app.state.context.token)
    client = filled.portal.browser()
    client.base_url = client.base_url.join("/api/v1/")
    client.headers["Authorization"] = f"Bearer {plain}"
    return client
