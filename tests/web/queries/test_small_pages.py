"""Declarants (W15), start page, histories and write-offs without customs."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tempgoods_edi.values import Bilingual
from tests.web.portal import token
from tests.web.queries.filled import HOSTILE, Filled


@pytest.mark.requirement("W15")
def test_declarants_are_kept_by_the_enterprise(filled: Filled, wang: TestClient) -> None:
    """Added, listed, renamed by the same number, removed; what a loan list would refuse is refused here, at its field."""
    csrf = token(wang)
    assert wang.post("/declarants", data={"csrf": csrf, "no": "31010001", "name": "顾念"}).status_code == 303
    assert "顾念" in wang.get("/declarants").text
    wrong = wang.post("/declarants", data={"csrf": csrf, "no": "1" * 65, "name": ""})
    assert wrong.status_code == 422
    assert 'id="no-wrong"' in wrong.text
    assert 'id="name-wrong"' in wrong.text
    assert "1" * 65 in wrong.text
    assert wang.post("/declarants/31010001/remove", data={"csrf": csrf}).status_code == 303
    assert wang.post("/declarants/31010001/remove", data={"csrf": csrf}).status_code == 404
    assert filled.filing.declarants(filled.actor()) == ()
    hostile = wang.post("/declarants", data={"csrf": csrf, "no": "31010002", "name": HOSTILE[:50]})
    assert "<script>alert" not in hostile.text + wang.get("/declarants").text


@pytest.mark.requirement("W29")
def test_the_start_page_sorts_what_waits(filled: Filled, wang: TestClient) -> None:
    """Failed sends, what stays without a receipt, drafts, each where it belongs; nothing where nothing is."""
    assert "目前没有待办事项" in wang.get("/").text
    failed = filled.declared(filled.saved(ExhibitionNm="失败展").seq_no).seq_no
    filled.not_handed_over(Bilingual("海关没有应答", "no answer"))
    stuck = filled.sent(ExhibitionNm="卡住展")
    draft = filled.saved(ExhibitionNm="草稿展").seq_no
    filled.portal.later(minutes=11)
    text = wang.get("/").text
    for box, seq_no in (("failed", failed), ("stuck", stuck), ("drafts", draft)):
        assert seq_no in text.partition(f'id="{box}"')[2].partition("</section>")[0]
    assert 'id="rejected"' not in text


@pytest.mark.requirement("W30")
def test_the_history_of_a_deleted_draft_can_still_be_read(filled: Filled, wang: TestClient) -> None:
    """It is gone from every list and its page, but not from the record."""
    seq_no = filled.saved().seq_no
    filled.filing.delete(filled.actor(), seq_no)
    assert wang.get(f"/declarations/{seq_no}").status_code == 404
    answer = wang.get(f"/declarations/{seq_no}/history")
    assert answer.status_code == 200
    assert "草稿已删除" in answer.text


@pytest.mark.requirement("W27")
def test_without_a_key_customs_cannot_be_asked_and_it_is_said(wang: TestClient) -> None:
    """A portal that cannot ask says why, keeps the number, and exports nothing."""
    answer = wang.get("/queries/write-off?original=222520271147491038")
    assert answer.status_code == 503
    assert "没有配置" in answer.text
    assert 'value="222520271147491038"' in answer.text
    assert wang.get("/queries/write-off.xlsx?original=222520271147491038").headers["location"].startswith("/queries/write-off?")
