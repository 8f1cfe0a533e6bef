"""Pytest fixtures ``customs``, ``customs_server`` and ``customs_over_http``; see ``docs/testing-with-customs.md``.

Pytest imports this in every session of an environment that has the package, so nothing of it is imported before a test
asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from h2018.client import Customs

_MARKER = "customs(**config): how the simulated customs of the fixture `customs` is set up; fields of h2018.config.Config"


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin's marker with pytest."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def customs(request: pytest.FixtureRequest) -> Iterator[Customs]:
    """A simulated customs of the test's own, in memory."""
    from h2018.testing import running_customs

    with running_customs(in_memory=True, **_wanted(request)) as client:
        yield client


@pytest.fixture(scope="session")
def customs_server() -> Iterator[Customs]:
    """A simulated customs in a process of its own, on a free port, for the whole session."""
    from h2018.testing import running_customs

    with running_customs() as client:
        yield client


@pytest.fixture
def customs_over_http(request: pytest.FixtureRequest, customs_server: Customs) -> Iterator[Customs]:
    """A tenant of the test's own on `customs_server`, reached over HTTP."""
    from hashlib import sha256

    name = "test-" + sha256(request.node.nodeid.encode()).hexdigest()[:16]
    customs_server.control.create(name, **_wanted(request))
    try:
        yield customs_server.of(name)
    finally:
        customs_server.control.drop(name)


def _wanted(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The nearest marker wins, field by field."""
    wanted: dict[str, Any] = {}
    for marker in request.node.iter_markers("customs"):
        wanted = {**marker.kwargs, **wanted}
    return wanted
