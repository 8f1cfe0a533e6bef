"""Reads a fault plan from TOML or JSON, checking the whole file, and writes a plan as data.

::

    [[fault]]
    name = "answers are slow in the afternoon"
    kind = "slow"
    steps = ["answer", "pull"]
    probability = 0.2
    since = 2027-03-01T13:00:00+08:00
    with = {profile = {shape = "lognormal", seconds = "800ms", spread = 0.8, longest = "20s"}, bytes_per_second = 512}

    [[fault]]
    name = "the decision on this one is lost, twice"
    kind = "lost"
    steps = "receipt_final"
    only = {key = "DXPENT00*", message = "TMP101"}
    attempts = 2
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
from msgspec import Struct

from h2018.faults import problems
from h2018.faults.kinds import BREACHES, CATALOGUE, ENCODINGS, STEPS, Parameters, Step
from h2018.faults.latency import SHAPES, Profile, Shape
from h2018.faults.plan import FaultPlan, Only, Rule
from h2018.setup_files import tables
from h2018.setup_files.table_reading import TableReading
from h2018.setup_files.tables import Tables
from tempgoods_edi.schema import reader
from tempgoods_edi.values import Finding

_MOST_BYTES = 64 * 1024 * 1024
_MOST_TIMES = 1000


class Loaded(Struct, frozen=True, kw_only=True):
    """The plan in a file with the findings about the file.  With findings, the plan should not be put in force."""

    plan: FaultPlan
    findings: tuple[Finding, ...]


def load(text: str, file: str = "faults.toml") -> Loaded:
    """The plan in a TOML text, all findings in one pass."""
    return _loaded(tables.from_toml(text, "fault", file))


def load_json(text: str | bytes, file: str = "faults.json") -> Loaded:
    """The plan in a JSON text, ``{"fault": [{…}]}``, as the control interface gets it; all findings in one pass."""
    return _loaded(tables.from_json(text, "fault", file))


def as_data(plan: FaultPlan) -> dict[str, Any]:
    """*plan* as JSON data that `load_json` reads back to the same rules."""
    return {"fault": [_as_data(rule) for rule in plan.rules]}


def _as_data(rule: Rule) -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(rule)
    if "parameters" in data:
        data["with"] = data.pop("parameters")
    return data


def _loaded(found: Tables) -> Loaded:
    rules, findings = tables.read_all(found, _rule)
    return Loaded(plan=FaultPlan(rules), findings=findings)


def _rule(reading: TableReading) -> Rule | None:
    name = reading.text("name") if reading.required("name") else None
    kind = reading.choice("kind", CATALOGUE) if reading.required("kind") else None
    steps = cast("tuple[Step, ...]", reading.choices("steps", STEPS))
    probability, attempts = reading.number("probability", 0, 1), reading.whole("attempts", 1, _MOST_TIMES)
    since, until, on = reading.instant("since"), reading.instant("until"), reading.switch("on")
    if since is not None and until is not None and until <= since:
        reading.note(problems.EMPTY_WINDOW, "until", value=until.isoformat())
    only, settings = reading.table("only"), reading.table("with")
    about = Only() if only is None else _only(only)
    parameters = Parameters() if settings is None else _parameters(settings)
    reading.finish()
    if name is None or kind is None:
        return None
    for step in steps:
        if step not in CATALOGUE[kind].steps:
            known = ", ".join(CATALOGUE[kind].steps)
            reading.note(problems.NOT_AT_THIS_STEP, "steps", value=step, fault=kind, known=known)
    for key in Parameters.__struct_fields__ if settings is not None else ():
        if settings is not None and key in settings and key not in CATALOGUE[kind].takes:
            known = ", ".join(CATALOGUE[kind].takes) or "–"
            settings.note(problems.NOT_A_PARAMETER, key, value=key, fault=kind, known=known)
    return Rule(
        name=name,
        kind=kind,
        steps=steps,
        probability=1.0 if probability is None else probability,
        attempts=attempts,
        only=about,
        since=since,
        until=until,
        parameters=parameters,
        on=on is not False,
    )


def _only(reading: TableReading) -> Only:
    codes = [spec.code for spec in reader.messages()]
    found = Only(
        key=reading.text("key"), message=reading.choices("message", codes), enterprise=reading.texts("enterprise")
    )
    reading.finish()
    return found


def _parameters(reading: TableReading) -> Parameters:
    encoding, breach = reading.choice("encoding", ENCODINGS), reading.choice("breach", BREACHES)
    found = Parameters(
        status=reading.whole("status", 500, 599),
        retry_after=reading.duration("retry_after"),
        size=reading.whole("size", 0, _MOST_BYTES),
        keep=reading.number("keep", 0, 1),
        profile=_profile(reading),
        bytes_per_second=reading.whole("bytes_per_second", 1, _MOST_BYTES),
        copies=reading.whole("copies", 2, _MOST_TIMES),
        behind=reading.whole("behind", 1, _MOST_TIMES),
        encoding=next((each for each in ENCODINGS if each == encoding), None),
        breach=next((each for each in BREACHES if each == breach), None),
    )
    reading.finish()
    return found


def _profile(reading: TableReading) -> Profile | None:
    """A profile, or a length of time for one that is always the same."""
    if not isinstance(reading.raw("profile"), dict):
        length = reading.duration("profile")
        return None if length is None else Profile(seconds=length)
    inner = reading.table("profile")
    if inner is None:
        return None
    shape = cast(Shape, inner.choice("shape", SHAPES) or "constant")
    seconds = inner.duration("seconds")
    longest, spread = inner.duration("longest"), inner.number("spread", 0, 10)
    inner.finish()
    if shape == "uniform":
        inner.required("longest")
    if shape == "lognormal":
        inner.required("spread")
    if longest is not None and longest < (seconds or 0.0):
        inner.note(problems.SHORTER_THAN_ITSELF, "longest", value=longest)
    return Profile(shape=shape, seconds=seconds or 0.0, longest=longest, spread=spread or 0.0)
