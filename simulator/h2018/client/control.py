"""The control interface from a client: clock, outcomes, scenarios, faults, registry, tenants, snapshots.

One method per address of ``/control/*``; what a method gives back is the server's own form, read into a value or, where
it is only shown, as plain JSON data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar
from urllib.parse import quote

from msgspec import Struct

Value = TypeVar("Value")
Data = dict[str, Any]

_TOML, _CSV, _BYTES = "application/toml", "text/csv", "application/octet-stream"
#: Fields of a configuration that a new tenant is made with; the others are changed in it afterwards.
_AT_BIRTH = frozenset({"seed", "starts_at", "clock"})


class Clock(Struct, frozen=True):
    """State of the business clock: ``live`` or ``manual``, and the present business time."""

    mode: Literal["live", "manual"]
    now: datetime


class Faults(Struct, frozen=True):
    """The fault plan in force; each fault as a plan file writes it."""

    on: bool
    fault: tuple[Data, ...]


class _Numbers(Struct, frozen=True):
    entry_nos: tuple[str, ...]


class _Receipts(Struct, frozen=True):
    receipts: tuple[int, ...]


class _Names(Struct, frozen=True):
    tenants: tuple[str, ...]


class Ask(Protocol):
    """Signature of the function that makes a request; see `Customs.ask`."""

    def __call__(
        self,
        method: str,
        path: str,
        kind: type[Value],
        *,
        query: Mapping[str, Any] | None = None,
        body: object = None,
        media: str = "application/json",
        at_top: bool = False,
    ) -> Value:
        """Ask, and read the answer as *kind*."""


class Control:
    """What a tester can do to one tenant.  Every method raises `ClientError` where the server refuses."""

    __slots__ = ("_ask",)

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    # The tenant

    def overview(self) -> Data:
        """An overview of the tenant: clock, settings, counts."""
        return self._ask("GET", "/control", Data)

    def reset(self) -> None:
        """Reset the tenant: everything is deleted and the tenant begins as if new."""
        self._ask("POST", "/control/reset", type(None))

    def snapshot(self) -> bytes:
        """Take a snapshot of the whole tenant, for `restore` here or at another server."""
        return self._ask("GET", "/control/snapshot", bytes)

    def restore(self, snapshot: bytes) -> None:
        """Replace everything in the tenant by a snapshot."""
        self._ask("POST", "/control/restore", type(None), body=snapshot, media=_BYTES)

    def configure(self, **changes: Any) -> Data:
        """Change settings of the tenant: progression, polls, store_seconds, review_seconds, answer_seconds, allow_unsigned."""
        return self._ask("PATCH", "/control/config", Data, body=changes)

    def set_seed(self, seed: int) -> None:
        """Set the seed that trace ids, pockets and faults are derived from."""
        self._ask("PUT", "/control/seed", type(None), body={"seed": seed})

    # The clock

    def clock(self) -> Clock:
        """The state of the business clock."""
        return self._ask("GET", "/control/clock", Clock)

    def set_clock(self, mode: Literal["live", "manual"], instant: datetime | None = None) -> Clock:
        """Make the clock ``live`` or ``manual``, at *instant* (aware), or at the present business time."""
        return self._ask("PUT", "/control/clock", Clock, body={"mode": mode, "instant": instant})

    def advance(self, seconds: float) -> Clock:
        """Advance business time by *seconds* (manual clock); each due step happens at its own time."""
        return self._ask("POST", "/control/clock/advance", Clock, body={"seconds": seconds})

    def advance_to(self, instant: datetime) -> Clock:
        """Advance business time to *instant* (aware; manual clock)."""
        return self._ask("POST", "/control/clock/advance_to", Clock, body={"instant": instant})

    # Outcomes

    def outcomes(self) -> list[Data]:
        """The catalogue of outcomes that can be asked for, with the reserved in-house numbers that ask for them too."""
        return self._ask("GET", "/control/outcomes", list[Data])

    def decide(
        self, outcome: str, *, message_id: str | None = None, seq_no: str | None = None, **particulars: Any
    ) -> Data:
        """Set the outcome of one message, or of the declaration with one pre-entry number.

        :param outcome: a name of `outcomes`.
        :param particulars: what it takes: ``rule``, ``path``, ``note``, ``code``, ``delay`` (seconds).
        """
        which = _given(message_id=message_id, seq_no=seq_no)
        return self._ask("POST", "/control/decide", Data, body={"outcome": {"name": outcome, **particulars}, **which})

    def next(
        self,
        outcome: str,
        count: int = 1,
        *,
        enterprise: str | None = None,
        message: str | None = None,
        **particulars: Any,
    ) -> Data:
        """Set the outcome of the next *count* messages: of all, of an enterprise, or of one type."""
        which = _given(enterprise=enterprise, message=message)
        body = {"outcome": {"name": outcome, **particulars}, "count": count, **which}
        return self._ask("POST", "/control/next", Data, body=body)

    def outage(
        self, *, since: datetime | None = None, until: datetime | None = None, status: int | None = None
    ) -> Data:
        """Start an outage of customs, now or at *since*, until `end_outages` or *until* (business time, aware).

        :param status: HTTP status meanwhile (503); 0 breaks the connection instead.
        """
        return self._ask("POST", "/control/outages", Data, body=_given(since=since, until=until, status=status))

    def end_outages(self) -> None:
        """End every outage, also those that are planned."""
        self._ask("DELETE", "/control/outages", type(None))

    def limit_rate(self, requests: int, seconds: float = 1.0, burst: int | None = None) -> None:
        """Limit how many messages a sender may post in a time; more are answered with status 429."""
        body = {"requests": requests, "seconds": seconds, **_given(burst=burst)}
        self._ask("PUT", "/control/rate-limit", type(None), body=body)

    def unlimit_rate(self) -> None:
        """Remove the rate limit."""
        self._ask("DELETE", "/control/rate-limit", type(None))

    def forget_orders(self) -> None:
        """Withdraw every override: decisions, next outcomes, outages, the rate limit."""
        self._ask("DELETE", "/control/orders", type(None))

    # The officer's desk

    def cases(self, *, state: str | None = None, code: str | None = None, limit: int = 100) -> list[Data]:
        """List declarations, the latest changed first; ``state="manual_review"`` for those that wait for an officer."""
        return self._ask("GET", "/control/cases", list[Data], query=_given(state=state, code=code, limit=limit))

    def case(self, seq_no: str) -> Data:
        """Everything about one declaration."""
        return self._ask("GET", f"/control/cases/{seq_no}", Data)

    def approve(self, seq_no: str, note: str = "", officer: str = "") -> Data:
        """Approve a declaration as an officer (receipt 1)."""
        return self._officer(seq_no, officer, {"decision": "approve", "note": note})

    def send_back(self, seq_no: str, reasons: Mapping[str, str], note: str = "", officer: str = "") -> Data:
        """Return a declaration as an officer (receipt 3), with a reason for each field, by its path."""
        given = [{"path": path, "text": text} for path, text in reasons.items()]
        return self._officer(seq_no, officer, {"decision": "return", "note": note, "reasons": given})

    def ask_again(self, seq_no: str, text: str, officer: str = "") -> Data:
        """Ask the declarant a question as an officer (another receipt 2 with the text); the decision stays open."""
        return self._officer(seq_no, officer, {"decision": "ask_again", "text": text})

    def _officer(self, seq_no: str, officer: str, decided: Data) -> Data:
        query = {"officer": officer} if officer else None
        return self._ask("POST", f"/control/cases/{seq_no}/decision", Data, query=query, body=decided)

    def journal(self, after: int = 0, limit: int = 100) -> list[Data]:
        """Lines of the journal, without their bytes."""
        return self._ask("GET", "/control/journal", list[Data], query={"after": after, "limit": limit})

    def replay(self, into: str, sequences: Sequence[int]) -> list[Data]:
        """Submit messages of this journal, by their line numbers, to another tenant, and report the result of each."""
        body = {"into": into, "sequences": list(sequences)}
        return self._ask("POST", "/control/replay", list[Data], body=body)

    # Scenarios and faults

    def set_scenarios(self, toml: str) -> Data:
        """Put a scenario file in force; a faulty file is `Refused` with findings, and nothing changes."""
        return self._ask("PUT", "/control/scenarios", Data, body=toml.encode(), media=_TOML)

    def check_scenarios(self, toml: str) -> Data:
        """Check a scenario file without putting it in force: what it holds, and what is wrong in it."""
        return self._ask("POST", "/control/scenarios/check", Data, body=toml.encode(), media=_TOML)

    def switch_scenarios(self, on: bool) -> Data:
        """Switch all scenarios off, keeping their text, or on again."""
        return self._ask("POST", "/control/scenarios/switch", Data, body={"on": on})

    def end_scenarios(self) -> None:
        """Remove all scenarios of the tenant."""
        self._ask("DELETE", "/control/scenarios", type(None))

    def faults(self) -> Faults:
        """The fault plan in force."""
        return self._ask("GET", "/control/faults", Faults)

    def set_faults(self, toml: str) -> Faults:
        """Put a fault plan in force; a faulty plan is `Refused` with findings, and nothing changes."""
        return self._ask("PUT", "/control/faults", Faults, body=toml.encode(), media=_TOML)

    def switch_faults(self, on: bool, rule: str | None = None) -> Faults:
        """Switch all faults on or off, or one rule of the plan."""
        path = "/control/faults/switch" if rule is None else f"/control/faults/rules/{quote(rule, safe='')}/switch"
        return self._ask("POST", path, Faults, body={"on": on})

    def end_faults(self) -> None:
        """Remove the fault plan: no faults from now on."""
        self._ask("DELETE", "/control/faults", type(None))

    def fault_log(self, after: int = 0, limit: int = 100) -> list[Data]:
        """The log of faults that were injected, and to which message."""
        return self._ask("GET", "/control/faults/log", list[Data], query={"after": after, "limit": limit})

    # The registry

    def add_entries(self, entries: str | Sequence[Data]) -> tuple[str, ...]:
        """Put customs entries (报关单) on file, from CSV text or as the API writes them; gives their numbers."""
        if isinstance(entries, str):
            found = self._ask("POST", "/control/entries", _Numbers, body=entries.encode(), media=_CSV)
        else:
            found = self._ask("POST", "/control/entries", _Numbers, body={"entries": entries})
        return found.entry_nos

    def entry(self, entry_no: str) -> Data:
        """One customs entry on file, with its write-off balances."""
        return self._ask("GET", f"/control/entries/{quote(entry_no, safe='')}", Data)

    def record_return(self, lines: Sequence[Data]) -> tuple[int, ...]:
        """Record goods that left the country again: balances change, TMP301 is sent; gives the receipts' sequences."""
        return self._ask("POST", "/control/returns", _Receipts, body={"lines": lines}).receipts

    # Tenants: of the server as a whole

    def tenants(self) -> tuple[str, ...]:
        """The names of all tenants."""
        return self._ask("GET", "/control/tenants", _Names, at_top=True).tenants

    def create(self, name: str, **config: Any) -> None:
        """Create a tenant with these settings.

        :param name: lower-case letters, digits and hyphens.
        :param config: in place of the server's settings: ``seed``, ``starts_at``, ``clock``, and what `configure` takes.
        """
        at_birth = _given(seed=config.get("seed"), starts_at=config.get("starts_at"))
        if "clock" in config:
            at_birth["manual"] = config["clock"] == "manual"
        self._ask("POST", "/control/tenants", type(None), body={"name": name, **at_birth}, at_top=True)
        rest = {field: value for field, value in config.items() if field not in _AT_BIRTH}
        if rest:
            path = f"/t/{quote(name, safe='')}/control/config"
            self._ask("PATCH", path, type(None), body=rest, at_top=True)

    def drop(self, name: str) -> None:
        """Delete a tenant with everything in it."""
        self._ask("DELETE", f"/control/tenants/{quote(name, safe='')}", type(None), at_top=True)


def _given(**values: Any) -> Data:
    return {name: value for name, value in values.items() if value is not None}
