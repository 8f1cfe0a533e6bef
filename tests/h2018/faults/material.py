"""Fault plans, and the messages of customs that faults are done to."""

from __future__ import annotations

import json
from functools import cache

import msgspec
from hypothesis import strategies as st

from h2018.faults.kinds import CATALOGUE, STEPS, Parameters
from h2018.faults.plan import Fault, FaultPlan, Item, Only, Rule
from tempgoods_edi.interchange import json_form
from tempgoods_edi.schema import reader
from tests.h2018.samples import fixture

#: Fixtures of everything that customs sends.
SENT = tuple(
    f"{spec.code.lower()}-{size}"
    for spec in reader.messages()
    if spec.direction != "out"
    for size in ("full", "minimal")
)


@cache
def sent(name: str) -> bytes:
    """A message of customs as it leaves."""
    package = json_form.read(json.dumps(fixture(name)).encode(), {}).package
    assert package is not None
    return b'<?xml version="1.0" encoding="UTF-8"?>' + package.encode()


def fault(kind: str, seed: int = 1, **parameters: object) -> Fault:
    """A fault of that kind, its defaults with *parameters* in their place."""
    entry = CATALOGUE[kind]
    values = {name: getattr(entry.defaults, name) for name in entry.takes} | parameters
    return Fault(
        kind=kind,
        step=entry.steps[0],
        rule="r",
        seed=seed,
        parameters=msgspec.convert(msgspec.to_builtins(values), Parameters),
    )


items = st.builds(
    Item,
    key=st.sampled_from(["M1", "M2", "M3", "X1"]),
    attempt=st.integers(1, 3),
    message=st.sampled_from(["TMP201", "TMP211"]),
    enterprise=st.sampled_from(["E1", "E2"]),
)
steps = st.sampled_from(list(STEPS))
plans = st.lists(
    st.builds(
        Rule,
        name=st.sampled_from(["a", "b", "c", "d"]),
        kind=st.sampled_from(list(CATALOGUE)),
        probability=st.sampled_from([0.0, 0.3, 0.7, 1.0]),
        attempts=st.sampled_from([None, 1, 2]),
        only=st.builds(Only, key=st.sampled_from([None, "M*"]), enterprise=st.sampled_from([(), ("E1",)])),
        on=st.sampled_from([True, True, False]),
    ),
    max_size=4,
    unique_by=lambda rule: rule.name,
).map(lambda rules: FaultPlan(tuple(rules)))
seeds = st.integers(0, 2**32)
