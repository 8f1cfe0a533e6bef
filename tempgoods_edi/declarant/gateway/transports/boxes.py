"""The names of the exchange folders, as the family's import client has them (published: 导入客户端手册 4.2)."""

from __future__ import annotations

import os
import re

from tempgoods_edi.declarant.gateway.transports import Arrival
from tempgoods_edi.looks import is_archive

OUT_BOX, IN_BOX, DONE = "OutBox", "InBox", "Done"
#: A file of this name is being written: nobody looks at it.
PARTIAL = ".Temp"

#: A technical answer is named after the file it answers, and the moment.
_ANSWER = re.compile(r"(?P<how>Successed|Failed)_(?P<name>.+)_\d{17,21}\.xml")
_READ = re.compile(r".+\.(?:xml|XML)")
_SAFE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,127}")


def file_name(name: str, data: bytes) -> str:
    """The file name in OutBox of a message called *name*.

    :raises ValueError: *name* is no plain name.
    """
    if not _SAFE.fullmatch(name):
        raise ValueError(f"no name for a file: {name!r}")
    return f"{name}.zip" if is_archive(data) else f"{name}.xml"


def is_ready(name: str) -> bool:
    """True for a complete file in InBox: customs write under another name first."""
    return _READ.fullmatch(name) is not None


def arrival(name: str, data: bytes) -> Arrival:
    """The incoming message in the InBox file *name*.

    >>> arrival("Failed_M1_20270110090000000.xml", b"").about
    'M1'
    >>> arrival(os.fsdecode("Failed_清单_20270110090000000.xml".encode("gbk")), b"").about.isprintable()
    True
    >>> arrival("Receipt_M2_20270110090000000.xml", b"").about is None
    True
    """
    found = _ANSWER.fullmatch(name)
    if found is None:
        return Arrival(data=data, place=name)
    # Bytes that are no UTF-8 are in no name of ours, and no database takes them.
    about = os.fsencode(found["name"]).decode("utf-8", "replace")
    return Arrival(data=data, place=name, about=about, taken=found["how"] == "Successed")
