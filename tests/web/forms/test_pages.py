"""The form pages over HTTP, as a browser without scripts uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from httpx import Response
from lxml import html

from tempgoods_edi.declarant.actors import Actor
from tempgoods_edi.declarant.kinds import KINDS, Kind
from tempgoods_edi.declarant.sections import leaves
from tempgoods_edi.schema.spec import FieldSpec
from tempgoods_edi.web.shell.context import Context
from tests.web.forms.conftest import Sit
from tests.web.forms.submitting import controls, form_of, submitted
from tests.web.portal import TestClient

by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.slug)

HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=alert(2)>&amp;{{7*7}}</textarea>"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def needed(kind: Kind) -> dict[str, str]:
    """What a draft of a kind needs, as its fixture has it."""
    tree = msgspec.json.decode(fixture(kind, "minimal"))["document"]
    return {
        path.replace("/", "__"): value_of(tree, path) or "" for path, spec in leaves(kind.spec) if spec.need == "draft"
    }


def saved(client: TestClient, kind: Kind, **typed: str) -> str:
    """Address of a draft that was saved through its form."""
    page = client.get(f"/forms/{kind.slug}").text
    answer = client.post(f"/forms/{kind.slug}", data=dict(submitted(page, **(needed(kind) | typed))))
    assert answer.status_code == 303, errors(answer.text)
    return str(answer.headers["location"])


def press(
    client: TestClient, address: str, page: str, button: str, picked: tuple[str, ...] = (), **typed: str
) -> Response:
    """Press a button on a page."""
    answer: Response = client.post(address, data={**dict(submitted(page, button, **typed)), "pick": list(picked)})
    return answer


def errors(page: str) -> list[str]:
    """The lines of the summary."""
    return [
        " ".join(each.text_content().split()) for each in html.document_fromstring(page).xpath("//*[@id='summary']//li")
    ]


def texts(page: str) -> str:
    """What can be read of a page."""
    return " ".join(html.document_fromstring(page).text_content().split())


@by_kind
def test_a_form_is_new_saved_and_opened_again(client: TestClient, kind: Kind, services: Context, wang: Actor) -> None:
    """暂存 gives a number; what was typed is there when it is opened again, and 删除 and 打印 light up (W7)."""
    new = client.get(f"/forms/{kind.slug}").text
    assert html.document_fromstring(new).xpath("//button[@id='delete-button']/@disabled")
    assert html.document_fromstring(new).xpath("//button[@id='print-button']/@disabled")
    address = saved(client, kind, Head__LinkMan="沈一舟")
    page = client.get(address).text
    assert dict(controls(form_of(page)))["Head/LinkMan"] == "沈一舟"
    seq_no = address.rpartition("/")[2]
    assert seq_no in texts(page)
    assert services.filing.get(wang, seq_no).tree["Head"]["LinkMan"] == "沈一舟"
    assert html.document_fromstring(page).xpath("//a[@id='delete-button']")
    assert html.document_fromstring(page).xpath("//a[contains(@href, '/print/check-sheet.pdf')]")


@by_kind
def test_every_field_of_every_kind_survives_saving(
    client: TestClient, kind: Kind, services: Context, wang: Actor
) -> None:
    """What the full fixture of each kind holds and a declarant may type, typed into the form, is what is stored."""
    message = msgspec.json.decode(fixture(kind))
    tree = message["document"]
    page = client.get(f"/forms/{kind.slug}").text
    inputs = {name for name, _ in controls(form_of(page))}
    head = {path: value_of(tree, path) for path, _ in leaves(kind.spec) if path in inputs}
    typed = {path: day(spec, head[path]) for path, spec in leaves(kind.spec) if head.get(path)}
    posted = {**dict(submitted(page)), **typed, "goods": msgspec.json.encode(tree.get(kind.goods.tag, [])).decode()}
    answer = client.post(f"/forms/{kind.slug}", data=posted)
    assert answer.status_code == 303, errors(answer.text)
    stored = services.filing.get(wang, answer.headers["location"].rpartition("/")[2]).tree
    assert {path: value_of(stored, path) for path in typed} == {path: head[path] for path in typed}
    lines = [child for child in kind.goods.children if isinstance(child, FieldSpec) and not child.auto]
    for before, after in zip(tree.get(kind.goods.tag, []), stored.get(kind.goods.tag, []), strict=True):
        assert {f.tag: before.get(f.tag) for f in lines if not f.change_only} == {
            f.tag: after.get(f.tag) for f in lines if not f.change_only
        }
    again = client.get(answer.headers["location"]).text
    assert {path: text for path, text in controls(form_of(again)) if path in typed} == typed


@by_kind
def test_a_wrong_post_is_given_back_with_all_that_was_typed(client: TestClient, kind: Kind) -> None:
    """Malformed: nothing is saved, the summary leads to the field, and every input holds what was typed (W6)."""
    page = client.get(f"/forms/{kind.slug}").text
    answer = press(
        client, f"/forms/{kind.slug}", page, "save", Head__MasterCusCd="上海", Head__LinkMan="甲", Head__Rmk="一\n二"
    )
    assert answer.status_code == 422
    sent = dict(controls(form_of(answer.text)))
    assert (sent["Head/MasterCusCd"], sent["Head/LinkMan"], sent["Head/Rmk"]) == ("上海", "甲", "一\r\n二")
    tree = html.document_fromstring(answer.text)
    assert "#Head/MasterCusCd" in tree.xpath("//*[@id='summary']//a/@href")
    field = tree.get_element_by_id("Head/MasterCusCd")
    assert field.get("aria-invalid") == "true"
    assert "Head/MasterCusCd-said" in str(field.get("aria-describedby"))
    (said,) = tree.xpath("//*[@id='Head/MasterCusCd-said']/p/text()")
    assert str(said) in " ".join(errors(answer.text))
    assert client.get(f"/declarations/{'1' * 18}").status_code == 404


def test_only_what_is_malformed_keeps_from_saving(client: TestClient) -> None:
    """A fault of content is told in the same words, but saving succeeds (W6)."""
    kind = KINDS[0]
    address = saved(client, kind, Head__StartDate="2027-03-25", Head__EndDate="2027-03-21")
    page = client.get(address).text
    assert any("早于开始日期" in each for each in errors(page))
    assert dict(controls(form_of(page)))["Head/EndDate"] == "2027-03-21"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.goods.at("Rmk")], ids=lambda kind: kind.slug)
def test_goods_by_buttons_alone(client: TestClient, kind: Kind, services: Context, wang: Actor) -> None:
    """Without scripts: 新增 opens the line, 确定 keeps it, 修改, 复制, 删除; then 暂存 stores it all (W10, W18)."""
    address = saved(client, kind)
    page = client.get(address).text
    assert html.document_fromstring(page).xpath("//fieldset[@id='row-panel']/@disabled")
    page = press(client, address, page, "row-new", Head__LinkMan="甲").text
    assert not html.document_fromstring(page).xpath("//fieldset[@id='row-panel']/@disabled")
    page = press(client, address, page, "row-next", row__Rmk="第一").text
    page = press(client, address, page, "row-done", row__Rmk="第二").text
    page = press(client, address, page, "row-copy", ("1",)).text
    page = press(client, address, page, "row-edit:2").text
    assert dict(controls(form_of(page)))["row/Rmk"] == "第二"
    page = press(client, address, page, "row-done", row__Rmk="第二改").text
    page = press(client, address, page, "row-delete", ("1",)).text
    answer = press(client, address, page, "save")
    assert answer.status_code == 303, errors(answer.text)
    stored = services.filing.get(wang, address.rpartition("/")[2]).tree
    assert [line["Rmk"] for line in stored[kind.goods.tag]] == ["第二改", "第一"]
    assert [line["GdsSeqNo"] for line in stored[kind.goods.tag]] == ["1", "2"]
    assert stored["Head"]["LinkMan"] == "甲"


def test_goods_from_a_pasted_sheet_and_a_file(client: TestClient) -> None:
    """Pasted text and an uploaded CSV become lines; what cannot be read is told at its cell and kept as written (W10)."""
    text = "商品编码\t商品名称\t申报数量\n8457101000\t加工中心\t一台\n8457101000\t二\t2\n"
    told = client.post("/goods/exhibition/import", data={"text": text}).json()
    assert [row["GdsNm"] for row in told["rows"]] == ["加工中心", "二"]
    assert told["rows"][0]["DclQty"] == "一台"
    assert "ExhibitList[1]/DclQty" in [each["path"] for each in told["findings"]]
    page = client.get("/forms/exhibition").text
    sent = dict(submitted(page, "import"))
    files = {"goods-file": ("goods.csv", text.replace("\t", ",").encode(), "text/csv")}
    answer = client.post("/forms/exhibition", data=sent, files=files)
    assert answer.status_code == 200
    assert [line["GdsNm"] for line in msgspec.json.decode(dict(submitted(answer.text))["goods"])] == ["加工中心", "二"]
    assert "C2" in " ".join(html.document_fromstring(answer.text).xpath("//*[@id='import-errors']//li/text()"))


def test_the_template_is_read_again(client: TestClient) -> None:
    """What is downloaded as template can be filled in and imported."""
    answer = client.get("/goods/exhibition/template.xlsx")
    assert answer.status_code == 200
    files = {"goods-file": ("t.xlsx", answer.content, "application/octet-stream")}
    assert "rows" in client.post("/goods/exhibition/import", files=files).json()


@by_kind
def test_nothing_stored_becomes_markup(client: TestClient, kind: Kind, services: Context, wang: Actor) -> None:
    """A hostile text in every text field of head and goods is shown as text, on the form and where it is declared."""
    page = client.get(f"/forms/{kind.slug}").text
    sent = dict(submitted(page, **needed(kind)))
    free = [path for path, spec in leaves(kind.spec) if path in sent and takes_anything(spec)]
    assert free
    row = {
        c.tag: HOSTILE[: c.facets.max_length or 99]
        for c in kind.goods.children
        if isinstance(c, FieldSpec) and takes_anything(c)
    }
    sent |= dict.fromkeys(free, HOSTILE[:64]) | {"goods": msgspec.json.encode([row]).decode()}
    answer = client.post(f"/forms/{kind.slug}", data=sent)
    assert answer.status_code == 303, errors(answer.text)
    shown = client.get(answer.headers["location"]).text
    plain = client.get(f"/forms/{kind.slug}").text
    for each in (shown, client.post(answer.headers["location"], data=dict(submitted(shown, "row-edit:1"))).text):
        tree = html.document_fromstring(each)
        assert not tree.xpath("//img | //*[@onerror]")
        assert len(tree.xpath("//script")) == len(html.document_fromstring(plain).xpath("//script"))
        assert "49" not in [line.strip() for line in tree.xpath("//output/text()")]
    stored = services.filing.get(wang, answer.headers["location"].rpartition("/")[2]).tree
    assert value_of(stored, free[0]) == HOSTILE[:64]


@by_kind
def test_another_enterprise_sees_nothing(client: TestClient, kind: Kind, sit: Sit) -> None:
    """Every address of a foreign declaration answers as that of none (W28)."""
    address = saved(client, kind)
    other = sit("li")
    nowhere = "/declarations/" + "9" * 18
    for end in ("", "/delete", "/deletion", "/declare", "/signed", "/documents/1", "/print/check-sheet.pdf"):
        foreign, none = other.get(address + end), other.get(nowhere + end)
        assert (foreign.status_code, none.status_code) == (404, 404), end
        seq_no = address.rpartition("/")[2]
        assert texts(foreign.text).replace(seq_no, "") == texts(none.text).replace("9" * 18, "")
    for end in ("", "/delete", "/deletion", "/declare", "/change", "/withdraw", "/documents", "/documents/1/delete"):
        files = {"document-file": ("a.pdf", PDF, "application/pdf")}
        assert other.post(address + end, data={"action": "save"}, files=files).status_code == 404, end
    asked = {"head": {}, "seq_no": address.rpartition("/")[2]}
    assert other.post(f"/check/{kind.slug}", content=msgspec.json.encode(asked)).status_code == 404


def test_two_operators_at_once_lose_nothing(client: TestClient, sit: Sit) -> None:
    """Saved by a colleague meanwhile: both contents are shown, mine is in the form, and saving again keeps mine."""
    kind = KINDS[0]
    address = saved(client, kind, Head__LinkMan="甲", Head__LinkTel="1")
    mine = client.get(address).text
    zhang = sit("wang")
    theirs = press(zhang, address, zhang.get(address).text, "save", Head__LinkMan="乙")
    assert theirs.status_code == 303
    answer = press(client, address, mine, "save", Head__LinkMan="丙")
    assert answer.status_code == 409
    conflict = html.document_fromstring(answer.text).get_element_by_id("conflict").text_content()
    assert "乙" in conflict
    assert "丙" in conflict
    assert dict(controls(form_of(answer.text)))["Head/LinkMan"] == "丙"
    again = press(client, address, answer.text, "save")
    assert again.status_code == 303
    assert dict(controls(form_of(client.get(address).text)))["Head/LinkMan"] == "丙"


def test_deleting_asks_first(client: TestClient) -> None:
    """删除 is a page that asks; only its button deletes (W7)."""
    address = saved(client, KINDS[0])
    assert "确定删除" in texts(client.get(f"{address}/delete").text)
    assert client.get(address).status_code == 200
    assert client.post(f"{address}/delete").status_code == 303
    assert "草稿已删除" in texts(client.get(address).text) or client.get(address).status_code == 404


@by_kind
def test_declaring_what_lacks_something_says_what(client: TestClient, kind: Kind) -> None:
    """申报 saves, and says at each field what declaring needs (W9)."""
    page = client.get(f"/forms/{kind.slug}").text
    answer = press(client, f"/forms/{kind.slug}", page, "declare", (), **needed(kind))
    assert answer.status_code == 422
    assert "不能申报" in texts(answer.text)
    links = html.document_fromstring(answer.text).xpath("//*[@id='summary']//a/@href")
    assert "#Head/LinkMan" in links
    assert html.document_fromstring(answer.text).xpath("//form[@id='form']/@action")[0].startswith("/declarations/")


def test_a_field_check_says_what_the_summary_says(client: TestClient) -> None:
    """The words at the field, when it is left, are those of the summary; of the open line too (W6)."""
    head = {"Head/StartDate": "2027-03-25", "Head/EndDate": "2027-03-21", "Head/BoothArea": "很大"}
    asked = {"head": head, "row": {"Gdecd": "8457101000", "DclQty": "x"}}
    told = client.post("/check/exhibition", content=msgspec.json.encode(asked)).json()
    at = {each["path"]: each["text"] for each in told["findings"]}
    assert {"Head/EndDate", "Head/BoothArea", "row/DclQty"} <= at.keys()
    assert told["row"]["LawfUnitCd"] == "001"
    page = client.get("/forms/exhibition").text
    answer = press(client, "/forms/exhibition", page, "save", (), **{p.replace("/", "__"): v for p, v in head.items()})
    assert at["Head/EndDate"] in " ".join(errors(answer.text))
    assert at["Head/BoothArea"] in " ".join(errors(answer.text))


@pytest.mark.parametrize("sent", [b"", b"[]", b"{}", b'{"head": 1}', b'{"head": {}, "row": []}', b"\xff"])
def test_a_field_check_of_anything_else_is_refused(client: TestClient, sent: bytes) -> None:
    """Any other body is a mistake of the asker, never of ours."""
    assert client.post("/check/exhibition", content=sent).status_code == 400


def test_codes_are_found_by_code_and_by_name(client: TestClient) -> None:
    """The type-ahead: by the beginning of a code, by a part of a name, in the reader's language."""
    found = client.get("/codes/customs_offices", params={"q": "2228"}).json()
    assert {"code": "2228", "name": "沪会展关"} in found
    assert client.get("/codes/currencies", params={"q": "欧元"}).json()[0]["code"] == "EUR"
    assert client.get("/codes/units", params={"code": "001,035,zzz"}).json() == {"001": "台", "035": "千克"}
    assert client.get("/codes/secrets").status_code == 404


