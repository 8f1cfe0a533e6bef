"""Named settings of a tenant (clock, seed, overrides, marks of channels) and its counters."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from h2018.store.database import Database
from h2018.store.owner import Owner
from h2018.store.tables import COUNTERS, SETTINGS

_MOST_KNOWN = 10_000

_WHICH = (SETTINGS.c.world == bindparam("world"), SETTINGS.c.key == bindparam("key"))
_ONE = select(SETTINGS.c.value).where(*_WHICH)
_DELETE = delete(SETTINGS).where(*_WHICH)
_COUNT = select(COUNTERS.c.value).where(COUNTERS.c.world == bindparam("world"), COUNTERS.c.name == bindparam("name"))


class StoredSettings:
    """The named settings of one tenant, cached in memory once read."""

    __slots__ = ("_database", "_known", "_tenant")

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database = database
        self._tenant = tenant
        self._known: dict[str, bytes | None] = {}

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._known.clear()

    def value(self, key: str) -> bytes | None:
        """The value of a setting; None when it is not set."""
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            row = self._database.execute(_ONE, {"world": self._tenant.number, "key": key}).fetchone()
            self._known[key] = None if row is None else bytes(row[0])
        return self._known[key]

    def set(self, key: str, value: bytes | None) -> None:
        """Store the value of a setting; None removes the setting.  An unchanged value is not written."""
        if self.value(key) == value:
            return
        if value is None:
            self._database.execute(_DELETE, {"world": self._tenant.number, "key": key})
        else:
            self._database.put(SETTINGS, {"world": self._tenant.number, "key": key, "value": value})
        self._known[key] = value

    def mark(self, channel: str) -> int:
        """The high-water mark of *channel*: the last receipt that it has dealt with; 0 at first."""
        return int(self.value(_mark(channel)) or b"0")

    def set_mark(self, channel: str, sequence: int) -> None:
        """Store the high-water mark of *channel*."""
        self.set(_mark(channel), str(sequence).encode())


class Counters:
    """The counters of one tenant, by name, cached in memory once read."""

    __slots__ = ("_database", "_known", "_tenant")

    def __init__(self, database: Database, tenant: Owner) -> None:
        self._database = database
        self._tenant = tenant
        self._known: dict[str, int] = {}

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._known.clear()

    def value(self, name: str) -> int:
        """The last number used up; 0 when none was."""
        if name not in self._known:
            row = self._database.execute(_COUNT, {"world": self._tenant.number, "name": name}).fetchone()
            self._known[name] = 0 if row is None else int(row[0])
        return self._known[name]

    def set(self, name: str, value: int) -> None:
        """Store *value* as the last number used up."""
        self._database.put(COUNTERS, {"world": self._tenant.number, "name": name, "value": value})
        self._known[name] = value


def _mark(channel: str) -> str:
    return f"mark:{channel}"
