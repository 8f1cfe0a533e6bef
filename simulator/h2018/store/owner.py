"""Whose rows are read and written: the number of a tenant, which changes when other rows take the place of its own."""

from __future__ import annotations


class Owner:
    """A tenant's number in the database, shared by all that reads and writes its rows."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number
