"""Files as Windows' everyday programs leave them: each command reads them, or names the file and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from h2018.registry.csv_file import from_csv
from tempgoods_edi.errors import TempgoodsError
from tests.cli.conftest import DAY, FIXTURES, KEY, PASSWORD, TRUST, Line

MINIMAL = FIXTURES / "valid" / "tmp101-minimal.json"
SECRET = (FIXTURES / "keys" / "password.txt").read_text("utf-8").strip()
REGISTRY = FIXTURES.parent / "simulator" / "h2018" / "data" / "报关单登记.csv"
ENCODINGS = pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gbk"])


@ENCODINGS
def test_json_and_password_are_read_as_notepad_saved_them(line: Line, tmp_path: Path, encoding: str) -> None:
    """A message is built of them and signed, the same as of UTF-8."""
    source, secret, out = tmp_path / "in.json", tmp_path / "口令.txt", tmp_path / "out.xml"
    source.write_bytes(MINIMAL.read_text("utf-8").encode(encoding))
    secret.write_bytes(f"{SECRET}\r\n".encode(encoding))
    ran = line("build", source, "-o", out, "--sign", KEY, "--password-file", secret)
    assert (ran.code, ran.out) == (0, "")
    assert line("check", out, *TRUST, *DAY).code == 0


def test_text_in_no_known_encoding_is_told_by_name(line: Line, tmp_path: Path) -> None:
    """Exit 2 with the file and what to do; no traceback, and nothing is called a mistake of ours."""
    source = tmp_path / "in.json"
    source.write_bytes(b'{"message": "Besan\xe7on"}')
    ran = line("build", source, "-o", tmp_path / "out.xml")
    assert ran.code == 2
    assert "in.json" in ran.err
    assert "UTF-8" in ran.err
    assert "Traceback" not in ran.err


@ENCODINGS
def test_the_registry_is_read_as_excel_saved_it(tmp_path: Path, encoding: str) -> None:
    """The same entries, whatever the encoding."""
    path = tmp_path / "registry.csv"
    path.write_bytes(REGISTRY.read_text("utf-8-sig").encode(encoding))
    assert from_csv(path) == from_csv(REGISTRY)
    path.write_bytes("Besançon,Málaga\n".encode("latin-1"))
    with pytest.raises(TempgoodsError, match=r"registry\.csv"):
        from_csv(path)


@pytest.mark.parametrize("before", [b"Bag Attributes\n    friendlyName: card\nKey Attributes: <No Attributes>\n", b"\xef\xbb\xbf"])
def test_a_key_with_text_before_it_signs(line: Line, tmp_path: Path, before: bytes) -> None:
    """OpenSSL writes whose key it is before the key; Notepad writes a mark."""
    draft, out = tmp_path / "draft.xml", tmp_path / "out.xml"
    assert line("build", MINIMAL, "-o", draft).code == 0
    assert line("keys", "make", tmp_path / "keys", "--for", MINIMAL).code == 0
    key = tmp_path / "keys" / "310196K27B.pem"
    key.write_bytes(before + key.read_bytes())
    ran = line("sign", draft, "-o", out, "--key", key, "--password-file", tmp_path / "keys" / "password.txt")
    assert (ran.code, ran.out) == (0, "")


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("list.xls", b"<html><body><table></table></body></html>", "a web page"),
        ("approval.pdf", b"%PDF-1.7\n", "a PDF"),
        ("index.html", b"<html><head><title>Index of /</title></head></html>", "a web page that lists a folder"),
    ],
)
def test_check_says_what_a_file_is(line: Line, tmp_path: Path, name: str, data: bytes, told: str) -> None:
    """Not what is wrong with it as XML."""
    (tmp_path / name).write_bytes(data)
    ran = line("check", tmp_path / name, *TRUST, *DAY)
    assert ran.code == 1
    assert f"this is {told}, not a message" in ran.out + ran.err


def test_the_fixtures_password_is_needed(line: Line, tmp_path: Path) -> None:
    """A key that has a password does not open without it."""
    out = tmp_path / "out.xml"
    assert line("build", MINIMAL, "-o", out, "--sign", KEY).code == 2
    assert line("build", MINIMAL, "-o", out, "--sign", KEY, *PASSWORD).code == 0
