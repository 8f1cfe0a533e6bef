"""Every signature that others verify and our schema accepts is taken, or refused by a policy from the list in the docs."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from tempgoods_edi.desk import Checked, check
from tempgoods_edi.explain.signature_page import REFUSED_BY_POLICY
from tempgoods_edi.schema import validator
from tempgoods_edi.signing import SignatureState
from tempgoods_edi.testing import sample
from tempgoods_edi.values import Verdict
from tests.signing.variants import METHODS, POST, PRE, Methods, variant, xmlsec1_verifies

POLICIES = {problem.id for problem in REFUSED_BY_POLICY}
#: What may be combined: changes that do not look for the same words.
_TOGETHER_BEFORE = st.lists(
    st.sampled_from(["a namespace nobody uses", "comment in the content", "instruction in the content", "comment in a value",
                     "KeyName in lower case", "KeyName with leading zeros", "Id in Chinese", "comment before the root"]),
    unique=True, max_size=4,
)  # fmt: skip
_TOGETHER_AFTER = st.lists(
    st.sampled_from(["CDATA in DigestValue", "apostrophes", "blanks in tags", "empty tags", "value in short lines",
                     "certificate in short lines", "a line break at the end"]),
    unique=True, max_size=4,
)  # fmt: skip


def _schema_accepts(data: bytes) -> bool:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return validator.refusal("signed.xsd", etree.fromstring(data, parser)) is None


def _checked(data: bytes) -> Checked:
    return check(data, sample.signed_sample("TMP101")[1].facts, sample.policy())


def _judged(data: bytes, methods: Methods, folder: Path) -> str:
    """Taken, refused by policy, or out of question: not verified by xmlsec1, or not accepted by the schema."""
    if not (_schema_accepts(data) and xmlsec1_verifies(folder, data, methods)):
        return "out of question"
    found = _checked(data)
    if found.verdict is Verdict.VALID:
        assert found.trusted
        return "taken"
    errors = {each.rule for each in found.findings if each.is_in_the_way}
    assert errors, found
    assert errors <= POLICIES, found.findings
    return "refused by policy"


@pytest.mark.needs("xmlsec1")
@pytest.mark.parametrize("name", PRE)
def test_variants_of_what_is_signed(name: str, tmp_path: Path) -> None:
    """Each way to write a message before it is signed."""
    made = variant([name], [], Methods())
    if made is not None:
        _judged(made, Methods(), tmp_path)


@pytest.mark.needs("xmlsec1")
@pytest.mark.parametrize("name", POST)
def test_variants_of_how_it_is_written(name: str, tmp_path: Path) -> None:
    """Each way to write the same canonical form: all taken, but for other encodings and a DOCTYPE."""
    made = variant([], [name], Methods())
    assert made is not None
    refused = name in ("UTF-16", "GB18030", "a document type")
    assert _judged(made, Methods(), tmp_path) == ("refused by policy" if refused else "taken")


@pytest.mark.needs("xmlsec1")
@pytest.mark.parametrize("methods", METHODS, ids=str)
def test_variants_of_algorithms(methods: Methods, tmp_path: Path) -> None:
    """Each algorithm that libxmlsec signs with: the policy's two are taken, every other is refused by name."""
    made = variant([], [], methods)
    if made is not None:
        ours = methods in (Methods(), Methods(signature=sample.signer("ecdsa").algorithm, kind="ecdsa"))
        assert _judged(made, methods, tmp_path) in (("taken",) if ours else ("refused by policy", "out of question"))


@pytest.mark.needs("xmlsec1")
def test_enough_of_them_are_in_question(tmp_path: Path) -> None:
    """The property is not true for want of cases: of single changes many are taken and some refused by policy."""
    found = [_judged(made, Methods(), tmp_path) for name in PRE if (made := variant([name], [], Methods())) is not None]
    assert found.count("taken") >= 15
    assert found.count("refused by policy") >= 6


@pytest.mark.needs("xmlsec1")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(_TOGETHER_BEFORE, _TOGETHER_AFTER, st.sampled_from([Methods(), METHODS[8]]))
def test_harmless_variants_together_are_taken(
    tmp_path: Path, before: list[str], after: list[str], methods: Methods
) -> None:
    """Whatever of them is combined: others verify it, the schema accepts it, and so do we."""
    made = variant(before, after, methods)
    assert made is not None
    assert _judged(made, methods, tmp_path) == "taken"


@pytest.mark.parametrize("digest", [DigestAlgorithm.SHA256, DigestAlgorithm.SHA512])
@pytest.mark.parametrize("c14n", [CanonicalizationMethod.CANONICAL_XML_1_0, CanonicalizationMethod.CANONICAL_XML_1_1])
def test_what_signxml_makes_of_it_is_taken_or_refused_by_a_rule(
    digest: DigestAlgorithm, c14n: CanonicalizationMethod
) -> None:
    """signxml's own enveloping signature has its own shape: whatever is refused is told, never undecided."""
    pair = sample.key_pair()
    signer = XMLSigner(
        method=SignatureConstructionMethod.enveloping, signature_algorithm=SignatureMethod.RSA_SHA256,
        digest_algorithm=digest, c14n_algorithm=c14n,
    )  # fmt: skip
    made = etree.tostring(signer.sign(etree.fromstring("<a/>"), key=pair.key, cert=[pair.certificate_pem.decode()]))
    found = _checked(made)
    assert found.verdict is Verdict.INVALID
    assert found.signature is not SignatureState.SIGNED or not _schema_accepts(made)


def test_the_list_stands_in_the_docs() -> None:
    """Each policy is in docs/reference/signatures.md, with what is refused and why, in both languages."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "signatures.md").read_text("utf-8")
    for problem, (what, why) in REFUSED_BY_POLICY.items():
        for text in (problem.id, what.zh, what.en, why.zh, why.en):
            assert text in page


@pytest.mark.needs("jdk")
def test_the_jdk_verifies_what_we_take(tmp_path: Path) -> None:
    """A third judge: variants that we take are right for the JDK's XML-DSig as well."""
    names = ["as it is", "prefix", "indents", "comment in the content", "a namespace on Object", "Id in Chinese"]
    for name in names:
        made = variant([name], ["XML declaration"], Methods())
        assert made is not None
        (tmp_path / f"{name}.xml").write_bytes(made)
    program = Path(__file__).parents[1] / "java" / "VerifyXmlDsig.java"
    files = sorted(str(path) for path in tmp_path.glob("*.xml"))
    done = subprocess.run(["java", str(program), *files], capture_output=True, text=True, check=True)
    assert done.stdout.count("\tvalid") == len(names), done.stdout
