"""`doctor`: the mistake by name, in both languages, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates

from tempgoods_edi.cli.doctor import escaped_bytes
from tests.cli.conftest import FIXTURES, KEY, VALID, Line
from tests.signing.test_doctor import CAUSE_OF, CAUSES

BROKEN = sorted((FIXTURES / "doctor").glob("*.xml"))
BY_ID = {each.id: each for each in CAUSES}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_each_fixture_is_named(line: Line, path: Path, lang: str) -> None:
    """Exit 1; the first line has the cause's title in the language asked for, and no other cause is told."""
    ran = line("doctor", path, "--lang", lang)
    assert (ran.code, ran.err) == (1, "")
    told = [each for each in CAUSES if f"[{each.id}]" in ran.out]
    assert len(told) == 1
    title = told[0].title.zh if lang == "zh" else told[0].title.en
    assert f"{title} [{told[0].id}]" in ran.out.splitlines()[0]
    assert told[0].id == CAUSE_OF.get(path.stem, path.stem)


def test_the_place_is_shown(line: Line) -> None:
    """Both texts under each other, a mark under the byte that differs, and the bytes."""
    ran = line("doctor", FIXTURES / "doctor" / "line-ends.xml")
    lines = ran.out.splitlines()
    mark = next(number for number, text in enumerate(lines) if text.strip() == "^")
    at = lines[mark].index("^")
    assert lines[mark - 2][at] == "␍"
    assert lines[mark - 1][at] == "␊"
    assert lines[mark - 2][:at].replace("signed  ", "received") == lines[mark - 1][:at]
    assert "0D 0A" in lines[mark + 1]
    assert lines[mark + 2].split()[0] == "0A"


def test_what_is_right(line: Line) -> None:
    """Exit 0, and where trust is asked for."""
    ran = line("doctor", VALID)
    assert ran.code == 0
    assert "the signature is right" in ran.out
    assert "verify --trust" in ran.out


def test_for_programs(line: Line) -> None:
    """`--json` has verdict, causes in both languages and the difference with its bytes."""
    ran = line("doctor", "--json", FIXTURES / "doctor" / "bom.xml")
    assert ran.code == 1
    tree = json.loads(ran.out)
    assert tree["verdict"] == "broken"
    assert [each["id"] for each in tree["causes"]] == ["bom"]
    assert set(tree["causes"][0]["what"]) == {"zh", "en"}
    assert tree["value"]["right"] is True
    assert tree["digest"]["difference"]["received_hex"].startswith("efbbbf")
    assert json.loads(line("doctor", "--json", VALID).out)["causes"] == []


def test_the_signers_certificate(line: Line, tmp_path: Path) -> None:
    """`--cert` takes PEM and DER; what is no certificate is told, exit 2."""
    password = (FIXTURES / "keys" / "password.txt").read_bytes().strip()
    _, certificate, _ = load_key_and_certificates(Path(KEY).read_bytes(), password)
    assert certificate is not None
    data = Path(VALID).read_bytes()
    begin, end = data.index(b"<X509Data>"), data.index(b"</KeyInfo>")
    bare = tmp_path / "bare.xml"
    bare.write_bytes(data[:begin] + data[end:])
    assert line("doctor", bare).code == 1
    for name, form in (("c.pem", Encoding.PEM), ("c.der", Encoding.DER)):
        (tmp_path / name).write_bytes(certificate.public_bytes(form))
        assert line("doctor", bare, "--cert", tmp_path / name).code == 0
    ran = line("doctor", bare, "--cert", bare)
    assert ran.code == 2
    assert "is no certificate" in ran.err
    assert line("doctor", tmp_path / "none.xml").code == 2


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"a\r\n\tb", "a␍␊␉b"), ("中国".encode()[1:], "国"), ("中国".encode()[:-1], "中"), (b"\xff\xfe<\x00" * 4, None), (b"", "")],
)  # fmt: skip
def test_bytes_on_one_line(data: bytes, text: str | None) -> None:
    """What would move the cursor is shown; cut characters are left out; what is no text is escaped."""
    if text is not None:
        assert escaped_bytes(data) == text
    assert escaped_bytes(data).isprintable()
