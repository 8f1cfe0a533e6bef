"""Hypothesis's own strategies; where Hypothesis is not installed, the line to type."""

from __future__ import annotations

from tempgoods_edi.extras import unmet

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise (unmet("tempgoods_edi.testing", error) or error) from error

__all__ = ["st"]
