"""Messages made to cost much: each gets a short answer, and takes neither more time nor more memory than a large valid one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from tempgoods_edi import drafting
from tempgoods_edi.desk import MAX_BYTES, check
from tempgoods_edi.envelope.archive import pack
from tempgoods_edi.interchange import json_form
from tempgoods_edi.rules import Facts
from tempgoods_edi.testing import sample
from tempgoods_edi.values import MOST_FINDINGS, Verdict

BOOK_FAIR = Path(__file__).parents[1] / "fixtures" / "cases" / "book-fair" / "message.xml"
FACTS = Facts(today=sample.policy().now.date())
SIGNATURE = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">', b"</Signature>"


@cache
def _around() -> tuple[bytes, bytes]:
    """A message up to what its head holds, and from there on, without lines."""
    book = BOOK_FAIR.read_bytes()
    head = book.index(b"<Head>") + 6
    after = book.index(b"</Head>")
    return book[:head], book[after : book.index(b"<ExhibitList>")] + book[book.rindex(b"</ExhibitList>") + 14 :]


def _filled(unit: bytes, begin: bytes = b"", end: bytes = b"", most: int = MAX_BYTES) -> bytes:
    return begin + unit * ((most - len(begin) - len(end)) // len(unit)) + end


def _attributes(count: int, form: bytes) -> bytes:
    begin, end = _around()
    return begin[:-1] + b" " + b" ".join(form % number for number in range(count)) + b">" + end


#: By what is done: elements, attributes, texts, names, comments without end, wherever they may stand.
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "elements in the signature": lambda: _filled(b"<x/>", *SIGNATURE),
    "fewer elements in the signature": lambda: _filled(b"<x/>", *SIGNATURE, most=1_000_000),
    "elements in the package": lambda: _filled(b"<x/>", b"<Package>", b"</Package>"),
    "elements in the head": lambda: _filled(b"<x/>", *_around(), most=1_000_000),
    "texts in the head": lambda: _filled(b"a<x/>", *_around(), most=1_200_000),
    "comments in the head": lambda: _filled(b"<!---->", *_around(), most=1_500_000),
    "instructions before the root": lambda: _filled(b"<?a?>", end=b"<a/>", most=1_200_000),
    "blanks before the root": lambda: _filled(b" ", end=b"<a/>"),
    "lines of nothing": lambda: _filled(b"<ExhibitList/>", _around()[0] + b"</Head>", _around()[1][7:]),
    "attributes": lambda: _attributes(300_000, b'a%d=""'),
    "namespaces": lambda: _attributes(120_000, b'xmlns:a%d="urn:a"'),
    "references": lambda: _filled(b"<Reference/>", SIGNATURE[0] + b"<SignedInfo>", b"</SignedInfo>" + SIGNATURE[1]),
    "objects": lambda: _filled(b'<Object Id="a"/>', *SIGNATURE, most=3_500_000),
    "ids": lambda: _filled(b'<a Id="a"/>', SIGNATURE[0] + b'<Object Id="a">', b"</Object>" + SIGNATURE[1], most=2_500_000),
    "long names": lambda: b"".join((b"<" + b"a" * 9000 + b">",) * 200) + b"".join((b"</" + b"a" * 9000 + b">",) * 200),
    "references to characters": lambda: _filled(b"&amp;", _around()[0] + b"<HallNm>", b"</HallNm>" + _around()[1]),
    "every line wrong": lambda: BOOK_FAIR.read_bytes().replace(b"<DclQty>", b"<DclQty>x"),
    "a long value": lambda: _filled(b"a", _around()[0] + b"<HallNm>", b"</HallNm>" + _around()[1]),
}
#: In the place of a message in its JSON form.
HOSTILE_JSON: Mapping[str, bytes] = {
    "keys in the document": b'{"message": "TMP101", "document": {' + b",".join(b'"k%d": 1' % n for n in range(200_000)) + b"}}",
    "keys beside it": b'{"message": "TMP101", ' + b",".join(b'"k%d": 1' % n for n in range(200_000)) + b"}",
    "keys twice": b'{"message": "TMP101", "document": {"ExhibitList": [' + b",".join([b'{"a": 1, "a": 2}'] * 100_000) + b"]}}",
    "lines of nothing": b'{"message": "TMP101", "document": {"ExhibitList": [' + b",".join([b"{}"] * 200_000) + b"]}}",
    "numbers for lines": b'{"message": "TMP101", "document": {"ExhibitList": [' + b",".join([b"7"] * 200_000) + b"]}}",
    "halves of characters": b'{"message": "TMP101", "document": {"Head": {"HallNm": "' + b"\\ud800" * 500_000 + b'"}}}',
    "a long name": b'{"message": "' + b"a" * 1_000_000 + b'"}',
}
#: How many times the time of a large valid message: other processes are about, so somewhat more than it is.
TIMES = 5
MEGABYTES = 150

_MEASURED = """
import json, multiprocessing, resource, subprocess, sys, time
from tempgoods_edi.signing.doctor import diagnose
from tests.test_hostile import BOOK_FAIR, FACTS, HOSTILE, check, sample

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) // 1024

