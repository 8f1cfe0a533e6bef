"""Fixtures as data, for tests that need no running customs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tempgoods_edi.numbers import CHINA_TIME

VALID = Path(__file__).resolve().parents[2] / "fixtures" / "valid"
#: The day that the valid fixtures are right on.
START = datetime(2026, 11, 22, 9, 30, tzinfo=CHINA_TIME)
OWNER = "310196K27B"

Tree = dict[str, Any]


def fixture(name: str) -> Tree:
    """A valid fixture's JSON form: ``tmp101-minimal``."""
    tree: Tree = json.loads((VALID / f"{name}.json").read_bytes())
    return tree


def changed(tree: Tree, values: Mapping[str, str | None]) -> Tree:
    """*tree* with values of its document set (``Head/EndDate``), or removed by None."""
    tree = json.loads(json.dumps(tree))
    for path, value in values.items():
        *groups, tag = path.split("/")
        place = tree["document"]
        for group in groups:
            place = place[group]
        if value is None:
            place.pop(tag, None)
        else:
            place[tag] = value
    return tree
