"""Other people's software accepts what we sign, and we accept what it signs in the profile."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import xmlsec
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from tempgoods_edi.signing import SignatureState, Trust, signature_problems, verify
from tempgoods_edi.signing.key_pairs import KeyPair, to_pem
from tempgoods_edi.signing.policy import DSIG, ECDSA_SHA256, RSA_SHA256
from tests.signing.material import BEGIN, INNER, NOW, POLICY, SigningKit, signed_by_xmlsec, template

KINDS = pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
ALGORITHM = {"rsa": RSA_SHA256, "ecdsa": ECDSA_SHA256}
JAVA = Path(__file__).parents[1] / "java" / "VerifyXmlDsig.java"
ID_ATTRIBUTE = ["--id-attr:Id", f"{DSIG}:Object"]
CONTENTS = {
    "small": INNER,
    "empty": b"",
    "text": "<Package><A>\t\n]]&gt; &amp;amp; é 中 𠀀 '\"</A></Package>".encode(),
    "large": b"<Package>" + b"<Line><No>1</No></Line>" * 5000 + b"</Package>",
}


def _pair(kit: SigningKit, kind: str) -> KeyPair:
    return kit.rsa if kind == "rsa" else kit.ecdsa


def _taken(kit: SigningKit, data: bytes) -> None:
    verified = kit.verified(data)
    assert verified.findings == ()
    assert verified.state is SignatureState.SIGNED


@pytest.mark.needs("xmlsec1")
@KINDS
@pytest.mark.parametrize("content", CONTENTS)
def test_xmlsec1_accepts_ours(kit: SigningKit, tmp_path: Path, kind: str, content: str) -> None:
    """xmlsec1 verifies our messages by the certificate they carry, up to the CA."""
    (tmp_path / "ca.pem").write_bytes(kit.ca.certificate_pem)
    (tmp_path / "m.xml").write_bytes(kit.message(CONTENTS[content], kind=kind))
    call = ["xmlsec1", "--verify", *ID_ATTRIBUTE, "--trusted-pem", "ca.pem",
            "--verification-time", "2027-01-01 00:00:00", "m.xml"]  # fmt: skip
    done = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (tmp_path / "m.xml").write_bytes(kit.message(CONTENTS[content], kind=kind).replace(b"</Object>", b"x</Object>"))
    assert subprocess.run(call, cwd=tmp_path, capture_output=True).returncode != 0


@pytest.mark.needs("xmlsec1")
@KINDS
def test_ours_accepts_xmlsec1(kit: SigningKit, tmp_path: Path, kind: str) -> None:
    """A template of ours filled in by xmlsec1 is taken."""
    pair = _pair(kit, kind)
    (tmp_path / "key.pem").write_bytes(to_pem(pair, None))
    (tmp_path / "cert.pem").write_bytes(pair.certificate_pem)
    name = f"{pair.certificate.serial_number:X}"
    (tmp_path / "t.xml").write_bytes(template(key_name=name, algorithm=ALGORITHM[kind]))
    subprocess.run(
        ["xmlsec1", "--sign", *ID_ATTRIBUTE, "--privkey-pem", "key.pem,cert.pem", "--output", "s.xml", "t.xml"],
        cwd=tmp_path, capture_output=True, check=True,
    )  # fmt: skip
    _taken(kit, (tmp_path / "s.xml").read_bytes())


@KINDS
@pytest.mark.parametrize("content", CONTENTS)
def test_libxmlsec_and_ours_accept_each_other(kit: SigningKit, kind: str, content: str) -> None:
    """python-xmlsec verifies what we sign and signs what we verify."""
    pair = _pair(kit, kind)
    root = etree.fromstring(kit.message(CONTENTS[content], kind=kind))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pair.certificate_pem, xmlsec.constants.KeyDataFormatCertPem)
    held = root.find(f"{{{DSIG}}}Object")
    assert held is not None
    context.register_id(held, "Id")
    context.verify(root)
    name = f"{pair.certificate.serial_number:X}"
    _taken(kit, signed_by_xmlsec(template(CONTENTS[content], key_name=name, algorithm=ALGORITHM[kind]), pair))


@KINDS
@pytest.mark.parametrize("content", CONTENTS)
def test_signxml_accepts_ours(kit: SigningKit, kind: str, content: str) -> None:
    """signxml verifies our messages and reports the same signed bytes."""
    message = kit.message(CONTENTS[content], kind=kind)
    verifier = XMLVerifier()
    verifier.excise_empty_xmlns_declarations = True  # libxml2's C14N of sub-elements is wrong otherwise
    result = verifier.verify(
        message,
        x509_cert=_pair(kit, kind).certificate_pem.decode(),
        id_attribute="Id",
        expect_config=SignatureConfiguration(
            location="./",
            signature_methods=frozenset([SignatureMethod.RSA_SHA256, SignatureMethod.ECDSA_SHA256]),
            default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
            verification_time=BEGIN,
        ),
    )
    assert isinstance(result, VerifyResult)
    assert result.signed_data == kit.verified(message).signed


class _NothingEmpty(XMLSigner):
    """signxml without the empty Transforms it writes when there is no transform: xmldsig's own schema allows none."""

    def _build_transforms_for_reference(
        self, *, transforms_node: etree._Element, reference: object, exclude_c14n_transform_element: bool = True
    ) -> None:
        above = transforms_node.getparent()
        assert above is not None
        above.remove(transforms_node)