def test_the_language_is_the_readers(sit: Sit, wang: Actor) -> None:
    """In English every label, button and finding is English."""
    reader = sit("wang", "en")
    page = press(reader, "/forms/exhibition", reader.get("/forms/exhibition").text, "save")
    main = html.document_fromstring(page.text if page.status_code == 422 else "<main></main>").xpath(
        "//main//form//label"
    )
    assert main
    assert not [label.text_content() for label in main if any("\u4e00" <= c <= "\u9fff" for c in label.text_content())]


def test_an_unknown_form_is_none(client: TestClient) -> None:
    """There are those that declarations have."""
    for address in ("/forms/secret", "/goods/secret/template.xlsx", "/lookup/entry-goods?slug=secret"):
        assert client.get(address).status_code == 404


def fixture(kind: Kind, size: str = "full") -> bytes:
    """The full message of a kind, or the minimal one, as JSON."""
    return Path(f"fixtures/valid/{kind.code.lower()}-{size}.json").read_bytes()


def value_of(tree: Any, path: str) -> str | None:
    """The text at a path outside repeated groups."""
    for tag in path.split("/"):
        tree = tree.get(tag) if isinstance(tree, dict) else None
    return tree if isinstance(tree, str) else None


def day(spec: FieldSpec, text: str | None) -> str:
    """A value as its control holds it."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if text and spec.atom == "date" else text or ""


def takes_anything(spec: FieldSpec) -> bool:
    """A text field without a form of its own."""
    facets = spec.facets
    return (
        spec.atom == "string"
        and not facets.options
        and facets.pattern is None
        and not spec.auto
        and spec.widget is None
        and not spec.change_only
    )


#: A name that is read from right to left from its middle on, and one with a blank that nobody sees.
ODD = {"Head/ExhibitionNm": ("展\u202e会", "[U+202E]", "2"), "row/GdsNm": ("机\u200b床", "[U+200B]", "2")}


def test_what_nobody_sees_is_told_at_its_field_while_it_is_typed(client: TestClient) -> None:
    """The script asks: a warning at the field and at the open line, with the character by its code point, no error."""
    asked = {
        "head": {"Head/ExhibitionNm": ODD["Head/ExhibitionNm"][0]},
        "row": {"GdsNm": ODD["row/GdsNm"][0]},
        "line": 1,
    }
    found = client.post("/check/exhibition", json=asked).json()["findings"]
    told = {each["path"]: each for each in found if each["rule"] == "TG-XML-042"}
    assert told.keys() == ODD.keys()
    for path, (_, sign, place) in ODD.items():
        assert told[path]["severity"] == "warning"
        assert sign in told[path]["text"]
        assert f"第 {place} 个字符" in told[path]["text"]


def test_what_nobody_sees_is_told_on_the_page_of_what_was_saved(
    client: TestClient, services: Context, wang: Actor
) -> None:
    """It is saved as it was typed, no character lost; at the field and in the goods line stands the warning, the mark in the table."""
    goods = msgspec.json.encode([{"GdsNm": ODD["row/GdsNm"][0], "DclQty": "1"}]).decode()
    new = client.get("/forms/exhibition").text
    fields = dict(submitted(new, **needed(KINDS[0]) | {"Head__ExhibitionNm": ODD["Head/ExhibitionNm"][0]}))
    answer = client.post("/forms/exhibition", data=fields | {"goods": goods})
    assert answer.status_code == 303, errors(answer.text)
    address = answer.headers["location"]
    tree = services.filing.get(wang, address.rpartition("/")[2]).tree
    assert (tree["Head"]["ExhibitionNm"], tree["ExhibitList"][0]["GdsNm"]) == (
        ODD["Head/ExhibitionNm"][0],
        ODD["row/GdsNm"][0],
    )
    page = client.get(address).text
    read = html.document_fromstring(page)
    (said,) = read.xpath("//*[@id='Head/ExhibitionNm-said']/p[@class='warning']")
    assert "[U+202E]" in said.text_content()
    (body,) = read.xpath("//*[@id='grid-body']")
    assert "机[U+200B]床" in body.text_content()
    assert dict(controls(form_of(page)))["Head/ExhibitionNm"] == ODD["Head/ExhibitionNm"][0]
    findings = msgspec.json.decode(read.xpath("//*[@id='form-data']")[0].text)["findings"]
    assert [(each["path"], each["severity"]) for each in findings if each["rule"] == "TG-XML-042"] == [
        ("ExhibitList[1]/GdsNm", "warning")
    ]


def test_what_cannot_be_sent_at_all_is_told_once(client: TestClient) -> None:
    """A control character is an error; that it cannot be seen either is not said beside it."""
    asked = {"head": {"Head/ExhibitionNm": "展\x07会"}}
    found = client.post("/check/exhibition", json=asked).json()["findings"]
    assert [each["severity"] for each in found if each["path"] == "Head/ExhibitionNm"] == ["error"]
