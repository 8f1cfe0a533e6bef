"""Where in the received bytes a signature finding stands, so that it is told with line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tempgoods_edi._xml import place
from tempgoods_edi.values import Finding, steps


def placed(findings: Iterable[Finding], data: bytes) -> tuple[Finding, ...]:
    """*findings* with line and column filled in, wherever the element their path names can be found in *data*.

    What is missing is placed on the nearest element above it that is there.
    """
    return tuple(f if f.line is not None or not f.path else _placed(f, data) for f in findings)


def _placed(finding: Finding, data: bytes) -> Finding:
    for name, number in reversed([("Signature", None), *steps(finding.path)]):
        start = re.compile(rb"<(?:[\w.-]+:)?" + re.escape(name.encode()) + rb"(?=[\s/>])")
        for n, found in enumerate(start.finditer(data), 1):
            if n == (number or 1):
                line, column = place(data, found.start())
                return finding.placed(line=line, column=column, label=finding.label)
    return finding