@KINDS
@pytest.mark.parametrize("made_by", [XMLSigner, _NothingEmpty])
def test_ours_accepts_signxml(kit: SigningKit, kind: str, made_by: type[XMLSigner]) -> None:
    """An enveloping signature by signxml, C14N 1.0 and no transforms, is taken, but for an empty Transforms: it is told."""
    pair = _pair(kit, kind)
    signer = made_by(
        method=SignatureConstructionMethod.enveloping,
        signature_algorithm=ALGORITHM[kind].rpartition("#")[2],
        c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    signer.namespaces = {None: DSIG}  # type: ignore[dict-item]  # lxml's name for the default namespace
    signer.excise_empty_xmlns_declarations = True
    content = etree.fromstring(f'<Package xmlns="{DSIG}"><A>数控 &amp; &lt;</A><B/></Package>')
    root = signer.sign(
        content,
        key=pair.key,
        cert=[pair.certificate],
        key_name=f"{pair.certificate.serial_number:X}",
        exclude_c14n_transform_element=True,
    )
    if made_by is _NothingEmpty:
        _taken(kit, etree.tostring(root))
    else:
        verified = kit.verified(etree.tostring(root))
        assert [finding.rule for finding in verified.findings] == [signature_problems.TRANSFORMS.id]
        assert verified.state is SignatureState.BROKEN


@pytest.mark.needs("jdk")
def test_jdk_accepts_ours(kit: SigningKit, tmp_path: Path) -> None:
    """The JDK's XML-DSig, with secure validation, accepts every message of ours and refuses each damaged one."""
    good, bad = [], []
    for kind in ("rsa", "ecdsa"):
        for name, content in CONTENTS.items():
            message = kit.message(content, kind=kind)
            good.append(tmp_path / f"{kind}-{name}.xml")
            good[-1].write_bytes(message)
            bad.append(tmp_path / f"{kind}-{name}-damaged.xml")
            bad[-1].write_bytes(message.replace(b"</Object>", b"x</Object>"))
    done = subprocess.run(["java", str(JAVA), *map(str, good + bad)], capture_output=True, text=True)
    lines = dict(line.split("\t")[:2] for line in done.stdout.splitlines())
    assert lines == {str(p): "valid" for p in good} | {str(p): "invalid" for p in bad}, done.stderr


def test_what_xmlsec_signs_with_trust_by_name(kit: SigningKit) -> None:
    """A message of another tool that carries KeyName alone is taken when the certificate is known."""
    source = template().replace(b"<X509Data></X509Data>", b"")
    known = Trust([kit.ca.certificate_pem], known=[kit.rsa.certificate_pem])
    assert verify(signed_by_xmlsec(source, kit.rsa), POLICY, known, NOW).state is SignatureState.SIGNED
