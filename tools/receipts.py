"""What the simulated customs answers to the cases: played once, in order, with a clock that stands still in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from h2018.clock import manual_clock
from h2018.config import DEMO_START, Config
from h2018.service import Service
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.certificates import Trust
from tools import cases


def of_cases(messages: Mapping[str, bytes], fixtures: Path) -> Iterator[tuple[str, str, bytes]]:
    """Case folder, file name and bytes of every answer, in the order in which they come.

    :param messages: what is sent for each case, by its folder.
    """
    clock = manual_clock(DEMO_START)
    trust = Trust([(fixtures / "keys" / "ca.pem").read_bytes()])
    service = Service(Config(), clock, cases.registry(), trust=trust)
    for case in cases.CASES:
        day = datetime.fromisoformat(case.today).replace(hour=10, tzinfo=CHINA_TIME)
        if day > clock.now():
            clock.advance_to(day)
        before = service.store.next_sequence - 1
        yield case.folder, "1-technical.xml", service.intake(messages[case.folder], "http").data
        clock.advance(timedelta(minutes=10).total_seconds())
        for number, receipt in enumerate(service.store.receipts(after=before), 2):
            yield case.folder, f"{number}-{receipt.code}.xml", receipt.data

