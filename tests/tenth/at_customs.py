"""Run inside the copy that has the tenth message: what a simulated customs does with it, in memory."""

from __future__ import annotations

import sys

from h2018.config import Config
from h2018.steering.live import ScenarioText
from tempgoods_edi.lifecycle.states import State
from tempgoods_edi.schema import reader
from tests.h2018 import tenant
from tests.h2018.tenant import Tenant, Tree, changed, fixture, make_tenant, refusal_of, signed, text_of

CODE = "TMP901"
FIRST, SECOND, THIRD = "CG534526000001", "CG534526000002", "KG534526000001"
SCENARIO = f"""
[[scenario]]
name = "every venue is looked at"
match = {{message = "{CODE}", field = {{"Head/VenueKindCd" = "H"}}}}
action = {{outcome = "manual_approve"}}
"""


def draft() -> Tree:
    """A declaration as its fixture has it."""
    return fixture(f"{CODE.lower()}-minimal")


def stored_and_approved(customs: Tenant) -> str:
    """Taken, stored, approved with a number of its own; the receipts are right by their schema. The pre-entry number."""
    reply = customs.settled(signed(draft(), 1))
    assert customs.receipts(), reply.data.decode()
    seq_no = str(customs.receipts()[0].seq_no)
    assert customs.results(seq_no) == ["Y", "1"]
    receipts = customs.receipts(seq_no)
    assert [text_of(each.data, "businessId") for each in receipts] == ["", FIRST]
    for each in receipts:
        assert text_of(each.data, "message_type") == reader.message(CODE).answers
        assert refusal_of(each.data, "plain.xsd") is None
    return seq_no


def kept_and_rejected(customs: Tenant) -> None:
    """A draft is kept; what its own rule is against comes back with that rule's note, is corrected and approved."""
    kept = customs.send(signed({**draft(), "flag": "0"}, 2))
    assert text_of(kept.data, "DealFlag") == "0"
    wrong = draft()
    wrong["document"]["Halls"][0]["HallArea"] = "0"
    customs.settled(signed(wrong, 3))
    rejected = customs.receipts()[-1]
    assert text_of(rejected.data, "manageResult") == "3"
    assert "TG-VEN-001" in rejected.data.decode()
    again = changed(draft(), {"Head/SeqNo": rejected.seq_no})
    customs.settled(signed(again, 4))
    assert customs.results(rejected.seq_no) == ["Y", "3", "Y", "1"]
    assert text_of(customs.receipts()[-1].data, "businessId") == SECOND


def changed_and_deleted(customs: Tenant, seq_no: str) -> None:
    """An approved one is changed under its number, then deleted."""
    change = {"Head/VenueNo": FIRST, "Head/DclTypeCd": "2", "Head/ChgTmsCnt": "1", "Head/ModReason": "扩建"}
    customs.settled(signed(changed(draft(), change), 7))
    assert text_of(customs.receipts()[-1].data, "businessId") == FIRST
    deletion = change | {"Head/DclTypeCd": "3", "Head/ChgTmsCnt": "2", "Head/ModReason": None, "Head/DelReason": "停用"}
    customs.settled(signed(changed(draft(), deletion), 8))
    assert customs.results(seq_no)[-4:] == ["Y", "1", "Y", "1"]
    case = customs.tenant.store.case(seq_no)
    assert case is not None
    assert case.state is State.DELETED


def sent_again(customs: Tenant, seq_no: str) -> None:
    """Whoever asks gets the receipts once more."""
    before = len(customs.receipts())
    asked = fixture("tmp141-minimal")
    asked["document"] = {"SeqNo": seq_no, "OperCusRegCode": draft()["document"]["OperCusRegCode"]}
    customs.settled(signed(asked, 5))
    assert [text_of(each.data, "manageResult") for each in customs.receipts()[before:]] == ["Y", "1"]


def a_scenario_knows_its_fields() -> None:
    """A scenario speaks of its fields, and its number begins as the settings say."""
    customs = make_tenant(Config(prefixes={"venue": "KG"}))
    assert customs.tenant.overrides.set_scenarios(ScenarioText(SCENARIO)) == ()
    customs.settled(signed(draft(), 6))
    customs.settle()
    assert [text_of(each.data, "manageResult") for each in customs.receipts()] == ["Y", "2", "1"]
    assert text_of(customs.receipts()[-1].data, "businessId") == THIRD


def main() -> None:
    """Everything, in turn."""
    customs = make_tenant()
    seq_no = stored_and_approved(customs)
    kept_and_rejected(customs)
    sent_again(customs, seq_no)
    changed_and_deleted(customs, seq_no)
    a_scenario_knows_its_fields()
    tenant.close_all()
    sys.stdout.write(f"{FIRST}\n")


if __name__ == "__main__":
    main()
