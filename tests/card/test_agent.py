"""The agent at its WebSocket: what it signs, for whom, and everything it refuses."""

from __future__ import annotations

import json
import shutil
import threading
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from websockets.exceptions import ConnectionClosed

from tempgoods_edi.card.cards import NoReaders
from tempgoods_edi.signing import challenge
from tempgoods_edi.values import Verdict
from tests.card.material import (
    NOW,
    OWNER,
    PIN,
    SITE,
    STRANGER,
    Clock,
    Issued,
    Page,
    Running,
    done,
    judged,
    login_text,
    package,
    running,
    trouble,
)


def test_it_tells_of_readers_and_cards(page: Page) -> None:
    """A page learns whose card it is before it asks for the PIN, and nothing secret."""
    listed = page.listed()
    (card,) = listed["cards"]
    assert listed["readers"] == ["one"]
    assert (listed["version"], listed["confirm"]) == ("0", False)
    assert (card["operator"], card["enterprise_code"], card["tries_left"]) == (
        OWNER.operator_name, OWNER.enterprise_code, 3,
    )  # fmt: skip
    (pem,) = done(page.ask("cus-sec_SpcGetSignCertAsPEM"))
    assert f"{x509.load_pem_x509_certificate(pem.encode()).serial_number:X}" == card["id"]


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_a_login_is_believed(issued: Issued, cards: Path, kind: str) -> None:
    """The answer to a login challenge proves who it is."""
    issued.put(cards, kind=kind)
    with running(cards) as made, made.page() as page:
        value, serial, algorithm, certificate = done(page.login(login_text()))
        found = challenge.verified(
            login_text(), algorithm, b64decode(value), b64decode(certificate), issued.trust, NOW, SITE
        )
    assert (found.ic_card_no, found.serial) == (OWNER.ic_card_no, serial)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
@pytest.mark.parametrize("name", ["tmp101-minimal", "tmp101-full"])
def test_a_signed_message_is_valid(issued: Issued, cards: Path, kind: str, name: str) -> None:
    """The signature fits the message that the portal puts together, and the desk takes it."""
    issued.put(cards, kind=kind)
    with running(cards) as made, made.page() as page:
        checked = judged(done(page.sign(package(name))), package(name), "M001", issued.trust)
    assert checked.signature is not None
    assert not [f for f in checked.findings if f.rule.startswith(("TG-SIG", "TG-XML", "TG-XSD"))]
    assert (checked.verdict, checked.certificate and checked.certificate.ic_card_no) == (
        Verdict.VALID, OWNER.ic_card_no,
    )  # fmt: skip


def test_only_a_login_challenge_of_this_page_is_signed(page: Page, agent: Running) -> None:
    """Anything else in the place of the challenge is refused, and costs no try."""
    for text in (
        "",
        "hello",
        '<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#"></SignedInfo>',
        package(),
        login_text(origin="http://127.0.0.1:8020"),
        login_text(issued=NOW - timedelta(seconds=121)),
        login_text(issued=NOW + timedelta(seconds=31)),
    ):
        assert trouble(page.login(text)) == ("not-a-challenge", None)
    agent.clock.now += timedelta(seconds=121)
    assert trouble(page.login(login_text())) == ("not-a-challenge", None)
    assert page.listed()["cards"][0]["tries_left"] == 3


def test_a_challenge_is_signed_once(page: Page, agent: Running) -> None:
    """The second time it is a replay, on any connection; after a wrong PIN it may be tried again."""
    assert trouble(page.login(login_text(), "000000")) == ("wrong-pin", 2)
    done(page.login(login_text()))
    assert trouble(page.login(login_text())) == ("replayed", None)
    with agent.page() as other:
        assert trouble(other.login(login_text())) == ("replayed", None)
        done(other.login(login_text("another-nonce-of-it")))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<Package>", " <Package>"),
        ("</Package>", "</Package><Package></Package>"),
        ("</Package>", "</Package></Object><Object>"),
        ("<Head>", "<Head><!-- x -->"),
        ("<ExhibitionNm>", "<ExhibitionNm a='b'>"),
        ("<ExhibitionNm>", "<Surprise></Surprise><ExhibitionNm>"),
        ("<EndDate>20270313</EndDate>", "<EndDate>tomorrow</EndDate>"),
        ("<message_type>TMP101", "<message_type>TMP111"),
        ("TmpExhibitionMessage", "TmpOtherMessage"),
        ("2027浦江", "2027\N{REPLACEMENT CHARACTER}&nbsp;浦江"),
    ],
)
def test_only_a_message_that_can_be_shown_is_signed(page: Page, old: str, new: str) -> None:
    """Whatever is not exactly one valid message is refused, and costs no try."""
    text = package()
    assert old in text
    assert trouble(page.sign(text.replace(old, new))) == ("not-a-message", None)
    assert page.listed()["cards"][0]["tries_left"] == 3


