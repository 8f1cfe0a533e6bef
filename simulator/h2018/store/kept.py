"""Keeps the values that were read or written last, decoded, so that one declaration's steps do not each decode it anew."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """The last values that were read or written, by key; at most so many."""

    __slots__ = ("_most", "_values")

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[str, Value] = {}

    def get(self, key: str) -> Value | None:
        """The value, if it is still kept."""
        return self._values.get(key)

    def put(self, key: str, value: Value) -> None:
        """Keep *value*; the one put first makes room."""
        self._values.pop(key, None)
        self._values[key] = value
        if len(self._values) > self._most:
            del self._values[next(iter(self._values))]

    def drop(self, key: str) -> None:
        """Keep it no longer."""
        self._values.pop(key, None)

    def clear(self) -> None:
        """Keep nothing."""
        self._values.clear()
