"""Writes results to the named file: whole, or not at all."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from tempgoods_edi.options import Option

OutOption = Annotated[str, Option("--out", "-o", metavar="FILE", help="Where to write it; - is standard output.")]


def write(out: str, data: bytes) -> None:
    """Write *data* to the file *out*, which appears complete or not at all; ``-`` is standard output.

    :raises OSError: it cannot be written.
    """
    if out == "-":
        sys.stdout.buffer.write(data)
        return
    path = Path(out)
    # The name that folder exchange gives to what is not finished.
    unfinished = path.with_name(path.name + ".Temp")
    unfinished.write_bytes(data)
    unfinished.replace(path)
