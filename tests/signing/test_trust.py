"""Whose certificate it is, and whether it is believed."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi.demo_ca import make_ca, make_certificate, make_crl, make_key
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing import SignaturePolicy, SignatureState, Trust, sign_object, verify
from tempgoods_edi.signing.key_pairs import KeyPair
from tempgoods_edi.signing.x509_reading import identity_of
from tempgoods_edi.values import Verdict, verdict_of
from tests.signing.material import BEGIN, END, HOLDER, INNER, NOW, POLICY, SERIAL, SigningKit, ids, refused, signer_of

DAY = timedelta(days=1)
WITHOUT_CERTIFICATE = SignaturePolicy(include_certificate=False)


def _issued(kit: SigningKit, ca: KeyPair | None = None, **more: object) -> bytes:
    """A message signed with a certificate made for the purpose, on the kit's ECDSA key."""
    settings: dict[str, Any] = {
        "serial": 99, "not_before": BEGIN, "not_after": END, "key": kit.ecdsa.key, **more
    }  # fmt: skip
    pair = make_certificate(ca or kit.ca, HOLDER, **settings)
    return sign_object("O1", INNER, signer_of(pair), POLICY)


def test_identity_is_exposed(kit: SigningKit) -> None:
    """The certificate's holder is told field by field."""
    identity = kit.verified(kit.message()).certificate
    assert identity is not None
    assert identity.serial == "BC7C01"
    assert identity.operator_name == HOLDER.operator_name
    assert identity.enterprise_name == HOLDER.enterprise_name
    assert identity.enterprise_code == HOLDER.enterprise_code
    assert identity.uscc == HOLDER.uscc
    assert identity.ic_card_no == HOLDER.ic_card_no
    assert (identity.not_before, identity.not_after) == (BEGIN, END)


def test_without_trust_who_signed_is_undecided(kit: SigningKit) -> None:
    """Checked against no CA: rightly signed, and undecided by whom, whatever else may be said of it."""
    verified = verify(kit.message(), POLICY, None, NOW)
    assert verified.state is SignatureState.SIGNED
    assert ids(verified.findings) == ["031"]
    assert verdict_of(verified.findings) is Verdict.UNDECIDED
    assert not verified.trusted


