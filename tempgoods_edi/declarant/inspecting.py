"""Inspects the files that an enterprise uploads, in another process, a few per enterprise at a time.

A reader that hangs, runs out of memory or dies has met a file nobody can vouch for: such a file is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from tempgoods_edi.apart.line import WaitingLine
from tempgoods_edi.attachments import inspect_apart
from tempgoods_edi.rules import Attachment

#: Requests whose files are being opened, or wait for it: each keeps a thread of the portal.
LINE = WaitingLine(most=12, each=3)


def inspect(enterprise_no: str, files: Mapping[str, bytes]) -> Mapping[str, Attachment]:
    """Inspect *files* in another process: `attachments.inspect_apart`; raises `apart.line.Busy`."""
    with LINE.place(enterprise_no):
        return inspect_apart(files)
