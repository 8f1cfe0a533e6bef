"""The pages: what an officer sees."""

from __future__ import annotations

import re

import pytest
from lxml import html

from h2018.console.form import form
from h2018.console.stored_content import content
from h2018.tenant.tenants import Customs, Tenant
from tempgoods_edi._xml import Element
from tempgoods_edi.schema.spec import MessageSpec
from tests.h2018.console.desk import HOSTILE, Desk, at, declaration, many_lines, waiting
from tests.h2018.tenant import ORGANISER, OWNER, fixture, signed

PAGES = ("cases", "journal", "clock", "switches", "deliveries", "tenants", "help")


def test_the_list_tells_what_matters_of_a_declaration(tenant: Tenant, desk: Desk) -> None:
    """Number, type, state, enterprise and in-house number are in the list."""
    seq_no = waiting(tenant, {"Head/EtpsPreentNo": "OUR-NUMBER-7"})
    text = desk.text("cases")
    for wanted in (seq_no, "TMP101", "转人工", "OUR-NUMBER-7"):
        assert wanted in text


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("state=waiting", True), ("state=manual_review", True), ("state=approved", False), ("code=TMP101", True),
        ("code=TMP131", False), (f"enterprise={ORGANISER}", True), ("enterprise=9999999999", False),
        ("text=our-number", True), ("text=nobody", False), ("state=nonsense", True), ("page=9", False),
    ],
)  # fmt: skip
def test_the_list_is_filtered(tenant: Tenant, desk: Desk, query: str, there: bool) -> None:
    """Each filter keeps what fits and leaves out the rest; a senseless one is no filter."""
    seq_no = waiting(tenant, {"Head/EtpsPreentNo": "OUR-NUMBER-7"})
    case = tenant.store.case(seq_no)
    assert case is not None
    query = query.replace(ORGANISER, case.enterprise_no)
    assert (seq_no in desk.text(f"cases?{query}")) is there


def test_a_declaration_is_shown_as_its_form(tenant: Tenant, desk: Desk) -> None:
    """Every value declared is on the page, with its label in the language asked for."""
    seq_no = waiting(tenant)
    head = fixture("tmp101-full")["document"]["Head"]
    zh, en = desk.text(f"cases/{seq_no}"), desk.text(f"cases/{seq_no}?lang=en")
    for tag in ("ExhibitionNm", "LinkMan", "LinkTel"):
        assert head[tag] in zh
    assert "展览会名称" in zh
    assert "exhibition" in en.lower()


def test_the_language_stays_until_it_is_changed(desk: Desk) -> None:
    """Chinese first; a switch is remembered by the browser's cookie."""
    assert desk.seen("cases").get("lang") == "zh-CN"
    assert desk.seen("cases?lang=en").get("lang") == "en"
    assert desk.seen("clock").get("lang") == "en"
    assert desk.seen("clock?lang=zh").get("lang") == "zh-CN"


def test_a_long_list_comes_in_pages(tenant: Tenant, desk: Desk) -> None:
    """Of 1,000 lines a hundred are shown at a time, each page its own."""
    seq_no = declaration(tenant, tree=many_lines(1000))
    first, last = desk.seen(f"cases/{seq_no}"), desk.seen(f"cases/{seq_no}?list=ExhibitList&page=10")
    numbers = [
        [row.text_content().split()[0].strip("✎") for row in page.xpath("//tr[starts-with(@id,'ExhibitList[')]/th")]
        for page in (first, last)
    ]
    assert numbers == [[str(n) for n in range(1, 101)], [str(n) for n in range(901, 1001)]]


def test_findings_stand_at_their_fields(tenant: Tenant, desk: Desk) -> None:
    """A finding is in the list of findings and at the field it is about."""
    seq_no = waiting(tenant)
    case = tenant.store.case(seq_no)
    assert case is not None
    page = desk.seen(f"cases/{seq_no}")
    for finding in case.findings:
        assert finding.rule in page.xpath("string(//*[@id='findings'])")
        assert finding.rule in page.xpath("string(//*[@id=$path])", path=finding.path) or not finding.path


def test_a_refused_message_is_found_in_the_journal(tenant: Tenant, desk: Desk) -> None:
    """What made no declaration has its page, with the reasons and the XML."""
    reply = tenant.intake(signed(fixture("tmp101-full"), 7)[:-40], "http")
    assert reply.outcome == "refused"
    assert reply.rules[0] in desk.text("journal")
    received = next(record for record in tenant.store.journal() if record.what == "received")
    assert "<ExhibitionNm>" in desk.text(f"records/{received.sequence}")


def test_bytes_that_are_no_xml_are_shown_too(tenant: Tenant, desk: Desk) -> None:
    """Rubbish does not stop the journal, nor its own page."""
    tenant.intake(bytes(range(256)) * 4, "http")
    tenant.intake(b"PK\x03\x04 no archive", "http")
    for record in tenant.store.journal():
        assert desk.get(f"records/{record.sequence}").code == 200


def test_the_exact_bytes_are_a_file_and_never_a_page(tenant: Tenant, desk: Desk) -> None:
    """A download is byte for byte what came, and no browser renders it."""
    data = signed(fixture("tmp101-full"), 3)
    tenant.intake(data, "http")
    answer = desk.get(f"records/{tenant.store.journal()[0].sequence}/exact")
    assert answer.pieces is not None
    assert (b"".join(answer.pieces.read()), answer.pieces.size) == (data, len(data))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content_type == "application/octet-stream"


