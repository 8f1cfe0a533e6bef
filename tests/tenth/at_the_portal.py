"""Run inside the copy that has the tenth message: from its form in the portal to customs and back, to lists and print-outs."""

from __future__ import annotations

import json
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import pikepdf
from lxml import html

from tempgoods_edi.declarant.kinds import by_slug
from tempgoods_edi.lifecycle.states import State
from tests.declarant.gateway import office
from tests.declarant.gateway.channels import Channel, in_memory
from tests.h2018.tenant import FIXTURES, START, card, fixture
from tests.web.forms.submitting import submitted
from tests.web.forms.test_declaring import signed
from tests.web.portal import Portal, TestClient, answered, challenge, portal, token

NUMBER = "CG534526000001"
ENTERPRISE = "4403967T20"
DOCUMENT = fixture("tmp901-minimal")["document"]
#: What a declarant types; the rest the portal fills in.
TYPED = ("MasterCusCd", "VenueNm", "VenueKindCd", "LinkMan", "LinkTel")


def sat_down(running: Portal) -> TestClient:
    """A browser that the enterprise's operator is logged in with."""
    browser = running.browser()
    assert answered(browser, challenge(browser), by=card(ENTERPRISE)).status_code == 200
    browser.headers["X-CSRF"] = token(browser)
    browser.headers["Accept"] = "text/html"
    return browser


def found_in_the_menu(browser: TestClient) -> None:
    """Form and list are a click away, under the heading of their entry."""
    page = html.document_fromstring(browser.get("/").text)
    links = {each.get("href"): each.text_content() for each in page.xpath("//nav//a")}
    assert (links["/forms/venue"], links["/queries/venue"]) == ("展览场所登记", "展览场所登记查询")


def declared(browser: TestClient) -> str:
    """Typed into the form, judged, saved, signed, declared; the pre-entry number."""
    page = browser.get("/forms/venue").text
    assert "场所名称" in page
    halls = [{"HallCd": "A1", "HallArea": "0"}]
    typed = {f"Head__{tag}": DOCUMENT["Head"][tag] for tag in TYPED}
    refused = browser.post("/forms/venue", data=dict(submitted(page, "declare", **typed, goods=json.dumps(halls))))
    assert "面积" in refused.text
    assert refused.status_code == 422
    halls[0]["HallArea"] = "15000"
    again = dict(submitted(refused.text, "declare", goods=json.dumps(halls)))
    action = html.document_fromstring(refused.text).get_element_by_id("form").get("action")
    saved = browser.post(action, data=again)
    assert saved.status_code == 303, html.document_fromstring(saved.text).text_content()
    address = str(saved.headers["location"])
    taken = browser.post(address, data=signed(browser.get(address).text, card(ENTERPRISE)))
    assert taken.status_code == 303, taken.text
    return address.removesuffix("/declare").rpartition("/")[2]


def approved(running: Portal, seq_no: str, channel: Channel) -> None:
    """The gateway carries it to customs, whose receipts bring the number."""
    services = running.app.state.context
    gateway = office.gateway(office.Office(Path(), services.store, services.filing), channel.transport)
    actor = office.actor(ENTERPRISE)

    def comes_to(state: State) -> None:
        office.until(lambda: services.filing.get(actor, seq_no).state is state, lambda: gateway.turn(running.now))

    comes_to(State.SENT)
    channel.customs.control.advance(600)
    comes_to(State.APPROVED)
    assert services.filing.get(actor, seq_no).customs_no == NUMBER


def queried(browser: TestClient, seq_no: str) -> None:
    """Found by its number and by its title, on the page and in the workbook; a change begins from there."""
    for asked in (f"customs_no={NUMBER}", "title=会展中心", f"seq_no={seq_no}"):
        page = browser.get(f"/queries/venue?{asked}").text
        assert NUMBER in page
        assert DOCUMENT["Head"]["VenueNm"] in page
        assert "change-button" in page
    assert NUMBER not in browser.get("/queries/venue?title=nowhere").text
    assert browser.get("/queries/venue.xlsx").content.startswith(b"PK")
    assert NUMBER in browser.get(f"/declarations/{seq_no}").text


def changed(browser: TestClient, seq_no: str) -> None:
    """变更 opens the next version, with its reason, to be saved."""
    begun = browser.post(f"/declarations/{seq_no}/change")
    assert begun.status_code == 303, begun.text
    page = browser.get(f"/declarations/{seq_no}").text
    saved = browser.post(f"/declarations/{seq_no}", data=dict(submitted(page, "save", Head__ModReason="扩建")))
    assert saved.status_code == 303, saved.text


def printed(browser: TestClient, seq_no: str) -> None:
    """Its three print-outs, with a title that names it."""
    titles = {}
    for what in ("check-sheet", "list", "application-form"):
        answer = browser.get(f"/declarations/{seq_no}/print/{what}.pdf")
        assert answer.status_code == 200, answer.text
        with pikepdf.open(BytesIO(answer.content)) as opened:
            titles[what] = str(opened.docinfo["/Title"])
    assert titles == {
        "check-sheet": f"展览场所登记核对单 {NUMBER}",
        "list": f"展馆清单 {NUMBER}",
        "application-form": f"展览场所登记申请表 {NUMBER}",
    }


def main() -> None:
    """Everything, in turn."""
    assert by_slug("venue") is not None
    with tempfile.TemporaryDirectory() as name, in_memory(Path(name)) as channel:
        trust = (FIXTURES / "keys" / "ca.pem",)
        with portal(Path(name), trust=trust) as running:
            running.now = START
            browser = sat_down(running)
            found_in_the_menu(browser)
            seq_no = declared(browser)
            approved(running, seq_no, channel)
            queried(browser, seq_no)
            printed(browser, seq_no)
            changed(browser, seq_no)
    sys.stdout.write(f"{NUMBER}\n")


if __name__ == "__main__":
    main()
