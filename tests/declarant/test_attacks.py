"""What somebody with a card, a token or an account on the machine might try at the services below the pages."""

from __future__ import annotations

import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import func, select

from tempgoods_edi import demo_ca
from tempgoods_edi.customs_channel.http_wire import HttpWire
from tempgoods_edi.declarant import api_services, platform
from tempgoods_edi.declarant.actors import actor_of
from tempgoods_edi.declarant.customs_queries import CustomsQueries, Pace
from tempgoods_edi.declarant.errors import RefusedContents, Stale, Unreachable
from tempgoods_edi.declarant.filing import Filing
from tempgoods_edi.declarant.gateway.transports.http import Http
from tempgoods_edi.declarant.query_messages import Enquirer
from tempgoods_edi.declarant.store import Store, outgoing
from tempgoods_edi.declarant.store.listing import Search
from tempgoods_edi.declarant.store.tables import PREPARED
from tempgoods_edi.signing import Trust
from tempgoods_edi.signing.keys import FileSigner
from tempgoods_edi.signing.x509_reading import identity_of
from tests.carried import Carried
from tests.declarant.desk import EXHIBITION, Card, Desk, chance, due, message, signature, tree


def test_the_database_is_its_owners_alone(tmp_path: Path) -> None:
    """Nobody else on the machine can read the file or those beside it; one that was there keeps the rights it had."""
    place, there = tmp_path / "new.sqlite3", tmp_path / "old.sqlite3"
    there.touch(0o640)
    for each in (place, there):
        with closing(Store.open(str(each))) as store, store.reading() as connection:
            connection.execute(select(func.count()).select_from(PREPARED))
            modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.glob(f"{each.stem}*")}
        assert modes == {0o600 if each is place else 0o640}


@pytest.mark.parametrize("number", ["\U0010ffff", "A\U0010ffff\U0010ffff", "A\ud7ff"])
def test_a_number_may_end_with_the_last_character_there_is(at: Desk, number: str) -> None:
    """Looking for its beginning finds it, and nothing that begins otherwise."""
    wanted = at.saved(EtpsPreentNo=number).seq_no
    at.saved(EtpsPreentNo="B")
    found = at.filing.find(at.ours.actor, Search(kind=EXHIBITION, conditions={"in_house": number}))
    assert [row.seq_no for row in found.rows] == [wanted]


def colleague(at: Desk) -> Card:
    """Another operator's card of the same enterprise, believed by the desk."""
    ours, begin, end = at.ours.actor, at.clock() - timedelta(days=30), at.clock() + timedelta(days=300)
    ca = demo_ca.make_ca("CA", serial=1, not_before=begin, not_after=end)
    holder = demo_ca.Holder("周岚", ours.enterprise_nm, ours.enterprise_no, ours.sccd, "2100000417799")
    key = demo_ca.make_key("ecdsa")
    pair = demo_ca.make_certificate(ca, holder, serial=0xB1, key=key, not_before=begin, not_after=end)
    at.filing = Filing(at.store, at.clock, chance("colleague"), Trust([ca.certificate_pem]))
    return Card(actor_of(identity_of(pair.certificate)), FileSigner(pair.key, pair.certificate))


def test_a_colleagues_card_does_not_sign_for_the_operator(at: Desk) -> None:
    """The message names who is logged in, with their card's number: under another operator's signature it does not go out."""
    draft = at.saved()
    other = colleague(at)
    prepared = at.filing.prepare(at.ours.actor, draft.seq_no)
    value = signature(prepared.object_id, prepared.package, other)
    with pytest.raises(RefusedContents) as refused:
        at.filing.declare(
            at.ours.actor, draft.seq_no, prepared.id, other.signer.algorithm, value, other.signer.certificate_der
        )
    assert {found.path for found in refused.value.findings} >= {"Head/OperatorNm", "Head/IcCardNo"}
    assert due(at.store, at.clock(), 10) == ()


def test_a_change_made_elsewhere_names_ones_own_exhibition(at: Desk) -> None:
    """A signed change under one's own pre-entry number cannot be one of another's exhibition."""
    approved = at.approved(number="ZH222826000001")
    begun = at.filing.change(at.ours.actor, approved.seq_no)
    head = {**begun.tree["Head"], "ModReason": "改", "ExhibitionNm": "改名"}
    at.filing.save(at.ours.actor, EXHIBITION, {**begun.tree, "Head": head}, seq_no=begun.seq_no)
    prepared = at.filing.prepare(at.ours.actor, begun.seq_no)
    for number in ("<ExhibitionNo>ZH222826000002</ExhibitionNo>", ""):
        package = prepared.package.replace("<ExhibitionNo>ZH222826000001</ExhibitionNo>", number)
        with pytest.raises(RefusedContents):
            at.filing.declare_signed(at.ours.actor, message(prepared.object_id, package, at.ours))
    assert at.filing.get(at.ours.actor, begun.seq_no).tree["Head"]["ExhibitionNo"] == "ZH222826000001"
    at.filing.declare_signed(at.ours.actor, message(prepared.object_id, prepared.package, at.ours))


