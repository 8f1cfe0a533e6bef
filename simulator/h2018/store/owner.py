"""The number of the tenant whose rows are read and written; it changes when other rows replace the tenant's own."""

from __future__ import annotations


class Owner:
    """The number of one tenant in the database, shared by everything that reads and writes its rows."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number
