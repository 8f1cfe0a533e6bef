"""The overrides and scenarios of one running tenant, kept in its store and matched against each new message.

Control, scenarios and counts are settings of the tenant: a restart, a snapshot and a rollback treat them as they treat
everything else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal, TypeVar

import msgspec
from msgspec import Struct

from h2018.steering import planes, scenario_file
from h2018.steering.control import OverrideSet
from h2018.steering.gate import Admission, Bucket, admit, outage_at
from h2018.steering.planes import Steering
from h2018.steering.scenario import Counts, Scenario
from h2018.steering.view import View
from h2018.store import Store
from tempgoods_edi.values import Finding

_CONTROL, _SCENARIOS, _COUNTS = "control", "scenarios", "scenario_counts"
_MOST_SENDERS = 10_000

Kind = TypeVar("Kind")


class ScenarioText(Struct, frozen=True):
    """The scenarios in force, as they were written."""

    text: str = ""
    form: Literal["toml", "json"] = "toml"


class Overrides:
    """The overrides and scenarios in force in one tenant.

    :param seconds: the machine's time.  What the rate limit saves up grows by it and by business time, whichever goes
        farther: business time may stand still, or be moved by months.
    """

    __slots__ = ("_buckets", "_looked", "_passed", "_read", "_seconds", "_store")

    def __init__(self, store: Store, seconds: Callable[[], float]) -> None:
        self._store, self._seconds = store, seconds
        self._passed, self._looked = 0.0, (seconds(), 0.0)
        self._read: dict[str, tuple[bytes, object]] = {}
        # Who sent how much is of the moment; a restart forgets it.
        self._buckets: dict[str, Bucket] = {}

    @property
    def control(self) -> OverrideSet:
        """The overrides that the control interface set."""
        return self._value(_CONTROL, OverrideSet, OverrideSet())

    @control.setter
    def control(self, control: OverrideSet) -> None:
        if control.rate_limit != self.control.rate_limit:
            self.forget()
        self._store.set_setting(_CONTROL, None if control == OverrideSet() else msgspec.json.encode(control))

    @property
    def written(self) -> ScenarioText:
        """The scenarios in force, as they were written."""
        return self._value(_SCENARIOS, ScenarioText, ScenarioText())

    @property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios in force."""
        data = self._store.setting(_SCENARIOS)
        if data is None:
            return ()
        known = self._read.get("loaded")
        if known is None or known[0] is not data:
            known = data, loaded(self.written).scenarios
            self._read["loaded"] = known
        return known[1]  # type: ignore[return-value]  # one dictionary for values of several types

    @property
    def counts(self) -> Counts:
        """The counters of the scenarios: how many messages each has counted."""
        return self._value(_COUNTS, Counts, Counts())

    def set_scenarios(self, written: ScenarioText) -> tuple[Finding, ...]:
        """Put scenarios in force with fresh counts; with findings nothing changes."""
        findings = loaded(written).findings
        if not findings:
            with self._store.transaction():
                self._store.set_setting(_SCENARIOS, msgspec.json.encode(written) if written.text.strip() else None)
                self._store.set_setting(_COUNTS, None)
        return findings

    def steer(self, seen: View) -> Steering:
        """Decide the outcome of *seen* and use up the overrides that decided it (within the caller's transaction)."""
        control, counts = self.control, self.counts
        found = planes.steer(control, self.scenarios, seen, counts)
        if found.control is not control:
            self.control = found.control
        if found.counts is not counts:
            self._store.set_setting(_COUNTS, msgspec.json.encode(found.counts))
        return found

    def afterwards(self, seen: View) -> Steering | None:
        """The override for *seen*, which waits for its next step, used up; None when there is none."""
        control = self.control
        if not control.these:
            return None
        found = planes.afterwards(control, seen, self.counts)
        if found is not None:
            self.control = found.control
        return found

    def forget(self) -> None:
        """Forget how many messages each sender posted: the rate limit has changed, or the tenant is another."""
        self._buckets.clear()

    def _time(self, now: datetime) -> float:
        """Seconds that only grow; a clock that was put back adds nothing."""
        before, self._looked = self._looked, (self._seconds(), now.timestamp())
        self._passed += max(0.0, *(after - then for after, then in zip(self._looked, before, strict=True)))
        return self._passed

    def admission(self, now: datetime, sender: str | None) -> Admission:
        """Whether a request is admitted at *now* (aware business time).

        :param sender: who sends a message; None for a request that the rate limit is not about.
        """
        control = self.control
        if not control.outages and control.rate_limit is None:
            return Admission()
        admission = outage_at(control.outages, now)
        if admission.status is not None or control.rate_limit is None or sender is None:
            return admission
        admission, bucket = admit(control.rate_limit, self._buckets.get(sender), self._time(now))
        if len(self._buckets) >= _MOST_SENDERS:
            self._buckets.clear()
        self._buckets[sender] = bucket
        return admission

    def _value(self, key: str, kind: type[Kind], default: Kind) -> Kind:
        data = self._store.setting(key)
        if data is None:
            return default
        known = self._read.get(key)
        if known is None or known[0] is not data:
            known = data, msgspec.json.decode(data, type=kind)
            self._read[key] = known
        return known[1]  # type: ignore[return-value]  # as above


def loaded(written: ScenarioText) -> scenario_file.Loaded:
    """Load the scenarios of a text, with their findings."""
    if not written.text.strip():
        return scenario_file.Loaded(scenarios=(), findings=())
    return scenario_file.load_json(written.text) if written.form == "json" else scenario_file.load(written.text)
