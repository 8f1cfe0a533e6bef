"""A small right PDF."""

from __future__ import annotations

from functools import cache
from io import BytesIO

import pikepdf


@cache
def a_pdf(width: int = 200) -> bytes:
    """One empty page; another width is another file."""
    made, out = pikepdf.new(), BytesIO()
    made.add_blank_page(page_size=(width, 200))
    made.save(out, deterministic_id=True)
    return out.getvalue()
