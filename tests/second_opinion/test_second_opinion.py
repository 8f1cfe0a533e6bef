"""Other people's engines beside ours: they agree on what is right and wrong, and whoever errs decides nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tempgoods_edi import reading
from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import validator
from tempgoods_edi.second_opinion import SecondOpinion, compared
from tempgoods_edi.second_opinion.worker import ENGINES, judged
from tempgoods_edi.signing import Trust
from tempgoods_edi.values import Verdict
from tests.second_opinion.planting import LIES, planted

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOOD = (FIXTURES / "valid" / "tmp101-minimal.xml").read_bytes()
#: The content was changed after signing; the schema takes it.
TAMPERED = GOOD.replace(b"<EndDate>20270313<", b"<EndDate>20270314<")
#: No day; the signature is wrong too.
UNFIT = GOOD.replace(b"<EndDate>20270313<", b"<EndDate>next week<")
RECEIPT = (FIXTURES / "valid" / "tmp201-full.xml").read_bytes()
NAMES = [(asked, name) for asked, engines in ENGINES.items() for name in engines]

def _check(data: bytes) -> Checked:
    policy = Policy(now=datetime(2026, 11, 22, 4, tzinfo=UTC), trust=Trust([(FIXTURES / "keys" / "ca.pem").read_bytes()]))
    return check(data, Facts(today=date(2026, 11, 22)), policy)


@pytest.fixture(scope="module")
def others() -> Iterator[SecondOpinion]:
    """The engines as they are."""
    with SecondOpinion() as made:
        yield made


def test_every_engine_has_a_word_of_its_own() -> None:
    """Each says right of what is right and wrong of what is wrong: none abstains its way to agreement."""
    for asked, name in NAMES:
        assert judged(GOOD)[asked][name] == "right", name
        assert judged(UNFIT if asked == "schema" else TAMPERED)[asked][name] == "wrong", name


@pytest.mark.parametrize("data", [GOOD, TAMPERED, UNFIT, RECEIPT], ids=["good", "tampered", "unfit", "receipt"])
def test_where_all_agree_the_verdict_stands(others: SecondOpinion, data: bytes) -> None:
    """Nothing changes, valid or invalid."""
    checked = _check(data)
    assert compared(checked, others.ask(data)) == checked


@pytest.mark.parametrize(("asked", "name"), NAMES)
@pytest.mark.parametrize(("data", "verdict"), [(GOOD, Verdict.VALID), (None, Verdict.INVALID)], ids=["right", "wrong"])
def test_a_fault_in_another_engine_is_undecided(asked: str, name: str, data: bytes | None, verdict: Verdict) -> None:
    """An engine that calls right wrong, or wrong right, leaves it undecided; the text says who says what."""
    given = data or (UNFIT if asked == "schema" else TAMPERED)
    checked = _check(given)
    assert checked.verdict is verdict
    with planted(asked, name, LIES) as others:
        found = compared(checked, others.ask(given))
    assert found.verdict is Verdict.UNDECIDED
    assert not found.trusted
    told = [each for each in found.findings if each.rule == "TG-XML-040"]
    assert len(told) == 1
    assert f"{name} {'wrong' if data else 'right'}" in told[0].text.en
    assert f"tempgoods-edi {'right' if data else 'wrong'}" in told[0].text.en
    assert found.reason == told[0].text


def test_a_fault_in_our_signature_check_is_undecided(others: SecondOpinion, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were our digest believed whatever it is, the others would object."""
    monkeypatch.setattr(sys.modules["tempgoods_edi.signing.verify"], "_digest_right", lambda _parts: True)
    checked = _check(TAMPERED)
    assert checked.verdict is Verdict.VALID
    assert compared(checked, others.ask(TAMPERED)).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("which", ["recogniser", "libxml2"])
def test_a_fault_in_our_schema_check_is_undecided(
    others: SecondOpinion, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """Were what is no date taken for one, by the quick way or by the other, the others would object."""
    if which == "recogniser":
        good = _check(GOOD).message
        monkeypatch.setattr(reading, "recognise", lambda *_: good)
    else:
        monkeypatch.setattr(validator, "refusal", lambda *_: None)
    unfit = GOOD.replace(b"<DclTypeCd>", b"<DclTypeCd>9")
    assert unfit != GOOD
    checked = _check(unfit)
    assert not any(each.rule.startswith("TG-XSD") for each in checked.findings)
    assert checked.message is not None
    assert "TG-XML-040" in [each.rule for each in compared(checked, others.ask(unfit)).findings]


@pytest.mark.parametrize(
    "body",
    ["while True: pass", "bytearray(1 << 40)", "__import__('os')._exit(1)", "raise SystemExit", "sys.stdout.write('{}' * 9999)"],
    ids=["hangs", "memory", "dies", "leaves", "talks"],
)
def test_an_engine_that_gives_no_answer_is_undecided_in_time(body: str) -> None:
    """Whatever becomes of the others' process: no answer is undecided, and the next message gets an answer again."""
    body = f"if b'<Signature' in data: {body}\n    return true(data)" if "while" not in body else (
        "while b'<Signature' in data: pass\n    return true(data)"
    )
    with planted("schema", "xmlschema", body, seconds=20.0) as bad:
        found = compared(_check(GOOD), bad.ask(GOOD))
        assert found.verdict is Verdict.UNDECIDED
        assert found.findings[-1].rule == "TG-XML-041"
        assert compared(_check(RECEIPT), bad.ask(RECEIPT)).verdict is Verdict.VALID


def test_who_is_being_asked_can_be_let_go_of() -> None:
    """Closed while an engine hangs, it gives no answer, and none to whoever asks later."""
    opinion = planted("schema", "xmlschema", "while True: pass")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(opinion.ask, GOOD)
        while opinion._process is None:
            pass
        opinion.close()
        assert asked.result() is None
    assert opinion.ask(GOOD) is None


def test_no_answer_does_not_hide_a_fault(others: SecondOpinion) -> None:
    """Findings of ours stay beside the others' silence."""
    checked = _check(UNFIT)
    found = compared(checked, None)
    assert found.findings[: len(checked.findings)] == checked.findings
    assert found.verdict is Verdict.UNDECIDED