@pytest.mark.parametrize("text", ["", "x", login_text(), "<Package>" * 300, '<SignedInfo xmlns="x"></SignedInfo>'])
def test_no_other_text_passes_for_a_message(page: Page, text: str) -> None:
    """Nothing but a package is taken where a package is due."""
    assert trouble(page.sign(text)) == ("not-a-message", None)


def test_a_bad_object_id_is_refused(page: Page) -> None:
    """What cannot be written as an Id would be signed as something else."""
    for name in ("", 'x"><y', "a b", "-", "x" * 129):
        assert trouble(page.sign(package(), name)) == ("not-a-message", None)


def test_too_big_a_message_is_refused_unread(page: Page) -> None:
    """More than a message may have is not looked at."""
    assert trouble(page.sign("<Package>" + "x" * (4 << 20)))[0] == "too-big"


def test_the_card_signs_for_its_own_enterprise_only(issued: Issued, cards: Path) -> None:
    """Another enterprise's message is refused before the PIN is looked at."""
    issued.put(cards, kind="stranger")
    with running(cards) as made, made.page() as page:
        assert trouble(page.sign(package(), passwd="000000")) == ("other-enterprise", None)
        assert page.listed()["cards"][0]["tries_left"] == 3


def test_a_recorded_request_is_worth_nothing(page: Page, agent: Running) -> None:
    """A nonce is good once and on its own connection, an id once: sent again, either way, it is refused."""
    nonce = page.listed()["nonce"]
    request = {
        "_method": "tempgoods_SignMessage",
        "_id": "mine",
        "args": {"objectId": "M001", "package": package(), "passwd": PIN, "nonce": nonce},
    }
    done(page.raw(json.dumps(request)))
    assert trouble(page.raw(json.dumps(request))) == ("replayed", None)
    assert trouble(page.raw(json.dumps({**request, "_id": "other"}))) == ("replayed", None)
    with agent.page() as other:
        assert trouble(other.raw(json.dumps(request))) == ("replayed", None)
        assert trouble(other.sign(package(), nonce="")) == ("replayed", None)


def test_pins_are_counted_down_and_the_card_blocks(page: Page) -> None:
    """Each answer says how many tries are left; a blocked card signs nothing, and is listed as blocked."""
    assert trouble(page.ask("cus-sec_SpcVerifyPIN", passwd="000000")) == ("wrong-pin", 2)
    assert trouble(page.login(login_text(), "000000")) == ("wrong-pin", 1)
    assert trouble(page.sign(package(), passwd="000000")) == ("blocked", 0)
    assert trouble(page.sign(package())) == ("blocked", 0)
    assert trouble(page.ask("cus-sec_SpcVerifyPIN", passwd="1")) == ("pin-form", None)
    assert page.listed()["cards"][0]["tries_left"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"_id": 1}',
        '{"_method": "\\ud800", "_id": 1}',
        '{"_method": 1, "_id": 1}',
        '{"_method": "x", "_id": 1, "args": {"passwd": 123456}}',
    ],
)
def test_garbage_is_answered_not_obeyed(page: Page, text: str) -> None:
    """What is no request is told so, without a word of what it held, and the connection goes on."""
    assert trouble(page.raw(text)) == ("bad-request", None)
    assert page.listed()


def test_other_methods_do_not_exist(page: Page) -> None:
    """The real control's way to sign any digest is not offered."""
    assert trouble(page.ask("cus-sec_SpcSHA1DigestAsPEM", inData="x", passwd=PIN)) == ("unknown-method", None)
    assert trouble(page.ask("tempgoods_SignMessage", objectId="M001", package=package())) == ("replayed", None)
    assert trouble(page.ask("cus-sec_SpcVerifyPIN")) == ("bad-request", None)


