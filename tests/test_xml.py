"""The hardened parser: whatever comes in, a tree or a reason comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempgoods_edi._xml import Element, Malformed, MalformedKind, doctype_at, parse, place, root_name
from tests.properties.pumping import STEEPEST, growth

DECLARED = b'<?xml version="1.0" encoding="UTF-8"?>'


@pytest.mark.parametrize(
    "data",
    [
        b"<a/>",
        DECLARED + b"<a/>",
        b"\xef\xbb\xbf" + DECLARED + b"\n<a/>\n",
        "<甲>乙</甲>".encode(),
        b"<!-- <!DOCTYPE a> --><a/>",
        b"<a><![CDATA[<!DOCTYPE a>]]></a>",
        b"<?note <!DOCTYPE a> ?><a/>",
        b"<a>" * 256 + b"</a>" * 256,
    ],
)
def test_reads_what_is_xml(data: bytes) -> None:
    """Well-formed UTF-8 without a document type is read, also when it only speaks of one."""
    assert isinstance(parse(data), Element)


@pytest.mark.parametrize(
    ("data", "kind", "line", "column"),
    [
        (b"", MalformedKind.EMPTY, 1, 1),
        (b" \n\n", MalformedKind.EMPTY, 3, 1),
        (b"no xml", MalformedKind.SYNTAX, 1, 1),
        (b"PK\x03\x04", MalformedKind.SYNTAX, 1, 1),
        ("<a>\n 中<b></a>".encode(), MalformedKind.SYNTAX, 2, 10),
        (b"<a>&undefined;</a>", MalformedKind.SYNTAX, 1, 15),
        (b"<a>\xff</a>", MalformedKind.ENCODING, 1, 4),
        ("<a>中</a>".encode("gb18030"), MalformedKind.ENCODING, 1, 4),
        (b'<?xml version="1.0" encoding="GB2312"?><a/>', MalformedKind.ENCODING, 1, 1),
        (b'<?xml version="1.0" encoding="UTF-7"?><a/>', MalformedKind.ENCODING, 1, 1),
        ("<a/>".encode("utf-16"), MalformedKind.ENCODING, 1, 1),
        ("<a/>".encode("utf-16-le"), MalformedKind.ENCODING, 1, 1),
        ("<a/>".encode("utf-32"), MalformedKind.ENCODING, 1, 1),
        (b"<a>" * 257 + b"</a>" * 257, MalformedKind.DEPTH, 1, 771),
        (b"<!DOCTYPE a><a/>", MalformedKind.DOCTYPE, 1, 1),
        (DECLARED + b"\n<!-- x -->\n <!DOCTYPE a><a/>", MalformedKind.DOCTYPE, 3, 2),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', MalformedKind.DOCTYPE, 1, 1),
    ],
)
def test_tells_why_not(data: bytes, kind: MalformedKind, line: int, column: int) -> None:
    """Each way of not being readable has its kind and its place."""
    result = parse(data)
    assert isinstance(result, Malformed)
    assert (result.kind, result.line, result.column) == (kind, line, column)


def test_size_is_bounded() -> None:
    """More bytes than the limit are not even looked at."""
    result = parse(b"<" * 1000, limit=999)
    assert isinstance(result, Malformed)
    assert result.kind is MalformedKind.SIZE


@given(st.binary(max_size=60), st.sampled_from([b"<a><b>", DECLARED, b"<!--", b"<?x ", b"<!DOCTYPE a [", b""]))
def test_never_raises(data: bytes, start: bytes) -> None:
    """Any bytes give a tree or a reason."""
    assert isinstance(parse(start + data), Element | Malformed)


def test_prolog_is_walked_in_linear_time() -> None:
    """A megabyte of comments or blanks before the root is no trouble."""
    assert doctype_at(b"<!---->" * 150_000 + b" " * 1_000_000 + b"<!DOCTYPE a>") == 2_050_000
    assert doctype_at(b"<!-- never closed <!DOCTYPE a>") is None


def test_place_counts_characters() -> None:
    """Columns count characters, not bytes, and start anew on each line."""
    text = "甲乙\n丙丁x".encode()
    assert place(text, 0) == (1, 1)
    assert place(text, text.index(b"x")) == (2, 3)


@pytest.mark.parametrize("unit", [b"<!---->", b"<!-- a -->", b"<?a?>", b"<?a?><!---->", b" ", b"\n<?a ?>", b"<!--", b"<?", b"<!--->"])
def test_whatever_stands_before_the_root_is_passed_in_time_that_grows_with_it(unit: bytes) -> None:
    """Comments, instructions and blanks before the root, ever more of them: the time grows as the text does."""
    assert growth(lambda text: root_name(text.encode()), lambda length: unit.decode() * (length // len(unit))) <= STEEPEST
    expected = None if unit in (b"<!--", b"<?") else "Signature"
    assert root_name(unit * 5000 + b"<ds:Signature>") == expected