def test_any_signer_is_taken_only_when_asked_and_is_trusted_by_nobody(kit: SigningKit) -> None:
    """A trust of anybody takes a certificate of any CA with a warning; what it says stays a claim."""
    strangers = make_ca("Test CA", serial=1, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    verified = verify(_issued(kit, strangers), POLICY, Trust.of_anybody(), NOW)
    assert ids(verified.findings) == ["046"]
    assert verdict_of(verified.findings) is Verdict.VALID
    assert not verified.trusted


def test_trusted_only_when_nothing_speaks_against_it(kit: SigningKit) -> None:
    """Trusted is who a CA vouches for, at a time and with a revocation list that leave no doubt."""
    assert kit.verified(kit.message()).trusted
    assert not verify(kit.message(), POLICY, Trust(), NOW).trusted
    assert not kit.verified(kit.message(), now=END + DAY).trusted
    stale = make_crl(kit.ca, {}, this_update=BEGIN, next_update=NOW - DAY)
    assert not verify(kit.message(), POLICY, Trust([kit.ca.certificate_pem], crls=[stale]), NOW).trusted


def test_empty_trust_trusts_nobody(kit: SigningKit) -> None:
    """A trust without CAs is not the same as no trust asked for."""
    assert ids(verify(kit.message(), POLICY, Trust(), NOW).findings) == ["032"]


def test_unknown_ca(kit: SigningKit) -> None:
    """A certificate of another CA, even one of the same name, is not trusted; what was signed is still told."""
    other = make_ca("Test CA", serial=1, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    verified = kit.verified(_issued(kit, other))
    assert ids(verified.findings) == ["032"]
    assert verified.findings[0].path == "KeyInfo/X509Certificate"
    assert verified.state is SignatureState.SIGNED
    assert verified.certificate is not None


@pytest.mark.parametrize(("begin", "end"), [(BEGIN, NOW - DAY), (NOW + DAY, END)])
def test_ca_out_of_force(kit: SigningKit, begin: datetime, end: datetime) -> None:
    """A CA that has run out, or is not in force yet, vouches for nobody; that it issued the certificate is not denied."""
    old = make_ca("Old CA", serial=1, not_before=begin, not_after=end, key=make_key("ecdsa"))
    message = _issued(kit, old)
    trust = Trust([old.certificate_pem])
    found = verify(message, POLICY, trust, NOW).findings
    assert ids(found) == ["045"]
    assert all(each.strftime("%Y-%m-%d") in found[0].text.en for each in (begin, end, NOW))
    assert verify(message, POLICY, trust, begin).findings == ()


@given(
    card=st.tuples(st.integers(-4, 4), st.integers(0, 4)),
    authority=st.tuples(st.integers(-4, 4), st.integers(0, 4)),
    runs_out=st.integers(-4, 4),
    judged=st.integers(-6, 10),
)
def test_every_day_that_does_not_fit_is_told_as_such(
    kit: SigningKit, card: tuple[int, int], authority: tuple[int, int], runs_out: int, judged: int
) -> None:
    """Whatever the validity of card, CA and list, and whatever day is judged on: dates alone never deny who issued it."""
    (begin, lasts), (ca_begin, ca_lasts), now = card, authority, NOW + judged * DAY
    ca = make_ca(
        "CA",
        serial=1,
        not_before=NOW + ca_begin * DAY,
        not_after=NOW + (ca_begin + ca_lasts) * DAY,
        key=kit.ecdsa.key,
    )
    message = _issued(kit, ca, not_before=NOW + begin * DAY, not_after=NOW + (begin + lasts) * DAY)
    crl = make_crl(ca, {}, this_update=NOW - 9 * DAY, next_update=NOW + runs_out * DAY)
    found = verify(message, POLICY, Trust([ca.certificate_pem], crls=[crl]), now)
    wanted = {
        "033": judged < begin,
        "034": judged > begin + lasts,
        "036": judged > runs_out,
        "045": not ca_begin <= judged <= ca_begin + ca_lasts,
    }
    assert sorted(ids(found.findings)) == [name for name, told in wanted.items() if told]
    assert all(now.isoformat() in finding.text.zh and now.isoformat() in finding.text.en for finding in found.findings)


def test_a_certificate_that_never_runs_out_is_read(kit: SigningKit) -> None:
    """The last day there is, which RFC 5280 writes for "never", can be told in every time zone."""
    never = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    ca = make_ca("CA", serial=1, not_before=NOW + DAY, not_after=never, key=make_key("ecdsa"))
    found = verify(_issued(kit, ca, not_after=never), POLICY, Trust([ca.certificate_pem]), NOW.astimezone(CHINA_TIME))
    assert ids(found.findings) == ["045"]
    identity = identity_of(make_certificate(ca, HOLDER, serial=9, not_before=BEGIN, not_after=never).certificate)
    assert (identity.last_day, identity.first_day) == (never.date(), BEGIN.date())


def test_days_of_validity_are_those_of_china(kit: SigningKit) -> None:
    """What begins at midnight there begins on that day, though in UTC it is the day before."""
    begin = datetime(2026, 3, 1, tzinfo=CHINA_TIME)
    card = make_certificate(kit.ca, HOLDER, serial=9, not_before=begin, not_after=END, key=kit.ecdsa.key)
    assert identity_of(card.certificate).first_day == begin.date()


def test_declarant_cannot_issue(kit: SigningKit) -> None:
    """A declarant's certificate is no CA, and cannot be named as one."""
    message = _issued(kit, kit.rsa)
    assert ids(kit.verified(message).findings) == ["032"]
    with pytest.raises(KeySourceError):
        Trust([kit.rsa.certificate_pem])


def test_several_cas_in_one_file(kit: SigningKit) -> None:
    """PEM files with several CAs, and DER, are taken."""
    other = make_ca("Other CA", serial=2, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    both = Trust([other.certificate_pem + kit.ca.certificate_pem])
    assert verify(kit.message(), POLICY, both, NOW).findings == ()
    assert verify(_issued(kit, other), POLICY, both, NOW).findings == ()
    assert verify(kit.message(), POLICY, Trust([kit.ca.certificate_der]), NOW).findings == ()


def test_validity_is_judged_at_the_time_given(kit: SigningKit) -> None:
    """Before and after its validity a certificate has its own finding; at both ends it is valid."""
    message = _issued(kit, not_before=NOW - DAY, not_after=NOW + DAY)
    assert ids(kit.verified(message, now=NOW - DAY - timedelta(seconds=1)).findings) == ["033"]
    assert ids(kit.verified(message, now=NOW - DAY).findings) == []
    assert ids(kit.verified(message, now=NOW + DAY).findings) == []
    assert ids(kit.verified(message, now=NOW + DAY + timedelta(seconds=1)).findings) == ["034"]


def test_naive_time_is_misuse(kit: SigningKit) -> None:
    """A time without a zone is refused at once."""
    with pytest.raises(ValueError, match="aware"):
        kit.verified(kit.message(), now=NOW.replace(tzinfo=None))


def test_revocation(kit: SigningKit) -> None:
    """A revoked certificate is refused from the time of revocation on; another's is not."""
    crl = make_crl(kit.ca, {SERIAL: NOW}, this_update=BEGIN, next_update=END)
    trust = Trust([kit.ca.certificate_pem], crls=[crl])
    assert ids(verify(kit.message(), POLICY, trust, NOW - DAY).findings) == []
    assert ids(verify(kit.message(), POLICY, trust, NOW).findings) == ["035"]
    assert ids(verify(kit.message(kind="ecdsa"), POLICY, trust, NOW).findings) == []


def test_stale_revocation_list_is_a_warning(kit: SigningKit) -> None:
    """When the list has run out, whether the certificate is revoked is uncertain: a warning."""
    crl = make_crl(kit.ca, {}, this_update=BEGIN, next_update=NOW - DAY)
    verified = verify(kit.message(), POLICY, Trust([kit.ca.certificate_pem], crls=[crl]), NOW)
    assert ids(verified.findings) == ["036"]
    assert not verified.findings[0].is_error


def test_newest_revocation_list_counts(kit: SigningKit) -> None:
    """Of several lists of one CA the newest decides, whatever their order."""
    old = make_crl(kit.ca, {}, this_update=BEGIN, next_update=NOW - DAY)
    new = make_crl(kit.ca, {SERIAL: BEGIN}, this_update=BEGIN + DAY, next_update=END)
    for crls in ([old, new], [new, old], [old + new]):
        trust = Trust([kit.ca.certificate_pem], crls=crls)
        assert ids(verify(kit.message(), POLICY, trust, NOW).findings) == ["035"]


def test_foreign_revocation_list_is_refused(kit: SigningKit) -> None:
    """A list that none of the CAs signed is a mistake in the set-up, not silently ignored."""
    other = make_ca("Test CA", serial=2, not_before=BEGIN, not_after=END, key=make_key("ecdsa"))
    crl = make_crl(other, {}, this_update=BEGIN, next_update=END)
    for broken in (crl, b"nonsense", b"-----BEGIN NONSENSE-----"):
        with pytest.raises(KeySourceError):
            Trust([kit.ca.certificate_pem], crls=[broken])


def test_key_usage(kit: SigningKit) -> None:
    """An encryption certificate does not sign."""
    message = _issued(kit, usage=("key_encipherment", "data_encipherment"))
    assert ids(kit.verified(message).findings) == ["037"]


def test_weak_key(kit: SigningKit) -> None:
    """A certificate with RSA-1024 is refused, except by the legacy policy."""
    pair = make_certificate(kit.ca, HOLDER, serial=98, not_before=BEGIN, not_after=END, key=make_key("rsa", 1024))
    message = sign_object("O1", INNER, signer_of(pair), SignaturePolicy.legacy())
    assert ids(kit.verified(message).findings) == ["038"]
    assert kit.verified(message, SignaturePolicy.legacy()).findings == ()


def test_key_name_must_be_the_serial(kit: SigningKit) -> None:
    """KeyName names the certificate, in either case and with leading zeros; any other name is an error."""
    message = kit.message()
    for same in (b"bc7c01", b"00BC7C01"):
        assert kit.verified(message.replace(b"BC7C01", same)).findings == ()
    verified = kit.verified(message.replace(b"BC7C01", b"BC7C02"))
    assert ids(verified.findings) == ["028"]
    assert verified.findings[0].path == "KeyInfo/KeyName"


def test_certificate_known_by_its_name(kit: SigningKit) -> None:
    """A message without a certificate is verified by the known one that KeyName names, and by no other."""
    message = sign_object("O1", INNER, kit.signer(), WITHOUT_CERTIFICATE)
    known = Trust([kit.ca.certificate_pem], known=[kit.rsa.certificate_pem + kit.ecdsa.certificate_pem])
    assert verify(message, POLICY, known, NOW).findings == ()
    assert ids(verify(message.replace(b"BC7C01", b"BC7C02"), POLICY, known, NOW).findings) == ["040"]
    refused(verify(message, POLICY, kit.trust, NOW), "030")
    refused(verify(message, POLICY, None, NOW), "030")


def test_two_known_certificates_of_one_serial(kit: SigningKit) -> None:
    """A KeyName that could mean two certificates is a mistake in the set-up."""
    other = make_certificate(kit.ca, HOLDER, serial=SERIAL, not_before=BEGIN, not_after=END, key=kit.ecdsa.key)
    with pytest.raises(KeySourceError, match="BC7C01"):
        Trust([kit.ca.certificate_pem], known=[kit.rsa.certificate_pem, other.certificate_pem])


@pytest.mark.parametrize("rubbish", [b"AAAA", b"?", b"A", b"MIID", "证书".encode()])
def test_unreadable_certificate(kit: SigningKit, rubbish: bytes) -> None:
    """What is no certificate has its own finding."""
    own = b64encode(kit.rsa.certificate_der)
    refused(kit.verified(kit.message().replace(own, rubbish)), "029")


def test_damaged_certificates_never_raise(kit: SigningKit) -> None:
    """Any flipped byte in the certificate ends in findings, and never in a trusted signature."""
    der = kit.rsa.certificate_der
    own = b64encode(der)
    message = kit.message()
    for at in range(0, len(der), 3):
        damaged = der[:at] + bytes([der[at] ^ 0x15]) + der[at + 1 :]
        assert kit.verified(message.replace(own, b64encode(damaged))).findings


def test_line_breaks_in_base64_are_allowed(kit: SigningKit) -> None:
    """Certificates and values are often wrapped at 64 or 76 characters."""
    own = b64encode(kit.rsa.certificate_der)
    wrapped = kit.rsa.certificate.public_bytes(Encoding.PEM).partition(b"-\n")[2].partition(b"-----END")[0]
    assert kit.verified(kit.message().replace(own, wrapped)).findings == ()


def test_certificates_met_are_remembered(kit: SigningKit) -> None:
    """The second look at the same text gives the very same value; rubbish is not kept."""
    trust = Trust([kit.ca.certificate_pem])
    own = b64encode(kit.rsa.certificate_der)
    assert trust.read(own) is trust.read(own)
    assert trust.read(b"AAAA") is None


def test_rubbish_instead_of_ca_files() -> None:
    """An unreadable CA file is told when the trust is built."""
    for rubbish in (b"", b"rubbish", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(KeySourceError):
            Trust([rubbish])
        with pytest.raises(KeySourceError):
            Trust(known=[rubbish])
