"""What the simulated customs answers to the cases: played once, in order, with a clock that stands still in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from twisted.internet.task import Clock

from h2018.config import DEMO_START, Config
from h2018.tenant.tenants import Customs
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.certificates import Trust
from tools import cases


def of_cases(messages: Mapping[str, bytes], fixtures: Path) -> Iterator[tuple[str, str, bytes]]:
    """Case folder, file name and bytes of every answer, in the order in which they come.

    :param messages: what is sent for each case, by its folder.
    """
    config = Config(clock="manual", starts_at=DEMO_START, registry=cases.REGISTRY)
    customs = Customs(config, Clock(), trust=Trust([(fixtures / "keys" / "ca.pem").read_bytes()]))
    tenant = customs.tenant()
    for case in cases.CASES:
        day = datetime.fromisoformat(case.today).replace(hour=10, tzinfo=CHINA_TIME)
        if day > tenant.clock.now():
            tenant.advance_to(day)
        before = tenant.store.next_sequence - 1
        yield case.folder, "1-technical.xml", tenant.intake(messages[case.folder], "http").data
        tenant.advance(timedelta(minutes=10).total_seconds())
        for number, receipt in enumerate(tenant.store.receipts(after=before), 2):
            yield case.folder, f"{number}-{receipt.code}.xml", receipt.data
    customs.close()