def test_a_deletion_changes_nothing_but_gives_its_reason(at: Desk) -> None:
    """Whatever a program saves or a form posts into it: the package deletes what is in force, as it is in force."""
    approved = at.approved(number="ZH222826000001")
    begun = at.filing.apply_deletion(at.ours.actor, approved.seq_no, "不办了")
    goods = [{**begun.tree["ExhibitList"][0], "GdsNm": "换了"}]
    head = {**begun.tree["Head"], "ExhibitionNm": "换了", "DelReason": "取消"}
    kept = at.filing.save(at.ours.actor, EXHIBITION, {"Head": head, "ExhibitList": goods}, seq_no=begun.seq_no)
    assert kept.tree["Head"] == {**begun.tree["Head"], "DelReason": "取消"}
    assert kept.tree["ExhibitList"] == begun.tree["ExhibitList"]
    assert "换了" not in at.filing.prepare(at.ours.actor, begun.seq_no).package


def test_preparing_again_and_again_fills_no_disk(at: Desk) -> None:
    """Of one declaration a handful of packages waits; the newest of them can be declared."""
    seq_no = at.saved().seq_no
    prepared = [at.filing.prepare(at.ours.actor, seq_no) for _ in range(12)]
    with at.store.reading() as connection:
        waiting = connection.execute(select(PREPARED.c.id)).scalars().all()
    assert set(waiting) == {each.id for each in prepared[-5:]}
    for each, wrong in ((prepared[0], True), (prepared[-5], False)):
        value, signer = signature(each.object_id, each.package, at.ours), at.ours.signer
        given = (at.ours.actor, seq_no, each.id, signer.algorithm, value, signer.certificate_der)
        if wrong:
            with pytest.raises(Stale):
                at.filing.declare(*given)
        else:
            at.filing.declare(*given)


def test_a_number_that_another_enterprise_took_for_its_message_is_told(at: Desk) -> None:
    """Who guesses the next message's number and uses it first makes the other prepare anew, and breaks nothing."""
    seq_no = at.saved().seq_no
    prepared = at.filing.prepare(at.ours.actor, seq_no)
    with at.store.reading() as connection:
        number = connection.execute(select(PREPARED.c.message_id).where(PREPARED.c.id == prepared.id)).scalar_one()
    outgoing.inquire(at.store, at.theirs.actor.enterprise_no, b"x", number, at.clock())
    value, signer = signature(prepared.object_id, prepared.package, at.ours), at.ours.signer
    with pytest.raises(Stale):
        at.filing.declare(at.ours.actor, seq_no, prepared.id, signer.algorithm, value, signer.certificate_der)
    at.declared(seq_no)


def test_silent_customs_do_not_take_every_thread(at: Desk) -> None:
    """Only so many wait for an answer at a time; whoever comes then is told so at once, and asks customs nothing."""
    ca = demo_ca.make_ca("CA", serial=1, not_before=at.clock(), not_after=at.clock())
    key = platform.issue(ca, serial=2)
    enquirer = Enquirer(FileSigner(key.key, key.certificate), chance("asking"))
    told: list[str] = []

    def pause(_: float) -> None:
        if not told:
            told.append("")
            with pytest.raises(Unreachable) as busy:
                customs_queries.exhibition(at.ours.actor, "ZH222826000002")
            told.append(busy.value.text.en)

    customs_queries = CustomsQueries(at.store, enquirer, at.clock, pause, pace=Pace(patience=1, look=0.5, at_once=1))
    with pytest.raises(Unreachable) as silent:
        customs_queries.exhibition(at.ours.actor, "ZH222826000001")
    assert "too many" in told[1]
    assert "too many" not in silent.value.text.en
    assert len(due(at.store, at.clock(), 10)) == 1


def test_far_too_many_lines_are_not_looked_at() -> None:
    """A list a hundred times as long as any may be costs no time."""
    with pytest.raises(api_services.TooManyLines):
        api_services.tree_read(EXHIBITION, tree() | {"ExhibitList": [{"GdsNm": "x"}] * 500_000})
    assert api_services.tree_read(EXHIBITION, tree())


def test_a_receipt_that_no_database_can_count_is_kept_as_it_is() -> None:
    """A sequence beyond what a database holds is none, so that it stops neither the gateway nor the receipts behind it."""
    body = b'[{"sequence": 9223372036854775808, "xml": "<a/>"}, {"sequence": 9223372036854775807, "xml": "<b/>"}]'
    headers = {"content-type": "application/json", "x-high-water-mark": "5"}
    answering = Carried(lambda _: httpx.Response(200, headers=headers, content=body))
    channel = Http(HttpWire("http://customs.example", client=answering), "X")
    strange, usual = channel.receipts(0).arrivals
    assert (strange.sequence, usual.sequence) == (None, 2**63 - 1)