@pytest.mark.parametrize(
    "inside", [b"<a/>" * 100_000, b"<HallNm>" + b"x" * 1_000_000 + b"</HallNm>"], ids=["fields", "text"]
)
def test_a_page_stays_small_whatever_was_sent(tenant: Tenant, desk: Desk, inside: bytes) -> None:
    """Fields and texts without end: the first are shown, with how many are left; the whole is to be downloaded."""
    data = signed(fixture("tmp101-full"), 3).replace(b"<Head>", b"<Head>" + inside)
    tenant.intake(data, "http")
    answer = desk.get("records/1")
    assert b"/records/1/exact" in answer.body
    assert len(answer.body) < 1_000_000
    shown = form(*_inside(data), (), "zh")
    told = [cell.label + cell.text for block in shown.blocks for cell in block.cells]
    assert sum(map(len, told)) < 50_000
    assert any("另有 " in text or "共 1000000 个字符" in text for text in told)


def _inside(data: bytes) -> tuple[MessageSpec, Element]:
    found = content(data)
    assert found.spec is not None
    assert found.message is not None
    return found.spec, found.message


def every_page(tenant: Tenant) -> list[str]:
    """The address of every page there is something on."""
    cases = [f"cases/{case.seq_no}" for case in tenant.store.cases()]
    records = tenant.store.journal()
    return [
        *PAGES,
        *cases,
        *(f"records/{record.sequence}" for record in records if record.data),
        *(f"messages/{at(record.message_id)}" for record in records if record.message_id),
        *(f"receipts/{receipt.sequence}" for receipt in tenant.store.receipts()),
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whatever_is_in_a_message_is_only_text(tenant: Tenant, desk: Desk, lang: str) -> None:
    """Script and markup in any field of a message reaches no page as markup."""
    values = {f"Head/{tag}": HOSTILE[:100] for tag in ("ExhibitionNm", "HallNm", "Rmk")}
    seq_no = waiting(tenant, values)
    answer = desk.post(f"cases/{seq_no}/return", [("path", HOSTILE), ("text", HOSTILE)])
    assert answer.code == 303
    for page in every_page(tenant):
        body = desk.get(f"{page}?lang={lang}").body.decode()
        assert "<script>alert" not in body, page
        assert "<img" not in body, page
        assert "49" not in re.findall(r"&amp;amp;(\S\S)", body)


def test_pages_hold_nothing_their_policy_forbids(tenant: Tenant, desk: Desk) -> None:
    """No inline script, style or handler on any page; every page carries the policy."""
    waiting(tenant)
    for page in every_page(tenant):
        answer = desk.get(page)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        tree = desk.seen(page)
        assert not tree.xpath("//*[@style] | //style | //script[not(@src)]"), page
        assert not [name for each in tree.iter() for name in each.attrib if str(name).startswith("on")], page
        assert {script.get("src") for script in tree.xpath("//script")} == {"/console/static/console.js"}


def test_every_page_says_that_this_is_not_customs(tenant: Tenant, desk: Desk) -> None:
    """The notice stands on every page, in its language."""
    waiting(tenant)
    for page in every_page(tenant):
        assert "不是海关" in desk.text(page)
        assert "not customs" in desk.text(f"{page}?lang=en")
        desk.get("cases?lang=zh")


@pytest.mark.parametrize(
    "page", ["cases/000000000000000000", "messages/nobody", "records/999", "records/x", "receipts/0", "receipts/1e3"]
)
def test_what_is_not_there_has_a_page_that_says_so(desk: Desk, page: str) -> None:
    """Unknown numbers answer 404 in the console's own frame."""
    answer = desk.get(page)
    assert answer.code == 404
    assert "没有" in answer.body.decode()


def test_an_unknown_tenant_has_no_pages(customs: Customs) -> None:
    """A tenant that is not there answers 404, whatever its name."""
    for name in ("nobody", HOSTILE):
        answer = Desk(customs).ask("GET", f"/console/t/{at(name)}/cases")
        assert answer.code == 404
        assert "<script>alert" not in answer.body.decode()


def test_tenants_do_not_see_each_other(customs: Customs, tenant: Tenant) -> None:
    """A declaration of one tenant is in no list of another."""
    seq_no = waiting(tenant)
    customs.create("other")
    assert seq_no not in Desk(customs, "other").text("cases")
    assert Desk(customs, "other").get(f"cases/{seq_no}").code == 404
    assert OWNER not in Desk(customs, "other").text("journal")


def test_static_files_are_ours_only(desk: Desk) -> None:
    """Style and script are served; nothing else is reachable through that address."""
    assert desk.ask("GET", "/console/static/console.css").content_type.startswith("text/css")
    with pytest.raises(Exception, match="no such"):
        desk.ask("GET", f"/console/static/{at('../routes.py')}")


def test_a_refresh_does_not_read_the_goods_again(tenant: Tenant, desk: Desk) -> None:
    """What a page asks for to refresh itself has the live parts, the same as in the whole page, and no lines."""
    seq_no = declaration(tenant, tree=many_lines(50))
    whole = desk.seen(f"cases/{seq_no}")
    answer = desk.ask("GET", f"/console/t/default/cases/{seq_no}", headers={"x-live": "1"})
    part = html.fromstring(answer.body.decode())
    for name in ("summary", "receipts", "journal", "now"):
        assert html.tostring(part.get_element_by_id(name)) == html.tostring(whole.get_element_by_id(name))
    assert part.xpath("//tr[starts-with(@id,'ExhibitList[')]") == []
