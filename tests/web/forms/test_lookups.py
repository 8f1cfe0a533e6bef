"""What customs is asked while a form is filled in, with and without scripts, and when customs does not answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from lxml import html

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.errors import Unreachable
from tempgoods_edi.records.tmp251 import ExhibitionOnFile
from tempgoods_edi.records.tmp261 import EntryGoods
from tempgoods_edi.values import Bilingual
from tempgoods_edi.web.shell.context import Context
from tests.web.forms.submitting import submitted
from tests.web.portal import TestClient

KNOWN, ENTRY = "ZH222827000001", "222520271147491038"
GOODS = tuple(
    EntryGoods(
        entry_no=ENTRY,
        entry_g_no=number,
        gdecd="8457101000",
        gds_nm=f"货{number}",
        entry_qty=Decimal(2),
        entry_unit_cd="001",
        lent_qty=Decimal(0),
        available_qty=Decimal(2),
    )
    for number in (1, 2, 3)
)


class Customs:
    """Customs that know one exhibition with one entry, and can be out of reach."""

    reachable = True

    def exhibition(self, actor: Actor, no: str) -> ExhibitionOnFile | None:
        """The one exhibition."""
        self._reached()
        found = ExhibitionOnFile(exhibition_no=KNOWN, exhibition_nm="机床展", master_cus_cd="2228", status_cd="1")
        return found if no == KNOWN else None

    def entry_goods(
        self, actor: Actor, exhibition_no: Any = None, entry_no: Any = None, entry_g_no: Any = None
    ) -> tuple[EntryGoods, ...]:
        """Its entry's goods."""
        self._reached()
        asked = exhibition_no == KNOWN or entry_no == ENTRY
        return tuple(line for line in GOODS if asked and entry_g_no in (None, line.entry_g_no))

    def _reached(self) -> None:
        if not self.reachable:
            raise Unreachable(Bilingual("海关没有应答", "customs did not answer"))


@pytest.fixture
def customs(services: Context) -> Customs:
    """Customs behind the portal."""
    made = Customs()
    services.customs_queries = made  # type: ignore[assignment]  # as much of it as the forms use
    return made


def test_an_exhibition_is_known_or_not_or_not_asked(client: TestClient, customs: Customs) -> None:
    """Known: what it fills in; unknown: in words; out of reach: in words, and nothing is said of the number (W14)."""
    assert client.get(f"/lookup/exhibition?no={KNOWN}").json() == {"known": True, "fills": {"ExhibitionNm": "机床展"}}
    unknown = client.get("/lookup/exhibition?no=ZH222827000002").json()
    assert unknown["known"] is False
    assert "ZH222827000002" in unknown["text"]
    customs.reachable = False
    told = client.get(f"/lookup/exhibition?no={KNOWN}").json()
    assert told["known"] is None
    assert "海关没有应答" in told["text"]


def test_saving_asks_without_scripts(client: TestClient, customs: Customs, services: Context, wang: Actor) -> None:
    """The name is filled in on saving; a wrong number is saved and said; customs out of reach keep nobody from saving."""
    page = client.get("/forms/loan-list").text
    for number, name, said in ((KNOWN, "机床展", "已暂存"), ("ZH222827000002", None, "有误")):
        sent = dict(submitted(page, Head__MasterCusCd="2228", Head__ExhibitionNo=number))
        answer = client.post("/forms/loan-list", data=sent)
        assert answer.status_code == 303
        stored = services.filing.get(wang, answer.headers["location"].rpartition("/")[2])
        assert stored.tree["Head"].get("ExhibitionNm") == name
        assert (
            said
            in html.document_fromstring(client.get(answer.headers["location"]).text)
            .get_element_by_id("flash")
            .text_content()
        )
    customs.reachable = False
    sent = dict(submitted(page, Head__MasterCusCd="2228", Head__ExhibitionNo=KNOWN))
    assert client.post("/forms/loan-list", data=sent).status_code == 303


def test_goods_of_entries_by_buttons_alone(
    client: TestClient, customs: Customs, services: Context, wang: Actor
) -> None:
    """Without scripts: open, look up by exhibition or entry, tick, take over, save (W16)."""
    page = client.get("/forms/loan-list").text
    head = {"Head__MasterCusCd": "2228", "Head__ExhibitionNo": KNOWN}
    page = client.post("/forms/loan-list", data=dict(submitted(page, "entry-open", **head))).text
    page = client.post("/forms/loan-list", data=dict(submitted(page, "entry-ask"))).text
    assert len(html.document_fromstring(page).xpath("//input[@name='take']")) == 3
    narrow = {"ask-entry": ENTRY, "ask-item": "2"}
    one = client.post("/forms/loan-list", data=dict(submitted(page, "entry-ask")) | narrow).text
    assert len(html.document_fromstring(one).xpath("//input[@name='take']")) == 1
    taken = client.post("/forms/loan-list", data={**dict(submitted(page, "entry-take")), "take": ["1", "3"]}).text
    answer = client.post("/forms/loan-list", data=dict(submitted(taken)))
    assert answer.status_code == 303
    lines = services.filing.get(wang, answer.headers["location"].rpartition("/")[2]).tree["LoanGoods"]
    assert [(line["EntryNo"], line["EntryGNo"], line["LoanQty"]) for line in lines] == [
        (ENTRY, "1", "2"),
        (ENTRY, "3", "2"),
    ]


def test_goods_of_entries_for_scripts(client: TestClient, customs: Customs) -> None:
    """Lines to show, and the goods line that each becomes in this kind; an item number counts only beside an entry."""
    told = client.get("/lookup/entry-goods", params={"slug": "extension", "entry": ENTRY}).json()
    assert len(told["lines"]) == 3
    assert len(told["lines"][0]["cells"]) == len(told["columns"])
    row = told["lines"][0]["row"]
    assert (row["EntryNo"], row["DclUnitCd"], row["ExtQty"], row["RemainQty"]) == (ENTRY, "001", "2", "2")
    everything = client.get(
        "/lookup/entry-goods", params={"slug": "loan-list", "exhibition": KNOWN, "item": "2"}
    ).json()
    assert len(everything["lines"]) == 3
    assert client.get("/lookup/entry-goods", params={"slug": "loan-list"}).json()["text"]
    customs.reachable = False
    assert (
        "海关没有应答" in client.get("/lookup/entry-goods", params={"slug": "extension", "entry": ENTRY}).json()["text"]
    )


def test_without_customs_forms_work_all_the_same(client: TestClient) -> None:
    """Nobody can be asked: it is said nowhere that a number is wrong."""
    assert client.get(f"/lookup/exhibition?no={KNOWN}").json() == {"known": None}
    page = client.get("/forms/loan-list").text
    sent = dict(submitted(page, Head__MasterCusCd="2228", Head__ExhibitionNo=KNOWN))
    assert client.post("/forms/loan-list", data=sent).status_code == 303
    assert msgspec.json.decode(sent["goods"]) == []
