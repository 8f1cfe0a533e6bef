"""The portal with a card in a reader of the real PC/SC service, as the declarant's machine has it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct
from playwright.sync_api import Page, expect

from tempcard.card import Pulled, Step, VirtualCard
from tempcard.folder import Filling
from tempcard.national import signer
from tempgoods_edi.card.cards import Pin
from tempgoods_edi.card.pcsc import PcscReaders
from tempgoods_edi.card.problems import CardError
from tempgoods_edi.demo_ca import Holder, make_certificate
from tempgoods_edi.signing import sm2
from tests import needed
from tests.card.material import PIN, PUK
from tests.card.pcsc.service import FIRST, READERS, SECOND, Service, card_in, chip, eventually, inserted
from tests.card.pcsc.service import running as service_running
from tests.web.browser.checking import step, tried_out
from tests.web.browser.filing import EXHIBIT, EXHIBITION, draft, sign, state
from tests.web.conftest import by_card
from tests.web.stack import BEGIN, END, HOLDERS, Stack

pytestmark = pytest.mark.needs("chromium", "chinese-font", "playwright", "pcscd")

WANG, LI = HOLDERS["wang"], HOLDERS["li"]
#: Another operator of Wang's enterprise.
HOLDER = Holder("周真", WANG.enterprise_name, WANG.enterprise_code, WANG.uscc, "2100000310180")


class Desk(Struct, frozen=True):
    """A declarant's desk: the service, its readers, a card that may be put into them, and what the card shall meet."""

    service: Service
    readers: PcscReaders
    card: VirtualCard
    other: VirtualCard
    pulled: list[Step]


@pytest.fixture
def desk(stack: Stack, tmp_path: Path) -> Iterator[Desk]:
    """The stack with an agent that serves the readers of the real service and no soft cards."""
    needed.module("smartcard.scard", "card")
    pulled: list[Step] = []

    def before(step: Step) -> None:
        if step in pulled:
            pulled.remove(step)
            raise Pulled

    pairs = [stack.new_card(name, holder) for name, holder in (("chip", HOLDER), ("chip-li", LI))]
    one, two = (
        chip(tmp_path / each.name, before=before if each is pairs[0] else None, P9C=each.pair) for each in pairs
    )
    for each in pairs:
        shutil.rmtree(each.folder)
    command, away = stack.parts["agent"].command, stack.folder / "away"
    usual = list(command)
    command[command.index("--no-pcsc")] = "--pcsc"
    stack.readers.rename(away)
    try:
        with service_running() as service:
            stack.restart("agent")
            yield Desk(service, PcscReaders(), one, two, pulled)
    finally:
        away.rename(stack.readers)
        for each in pairs:
            del stack.cards[each.name]
        command[:] = usual
        stack.restart("agent")


@pytest.mark.requirement("W1")
def test_log_in_and_declare_with_the_card_in_the_reader(page: Page, stack: Stack, desk: Desk) -> None:
    """Card in, password, 登录; a draft, password, 签名: customs take the declaration."""
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    with inserted(desk.card, FIRST):
        card_in(desk.readers)
        by_card(page, stack, "chip", PIN)
        page.wait_for_url(f"{stack.url}/")
        expect(page.locator("#who-operator")).to_have_text(HOLDER.operator_name)
        page.goto(f"/declarations/{seq_no}/declare")
        sign(page, PIN)
        page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
        expect(state(page)).to_have_text("审核通过", timeout=30_000)


@pytest.mark.requirement("W9")
def test_customs_take_a_p256_cards_declaration_and_a_wrong_password_is_counted(
    page: Page, stack: Stack, desk: Desk, tmp_path: Path
) -> None:
    """The declaration's page says how many tries are left; the right password declares, and gives the tries back."""
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    pair = stack.new_card("chip-p256", HOLDER, kind="ecdsa")
    shutil.rmtree(pair.folder)
    try:
        with inserted(chip(tmp_path / "p256", P9C=pair.pair), FIRST):
            found = card_in(desk.readers)
            by_card(page, stack, "chip-p256", PIN)
            page.wait_for_url(f"{stack.url}/")
            page.goto(f"/declarations/{seq_no}/declare")
            sign(page, "000000")
            expect(page.locator("#sign-said")).to_contain_text("还可以试 2 次")
            expect(page.locator("#pin")).to_have_value("")
            sign(page, PIN)
            page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
            expect(state(page)).to_have_text("审核通过", timeout=30_000)
            assert found.state().tries_left == 3
    finally:
        del stack.cards["chip-p256"]


