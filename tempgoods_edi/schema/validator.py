"""Validates documents against the schemas with libxml2."""

from __future__ import annotations

import threading

from lxml import etree

from tempgoods_edi._resources import xsd_dir

#: What libxml2 has against a document is written into the schema, so each thread has its own: some milliseconds, 2 MB.
_own = threading.local()


def compiled(name: str) -> etree.XMLSchema:
    """One of the product's schemas, compiled; *name* as in ``xsd/``."""
    known: dict[str, etree.XMLSchema] = _own.__dict__
    if name not in known:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        known[name] = etree.XMLSchema(etree.parse(str(xsd_dir() / name), parser))
    return known[name]


def refusal(name: str, element: etree._Element) -> str | None:
    """The first error of libxml2 about *element*; None when the element is valid."""
    schema = compiled(name)
    if schema.validate(element):
        return None
    entry = schema.error_log.last_error
    return "refused" if entry is None else entry.message
