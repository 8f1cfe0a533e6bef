"""``python -m tempgoods_edi.cli``: the same as ``tempgoods-edi``."""

from __future__ import annotations

from tempgoods_edi.cli import main

main()
