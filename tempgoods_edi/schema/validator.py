"""libxml2 as the judge of what the schemas allow."""

from __future__ import annotations

from functools import cache

from lxml import etree

from tempgoods_edi._resources import xsd_dir


@cache
def compiled(name: str) -> etree.XMLSchema:
    """One of the product's schemas, compiled; *name* as in ``xsd/``."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.XMLSchema(etree.parse(str(xsd_dir() / name), parser))


def refusal(name: str, element: etree._Element) -> str | None:
    """libxml2's first words against *element*; None when it is valid."""
    schema = compiled(name)
    if schema.validate(element):
        return None
    entry = schema.error_log.last_error
    return "refused" if entry is None else entry.message
