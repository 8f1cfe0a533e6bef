"""A map whose values lie in the registry table, so that rules read it like any other and nothing need be loaded at start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Generic, TypeVar

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, select

from h2018.storage import forms
from h2018.storage.database import Database, Run
from h2018.storage.kept import Kept
from h2018.storage.tables import REGISTRY

Value = TypeVar("Value")

_MOST_KEPT = 1024


class Statements(Struct, frozen=True):
    """What every shelf of a database needs, prepared once."""

    one: Run
    keys: Run
    count: Run
    by_parent: Run
    by_label: Run
    put: Run
    take_away: Run


def statements(database: Database) -> Statements:
    """The prepared statements for *database*."""
    column = REGISTRY.c
    kind = (column.world == bindparam("world"), column.kind == bindparam("kind"))
    this = (*kind, column.key == bindparam("key"))
    keys = select(column.key).where(*kind).order_by(column.key)
    return Statements(
        one=database.prepare(select(column.body).where(*this)),
        keys=database.prepare(keys),
        count=database.prepare(select(func.count()).select_from(REGISTRY).where(*kind)),
        by_parent=database.prepare(keys.where(column.parent == bindparam("value"))),
        by_label=database.prepare(keys.where(column.label == bindparam("value"))),
        put=database.prepare_put(REGISTRY),
        take_away=database.prepare(delete(REGISTRY).where(*this)),
    )


class Shelf(MutableMapping[str, Value], Generic[Value]):
    """The values of one kind in one world, by key (a subclass, because rules read a Mapping).

    :param read: makes a value of its stored bytes.
    :param parent: what a value belongs to, by which it is found with `under`.
    :param label: what else it is called, by which it is found with `called`.
    """

    __slots__ = ("_kept", "_kind", "_label", "_parent", "_read", "_run", "_world")

    def __init__(
        self,
        database: Database,
        run: Statements,
        world: int,
        kind: str,
        read: Callable[[bytes], Value],
        *,
        parent: Callable[[Value], str | None] | None = None,
        label: Callable[[Value], str | None] | None = None,
    ) -> None:
        self._run, self._world, self._kind, self._read = run, world, kind, read
        self._parent, self._label = parent, label
        self._kept: Kept[Value] = Kept(_MOST_KEPT)
        database.after_rollback.append(self.forget)

    def forget(self) -> None:
        """Know nothing that is not in the database."""
        self._kept.clear()

    def __getitem__(self, key: str) -> Value:
        value = self._kept.get(key)
        if value is None:
            row = self._run.one({"world": self._world, "kind": self._kind, "key": key}).fetchone()
            if row is None:
                raise KeyError(key)
            value = self._read(bytes(row[0]))
            self._kept.put(key, value)
        return value

    def __setitem__(self, key: str, value: Value) -> None:
        self._run.put(
            {
                "world": self._world,
                "kind": self._kind,
                "key": key,
                "parent": None if self._parent is None else self._parent(value),
                "label": None if self._label is None else self._label(value),
                "body": forms.encode(value),
            }
        )
        self._kept.put(key, value)

    def __delitem__(self, key: str) -> None:
        if not self._run.take_away({"world": self._world, "kind": self._kind, "key": key}).rowcount:
            raise KeyError(key)
        self._kept.drop(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys(self._run.keys, {}))

    def __len__(self) -> int:
        return int(self._run.count({"world": self._world, "kind": self._kind}).fetchone()[0])

    def under(self, parent: str) -> tuple[Value, ...]:
        """The values that belong to *parent*, by key."""
        return tuple(self[key] for key in self._keys(self._run.by_parent, {"value": parent}))

    def called(self, label: str) -> tuple[Value, ...]:
        """The values called *label*, by key."""
        return tuple(self[key] for key in self._keys(self._run.by_label, {"value": label}))

    def _keys(self, run: Run, params: dict[str, object]) -> list[str]:
        return [row[0] for row in run({"world": self._world, "kind": self._kind, **params}).fetchall()]
