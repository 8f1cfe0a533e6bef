"""Messages as steering sees them, made from the valid fixtures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from h2018.steering.control import Next, OverrideSet, ThisOne
from h2018.steering.outcomes import CATALOGUE, Outcome
from h2018.steering.scenario import Match, Scenario
from h2018.steering.view import View, view
from tempgoods_edi import codec
from tempgoods_edi.envelope.message import Message
from tempgoods_edi.records.envelope import EnvelopInfo, PocketInfo
from tempgoods_edi.schema import reader
from tests.h2018.samples import OWNER, START, changed, fixture

#: Every kind of message that declarants send.
CODES = tuple(spec.code for spec in reader.messages() if spec.direction == "out")


def seen(
    name: str = "tmp101-minimal",
    values: Mapping[str, str | None] | None = None,
    *,
    message_id: str = "M1",
    enterprise: str = OWNER,
    draft: bool = False,
) -> View:
    """The fixture called *name*, with some values of its document set, as steering sees it."""
    tree = changed(fixture(name), values or {})
    spec = reader.message(tree["message"])
    document: Any = codec.from_tree(spec.root, tree["document"])
    message = Message(
        spec=spec,
        info=EnvelopInfo(
            version="1.0",
            message_id=message_id,
            file_name="x.xml",
            message_type=spec.code,
            sender_id=tree["envelope"]["sender_id"],
            receiver_id="R",
            send_time=START,
        ),
        pocket=PocketInfo(pocket_id="P", total_pocket_qty=1, cur_pocket_no=1),
        document=document,
        flag="0" if draft else "1",
    )
    return view(message, enterprise)


def with_in_house(number: str | None, *, draft: bool = False) -> View:
    """An exhibition filing of that in-house number."""
    return replace(seen(draft=draft), in_house=number)


outcomes = st.builds(
    lambda kind, delay: Outcome(name=kind.name, delay=delay if "delay" in kind.takes else None),
    st.sampled_from(list(CATALOGUE.values())),
    st.sampled_from([1.0, 60.0]),
)
matches = st.builds(
    Match,
    message=st.sampled_from([(), ("TMP101",), ("TMP111",), ("TMP101", "TMP131")]),
    enterprise=st.sampled_from([(), (OWNER,), ("9999999999",)]),
    draft=st.sampled_from([None, True, False]),
    nth=st.sampled_from([None, None, 1, 2]),
    per=st.sampled_from(["all", "enterprise", "document"]),
)
scenario_lists = st.lists(st.tuples(matches, outcomes), max_size=4).map(
    lambda pairs: tuple(
        Scenario(name=f"s{number}", match=wanted, outcome=outcome) for number, (wanted, outcome) in enumerate(pairs)
    )
)
controls = st.builds(
    OverrideSet,
    these=st.lists(
        st.builds(ThisOne, outcome=outcomes, message_id=st.sampled_from(["M1", "M2"]), seq_no=st.none()), max_size=2
    ).map(tuple),
    next=st.lists(
        st.builds(
            Next,
            outcome=outcomes,
            left=st.integers(1, 3),
            enterprise=st.sampled_from([None, OWNER, "9999999999"]),
            message=st.sampled_from([None, "TMP101", "TMP111"]),
        ),
        max_size=2,
    ).map(tuple),
)
numbers = st.sampled_from([None, "A-1", "T-REJECT-1", "T-APPROVE-2M-9", "T-NOSUCH-1", "T-BUSY"])
_BASES = [seen(), seen(draft=True), seen("tmp111-minimal"), seen("tmp151-minimal"), seen("tmp141-minimal")]
views = st.builds(
    lambda base, message_id, number: replace(
        base, message_id=message_id, in_house=number if base.subject in ("draft", "declaration") else None
    ),
    st.sampled_from(_BASES),
    st.sampled_from(["M1", "M2", "M3"]),
    numbers,
)
