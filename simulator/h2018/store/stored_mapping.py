"""A mapping over the registry table, so that rules read it like any Mapping and nothing is loaded at start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Generic, TypeVar

from sqlalchemy import Select, bindparam, delete, func, select

from h2018.store import forms
from h2018.store.cache import BoundedCache
from h2018.store.database import Database, Params
from h2018.store.owner import Owner
from h2018.store.tables import REGISTRY

Value = TypeVar("Value")

#: Few: an entry can have thousands of lines.
_MOST_CACHED = 256


_COLUMN = REGISTRY.c
_OF_KIND = (_COLUMN.world == bindparam("world"), _COLUMN.kind == bindparam("kind"))
_THIS = (*_OF_KIND, _COLUMN.key == bindparam("key"))
_ONE = select(_COLUMN.body).where(*_THIS)
_DELETE = delete(REGISTRY).where(*_THIS)
_COUNT = select(func.count()).select_from(REGISTRY).where(*_OF_KIND)
_KEYS = select(_COLUMN.key).where(*_OF_KIND).order_by(_COLUMN.key)
_UNDER = _KEYS.where(_COLUMN.parent == bindparam("value"))
_CALLED = _KEYS.where(_COLUMN.label == bindparam("value"))


class StoredMapping(MutableMapping[str, Value], Generic[Value]):
    """The registry's values of one kind in one tenant, by key (a subclass, because rules read a Mapping).

    :param read: makes a value of its stored bytes.
    :param parent: what a value belongs to, by which it is found with `under`.
    :param label: what else it is called, by which it is found with `called`.
    """

    __slots__ = (
        "_cache",
        "_database",
        "_kind",
        "_label",
        "_parent",
        "_read",
        "_tenant",
    )  # fmt: skip

    def __init__(
        self,
        database: Database,
        tenant: Owner,
        kind: str,
        read: Callable[[bytes], Value],
        *,
        parent: Callable[[Value], str | None] | None = None,
        label: Callable[[Value], str | None] | None = None,
    ) -> None:
        self._database = database
        self._tenant, self._kind, self._read = tenant, kind, read
        self._parent, self._label = parent, label
        self._cache: BoundedCache[Value] = BoundedCache(_MOST_CACHED)

    def forget(self) -> None:
        """Clear what is cached in memory."""
        self._cache.clear()

    def __getitem__(self, key: str) -> Value:
        value = self._cache.get(key)
        if value is None:
            row = self._database.execute(
                _ONE, {"world": self._tenant.number, "kind": self._kind, "key": key}
            ).fetchone()
            if row is None:
                raise KeyError(key)
            value = self._read(bytes(row[0]))
            self._cache.put(key, value)
        return value

    def __setitem__(self, key: str, value: Value) -> None:
        self._database.put(
            REGISTRY,
            {
                "world": self._tenant.number,
                "kind": self._kind,
                "key": key,
                "parent": None if self._parent is None else self._parent(value),
                "label": None if self._label is None else self._label(value),
                "body": forms.encode(value),
            },
        )
        self._cache.put(key, value)

    def __delitem__(self, key: str) -> None:
        if not self._database.execute(_DELETE, {"world": self._tenant.number, "kind": self._kind, "key": key}).rowcount:
            raise KeyError(key)
        self._cache.drop(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys(_KEYS, {}))

    def __len__(self) -> int:
        return int(self._database.execute(_COUNT, {"world": self._tenant.number, "kind": self._kind}).fetchone()[0])

    def under(self, parent: str) -> tuple[Value, ...]:
        """The values with the parent *parent*, by key."""
        return tuple(self[key] for key in self._keys(_UNDER, {"value": parent}))

    def called(self, label: str) -> tuple[Value, ...]:
        """The values with the label *label*, by key."""
        return tuple(self[key] for key in self._keys(_CALLED, {"value": label}))

    def _keys(self, statement: Select[tuple[str]], params: Params) -> list[str]:
        of_kind = {"world": self._tenant.number, "kind": self._kind, **params}
        return [row[0] for row in self._database.execute(statement, of_kind).fetchall()]