def measured(name, door):
    data = HOSTILE[name]() if name else BOOK_FAIR.read_bytes().replace(b"<Head>", b"<Head >", 1)
    open("/proc/self/clear_refs", "w").write("5")
    before, begin = peak(), time.process_time()
    DOORS[door](data)
    return time.process_time() - begin, peak() - before

DOORS = {"check": lambda data: check(data, FACTS, sample.policy()), "doctor": diagnose}

def started(door):
    '''What a command takes whatever it is given; the library is loaded already where it is asked for a verdict.'''
    if door == "check":
        return 0.0
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "tempgoods_edi.cli", door, "-"], input=b"<a/>", capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

if __name__ == "__main__":
    found = {}
    for door in DOORS:
        DOORS[door](b"<a/>")
        begin = started(door)
        with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
            usual = begin + min(pool.apply(measured, ("", door))[0] for _ in range(3))
            told = {name: pool.apply(measured, (name, door)) for name in HOSTILE}
        found |= {f"{door}: {name}": ((begin + taken) / usual, grown) for name, (taken, grown) in told.items()}
    print(json.dumps(found))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_every_hostile_message_is_answered_shortly(name: str) -> None:
    """Alone and in a ZIP: invalid, some findings, an answer that is small whatever was sent."""
    data = HOSTILE[name]()
    for given in (data, pack("message", data, {})):
        checked = check(given, FACTS, sample.policy())
        assert checked.verdict is Verdict.INVALID
        assert 0 < len(checked.findings) <= 2 * MOST_FINDINGS + 1
        texts = (text for each in checked.findings for text in (each.path, each.value or "", each.text.zh, each.text.en))
        assert sum(map(len, texts)) < 2_000_000


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux tells the peak")
def test_a_hostile_message_costs_no_more_than_a_large_valid_one() -> None:
    """Checked, and looked at by the doctor, each in a process of its own: five times the CPU of 5,000 lines, 150 MB more memory."""
    call = [sys.executable, "-c", _MEASURED]
    done = subprocess.run(call, capture_output=True, text=True, cwd=BOOK_FAIR.parents[3])
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert len(told) == 2 * len(HOSTILE)
    assert {name: cost for name, cost in told.items() if cost[0] > TIMES or cost[1] > MEGABYTES} == {}


@pytest.mark.parametrize("data", HOSTILE_JSON.values(), ids=HOSTILE_JSON)
def test_hostile_json_is_answered_shortly(data: bytes) -> None:
    """Keys, lines and texts without end: some findings, a small answer, what can be judged is judged."""
    found = json_form.read(data, {})
    findings = found.findings
    if found.spec is not None and found.document is not None:
        findings = drafting.with_rules(found.spec, found.document, FACTS, findings, declared=True)
    assert 0 < len(findings) <= 2 * MOST_FINDINGS + 1
    texts = (text for each in findings for text in (each.path, each.value or "", each.text.zh, each.text.en))
    assert sum(len(text.encode()) for text in texts) < 3_000_000
