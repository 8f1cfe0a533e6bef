"""Pytest fixtures of a simulated customs: ``tempgoods_customs`` and those that begin so; see ``docs/testing-with-customs.md``.

Pytest imports this in every session of an environment that has the package, so nothing of it is imported before a test
asks for a fixture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from h2018.client import Customs

_MARKER = (
    "tempgoods_customs(**config): how the simulated customs of the fixture of that name is set up; fields of h2018.config.Config"
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin's marker with pytest."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def tempgoods_customs(request: pytest.FixtureRequest) -> Iterator[Customs]:
    """A simulated customs of the test's own, in memory."""
    running_customs = _needed()
    with running_customs(in_memory=True, **_wanted(request)) as client:
        yield client


@pytest.fixture(scope="session")
def tempgoods_customs_server() -> Iterator[Customs]:
    """A simulated customs in a process of its own, on a free port, for the whole session."""
    running_customs = _needed()
    with running_customs() as client:
        yield client


@pytest.fixture
def tempgoods_customs_over_http(request: pytest.FixtureRequest, tempgoods_customs_server: Customs) -> Iterator[Customs]:
    """A tenant of the test's own on `tempgoods_customs_server`, reached over HTTP."""
    from hashlib import sha256

    name = "test-" + sha256(request.node.nodeid.encode()).hexdigest()[:16]
    tempgoods_customs_server.control.create(name, **_wanted(request))
    try:
        yield tempgoods_customs_server.of(name)
    finally:
        tempgoods_customs_server.control.drop(name)


def _needed() -> Callable[..., AbstractContextManager[Customs]]:
    """`running_customs`, where the extra that it needs is installed; raises `MissingExtra`, which says what to type."""
    from tempgoods_edi.extras import need

    need("tempgoods_customs", "simulator")
    from h2018.testing import running_customs

    return running_customs


def _wanted(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The nearest marker wins, field by field."""
    wanted: dict[str, Any] = {}
    for marker in request.node.iter_markers("tempgoods_customs"):
        wanted = {**marker.kwargs, **wanted}
    return wanted
