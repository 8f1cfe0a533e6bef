"""Files that attack the reader: each is made from a good message, is named for its trick, and must be refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from tempgoods_edi.testing.wrapping import wrappings

_PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>'
_LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"".join(b"&l%d;" % (n - 1) for _ in range(10))) for n in range(1, 10)
)


def files(good: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each evil file.

    :param good: a signed message in compact form, without XML declaration.
    """
    name = b"<OperatorNm>"
    yield "doctype-external-entity.xml", (
        _PROLOG + b'<!DOCTYPE Signature [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + good.replace(name, name + b"&x;")
    )
    yield "doctype-external-subset.xml", _PROLOG + b'<!DOCTYPE Signature SYSTEM "http://127.0.0.1:9/x.dtd">' + good
    yield "doctype-billion-laughs.xml", (
        _PROLOG + b'<!DOCTYPE Signature [<!ENTITY l0 "lol">' + _LAUGHS + b"]>" + good.replace(name, name + b"&l9;")
    )
    yield "doctype-quadratic-blowup.xml", (
        _PROLOG
        + b'<!DOCTYPE Signature [<!ENTITY a "'
        + b"a" * 20000
        + b'">]>'
        + good.replace(name, name + b"&a;" * 2000)
    )
    yield "nested-too-deeply.xml", good.replace(name, name + b"<a>" * 5000 + b"</a>" * 5000)
    yield "encoding-declared-gb2312.xml", (
        b'<?xml version="1.0" encoding="GB2312"?>' + good.decode().encode("gb18030")
    )
    yield "encoding-is-gb18030-undeclared.xml", good.decode().encode("gb18030")
    yield "encoding-utf16.xml", good.decode().encode("utf-16")
    yield "encoding-broken-utf8.xml", good.replace(name, name + b"\xff\xfe")
    yield "character-not-allowed-in-xml.xml", good.replace(name, name + b"\x01")
    yield "truncated.xml", good[: len(good) // 2]
    yield "two-documents.xml", good + good
    yield "cdata-in-value.xml", good.replace(name, name + b"<![CDATA[x]]>")
    yield "processing-instruction.xml", good.replace(name, b'<?xml-stylesheet href="x"?>' + name)
    yield "xinclude.xml", good.replace(
        name, b'<include xmlns="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>' + name
    )
    package = good[good.index(b"<Package>") : good.index(b"</Object>")]
    evil = package.replace(b"<DelcareFlag>1<", b"<DelcareFlag>0<")
    for number, (trick, data) in enumerate(wrappings(good, evil).items(), 1):
        yield f"wrapping-{number}-{trick}.xml", data
    yield "value-changed-after-signing.xml", good.replace(b"<DelcareFlag>1<", b"<DelcareFlag>0<")
    yield "zip-bomb.zip", _archive({"a.xml": b"<a>" + b" " * 60_000_000 + b"</a>"})
    yield "zip-with-path.zip", _archive({"../a.xml": good})
    yield "zip-with-two-messages.zip", _archive({"a.xml": good, "b.xml": good})
    yield "zip-with-a-program.zip", _archive({"a.xml": good, "b.exe": b"MZ"})
    yield "zip-broken.zip", _archive({"a.xml": good})[:-30]


def _archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
