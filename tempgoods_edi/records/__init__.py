"""Typed records, one module per message.  GENERATED from xsd/; do not edit."""
