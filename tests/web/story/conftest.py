"""Stories are told on a stack of their own: what other tests declare does not meet them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.web.stack import Stack, running


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Customs, gateway, portal and card control, running, with nothing declared yet."""
    with running(tmp_path_factory.mktemp("story")) as made:
        yield made
