"""Finds line and column of signature findings in the received bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from tempgoods_edi._xml import place
from tempgoods_edi.values import Finding, steps

#: Start tags that are looked through: whatever has a place stands long before.
_MOST_TAGS = 200_000


def placed(findings: Iterable[Finding], data: bytes) -> tuple[Finding, ...]:
    """*findings* with line and column filled in where the element of their path is found in *data*.

    What is missing is placed on the nearest element above it that is there.
    """
    found = tuple(findings)
    wanted: dict[str, int] = {}
    for finding in found:
        if finding.line is None and finding.path:
            for name, number in (("Signature", None), *steps(finding.path)):
                wanted[name] = max(wanted.get(name, 1), number or 1)
    starts = _starts(data, wanted) if wanted else {}
    return tuple(f if f.line is not None or not f.path else _placed(f, data, starts) for f in found)


#: Any start tag, and its local name.
_START = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)(?=[\s/>])")


def _starts(data: bytes, wanted: Mapping[str, int]) -> dict[str, list[int]]:
    """Where the first start tags of each name stand, as many as are *wanted* of it."""
    found: dict[str, list[int]] = {name: [] for name in wanted}
    left = len(wanted)
    for tag in islice(_START.finditer(data), _MOST_TAGS):
        name = tag[1].decode("utf-8", "replace")
        at = found.get(name)
        if at is not None and len(at) < wanted[name]:
            at.append(tag.start())
            left -= len(at) == wanted[name]
            if not left:
                break
    return found


def _placed(finding: Finding, data: bytes, starts: Mapping[str, list[int]]) -> Finding:
    for name, number in reversed([("Signature", None), *steps(finding.path)]):
        at = starts.get(name, [])
        if len(at) >= (number or 1):
            line, column = place(data, at[(number or 1) - 1])
            return finding.placed(line=line, column=column, label=finding.label)
    return finding
