"""The printing process: turns the data of one print-out into a PDF, and can be stopped when it takes too long.

Standard input: JSON with ``template``, ``fonts``, ``timestamp``, ``data``, ``tagged``.  Standard output: the PDF.
Run by its path, so that it loads nothing of the package.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress

import typst

#: Bytes of memory; 5,000 goods lines need less than a quarter.
_MEMORY = 4 * 1024**3


def main() -> None:
    """Print the data that comes on standard input."""
    with suppress(ImportError):  # Windows: only the time is bounded, from outside
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    asked = json.load(sys.stdin.buffer)
    document = typst.compile(
        asked["template"].encode(),
        font_paths=[asked["fonts"]],
        ignore_system_fonts=True,
        sys_inputs={"data": asked["data"]},
        # A tagged PDF/A is read aloud well; of thousands of lines its tags would be fifteen times the rest.
        pdf_standards=["a-2a"] if asked["tagged"] else ["a-2b"],
        pdf_tags=asked["tagged"],
        timestamp=asked["timestamp"],
    )
    sys.stdout.buffer.write(document)


if __name__ == "__main__":
    main()
