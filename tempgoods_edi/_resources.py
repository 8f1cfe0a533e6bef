"""Find the schemas beside the code: inside the installed wheel, or at the top of a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def xsd_dir() -> Path:
    """The folder of the schema files.

    A wheel carries them as ``tempgoods_edi/xsd``; in a checkout they stand beside the package.

    :raises FileNotFoundError: the installation is broken: neither folder exists.
    """
    for folder in (_PACKAGE / "xsd", _PACKAGE.parent / "xsd"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no xsd/ in {_PACKAGE} nor beside it")
