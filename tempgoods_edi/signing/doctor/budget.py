"""How much work a diagnosis may take: counted in bytes, so that it is the same on every machine."""

from __future__ import annotations

#: Units for a whole diagnosis of one element: half a second of one processor for the largest message, less for others.
MOST_WORK = 300_000_000
#: Of these, what other trees may take, so that some are left for other ways to write the bytes.
_MOST_TREES = 210_000_000
#: What one byte and one node of a changed tree cost (read, walked, canonicalized) when hashing a byte is 1.
_BYTE, _NODE = 12, 250


class Budget:
    """Work left.

    :ivar spent: units so far; never above `MOST_WORK`.
    :ivar cut: something was not tried for lack of them.
    """

    def __init__(self, most: int = MOST_WORK) -> None:
        self.spent = 0
        self.cut = False
        self._most = most

    def tree(self, size: int, nodes: int) -> bool:
        """Whether one more changed tree, written in *size* bytes, of so many *nodes*, may be looked at."""
        return self._take(_BYTE * size + _NODE * nodes, min(self._most, _MOST_TREES))

    def bytes(self, size: int) -> bool:
        """Whether *size* more bytes may be hashed."""
        return self._take(size, self._most)

    def _take(self, units: int, most: int) -> bool:
        if self.spent + units > most:
            self.cut = True
            return False
        self.spent += units
        return True
