"""The signature doctor names the right mistake, and never loses its head."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.signing import unsigned
from tempgoods_edi.signing.doctor import Cause, causes, diagnose, value_causes
from tempgoods_edi.values import Bilingual
from tests.signing.material import SigningKit
from tests.signing.national import Nation
from tools import make_fixtures

FOLDER = make_fixtures.FIXTURES / "doctor"
FIXTURES = sorted(FOLDER.glob("*.xml"))
GOOD = (make_fixtures.FIXTURES / "valid" / "tmp101-minimal.xml").read_bytes()
#: Every cause there is a name for.
CAUSES = tuple(each for module in (causes, value_causes) for each in vars(module).values() if isinstance(each, Cause))
#: Which fixtures are named for more than their cause.
CAUSE_OF = {
    "re-encoded-utf16": "re-encoded",
    "re-encoded-before-signing": "re-encoded",
    "digest-algorithm-sm3": "digest-algorithm",
    "compacted-within-signature": "compacted",
    "newlines-removed-for-blanks": "newlines-removed",
    "garbled-before-signing": "garbled",
    "content-changed-by-garbling": "content-changed",
    "wrong-certificate": "other-key-or-damaged",
    "sm2-der-instead-of-raw": "der-instead-of-raw",
    "sm2-digest-sha1": "digest-algorithm",
}
#: Where the fault is.
IN_THE_VALUE = {
    "signature-method", "hashed-twice", "value-over-object", "wrong-certificate", "signed-info-changed",
    "pss-padding", "byte-order", "hex-value", "bare-digest", "other-key-or-damaged",
    "der-instead-of-raw", "sm2-der-instead-of-raw", "sm2-user-id", "changed-or-other-key", "no-certificate", "not-base64",
}  # fmt: skip
IN_THE_MESSAGE = {"re-encoded", "re-encoded-utf16", "key-name", "form", "declaration"}


@cache
def certificate() -> bytes:
    """The certificate (DER) of whoever signed the RSA fixtures."""
    return make_fixtures.unwell_cards().rsa.certificate.public_bytes(Encoding.DER)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_each_fixture_has_exactly_its_cause(path: Path) -> None:
    """One cause is named, the fixture's, and it is found in the number or form that is wrong."""
    found = diagnose(path.read_bytes())
    assert found.verdict == "broken"
    assert [each.id for each in found.causes] == [CAUSE_OF.get(path.stem, path.stem)]
    assert found.digest is not None
    assert found.value is not None
    in_both = path.stem == "pretty-printed"
    assert found.digest.right is (path.stem in IN_THE_VALUE | IN_THE_MESSAGE)
    assert found.value.right is (path.stem not in IN_THE_VALUE and not in_both)


def test_every_cause_has_a_fixture() -> None:
    """And every fixture a cause; another key's certificate is certain only when the right one is given too."""
    named = {"wrong-certificate"} | {CAUSE_OF.get(path.stem, path.stem) for path in FIXTURES}
    assert named == {each.id for each in CAUSES}


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_every_cause_speaks_both_languages(cause: Cause) -> None:
    """Title, what happened and what to do, with the same places to fill in."""
    for text in (cause.title, cause.what, cause.fix):
        assert text.en
        assert any("\u4e00" <= c <= "\u9fff" for c in text.zh)


@pytest.mark.parametrize("path", FIXTURES, ids=lambda path: path.stem)
def test_no_place_stays_open(path: Path) -> None:
    """Every ``{name}`` of the texts is filled in."""
    for cause in diagnose(path.read_bytes()).causes:
        assert "{" not in str(cause)


def test_the_difference_is_shown() -> None:
    """The first byte that differs, with what the signer had there and what is there now."""
    digest = diagnose((FOLDER / "no-namespace.xml").read_bytes()).digest
    assert digest is not None
    at = digest.difference
    assert at is not None
    assert (at.offset, at.before) == (8, b"<Object ")
    assert at.signed.startswith(b'Id="M001"><Package>')
    assert at.received.startswith(b'xmlns="http://www.w3.org')
    assert digest.canonical[at.offset :].startswith(at.received)
    changed = diagnose((FOLDER / "content-changed.xml").read_bytes()).digest
    assert changed is not None
    assert changed.difference is None
    assert changed.tried > 100


def test_the_signers_certificate_helps() -> None:
    """With `certificate`, a value of another key is told from a change, and one without certificate is right."""
    other = (FOLDER / "wrong-certificate.xml").read_bytes()
    found = diagnose(other, certificate())
    assert [each.id for each in found.causes] == ["wrong-certificate"]
    assert "10000001" in found.causes[0].what.zh
    assert diagnose((FOLDER / "no-certificate.xml").read_bytes(), certificate()).verdict == "right"


def test_two_mistakes_at_once() -> None:
    """Pretty-printed after it was hashed without its namespace: both are named."""
    data = (FOLDER / "no-namespace.xml").read_bytes().replace(b"<Package>", b"\n <Package>", 1)
    found = diagnose(data.replace(b"</Package>", b"</Package>\n"))
    assert [each.id for each in found.causes] == ["whitespace-around", "no-namespace"]


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        (b"<SignatureValue>", b"<SignatureValue>@", "not-base64"),
        (b"<DigestValue>", b"<DigestValue>@", "not-base64"),
        (b"<SignedInfo>", b"<Signed>", "form"),
        (b"<KeyInfo>", b"<!-- x --><KeyInfo>", "form"),
        (b"REC-xml-c14n-20010315", b"REC-xml-c14n-20010315#WithComments", "c14n-with-comments"),
        (b"http://www.w3.org/TR/2001/REC-xml-c14n-20010315", b"http://www.w3.org/2001/10/xml-exc-c14n#", "exclusive-c14n"),
    ],
)  # fmt: skip
def test_other_faults_of_form(old: bytes, new: bytes, cause: str) -> None:
    """What keeps it out of the profile is told first."""
    found = diagnose(GOOD.replace(old, new, 1))
    assert found.verdict == "broken"
    assert cause in [each.id for each in found.causes]


def test_what_is_right_is_right(kit: SigningKit, nation: Nation) -> None:
    """A good message of each kind of key has no cause; a draft has nothing to say of it."""
    for data in (GOOD, kit.message(kind="rsa"), kit.message(kind="ecdsa"), nation.message()):
        found = diagnose(data)
        assert (found.verdict, found.causes) == ("right", ())
    assert diagnose(kit_draft()).verdict == "unsigned"


def kit_draft() -> bytes:
    """An unsigned draft."""
    return unsigned("O1", b"<Package></Package>")


@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 8))
def test_never_right_when_verify_says_no(at: int, put: bytes, taken: int) -> None:
    """Whatever bytes are put in or taken out: no exception, and no message is called right that has changed content."""
    changed = GOOD[:at] + put + GOOD[at + taken :]
    found = diagnose(changed)
    if found.verdict == "right":
        assert found.digest is not None
        was = diagnose(GOOD).digest
        assert was is not None
        assert found.digest.canonical == was.canonical


@given(st.binary(max_size=300))
def test_anything_can_be_handed_in(data: bytes) -> None:
    """Bytes that are no message have the cause ``form``."""
    assert [each.id for each in diagnose(data).causes] == ["form"]
    assert isinstance(diagnose(data).causes[0].what, Bilingual)
