"""The plan in force: kept with the tenant, free while nothing is on, its log bounded."""

from __future__ import annotations

from h2018.faults.live import KEPT, FaultsInForce
from h2018.faults.plan import FaultPlan, Item, Rule
from tests.h2018.push.material import make_store
from tests.h2018.tenant import START, make_tenant, snapshot_of

LOST = FaultPlan((Rule(name="l", kind="error", steps=("intake",), attempts=2),))


def test_each_try_of_an_item_is_counted() -> None:
    """The rule strikes the first two tries; another item has its own."""
    store = make_store()
    faults = FaultsInForce(store, lambda: 7, lambda: START)
    assert faults.strike("intake", Item(key="a")) is None
    faults.put(LOST)
    assert [faults.strike("intake", Item(key=key)) is not None for key in "aaabb"] == [True, True, False, True, True]
    again = FaultsInForce(store, lambda: 7, lambda: START)
    assert again.strike("intake", Item(key="b")) is None
    assert [(line.number, line.done.item.key, line.done.item.attempt) for line in again.log()] == [
        (1, "a", 1), (2, "a", 2), (3, "b", 1), (4, "b", 2),
    ]  # fmt: skip


def test_the_log_keeps_the_last_lines_and_is_read_in_pieces() -> None:
    """A thousand, however many struck."""
    faults = FaultsInForce(make_store(), lambda: 7, lambda: START)
    faults.put(LOST)
    for number in range(KEPT + 50):
        faults.strike("intake", Item(key=str(number)))
    numbers = [line.number for line in faults.log(limit=10_000)]
    assert numbers == list(range(51, KEPT + 51))
    assert [line.number for line in faults.log(after=1000, limit=3)] == [1001, 1002, 1003]
    assert faults.log(after=2000) == ()


def test_plan_and_log_go_with_a_snapshot_and_a_reset() -> None:
    """They are settings of the tenant."""
    tenant = make_tenant().tenant
    tenant.faults.put(LOST)
    tenant.faults.strike("intake", Item(key="a"))
    snapshot = snapshot_of(tenant)
    tenant.reset()
    assert (tenant.faults.get(), tenant.faults.log(), tenant.faults.idle) == (FaultPlan(), (), True)
    tenant.restore(snapshot)
    assert (tenant.faults.get(), len(tenant.faults.log()), tenant.faults.idle) == (LOST, 1, False)
