"""Adds line, column and field label to findings: the place of each address in the received bytes."""

from __future__ import annotations

from collections.abc import Iterable

from tempgoods_edi.envelope.message import package_group, places
from tempgoods_edi.positions import locate
from tempgoods_edi.schema.spec import Direction, MessageSpec
from tempgoods_edi.values import Bilingual, Finding


def placed(
    findings: Iterable[Finding], data: bytes, spec: MessageSpec | None, direction: Direction
) -> tuple[Finding, ...]:
    """*findings* with everything that is known of their places.

    :param data: the bytes received.
    :param spec: what the message is; None when that is not known.
    """
    found = tuple(findings)
    unplaced = {f.path for f in found if f.line is None and f.path}
    at = locate(data, unplaced, places(direction, "" if spec is None else spec.root.tag)) if unplaced else {}
    return tuple(_with_place(f, at.get(f.path, (None, None)), label_of(spec, f.path)) for f in found)


def _with_place(finding: Finding, place: tuple[int | None, int | None], label: Bilingual | None) -> Finding:
    line, column = (finding.line, finding.column) if finding.line is not None else place
    return finding.placed(line=line, column=column, label=finding.label or label)


def label_of(spec: MessageSpec | None, path: str) -> Bilingual | None:
    """The label of the field or part at *path*; None when the message has none there."""
    if spec is None or not path:
        return None
    package = package_group(spec)
    node = spec.root.at(path)
    for place in ("", "DataInfo/", "DataInfo/BussinessData/"):
        node = node or package.at(place + path)
    return None if node is None else node.label
