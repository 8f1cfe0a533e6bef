"""Finding out what happened: the journal, replay into another tenant, reprocessing with an edit, a case as a bug report."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

from tests.h2018.http.web import Web, serving
from tests.h2018.tenant import changed, fixture, signed, text_of

GOOD = signed(fixture("tmp101-minimal"), 1)
BAD = signed(changed(fixture("tmp101-minimal"), {"Head/HallNm": ""}), 1)


def post(web: Web, data: bytes = GOOD) -> None:
    """Hand a message in and let ten minutes pass."""
    web.ask("POST", "/v1/messages", data)
    web.settle()


def test_the_journal_is_read_in_pages_and_its_bytes_as_they_were() -> None:
    """By number, by message, by declaration; newest first when asked; 404 beyond its end."""
    with serving() as web:
        post(web)
        lines = web.ask("GET", "/control/journal?limit=3").json
        assert [line["sequence"] for line in lines] == [1, 2, 3]
        assert web.ask("GET", f"/control/journal?seq_no={lines[1]['seq_no']}").json[0]["what"] == "answered"
        assert web.ask("GET", "/control/journal?newest_first=true&limit=1").json[0]["sequence"] > 3
        data = web.ask("GET", "/control/journal/1/data")
        assert (data.body, data.headers["x-sha256"]) == (GOOD, lines[0]["sha256"])
        assert web.ask("GET", "/control/journal/1").json == lines[0]
        assert web.ask("GET", "/control/journal/9999").code == 404


def test_messages_are_replayed_into_another_tenant() -> None:
    """The same answer there, and a line that says where they came from; what is no message is refused."""
    with serving() as web:
        post(web)
        web.ask("POST", "/control/tenants", {"name": "lab"})
        replayed = web.ask("POST", "/control/replay", {"into": "lab", "sequences": [1]})
        assert replayed.code == 200
        assert (replayed.json[0]["outcome"], replayed.json[0]["same"]) == ("accepted", True)
        message_id = replayed.json[0]["message_id"]
        records = web.ask("GET", f"/t/lab/v1/messages/{message_id}/why").json["records"]
        whys = [why for record in records for why in record["why"] if why["stage"] == "control"]
        assert whys[0]["path"] == "default/journal/1"
        assert web.ask("POST", "/control/replay", {"into": "lab", "sequences": [2]}).code == 422
        assert web.ask("POST", "/control/replay", {"into": "nobody", "sequences": [1]}).code == 404


def test_a_message_is_reprocessed_with_an_edit_and_its_lineage_kept() -> None:
    """The edited bytes are taken; `why` names the line they were made from."""
    with serving() as web:
        post(web, BAD)
        again = web.ask("POST", "/control/journal/1/reprocess", GOOD, media="application/xml").json
        assert (again["origin"], again["outcome"], again["same"]) == (1, "accepted", False)
        assert text_of(again["answer"].encode(), "DealFlag") == "0"
        lineage = web.ask("GET", f"/control/journal?seq_no={again['seq_no']}").json
        assert "default/journal/1" in [why["path"] for line in lineage for why in line["why"]]
        assert web.ask("POST", "/control/journal/2/reprocess", GOOD).code == 422


def test_a_case_is_exported_with_everything_needed_to_see_it_again() -> None:
    """Messages and receipts as they were, why, versions, seed, scenario; the same bytes each time."""
    scenario = b'[[scenario]]\nname = "s"\nmatch = {message = "TMP111"}\naction = {outcome = "stuck"}\n'
    with serving() as web:
        web.ask("PUT", "/control/scenarios", scenario, media="application/toml")
        post(web)
        seq_no = web.tenant.store.receipts()[0].seq_no
        report = web.ask("GET", f"/control/cases/{seq_no}/export")
        assert report.headers["content-type"] == "application/zip"
        with ZipFile(BytesIO(report.body)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        assert GOOD in files.values()
        assert {each.data for each in web.tenant.store.receipts()} <= set(files.values())
        assert files["scenarios.toml"] == scenario
        about = json.loads(files["world.json"])
        assert (about["seed"], set(about["versions"]) >= {"tempgoods-edi", "python"}) == (2018, True)
        assert json.loads(files["why.json"])[0]["what"] == "received"
        assert json.loads(files["case.json"])["state"] == "approved"
        assert web.ask("GET", f"/control/cases/{seq_no}/export").body == report.body
        assert web.ask("GET", "/control/cases/I0/export").code == 404


def test_declarations_are_listed_and_decided_on() -> None:
    """By state; an officer's decision once, 409 afterwards."""
    with serving(progression="manual") as web:
        post(web)
        listed = web.ask("GET", "/control/cases?state=manual_review").json
        assert [each["code"] for each in listed] == ["TMP101"]
        path = f"/control/cases/{listed[0]['seq_no']}"
        wrong = {"decision": "approve", "text": "?"}
        assert web.ask("POST", f"{path}/decision", wrong).code == 422
        returned = {"decision": "return", "reasons": [{"path": "Head/HallNm", "text": "请写明展馆"}]}
        assert web.ask("POST", f"{path}/decision?officer=Li", returned).json["state"] == "rejected"
        assert web.ask("POST", f"{path}/decision", {"decision": "approve"}).code == 409
        assert web.ask("GET", path).json["state"] == "rejected"
