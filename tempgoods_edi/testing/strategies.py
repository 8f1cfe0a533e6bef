"""Hypothesis strategies of valid messages, for property tests of whatever reads, writes, stores or shows messages.

Hypothesis draws the structure of a message and a seed for its values (see `trees.Shape`), which keeps drawing cheap
and lets a failing example shrink to few lines, little filled in and plain values.  Nothing is filtered: what the schema
and the rules ask for is chosen so from the beginning.

"""

from __future__ import annotations

from typing import Any

from tempgoods_edi.codec import Tree
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.testing.cases import Case, case
from tempgoods_edi.testing.hypothesis_strategies import st
from tempgoods_edi.testing.plans.parties import Enterprise
from tempgoods_edi.testing.trees import FULL, Shape

#: Below this Hypothesis draws evenly; beyond, it would prefer small seeds.
_SEEDS = 2**24
#: Most lines of a message unless more are asked for; the schemas allow 5,000.
MAX_LINES = 12
MAX_DOCUMENTS = 4


def shapes(*, max_lines: int = MAX_LINES, max_documents: int = MAX_DOCUMENTS) -> st.SearchStrategy[Shape]:
    """Structures of messages, from a bare draft to everything filled in."""
    return st.builds(
        Shape,
        lines=st.integers(0, max_lines),
        documents=st.integers(0, max_documents),
        fill=st.integers(0, FULL),
        declared=st.booleans(),
        seed=st.integers(0, _SEEDS - 1),
    )


def cases(
    spec: MessageSpec, *, max_lines: int = MAX_LINES, sender: Enterprise | None = None
) -> st.SearchStrategy[Case]:
    """Valid messages with the facts under which no rule is violated.

    :param max_lines: of each list; up to 5,000.
    :param sender: whose card they are sent with; by default each has its own.
    """
    return shapes(max_lines=max_lines).map(lambda shape: case(spec, shape, sender))


def documents(spec: MessageSpec, *, max_lines: int = MAX_LINES) -> st.SearchStrategy[Any]:
    """Records of valid documents."""
    return cases(spec, max_lines=max_lines).map(lambda made: made.document)


def trees(spec: MessageSpec, *, max_lines: int = MAX_LINES) -> st.SearchStrategy[Tree]:
    """Valid documents as tags and texts, the JSON form."""
    return cases(spec, max_lines=max_lines).map(lambda made: made.tree)


def messages(spec: MessageSpec, *, max_lines: int = MAX_LINES) -> st.SearchStrategy[Message]:
    """Valid messages with their envelopes.

    :raises ValueError: *spec* is a bare technical answer, which has no envelope.
    """
    if spec.direction == "answer":
        raise ValueError(f"{spec.code} has no envelope")
    return cases(spec, max_lines=max_lines).map(_enveloped)


def _enveloped(made: Case) -> Message:
    assert made.message is not None
    return made.message
