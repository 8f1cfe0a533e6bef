"""Findings on an envelope that the schema accepts, part by part."""

from __future__ import annotations

from collections.abc import Iterator

from tempgoods_edi.envelope import problems
from tempgoods_edi.numbers import read_message_id
from tempgoods_edi.records.envelope import EnvelopInfo, PocketInfo
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.values import Finding


def info_findings(spec: MessageSpec, info: EnvelopInfo, facts: Facts) -> Iterator[Finding]:
    """Findings on EnvelopInfo: another message's name, a message_id that was seen before or is malformed."""
    if info.message_type != spec.code:
        yield problems.TYPE_DIFFERS.at("EnvelopInfo/message_type", value=info.message_type, code=spec.code)
    if facts.seen_message_ids is not None and info.message_id in facts.seen_message_ids:
        yield problems.REPLAYED.at("EnvelopInfo/message_id", value=info.message_id)
    if spec.direction == "out" and read_message_id(info.message_id) is None:
        yield problems.MESSAGE_ID_FORM.at("EnvelopInfo/message_id", value=info.message_id)


def pocket_findings(pocket: PocketInfo) -> Iterator[Finding]:
    """Findings on PocketInfo: a message travels whole, never in parts."""
    if pocket.total_pocket_qty != 1:
        yield problems.NOT_ONE_POCKET.at("PocketInfo/total_pocket_qty", value=pocket.total_pocket_qty)
    if pocket.cur_pocket_no != 1:
        yield problems.WRONG_POCKET.at("PocketInfo/cur_pocket_no", value=pocket.cur_pocket_no)
    if pocket.is_unstructured is not None:
        yield problems.UNSTRUCTURED.at("PocketInfo/is_unstructured", value=pocket.is_unstructured)
