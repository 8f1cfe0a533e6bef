"""Limits the work of a diagnosis, counted in bytes, so that the limit is the same on every machine."""

from __future__ import annotations

#: Units for a whole diagnosis of one element: half a second of one processor for the largest message, less for others.
MOST_WORK = 300_000_000
#: Of these, what other trees may take, so that some are left for other ways to write the bytes.
_MOST_TREES = 210_000_000
#: What one byte and one node of a changed tree cost (read, walked, canonicalized) when hashing a byte is 1.
_BYTE, _NODE = 12, 250


class Budget:
    """The remaining work of a diagnosis.

    :ivar spent: units so far; never above `MOST_WORK`.
    :ivar cut: something was not tried for lack of them.
    """

    def __init__(self, most: int = MOST_WORK) -> None:
        self.spent = 0
        self.cut = False
        self._most = most

    def tree(self, size: int, nodes: int) -> bool:
        """Spend work on one more changed tree of *size* bytes and *nodes*; False when too little is left."""
        return self._take(_BYTE * size + _NODE * nodes, min(self._most, _MOST_TREES))

    def bytes(self, size: int) -> bool:
        """Spend work on hashing *size* more bytes; False when too little is left."""
        return self._take(size, self._most)

    def _take(self, units: int, most: int) -> bool:
        if self.spent + units > most:
            self.cut = True
            return False
        self.spent += units
        return True
