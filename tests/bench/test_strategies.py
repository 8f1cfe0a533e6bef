"""How fast the strategies make messages, counted on Hypothesis itself, and what of that Hypothesis takes."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempgoods_edi.schema import reader
from tempgoods_edi.testing import strategies
from tests.bench.ratios import report

DECLARATIONS = ("TMP101", "TMP111", "TMP121", "TMP131")
EXAMPLES = 1500
WANTED = 200


def drawn_per_second(strategy: st.SearchStrategy[object]) -> float:
    """How many examples of *strategy* a property test sees in a second."""
    seen = 0

    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def look(_: object) -> None:
        nonlocal seen
        seen += 1

    start = time.perf_counter()
    look()
    return seen / (time.perf_counter() - start)


@pytest.mark.parametrize("code", DECLARATIONS)
def test_messages_are_drawn_quickly(code: str) -> None:
    """At least 200 declarations a second, of up to 12 lines, envelope and facts included."""
    messages = drawn_per_second(strategies.messages(reader.message(code)))
    shapes = drawn_per_second(strategies.shapes())
    report(
        f"strategies: {code} drawn",
        "its bare structure drawn",
        f"{messages / shapes:.2f}",
        f"{messages:.0f}/s ≥ {WANTED}/s",
    )
    assert messages >= WANTED


def test_all_kinds_together_are_drawn_quickly() -> None:
    """Messages of any kind, as the properties draw them, at the same rate."""
    rate = drawn_per_second(st.sampled_from(reader.messages()).flatmap(strategies.cases))
    report("strategies: any message drawn", "200/s", f"{rate / WANTED:.1f}", "≥ 1")
    assert rate >= WANTED