def test_customs_take_an_sm2_cards_declaration(page: Page, stack: Stack, desk: Desk, tmp_path: Path) -> None:
    """Where portal and customs take the national algorithms a chip with an SM2 key logs in and declares."""
    needed.module("gmssl_pyx", "sm2")
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    pair = make_certificate(stack.ca, HOLDER, serial=0x20180177, not_before=BEGIN, not_after=END, key=sm2.new_key())
    filling = Filling(int.from_bytes(pair.key.private), pair.certificate_der)
    with inserted(chip(tmp_path / "sm2", sm2=signer(), P82=filling), FIRST):
        card_in(desk.readers)
        page.goto("/help")
        tried_out(page)
        page.goto("/login")
        expect(page.locator("#card option", has_text=HOLDER.ic_card_no)).to_have_count(1)
        page.get_by_label("卡密码", exact=True).fill(PIN)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(f"{stack.url}/")
        page.goto(f"/declarations/{seq_no}/declare")
        sign(page, PIN)
        page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
        expect(state(page)).to_have_text("审核通过", timeout=30_000)


@pytest.mark.requirement("W4")
def test_the_help_page_tests_the_reader_and_the_chip(page: Page, stack: Stack, desk: Desk) -> None:
    """No service: said at the reader's step; with the card in, each step is good and the kind of card is named."""
    page.goto("/help")
    desk.service.stop()
    tried_out(page, reader="bad", card="none", certificate="none")
    step(page, "reader", "智能卡服务没有运行", "pcscd")
    desk.service.start()
    with inserted(desk.card, FIRST):
        card_in(desk.readers)
        tried_out(page)
        step(page, "card", HOLDER.operator_name, "piv", READERS[0])


@pytest.mark.requirement("W1")
def test_wrong_passwords_block_the_card_and_its_puk_helps(page: Page, stack: Stack, desk: Desk) -> None:
    """Two tries left, one, blocked; unblocked by the PUK, the new password lets in."""
    problem = page.locator("#login-problem")
    with inserted(desk.card, FIRST):
        found = card_in(desk.readers)
        for said in ("2", "1", "锁定"):
            by_card(page, stack, "chip", "000000")
            expect(problem).to_contain_text(said)
        by_card(page, stack, "chip", PIN)
        expect(problem).to_contain_text("锁定")
        found.unblock(Pin(PUK), Pin("975310"))
        by_card(page, stack, "chip", "975310")
        page.wait_for_url(f"{stack.url}/")


def test_a_card_pulled_out_while_it_signs_a_declaration(page: Page, stack: Stack, desk: Desk) -> None:
    """Said so, with what to do; put back, the same page signs, and customs take it."""
    seq_no = draft(stack, "exhibition", EXHIBITION, [EXHIBIT])
    problem = page.locator("#sign-said")
    with inserted(desk.card, FIRST):
        card_in(desk.readers)
        by_card(page, stack, "chip", PIN)
        page.wait_for_url(f"{stack.url}/")
        page.goto(f"/declarations/{seq_no}/declare")
        desk.pulled.append("signature")
        sign(page, PIN)
        expect(problem).to_contain_text("拔出")
        expect(problem).to_contain_text("插回")
    assert eventually(lambda: empty(desk))
    sign(page, PIN)
    expect(problem).to_contain_text("没有 IC 卡")
    with inserted(desk.card, FIRST):
        card_in(desk.readers)
        sign(page, PIN)
        page.wait_for_url(re.compile(rf"/declarations/{seq_no}$"))
        expect(state(page)).to_have_text("审核通过", timeout=30_000)


@pytest.mark.requirement("W4")
def test_service_reader_and_card_that_are_missing_are_said(
    page: Page, stack: Stack, desk: Desk, tmp_path: Path
) -> None:
    """No service, no reader, no card: each in its words; all there again, two cards to choose from; nothing restarted."""
    problem, again = page.locator("#login-problem"), page.get_by_role("button", name="重新读卡")
    desk.service.stop()
    page.goto("/login")
    expect(problem).to_contain_text("智能卡服务没有运行")
    expect(problem).to_contain_text("pcscd")
    (tmp_path / "none").mkdir()
    desk.service.start("--config", str(tmp_path / "none"))
    again.click()
    expect(problem).to_contain_text("没有找到读卡器")
    desk.service.stop()
    desk.service.start()
    eventually(desk.readers.names)
    again.click()
    expect(problem).to_contain_text("没有 IC 卡")
    with inserted(desk.card, FIRST), inserted(desk.other, SECOND):
        for reader in desk.readers.names():
            card_in(desk.readers, reader)
        by_card(page, stack, "chip-li", PIN)
        page.wait_for_url(f"{stack.url}/")
        expect(page.locator("#who-operator")).to_have_text(LI.operator_name)


def empty(desk: Desk) -> bool:
    """True when no reader holds a card."""
    try:
        return all(desk.readers.card(reader) is None for reader in desk.readers.names())
    except CardError:
        return False
