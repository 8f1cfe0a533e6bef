"""The service for the tests that talk to one; those of the chip alone need neither it nor pyscard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tempgoods_edi.card.pcsc import PcscReaders
from tests import needed
from tests.card.pcsc.service import Service, running


@pytest.fixture
def service() -> Iterator[Service]:
    """A PC/SC service of this test's own, running."""
    needed.module("smartcard.scard", "card")
    with running() as made:
        yield made


@pytest.fixture
def readers(service: Service) -> PcscReaders:
    """Its readers."""
    return PcscReaders(waits=2)
