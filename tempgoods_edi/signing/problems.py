"""The problems of signatures, each fault under its own id."""

from __future__ import annotations

from operator import attrgetter

from tempgoods_edi.signing import certificate_problems, signature_problems
from tempgoods_edi.values import Problem

PROBLEMS: tuple[Problem, ...] = tuple(
    sorted((*signature_problems.PROBLEMS, *certificate_problems.PROBLEMS), key=attrgetter("id"))
)
"""All of them, in the order of their ids."""
