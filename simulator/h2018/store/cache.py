"""A cache of decoded values, so that the steps of one declaration do not each decode the same bytes."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class BoundedCache(Generic[Value]):
    """A cache of the last values that were read or written, by key, limited in number."""

    __slots__ = ("_most", "_values")

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[str, Value] = {}

    def get(self, key: str) -> Value | None:
        """The cached value; None when the cache does not hold the key."""
        return self._values.get(key)

    def put(self, key: str, value: Value) -> None:
        """Cache *value*; the oldest value makes room."""
        self._values.pop(key, None)
        self._values[key] = value
        if len(self._values) > self._most:
            del self._values[next(iter(self._values))]

    def drop(self, key: str) -> None:
        """Remove one key from the cache."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Remove every value from the cache."""
        self._values.clear()
