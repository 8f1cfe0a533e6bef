"""Databases that nobody closes are told on every Python, as 3.13 tells them: a ``ResourceWarning``, which fails the test."""

from __future__ import annotations

import functools
import sqlite3
import sys
import warnings
from typing import Any


class Told(sqlite3.Connection):
    """A connection that complains when it goes without having been closed."""

    _open = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._open = True

    def close(self) -> None:
        """Close it."""
        super().close()
        self._open = False

    def __del__(self) -> None:
        if self._open:
            warnings.warn(f"unclosed database in {self!r}", ResourceWarning, stacklevel=1, source=self)


def watch() -> None:
    """Watch the connections made from here on; Python 3.13 does so by itself."""
    if sys.version_info < (3, 13):
        watched = functools.partial(sqlite3.connect, factory=Told)
        sqlite3.connect = sqlite3.dbapi2.connect = watched  # type: ignore[assignment]  # takes what the function takes
