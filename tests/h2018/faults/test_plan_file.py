"""Fault plans from TOML and JSON: read to the letter, checked in one pass, written so that they are read back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from h2018.faults.kinds import CATALOGUE, Parameters
from h2018.faults.latency import Profile
from h2018.faults.plan import FaultPlan, Only, Rule
from h2018.faults.plan_file import as_data, load, load_json
from tests.h2018.faults.material import plans

GOOD = """
[[fault]]
name = "slow afternoons"
kind = "slow"
steps = ["answer", "pull"]
probability = 0.2
since = 2027-03-01T13:00:00+08:00
with = {profile = {shape = "lognormal", seconds = "800ms", spread = 0.8, longest = "20s"}, bytes_per_second = 512}

[[fault]]
name = "lost twice"
kind = "lost"
steps = "receipt_final"
only = {key = "DXPENT00*", message = "TMP201"}
attempts = 2
on = false
"""


def test_a_good_plan_is_read_to_the_letter() -> None:
    """Everything that can be said stands in the rules, in the order of the file."""
    loaded = load(GOOD)
    assert loaded.findings == ()
    profile = Profile(shape="lognormal", seconds=0.8, longest=20.0, spread=0.8)
    assert loaded.plan == FaultPlan(
        (
            Rule(
                name="slow afternoons",
                kind="slow",
                steps=("answer", "pull"),
                probability=0.2,
                since=datetime(2027, 3, 1, 13, tzinfo=timezone(timedelta(hours=8))),
                parameters=Parameters(profile=profile, bytes_per_second=512),
            ),
            Rule(
                name="lost twice",
                kind="lost",
                steps=("receipt_final",),
                only=Only(key="DXPENT00*", message=("TMP201",)),
                attempts=2,
                on=False,
            ),
        )
    )


@given(plans)
def test_a_plan_that_was_written_is_read_back(plan: FaultPlan) -> None:
    """As JSON and back, the rules are the same."""
    loaded = load_json(json.dumps(as_data(plan)))
    assert loaded.findings == ()
    assert loaded.plan.rules == plan.rules


@given(st.sampled_from(list(CATALOGUE)))
def test_the_defaults_of_every_kind_can_be_written_out(kind: str) -> None:
    """What the catalogue takes by itself can also be said, and then is the same."""
    plan = FaultPlan((Rule(name="r", kind=kind, parameters=CATALOGUE[kind].defaults, steps=CATALOGUE[kind].steps),))
    loaded = load_json(json.dumps(as_data(plan)))
    assert loaded.findings == ()
    assert loaded.plan == plan


def one(more: str, kind: str = "late") -> str:
    """A file of one rule."""
    return f'[[fault]]\nname = "x"\nkind = "{kind}"\n{more}\n'


@pytest.mark.parametrize(
    ("text", "rule", "path", "told"),
    [
        (one("", "lte"), "TG-SIM-007", "kind", "did you mean late"),
        (one('steps = "recept_Y"'), "TG-SIM-007", "steps", "did you mean receipt_Y"),
        (one('steps = "push"'), "TG-SIM-040", "steps", "receipt_Y"),
        (one("probability = 1.5"), "TG-SIM-006", "probability", "0 to 1"),
        (one("attempts = 0"), "TG-SIM-006", "attempts", "whole number"),
        (one('with = {profile = "soon"}'), "TG-SIM-006", "with/profile", "30s"),
        (one('with = {profile = {shape = "lognrmal", seconds = 1}}'), "TG-SIM-007", "with/profile/shape", "lognormal"),
        (one('with = {profile = {shape = "lognormal", seconds = 1}}'), "TG-SIM-005", "with/profile/spread", "missing"),
        (one('with = {profile = {shape = "uniform", seconds = 1}}'), "TG-SIM-005", "with/profile/longest", "missing"),
        (one("with = {profile = {seconds = 9, longest = 1}}"), "TG-SIM-043", "with/profile/longest", "less than"),
        (one("with = {copies = 3}"), "TG-SIM-041", "with/copies", "profile"),
        (one("with = {status = 404}", "error"), "TG-SIM-006", "with/status", "500 to 599"),
        (one('with = {encoding = "gb2312"}', "wrong_encoding"), "TG-SIM-007", "with/encoding", "gb18030"),
        (one('with = {breach = "ordr"}', "schema_invalid"), "TG-SIM-007", "with/breach", "order"),
        (one('only = {message = "TMP20"}'), "TG-SIM-007", "only/message", "TMP201"),
        (one('only = {kee = "x"}'), "TG-SIM-004", "only/kee", "did you mean key"),
        (one("since = 2027-03-01T13:00:00"), "TG-SIM-006", "since", "zone"),
        (one("since = 2027-03-01T13:00:00Z\nuntil = 2027-03-01T12:00:00Z"), "TG-SIM-042", "until", "not after"),
        (one("probabilty = 1.0"), "TG-SIM-004", "probabilty", "did you mean probability"),
        ('[[fault]]\nkind = "lost"', "TG-SIM-005", "name", "missing"),
        ('[[fault]]\nname = "x"', "TG-SIM-005", "kind", "missing"),
    ],
)
def test_each_mistake_is_told_where_it_is(text: str, rule: str, path: str, told: str) -> None:
    """Exactly this problem at exactly this place, in both languages, with what was probably meant."""
    findings = load(text, "mine.toml").findings
    assert [(each.rule, each.path) for each in findings] == [(rule, f"fault[1]/{path}")]
    assert told in findings[0].text.en + findings[0].fix.en
    assert findings[0].text.zh.startswith("mine.toml第1行 第1个fault")


words = st.sampled_from(["name", "kind", "lost", "slow", "steps", "with", "only", "profile", "shape", "seconds", "x"])
junk = st.recursive(
    words | st.integers() | st.booleans() | st.none() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(junk, junk, junk)
def test_nothing_that_can_be_sent_breaks_the_loader(kind: object, settings: object, only: object) -> None:
    """Any shape of data gives rules or findings, never an exception."""
    rule = {"name": "x", "kind": kind, "with": settings, "only": only}
    loaded = load_json(json.dumps({"fault": [rule]}))
    assert loaded.findings or loaded.plan.rules
