"""Same seed, same messages, same times: the same bytes, whichever way they come."""

from __future__ import annotations

from pathlib import Path

from h2018.config import Config
from h2018.transports.folders import IN_BOX, OUT_BOX, Folders
from tests.h2018.http.web import Web
from tests.h2018.tenant import Tenant, changed, fixture, make_tenant, signed


def script() -> list[bytes]:
    """Good, wrong, repeated, unreadable, and a confirmation."""
    good = signed(fixture("tmp101-minimal"), 1)
    wrong = signed(changed(fixture("tmp101-minimal"), {"Head/EndDate": "20270309"}), 2)
    return [good, wrong, good, b"<no", signed(fixture("tmp121-minimal"), 3)]


def played(tenant: Tenant, way: str) -> tuple[list[bytes], list[bytes]]:
    """Answers and receipts of the script, sent a minute apart."""
    answers, web = [], Web(tenant.customs, tenant.time)
    for data in script():
        answers.append(web.ask("POST", "/v1/messages", data).body if way == "http" else tenant.send(data).data)
        tenant.advance(60)
    return answers, [receipt.data for receipt in tenant.receipts()]


def test_over_http_and_in_process_the_bytes_are_the_same() -> None:
    """Every answer and every receipt."""
    assert played(make_tenant(), "http") == played(make_tenant(), "service")


def test_another_seed_gives_other_packets_and_the_same_decisions() -> None:
    """Only what is chance changes."""
    one, other = played(make_tenant(), "service"), played(make_tenant(Config(seed=7)), "service")
    assert one[0] == other[0]
    assert one[1] != other[1]
    assert len(one[1]) == len(other[1])


def test_through_folders_the_receipts_are_the_same(tmp_path: Path) -> None:
    """The files in InBox hold the same receipts."""
    tenant = make_tenant()
    folders = Folders(tenant.tenant, tmp_path)
    for number, data in enumerate(script()):
        (tmp_path / OUT_BOX / f"{number}.xml").write_bytes(data)
        folders.poll()
        tenant.advance(60)
    files = sorted((tmp_path / IN_BOX).glob("Receipt_*"))
    expected = played(make_tenant(), "service")[1]
    assert sorted(path.read_bytes() for path in files) == sorted(expected)


def test_in_memory_in_a_file_and_across_restarts_the_bytes_are_the_same(tmp_path: Path) -> None:
    """Ended and started again after every message, half-way to its receipts: nothing of chance is drawn anew."""
    config = Config(database=str(tmp_path / "restarted"), seed=11)
    answers: list[bytes] = []
    tenant = make_tenant(config)
    for data in script():
        answers.append(tenant.send(data).data)
        tenant.advance(1.5)
        tenant.customs.close()
        tenant = make_tenant(config)
        tenant.advance(58.5)
    restarted = answers, [receipt.data for receipt in tenant.receipts()]
    expected = played(make_tenant(Config(seed=11)), "service")
    assert restarted == played(make_tenant(Config(database=str(tmp_path / "file"), seed=11)), "service") == expected
