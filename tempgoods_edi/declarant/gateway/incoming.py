"""Parses messages from customs: the answer to a query as a record."""

from __future__ import annotations

from tempgoods_edi._xml import Malformed, parse
from tempgoods_edi.envelope.message import Message, by_root, document_element, from_element
from tempgoods_edi.schema import validator

_PLAIN = "plain.xsd"


def read_message(data: bytes) -> Message | None:
    """The message from customs in *data*; None when the schemas do not allow it."""
    root = parse(data)
    if isinstance(root, Malformed) or root.tag != "Package":
        return None
    document = document_element(root)
    spec = None if document is None else by_root().get(str(document.tag))
    if spec is None or spec.direction != "in" or validator.refusal(_PLAIN, root) is not None:
        return None
    return from_element(spec, root)
