"""What the signature tests share: one small kit of keys, and ways to sign things that we would never sign."""

from __future__ import annotations

from datetime import UTC, datetime

import xmlsec
from lxml import etree
from msgspec import Struct

from tempgoods_edi.demo_ca import Holder
from tempgoods_edi.signing import SignaturePolicy, SignatureState, Trust, Verified, sign_object, unsigned, verify
from tempgoods_edi.signing.key_pairs import KeyPair, to_pem
from tempgoods_edi.signing.keys import FileSigner, from_pem
from tempgoods_edi.signing.policy import DSIG, RSA_SHA256
from tempgoods_edi.values import Finding

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NOW = datetime(2027, 1, 1, tzinfo=UTC)
END = datetime(2030, 1, 1, tzinfo=UTC)
HOLDER = Holder("张三", "上海会展有限公司", "3122660001", "91310000MA1FL0LA0X", "2100000000001")
INNER = "<Package><Nm>数控机床 \"A\" &amp; &lt;B&gt; 'C'</Nm><Rmk></Rmk><Qty>1.50000</Qty></Package>".encode()
POLICY = SignaturePolicy()
SERIAL = 0xBC7C01


class SigningKit(Struct, frozen=True):
    """A CA, one declarant with an RSA and one with an ECDSA certificate."""

    ca: KeyPair
    rsa: KeyPair
    ecdsa: KeyPair
    trust: Trust
    signers: dict[str, FileSigner]

    def signer(self, kind: str = "rsa") -> FileSigner:
        """The signer of one of the two certificates."""
        return self.signers[kind]

    def message(self, inner: bytes = INNER, object_id: str = "O1", kind: str = "rsa") -> bytes:
        """A message signed by us."""
        return sign_object(object_id, inner, self.signer(kind), POLICY)

    def verified(self, data: bytes, policy: SignaturePolicy = POLICY, now: datetime = NOW) -> Verified:
        """*data* judged with the kit's CA trusted."""
        return verify(data, policy, self.trust, now)


def signer_of(pair: KeyPair, *, legacy: bool = False) -> FileSigner:
    """A signer with the key of *pair*."""
    return from_pem(to_pem(pair, None), pair.certificate_pem, None, legacy=legacy)


def ids(findings: tuple[Finding, ...]) -> list[str]:
    """The numbers of the findings, in order: ``["025"]``."""
    return [f.rule.removeprefix("TG-SIG-") for f in findings]


def refused(verified: Verified, *numbers: str) -> None:
    """Assert that nothing counts as signed, for exactly these reasons (given any, else for whatever reason)."""
    assert verified.signed is None
    assert verified.state is not SignatureState.SIGNED
    assert any(f.is_error for f in verified.findings)
    if numbers:
        assert ids(verified.findings) == list(numbers)


def template(
    inner: bytes = INNER, object_id: str = "O1", key_name: str = f"{SERIAL:X}", algorithm: str = RSA_SHA256
) -> bytes:
    """An unsigned message that other tools can fill in."""
    draft = unsigned(object_id, inner, SignaturePolicy(algorithms=(algorithm,)))
    return draft.replace(b"<KeyName></KeyName>", b"<KeyName>" + key_name.encode() + b"</KeyName><X509Data></X509Data>")


def signed_by_xmlsec(source: bytes, pair: KeyPair) -> bytes:
    """*source* with every digest and the signature value filled in rightly by libxmlsec, whatever its shape."""
    root = etree.fromstring(source)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(to_pem(pair, None), xmlsec.constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(pair.certificate_pem, xmlsec.constants.KeyDataFormatPem)
    held = root.find(f"{{{DSIG}}}Object")
    assert held is not None
    context.register_id(held, "Id")
    context.sign(root)
    return etree.tostring(root)
