"""The files that the portal serves are the ones we took over, unchanged, with their licences."""

from __future__ import annotations

import re
from hashlib import sha512

from tempgoods_edi.web.shell.files import STATIC

VENDOR = STATIC / "vendor"


def test_third_party_files_are_the_ones_named() -> None:
    """THIRD-PARTY.md lists every one with its sum, and the sums are right."""
    rows = re.findall(
        r"^\| (\S+/\S+) \| ([0-9a-f]{128}) \|$", (VENDOR / "THIRD-PARTY.md").read_text("utf-8"), re.MULTILINE
    )
    files = {
        str(path.relative_to(VENDOR)): path for path in VENDOR.rglob("*") if path.is_file() and path.parent != VENDOR
    }
    assert dict(rows) == {name: sha512(path.read_bytes()).hexdigest() for name, path in files.items()}


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No style, script or template names another host's file."""
    ours = [*STATIC.rglob("*.css"), *STATIC.rglob("*.js"), *(STATIC.parent / "templates").rglob("*.html")]
    assert ours
    for path in ours:
        text = path.read_text("utf-8")
        assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//|@import|url\(\s*["']?(?:https?:)?//""", text), (
            path
        )
