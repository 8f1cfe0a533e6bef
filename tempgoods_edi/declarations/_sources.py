"""Shortcuts for the source of a rule; the basis is one of the labels of the fidelity ledger."""

from __future__ import annotations

from tempgoods_edi.values import Basis, Source


def published(clause: str) -> Source:
    """Source: published for a sibling system of the Single Window."""
    return Source(Basis.PUBLISHED, clause)


def manual(clause: str) -> Source:
    """Source: the user manual of the temporary-goods system."""
    return Source(Basis.MANUAL, f"用户手册 {clause}")


def decree(article: str) -> Source:
    """Source: 海关总署令第233号, the measures for temporary goods; *article* like ``第十条``."""
    return Source(Basis.REGULATION, f"海关总署令第233号{article}")


def regulation(clause: str) -> Source:
    """Source: any other law, notice or official form."""
    return Source(Basis.REGULATION, clause)


def assumed(clause: str) -> Source:
    """Source: nothing published; what a customs officer would obviously check."""
    return Source(Basis.ASSUMED, clause)
