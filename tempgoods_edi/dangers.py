"""The dangers that inspection can find in an attached file, and the size limit of such files.

Apart from what opens files, for the rules that judge it are loaded with every message.
"""

from __future__ import annotations

#: Largest file that is opened (用户手册2.1: 4M); a larger one is refused by its size alone.
MAX_BYTES = 4 * 1024 * 1024

#: The danger of a PDF that no reader shows without repairing it first.
DAMAGED = "Damaged"
#: The danger of a PDF with more in it than is looked at, or that takes too long.
OVERSIZED = "Oversized"
#: The danger of a PDF that nobody came to look at: one before it took all the time.
UNOPENED = "Unopened"