def test_bytes_end_the_connection(page: Page) -> None:
    """Binary frames are not spoken here."""
    page.socket.send(b"\x00")
    with pytest.raises(ConnectionClosed):
        list(page.socket)


def test_no_reader_no_card_wrong_card_and_a_choice(issued: Issued, cards: Path) -> None:
    """Each has its own answer, and putting the card in is enough: nothing is restarted."""
    with running(cards, readers=NoReaders()) as made, made.page() as page:
        assert (page.listed()["readers"], page.listed()["cards"]) == ([], [])
        assert trouble(page.login(login_text())) == ("no-reader", None)
    with running(cards) as made, made.page() as page:
        assert (page.listed()["readers"], page.listed()["cards"]) == (["cards"], [])
        assert trouble(page.login(login_text())) == ("no-card", None)
        one = issued.put(cards, "one", "ecdsa")
        assert trouble(page.login(login_text(), card="FF")) == ("wrong-card", None)
        issued.put(cards, "two", "stranger")
        assert trouble(page.login(login_text())) == ("choose-card", None)
        done(page.login(login_text(), card=STRANGER.ic_card_no))
        done(page.sign(package(), card=issued_serial(one, page)))
        shutil.rmtree(cards / "two")
        done(page.sign(package()))
        (one / "card.json").write_bytes(b"{")
        assert trouble(page.sign(package())) == ("unreadable-card", None)


def issued_serial(folder: Path, page: Page) -> str:
    """The id of the card in the reader *folder*."""
    return next(str(card["id"]) for card in page.listed()["cards"] if card["reader"] == folder.name)


def test_a_card_pulled_while_signing_is_told_and_put_back_works(issued: Issued, cards: Path) -> None:
    """No signature comes of it; the next one, with the card back, does, and the challenge was not used up."""
    folder, away = issued.put(cards, kind="ecdsa"), cards.parent / "away"
    pulls = [True]

    def between() -> None:
        if pulls.pop() if pulls else False:
            folder.rename(away)

    with running(cards, between=between) as made, made.page() as page:
        assert trouble(page.login(login_text())) == ("pulled-out", None)
        assert trouble(page.login(login_text())) == ("no-card", None)
        away.rename(folder)
        done(page.login(login_text()))


def test_one_reader_works_in_turn_and_two_side_by_side(issued: Issued, cards: Path) -> None:
    """Two signatures by one card never overlap; by two cards they do; both are right."""
    issued.put(cards, "one", "ecdsa")
    issued.put(cards, "two", "rsa")
    inside, most, meeting = [0], [0], threading.Barrier(2)

    def met() -> None:
        meeting.wait(20)  # only reached together when two readers are at work at once

    with running(cards, between=met) as made, ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda card: _signed(made, card), ("A2", "A1")))
    assert all(judged(done(a), package(), "M001", issued.trust).verdict is Verdict.VALID for a in answers)

    def counted() -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        threading.Event().wait(0.05)
        inside[0] -= 1

    with running(cards, between=counted) as made, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda card: _signed(made, card), ["A2"] * 4))
    assert all(judged(done(a), package(), "M001", issued.trust).verdict is Verdict.VALID for a in answers)
    assert most == [1]


def _signed(made: Running, card: str) -> dict[str, object]:
    with made.page() as page:
        return page.sign(package(), card=card)


def test_where_confirmation_is_asked_for_the_socket_signs_no_message(issued: Issued, cards: Path) -> None:
    """With --confirm a message is signed on the control's page only; a login still works."""
    issued.put(cards, kind="ecdsa")
    with running(cards, confirm=True) as made, made.page() as page:
        assert page.listed()["confirm"] is True
        assert trouble(page.sign(package())) == ("confirm", None)
        done(page.login(login_text()))


def test_the_clock_that_stands_is_the_agents(issued: Issued, cards: Path) -> None:
    """Freshness is judged by the agent's own clock, not by anything the page says."""
    issued.put(cards, kind="ecdsa")
    clock = Clock()
    clock.now += timedelta(days=1)
    with running(cards, clock=clock) as made, made.page() as page:
        assert trouble(page.login(login_text())) == ("not-a-challenge", None)
        done(page.login(login_text(issued=clock.now)))
