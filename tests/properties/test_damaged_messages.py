"""The desk on damaged bytes: no exception, no hang, bounded memory, and never valid for what nobody signed."""

from __future__ import annotations

import re
import time
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from tempgoods_edi.desk import Checked, Policy, check
from tempgoods_edi.envelope.archive import pack
from tempgoods_edi.rules import Facts
from tempgoods_edi.schema import reader
from tempgoods_edi.signing import SignaturePolicy, SignatureState, sign_object
from tempgoods_edi.testing import sample
from tempgoods_edi.testing.cases import OBJECT_ID
from tempgoods_edi.testing.trees import Shape
from tempgoods_edi.values import Verdict
from tests.properties.damage import damaged, rearranged

#: Messages in all, by profile.
MESSAGES = {"fast": 2_000, "ci": 40_000, "big": 1_000_000}
PARTS = 4
#: One in so many is an archive: the documents in it are opened by a process of their own, which takes its time.
ARCHIVES = 50
#: A message of this size takes milliseconds; the bound leaves room for a machine that is busy with other things.
SECONDS_FOR_ONE = 20
GROWTH = 64 * 1024 * 1024
WHITE_SPACE_IN_TAGS = b"\t\n\r "


@cache
def _originals() -> tuple[tuple[bytes, Facts], ...]:
    """Signed messages, drafts, receipts and answers to be damaged."""
    found: list[tuple[bytes, Facts]] = []
    for spec in reader.messages():
        for shape in (Shape(), Shape(lines=2, documents=1, fill=6, seed=7), Shape(lines=6, fill=8, seed=99)):
            made = sample.sample(spec.code, shape)
            found.append((made.data, made.facts))
            if made.message is not None and spec.direction == "out":
                signed = sample.signed(made.message)
                found += [(signed, made.facts), (signed, made.facts)]
    return tuple(found)


@cache
def _archives() -> tuple[tuple[bytes, Facts], ...]:
    """Some of them with their documents."""
    return tuple(
        (pack("message", data, dict.fromkeys(facts.attachments or (), b"%PDF-1.7\n%%EOF\n")), facts)
        for data, facts in _originals()
        if b"<SignatureValue>" in data
    )


def _chosen(random: Random) -> tuple[bytes, Facts]:
    return random.choice(_originals() if random.randrange(ARCHIVES) else _archives())


def _resident() -> int:
    """Bytes of memory this process holds now; 0 where the system does not tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 if statm.is_file() else 0


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_bytes_are_judged_and_nothing_else_happens(part: int) -> None:
    """Every damaged message gets its verdict, in time, within the memory one message needs."""
    messages = MESSAGES.get(settings.get_current_profile_name(), MESSAGES["fast"]) // PARTS
    random = Random(20270301 + part)
    kept, slowest, before = Counter[str](), 0.0, 0
    lenient = Policy(now=sample.policy().now, trust=sample.trust(), allow_unsigned=True)
    for number in range(messages):
        original, facts = _chosen(random)
        data, signed_so = _harmed(original, random)
        start = time.process_time()
        checked = check(data, facts, random.choice((lenient, sample.policy())))
        slowest = max(slowest, time.process_time() - start)
        _hold(checked, data, signed_so)
        kept[checked.verdict.value] += 1
        if number == messages // 10:
            before = _resident()
    assert kept["invalid"] > messages / 2
    assert slowest < SECONDS_FOR_ONE
    assert _resident() - before < GROWTH


def _harmed(data: bytes, random: Random) -> tuple[bytes, bool]:
    """*data* damaged as bytes, rearranged as elements, or mixed with another message; whether it was signed then.

    Now and then it is, so that not its signature but what is in it gets judged.
    """
    way = random.randrange(10)
    if way == 0:
        other, _ = _chosen(random)
        return data[: random.randrange(len(data))] + other[random.randrange(len(other)) :], False
    if way > 5:
        return damaged(data, random), False
    changed = rearranged(data, random)
    found = re.search(rb"<Package>.*</Package>", changed, re.DOTALL)
    if found is None or random.randrange(4):
        return changed, False
    return sign_object(OBJECT_ID, found[0], sample.signer(), SignaturePolicy()), True


@cache
def _messages() -> list[object]:
    return [check(data, facts, sample.policy()).message for data, facts in (*_originals(), *_archives())]


def _hold(checked: Checked, data: bytes, signed_so: bool) -> None:
    """What must be so whatever *data* is; *signed_so*: damaged first, signed afterwards."""
    assert checked.verdict is not Verdict.UNDECIDED, (checked.reason, data)
    assert "TG-XML-010" not in {finding.rule for finding in checked.findings}, data
    if checked.verdict is Verdict.VALID and checked.signature is SignatureState.SIGNED:
        assert signed_so or checked.message in _messages(), data


@pytest.mark.parametrize("code", ["TMP151", "TMP141"])
def test_no_byte_of_what_is_signed_can_be_changed(code: str) -> None:
    """Each byte of SignedInfo and Object in turn, by three other values: the message is never valid and signed."""
    signed, made = sample.signed_sample(code, Shape(fill=8, seed=4))
    assert check(signed, made.facts, sample.policy()).verdict is Verdict.VALID
    taken = []
    for at in _signed_places(signed):
        for value in (signed[at] ^ 1, signed[at] ^ 0x20, signed[at] ^ 0x80):
            altered = signed[:at] + bytes([value]) + signed[at + 1 :]
            checked = check(altered, made.facts, sample.policy())
            if checked.verdict is Verdict.VALID or checked.signature is SignatureState.SIGNED:
                taken.append((at, value))
    assert taken == []


def test_bytes_of_what_is_signed_cannot_be_changed_in_a_full_message() -> None:
    """Any value at places picked by chance, in a declaration of many lines; only white space within a tag is alike."""
    signed, made = sample.signed_sample("TMP101", Shape(lines=10, documents=2, fill=8, seed=8))
    random, places = Random(8), _signed_places(signed)
    for _ in range(1500):
        at = random.choice(places)
        value = random.choice([value for value in range(256) if value != signed[at]])
        if signed[at] in WHITE_SPACE_IN_TAGS and value in WHITE_SPACE_IN_TAGS:
            continue  # canonical XML writes one blank there, so the signature holds for either
        altered = signed[:at] + bytes([value]) + signed[at + 1 :]
        checked = check(altered, made.facts, sample.policy())
        assert checked.verdict is Verdict.INVALID, (at, value)
        assert checked.signature is not SignatureState.SIGNED, (at, value)


def _signed_places(signed: bytes) -> list[int]:
    """Positions of the bytes of SignedInfo and of Object."""
    found: list[int] = []
    for tag in (b"SignedInfo", b"Object"):
        begin = signed.index(b"<" + tag)
        found += range(begin, signed.index(b"</" + tag + b">") + len(tag) + 3)
    return found
