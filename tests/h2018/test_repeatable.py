"""Same seed, same messages, same times: the same bytes, whichever way they come."""

from __future__ import annotations

from pathlib import Path

from h2018.config import Config
from h2018.transports.folders import IN_BOX, OUT_BOX, Folders
from tests.h2018.http.web import Web
from tests.h2018.tenant import World, changed, fixture, make_world, signed


def script() -> list[bytes]:
    """Good, wrong, repeated, unreadable, and a confirmation."""
    good = signed(fixture("tmp101-minimal"), 1)
    wrong = signed(changed(fixture("tmp101-minimal"), {"Head/EndDate": "20270309"}), 2)
    return [good, wrong, good, b"<no", signed(fixture("tmp121-minimal"), 3)]


def played(world: World, way: str) -> tuple[list[bytes], list[bytes]]:
    """Answers and receipts of the script, sent a minute apart."""
    answers, web = [], Web(world.customs, world.time)
    for data in script():
        answers.append(web.ask("POST", "/v1/messages", data).body if way == "http" else world.send(data).data)
        world.advance(60)
    return answers, [receipt.data for receipt in world.receipts()]


def test_over_http_and_in_process_the_bytes_are_the_same() -> None:
    """Every answer and every receipt."""
    assert played(make_world(), "http") == played(make_world(), "service")


def test_another_seed_gives_other_packets_and_the_same_decisions() -> None:
    """Only what is chance changes."""
    one, other = played(make_world(), "service"), played(make_world(Config(seed=7)), "service")
    assert one[0] == other[0]
    assert one[1] != other[1]
    assert len(one[1]) == len(other[1])


def test_through_folders_the_receipts_are_the_same(tmp_path: Path) -> None:
    """The files in InBox hold the same receipts."""
    world = make_world()
    folders = Folders(world.world, tmp_path)
    for number, data in enumerate(script()):
        (tmp_path / OUT_BOX / f"{number}.xml").write_bytes(data)
        folders.poll()
        world.advance(60)
    files = sorted((tmp_path / IN_BOX).glob("Receipt_*"))
    expected = played(make_world(), "service")[1]
    assert sorted(path.read_bytes() for path in files) == sorted(expected)


def test_in_memory_in_a_file_and_across_restarts_the_bytes_are_the_same(tmp_path: Path) -> None:
    """Ended and started again after every message, half-way to its receipts: nothing of chance is drawn anew."""
    config = Config(database=str(tmp_path / "restarted"), seed=11)
    answers: list[bytes] = []
    world = make_world(config)
    for data in script():
        answers.append(world.send(data).data)
        world.advance(1.5)
        world.customs.close()
        world = make_world(config)
        world.advance(58.5)
    restarted = answers, [receipt.data for receipt in world.receipts()]
    expected = played(make_world(Config(seed=11)), "service")
    assert restarted == played(make_world(Config(database=str(tmp_path / "file"), seed=11)), "service") == expected
