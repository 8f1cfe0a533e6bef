"""The life of an extension: years of business time in a moment of ours, three granted, the fourth refused."""

from __future__ import annotations

from datetime import date, datetime
from time import process_time

from tempgoods_edi.lifecycle.deadlines import extended
from tempgoods_edi.numbers import CHINA_TIME
from tests.h2018.tenant import Tenant, case, changed, make_tenant, notes_of, signed, text_of

ENTRY = "790120261159743191"
#: Until when the goods may stay, as the sample registry has it.
FIRST_DEADLINE = date(2027, 4, 12)


def application(number: int, deadline: date, today: date) -> bytes:
    """The application for the extension of that number, for as long as may be."""
    tree = case("rail-test-equipment")
    values = {
        "Head/EtpsPreentNo": f"YQ-{number}",
        "Head/DclDate": f"{today:%Y%m%d}",
        "Head/ExtensionCnt": str(number),
        "Head/CurrentDeadline": f"{deadline:%Y%m%d}",
        "Head/RequestedDeadline": f"{extended(deadline):%Y%m%d}",
        "Head/ProjectTypeCd": "0",
    }
    tree = changed(tree, values)
    return signed({**tree, "document": {k: v for k, v in tree["document"].items() if k != "Documents"}}, number)


def at_nine(day: date) -> datetime:
    """When the office opens."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=CHINA_TIME)


def extend(tenant: Tenant, number: int, deadline: date, today: date) -> str:
    """Wait for that day and apply; the last manageResult."""
    tenant.advance_to(at_nine(today))
    reply = tenant.settled(application(number, deadline, today))
    assert reply.outcome == "accepted"
    return tenant.results(reply.seq_no)[-1]


def test_three_extensions_are_granted_and_the_fourth_is_refused() -> None:
    """Each within the last days of the term before; deadlines move by six months each; the refusal names the rule."""
    tenant = make_tenant(starts_at=datetime(2026, 10, 12, 9, tzinfo=CHINA_TIME))
    deadline, granted = FIRST_DEADLINE, []
    for number in (1, 2, 3):
        assert tenant.tenant.registry.entries[ENTRY].deadline == deadline
        assert extend(tenant, number, deadline, deadline) == "1"
        deadline = extended(deadline)
        granted.append(deadline)
    assert granted == [date(2027, 10, 12), date(2028, 4, 12), date(2028, 10, 12)]
    assert [each.deadline for each in tenant.tenant.registry.extensions[ENTRY]] == granted
    assert extend(tenant, 4, deadline, date(2028, 10, 1)) == "3"
    refusal = tenant.receipts()[-1]
    assert any(note.startswith("[TG-EXT-006]") for note in notes_of(refusal.data)), notes_of(refusal.data)
    assert tenant.tenant.registry.entries[ENTRY].deadline == granted[-1]
    numbers = [
        text_of(each.data, "businessId") for each in tenant.receipts() if text_of(each.data, "manageResult") == "1"
    ]
    assert numbers == ["YQ790127000001", "YQ790127000002", "YQ790128000001"]
    assert [receipt.at.date() for receipt in tenant.receipts()][::2] == [
        FIRST_DEADLINE,
        *granted[:2],
        date(2028, 10, 1),
    ]


def test_six_months_pass_in_milliseconds() -> None:
    """Time is only as long as what happens in it."""
    tenant = make_tenant(starts_at=at_nine(date(2026, 10, 12)))
    message = application(1, FIRST_DEADLINE, FIRST_DEADLINE)
    began = process_time()
    tenant.advance_to(at_nine(FIRST_DEADLINE))
    reply = tenant.settled(message)
    assert process_time() - began < 2
    assert tenant.results(reply.seq_no) == ["Y", "1"]
    assert tenant.clock.now() > at_nine(FIRST_DEADLINE)
