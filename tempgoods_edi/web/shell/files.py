"""Files that are sent: static ones under a name that changes with their content, and downloads with any name."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

STATIC = Path(__file__).resolve().parent.parent / "static"

_UNFIT = re.compile(r"[\x00-\x1f\x7f\"\\/:*?<>|%;]+")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+")


@cache
def static(name: str) -> str:
    """The URL of the file *name* below ``static/``; it changes with the file, so browsers may cache it.

    :raises FileNotFoundError: there is no such file: a template has a wrong name.
    """
    return f"/static/{name}?v={sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def attachment_headers(name: str, *, inline: bool = False) -> dict[str, str]:
    """Headers that name a download, in Chinese too, and let nothing in the name become another header.

    (RFC 6266, RFC 8187: ``filename*`` is what browsers take, ``filename`` is for those that know no better.)

    :param inline: shown in the browser where it can; otherwise saved.

    >>> print(attachment_headers("核对单 1.pdf")["Content-Disposition"])
    attachment; filename="_ 1.pdf"; filename*=UTF-8''%E6%A0%B8%E5%AF%B9%E5%8D%95%201.pdf
    >>> print(attachment_headers('a"\\r\\nX-Evil: 1.pdf')["Content-Disposition"])
    attachment; filename="a_X-Evil_ 1.pdf"; filename*=UTF-8''a_X-Evil_%201.pdf
    """
    safe = _UNFIT.sub("_", name).strip(". ")[:150] or "file"
    plain = _NOT_ASCII.sub("_", safe)
    coded = quote(safe.encode("utf-8", "replace"), safe="!#$&+-.^_`|~")
    kind = "inline" if inline else "attachment"
    return {"Content-Disposition": f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{coded}"}
