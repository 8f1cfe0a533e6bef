"""Explains fields, rules, error codes, code lists, the life of a declaration, and how sure we are of each.

Everything here is a pure function from schemas, rules and tables to Markdown; ``python -m tempgoods_edi.explain.docs``
writes ``docs/reference/`` from it, and ``tempgoods-edi explain`` shows it.
"""
