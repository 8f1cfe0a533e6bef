"""Questions to customs, for somebody who waits: answered with their rights, remembered, and never answered by silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace

from tempgoods_edi.declarant.customs_queries import CustomsQueries
from tempgoods_edi.declarant.errors import Unreachable
from tempgoods_edi.declarant.query_messages import Enquirer, NotAsked
from tempgoods_edi.declarant.store import customs_facts
from tempgoods_edi.rules import KnownEntry, KnownExhibition
from tests.declarant.gateway.channels import CONFIG, Channel, in_memory, platform_signer
from tests.declarant.gateway.office import actor
from tests.declarant.gateway.place import TEN_MINUTES, Place
from tests.h2018.tenant import ENTRY, ORGANISER, RETURN_ENTRY, START, case, signed

SPRING = START.replace(year=2027, month=3, day=10)


class Asked(Place):
    """A place with somebody who asks; while they wait, the gateway takes its turns."""

    def __init__(self, folder: Path, channel: Channel) -> None:
        super().__init__(folder, channel)
        enquirer = Enquirer(platform_signer(), Random(2).randbytes)
        self.customs_queries = CustomsQueries(
            self.office.store, enquirer, lambda: channel.customs.control.clock().now, self.pause
        )
        self.running = True

    def pause(self, seconds: float) -> None:
        """The gateway's turn, and a moment of business time."""
        if self.running:
            self.turn()
            self.customs.control.advance(0.1)


@pytest.fixture
def spring(tmp_path: Path) -> Iterator[Asked]:
    """The machine tool show is approved, and its goods have come."""
    with in_memory(tmp_path, replace(CONFIG, starts_at=SPRING)) as channel:
        tree = case("machine-tool-show")
        tree["document"].pop("Documents", None)
        channel.customs.submit(signed(tree, 900))
        channel.customs.control.advance(TEN_MINUTES)
        yield Asked(tmp_path, channel)


SHOW = "ZH222827000001"


def test_an_exhibition_is_told_and_remembered(spring: Asked) -> None:
    """To who may know it; for anybody else there is none, and nothing is remembered."""
    told = spring.customs_queries.exhibition(actor(ORGANISER), SHOW)
    assert told is not None
    assert told.exhibition_nm == "2027上海国际智能机床展览会"
    assert spring.customs_queries.exhibition(actor(), SHOW) is None
    assert spring.customs_queries.exhibition(actor(ORGANISER), "ZH222827999999") is None
    with spring.office.store.reading() as connection:
        known = customs_facts.known(connection, ORGANISER, KnownExhibition, [SHOW])
        assert customs_facts.known(connection, actor().enterprise_no, KnownExhibition, [SHOW]) == {}
    assert (known[SHOW].start.isoformat(), known[SHOW].approved) == ("2027-03-18", True)


def test_goods_are_told_and_their_entries_remembered(spring: Asked) -> None:
    """By exhibition, by entry, one line; an entry is remembered whole, with its dates and what came back."""
    by_show = spring.customs_queries.entry_goods(actor(ORGANISER), exhibition_no=SHOW)
    assert {line.entry_no for line in by_show} == {ENTRY}
    whole = spring.customs_queries.entry_goods(actor(ORGANISER), entry_no=ENTRY)
    assert tuple(line for line in whole if line.available_qty) == by_show
    (line,) = spring.customs_queries.entry_goods(actor(ORGANISER), entry_no=ENTRY, entry_g_no=3)
    assert line in by_show
    assert spring.customs_queries.entry_goods(actor(), entry_no=ENTRY) == ()
    with spring.office.store.reading() as connection:
        known = customs_facts.known(connection, ORGANISER, KnownEntry, [ENTRY])[ENTRY]
    assert len(known.lines) == len(whole) > len(by_show)
    assert known.exhibition_no == SHOW, "told by the first question, and not forgotten by the second"
    assert known.lines[1].returned == 1
    assert known.ie_date < known.deadline


def test_goods_that_are_all_lent_stay_known_when_customs_offer_them_no_more(spring: Asked) -> None:
    """Asked by exhibition after asked by entry: what is not offered was known, is still here, and has its deadline."""
    whole = spring.customs_queries.entry_goods(actor(ORGANISER), entry_no=ENTRY)
    by_show = spring.customs_queries.entry_goods(actor(ORGANISER), exhibition_no=SHOW)
    with spring.office.store.reading() as connection:
        known = customs_facts.known(connection, ORGANISER, KnownEntry, [ENTRY])[ENTRY]
    offered = {line.entry_g_no for line in by_show}
    assert {line.entry_g_no for line in whole} == set(known.lines) > offered
    assert all(line.available == 0 for number, line in known.lines.items() if number not in offered)


def test_what_was_written_off_is_told(spring: Asked) -> None:
    """By the original entry or a return entry; nothing to who has no right."""
    assert len(spring.customs_queries.write_off(actor(ORGANISER), original=ENTRY)) == 40
    assert len(spring.customs_queries.write_off(actor(ORGANISER), back=RETURN_ENTRY)) == 14
    assert spring.customs_queries.write_off(actor(), original=ENTRY) == ()


def test_a_question_that_makes_no_sense_is_not_sent(spring: Asked) -> None:
    """Both keys, no number: told at once."""
    with pytest.raises(NotAsked):
        spring.customs_queries.write_off(actor(), original=ENTRY, back=ENTRY)
    with pytest.raises(NotAsked):
        spring.customs_queries.exhibition(actor(), "？")


def test_without_answer_it_is_said_in_words(spring: Asked) -> None:
    """No gateway, customs down, customs that refuse: never an empty answer that looks like one."""
    spring.running = False
    with pytest.raises(Unreachable) as silent:
        spring.customs_queries.exhibition(actor(), SHOW)
    assert "8 秒" in silent.value.text.zh
    spring.running = True
    spring.turn()
    spring.customs.control.next("refuse", note="查询暂停")
    with pytest.raises(Unreachable) as refused:
        spring.customs_queries.exhibition(actor(), SHOW)
    assert "查询暂停" in refused.value.text.zh
