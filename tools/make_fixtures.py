"""Writes what follows from the sources under ``fixtures``: signed messages, cases with their receipts, evil files.

``python -m tools.make_fixtures`` writes, and says what is wrong with a message of ``valid`` that is new (exit 1); with
``--check`` it only says what is out of date (exit 1).  The keys in
``fixtures/keys`` are made once and kept: with them every signature comes out the same again.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from cryptography.x509 import load_der_x509_certificate

from tempgoods_edi import demo_ca, outbound
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.envelope.archive import pack
from tempgoods_edi.interchange import json_form
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing import key_pairs, keys, sm2, sm2_files
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.signing.policy import SignaturePolicy
from tempgoods_edi.signing.signer import Signer
from tools import cases, evil, faulty, receipts, unwell

TOP = Path(__file__).resolve().parent.parent
FIXTURES = TOP / "fixtures"
KEYS = FIXTURES / "keys"
PASSWORD = "tempgoods-demo"  # noqa: S105 - the keys it opens are public and worth nothing
OBJECT_ID = "M001"
_BEGIN, _END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2046, 1, 1, tzinfo=UTC)
_POLICY = SignaturePolicy()
_T = TypeVar("_T")
#: Whose operator has a card of every kind of key: the enterprise of ``valid/tmp101-minimal.json``.
_MANY_CARDS = "310196K27B"


def main(arguments: list[str]) -> int:
    """Write or check; 0 when everything is up to date."""
    only_look = "--check" in arguments
    if not only_look:
        make_keys()
    stale = [(path, data) for path, data in generated() if not path.is_file() or path.read_bytes() != data]
    for path, data in stale:
        name = path.relative_to(TOP)
        print(f"out of date: {name} (run python -m tools.make_fixtures)" if only_look else f"written: {name}")
        if not only_look:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    wrong = [text for path, data in stale if path.parent.name == "valid" for text in unsound(path, data)]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong or (stale and only_look) else 0


def unsound(path: Path, data: bytes) -> Iterator[str]:
    """What is wrong with *data*, which is to lie in ``valid`` at *path*; a line for each finding."""
    known = json.loads(path.with_suffix(".json").read_bytes()).get("facts", {})
    facts = Facts(today=date.fromisoformat(known.get("today", "2026-11-22")))
    for each in check(data, facts, _policy()).findings:
        yield f"not valid: {path.relative_to(TOP)}: {each.rule} {each.path}: {each.text.en}; {each.fix.en}"


def make_keys() -> None:
    """A demonstration CA and a card for each enterprise that has none yet."""
    KEYS.mkdir(exist_ok=True)
    (KEYS / "password.txt").write_text(PASSWORD + "\n")
    if not (KEYS / "ca.pem").is_file():
        ca = demo_ca.make_ca("tempgoods-edi demonstration CA", serial=1, not_before=_BEGIN, not_after=_END)
        (KEYS / "ca.pem").write_bytes(ca.certificate_pem)
        (KEYS / "ca.p12").write_bytes(key_pairs.to_pkcs12(ca, PASSWORD))
        (KEYS / "ca.crl").write_bytes(demo_ca.make_crl(ca, {}, this_update=_BEGIN, next_update=_END))
    for number, holder in enumerate(sorted(holders().values(), key=lambda h: h.enterprise_code), 0x10000001):
        path = KEYS / f"{holder.enterprise_code}.p12"
        if not path.is_file():
            pair = demo_ca.make_certificate(_ca(), holder, serial=number, not_before=_BEGIN, not_after=_END)
            path.write_bytes(key_pairs.to_pkcs12(pair, PASSWORD))
    _make_other_kinds()


def _make_other_kinds() -> None:
    """A card of each kind of key that enterprises do not have here, for the messages of `doctor`."""
    holder = holders()[_MANY_CARDS]
    for name, number in (("ecdsa", 0x20000001), ("sm2", 0x20000002)):
        path = KEYS / f"{name}.p12"
        if not path.is_file():
            key = sm2.new_key() if name == "sm2" else demo_ca.make_key("ecdsa")
            pair = demo_ca.make_certificate(_ca(), holder, serial=number, not_before=_BEGIN, not_after=_END, key=key)
            path.write_bytes(key_pairs.to_pkcs12(pair, PASSWORD))


def holders() -> dict[str, demo_ca.Holder]:
    """Whom the demonstration cards are for, by customs code: the operators of the cases and of the valid messages."""
    found = {
        o.enterprise_no: demo_ca.Holder(o.name, o.enterprise, o.enterprise_no, o.uscc, o.ic_card_no)
        for o in cases.OPERATORS.values()
    }
    for _, tree in _valid():
        head = tree["document"].get("Head")
        if head is not None:
            found.setdefault(
                head["InputEtpsNo"],
                demo_ca.Holder(
                    head["OperatorNm"],
                    head["InputEtpsNm"],
                    head["InputEtpsNo"],
                    head["InputEtpsSccd"],
                    head["IcCardNo"],
                ),
            )
    return found


def generated() -> Iterator[tuple[Path, bytes]]:
    """Every generated file with the bytes it must have."""
    for path, tree in _valid():
        yield path.with_suffix(".xml"), message_bytes(tree)
    signed: dict[str, bytes] = {}
    for case in cases.CASES:
        folder = FIXTURES / "cases" / case.folder
        tree = cases.message(case, FIXTURES / "cases")
        yield folder / "message.json", _json(tree)
        data, files = message_bytes(tree), cases.attachments(case, FIXTURES / "cases")
        yield folder / "message.xml", data
        if files:
            data = pack(case.folder, data, files)
            yield folder / "message.zip", data
        signed[case.folder] = data
    for folder_name, name, data in receipts.of_cases(signed, FIXTURES):
        yield FIXTURES / "cases" / folder_name / "receipts" / name, data
    listed = {}
    for each in faulty.files(card, _policy()):
        yield FIXTURES / "invalid" / each.name, each.data
        listed[each.name] = {"today": each.today, "findings": each.findings}
    yield FIXTURES / "invalid" / "expected.json", _json(listed)
    base = (FIXTURES / "valid" / "tmp101-minimal.json").read_bytes()
    for name, data in evil.files(message_bytes(json.loads(base))):
        yield FIXTURES / "evil" / name, data
    yield from _unwell((FIXTURES / "valid" / "tmp101-minimal.json").read_bytes())


def _unwell(base: bytes) -> Iterator[tuple[Path, bytes]]:
    """The messages for `doctor`; one signed by SM2 stays as long as it is the same but for its signature value."""
    good = message_bytes(json.loads(base))
    inner, cards = good[good.index(b"<Package>") : good.index(b"</Object>")], unwell_cards()
    folder = FIXTURES / "doctor"
    for name, data in unwell.files(inner, cards):
        yield folder / f"{name}.xml", data
    if not sm2.available():
        for name in unwell.CHANCY:
            yield folder / f"{name}.xml", (folder / f"{name}.xml").read_bytes()
        return
    for name, data in unwell.chancy(inner, cards):
        path = folder / f"{name}.xml"
        kept = path.read_bytes() if path.is_file() else b""
        yield path, kept if unwell.unsigned_part(kept) == unwell.unsigned_part(data) else data


def unwell_cards() -> unwell.Cards:
    """The cards that sign the messages for `doctor`."""
    other = min(set(holders()) - {_MANY_CARDS})
    private, certificate = _found(sm2_files.of_pkcs12((KEYS / "sm2.p12").read_bytes(), PASSWORD))
    read = load_der_x509_certificate(certificate)
    public = _found(sm2.certificate_key(read.tbs_certificate_bytes))
    national = key_pairs.Sm2Pair(sm2.Sm2Key(private, public), read)
    return unwell.Cards(_pair(f"{_MANY_CARDS}.p12"), _pair(f"{other}.p12"), _pair("ecdsa.p12"), national)


def _found(value: _T | None) -> _T:
    if value is None:
        raise ValueError("not the key that was made")
    return value


def message_bytes(tree: Mapping[str, Any]) -> bytes:
    """What is sent of a message in JSON form: signed by its operator's card where enterprises sign."""
    sheet = json_form.read(_json(tree), {})
    if sheet.package is None or sheet.spec is None:
        raise ValueError(f"{tree['message']}: {[f.text.en for f in sheet.findings]}")
    if sheet.spec.direction != "out":
        return b'<?xml version="1.0" encoding="UTF-8"?>' + sheet.package.encode()
    signer = card(tree["document"]["OperCusRegCode"])
    built = outbound.seal(sheet.spec, sheet.package, OBJECT_ID, signer, _POLICY)
    if built.data is None:
        raise ValueError(f"{tree['message']}: {[(f.rule, f.path) for f in built.findings]}")
    return built.data


@cache
def card(enterprise_no: str) -> Signer:
    """The demonstration card of an enterprise."""
    return keys.from_pkcs12((KEYS / f"{enterprise_no}.p12").read_bytes(), PASSWORD)


def _policy() -> Policy:
    return Policy(now=datetime(2026, 11, 22, 4, tzinfo=UTC), trust=Trust([(KEYS / "ca.pem").read_bytes()]))


def _ca() -> key_pairs.KeyPair:
    return _pair("ca.p12")


def _pair(name: str) -> key_pairs.KeyPair:
    key, certificate, _ = load_key_and_certificates((KEYS / name).read_bytes(), PASSWORD.encode())
    return key_pairs.KeyPair(key, certificate)  # type: ignore[arg-type]  # both are there, and of our kinds: made above


def _valid() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted((FIXTURES / "valid").glob("*.json")):
        yield path, json.loads(path.read_bytes())


def _json(tree: Mapping[str, Any]) -> bytes:
    return json.dumps(tree, ensure_ascii=False, indent=1).encode() + b"\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
