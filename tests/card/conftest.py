"""Keys are slow to make: the tests of the card share one CA."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tempgoods_edi.demo_ca import make_ca, make_certificate, make_key
from tempgoods_edi.signing import Trust
from tests.card.material import BEGIN, END, OWNER, STRANGER, Issued, Page, Running, running


@pytest.fixture(scope="session")
def issued() -> Issued:
    """A CA and what it issued."""
    ca = make_ca("Test CA", serial=1, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    rsa = make_certificate(ca, OWNER, serial=0xA1, not_before=BEGIN, not_after=END)
    ecdsa = make_certificate(ca, OWNER, serial=0xA2, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    other = make_certificate(ca, STRANGER, serial=0xB1, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    return Issued(Trust([ca.certificate_pem]), rsa, ecdsa, other)


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    """A folder for cards."""
    folder = tmp_path / "cards"
    folder.mkdir()
    return folder


@pytest.fixture
def agent(issued: Issued, cards: Path) -> Iterator[Running]:
    """An agent with one P-256 card."""
    issued.put(cards, kind="ecdsa")
    with running(cards) as made:
        yield made


@pytest.fixture
def page(agent: Running) -> Iterator[Page]:
    """A page of the allowed site."""
    with agent.page() as made:
        yield made
