"""``tempgoods-edi doctor``: explains why a signature fails: where the bytes differ, and which mistake it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from tempgoods_edi.cli.input_files import TooBig, received
from tempgoods_edi.cli.terminal import OK, REFUSED, CommandError, LanguageOption, coloured, language, tell
from tempgoods_edi.cli.version import version
from tempgoods_edi.envelope import problems
from tempgoods_edi.options import Argument, Command, Option
from tempgoods_edi.signing.doctor import Cause, Diagnosis, Difference, PartDiagnosis, diagnose
from tempgoods_edi.values import Bilingual, Lang
from tempgoods_edi.visible import visible, width

_VERDICTS = {
    "right": (Bilingual("签名正确", "the signature is right"), "green"),
    "broken": (Bilingual("签名不正确", "the signature is not right"), "red"),
    "unsigned": (Bilingual("未签名的草稿，没有可诊断的", "an unsigned draft: there is nothing to say"), "yellow"),
}
_DIGEST = Bilingual("摘要（DigestValue，对 Object）", "digest (DigestValue, over the Object)")
_VALUE = Bilingual("签名值（SignatureValue，对 SignedInfo）", "value (SignatureValue, over SignedInfo)")
_MESSAGE = Bilingual("报文", "message")
_RIGHT, _WRONG = Bilingual("相符", "right"), Bilingual("不符", "wrong")
_CAUSE, _FIX = Bilingual("原因", "cause"), Bilingual("处理", "fix")
_FIRST = Bilingual(
    "规范化后共 {size} 字节，第 {offset} 字节起不同（从0数）：",
    "of {size} canonical bytes the first that differs is at {offset} (from 0):",
)
_SIGNED, _RECEIVED = Bilingual("签名时", "signed"), Bilingual("收到的", "received")
_HEX = Bilingual("十六进制", "hex")
_TRIED = Bilingual(
    "试过 {count} 种只差空白、命名空间、编码、换行或规范化的情形，都不符",
    "{count} readings that differ only in whitespace, namespaces, encoding, line ends or canonical form were tried: none fits",
)
_TRUST = Bilingual(
    "由谁签名、证书是否可信和有效，这里不判断，用 verify --trust 查",
    "who signed, and whether the certificate is to be trusted, is not judged here: verify --trust tells",
)
_NO_CERTIFICATE = Bilingual("{path} 不是证书（PEM 或 DER）", "{path} is no certificate (PEM or DER)")
_MARKS = str.maketrans({"\n": "␊", "\r": "␍", "\t": "␉", "\ufeff": "[BOM]"})
_HEX_BYTES = 12


def _doctor(
    source: Annotated[str, Argument("FILE", help="A signed message, or -.")],
    cert: Annotated[
        Path | None, Option("--cert", help="Certificate of whoever says to have signed (PEM or DER). 签名人证书")
    ] = None,
    as_json: Annotated[bool, Option("--json", help="Write JSON, for programs.")] = False,
    lang: LanguageOption = None,
) -> None:
    """Say why a signature fails: digest or value, the first byte that differs, the mistake by name. 诊断签名。

    Exit code: 0 the signature is right, 1 it is not.
    """
    say = language(lang)
    data = received(source)
    if isinstance(data, TooBig):
        raise CommandError(problems.TOO_BIG.text.format(size=data.size, limit=data.limit))
    found = diagnose(data, None if cert is None else _certificate(cert))
    if as_json:
        tell(json.dumps(_tree(source, found), ensure_ascii=False, indent=1), say)
    else:
        for line in _report(source, found, say):
            tell(line, say)
    raise SystemExit(OK if found.verdict == "right" else REFUSED)


def _certificate(path: Path) -> bytes:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    data = path.read_bytes()
    try:
        load = x509.load_pem_x509_certificate if b"-----BEGIN" in data else x509.load_der_x509_certificate
        return load(data).public_bytes(Encoding.DER)
    except ValueError:
        raise CommandError(_NO_CERTIFICATE.format(path=path)) from None


def _report(source: str, found: Diagnosis, lang: Lang) -> Iterator[str]:
    word, colour = _VERDICTS[found.verdict]
    names = ", ".join(f"{each.title.in_(lang)} [{each.id}]" for each in found.causes)
    yield f"{source}: {coloured(word.in_(lang), colour)}" + (f" · {names}" if names else "")
    if found.form:
        yield f"  {_MESSAGE.in_(lang)}: {coloured(_WRONG.in_(lang), 'red')}"
        for cause in found.form:
            yield from _cause(cause, lang)
    for title, part in ((_DIGEST, found.digest), (_VALUE, found.value)):
        if part is not None:
            yield f"  {title.in_(lang)}: " + coloured(*(_right(part, lang)))
            yield from _part(part, lang)
    if found.verdict == "right":
        yield f"  {_TRUST.in_(lang)}"


def _right(part: PartDiagnosis, lang: Lang) -> tuple[str, str]:
    return (_RIGHT.in_(lang), "green") if part.right else (_WRONG.in_(lang), "red")


def _part(part: PartDiagnosis, lang: Lang) -> Iterator[str]:
    for cause in part.causes:
        yield from _cause(cause, lang)
    if part.difference is not None:
        yield f"    {_FIRST.format(size=len(part.canonical), offset=part.difference.offset).in_(lang)}"
        yield from _picture(part.difference, lang)
    elif part.tried:
        yield f"    {_TRIED.format(count=part.tried).in_(lang)}"


def _cause(cause: Cause, lang: Lang) -> Iterator[str]:
    yield f"    {_CAUSE.in_(lang)}: {cause.what.in_(lang)} [{cause.id}]"
    yield f"    {_FIX.in_(lang)}: {cause.fix.in_(lang)}"


def _picture(difference: Difference, lang: Lang) -> Iterator[str]:
    """The two texts under each other, with a mark under the place where they part, and their bytes."""
    titles = [_SIGNED.in_(lang), _RECEIVED.in_(lang), _HEX.in_(lang)]
    room = max(map(width, titles)) + 2
    before = "…" + escaped_bytes(difference.before)
    for title, data in zip(titles, (difference.signed, difference.received), strict=False):
        yield f"      {title}{' ' * (room - width(title))}{before}{escaped_bytes(data)}…"
    yield " " * (6 + room + width(before)) + "^"
    title = titles[2] + " " * (room - width(titles[2]))
    yield f"      {title}{_hex(difference.signed)}"
    yield f"      {' ' * room}{_hex(difference.received)}"


def escaped_bytes(data: bytes) -> str:
    r"""Bytes as text on one line: line ends and marks are shown, bytes that are no UTF-8 as ``\xNN``."""
    for begin in range(4):
        for end in range(4):
            try:
                text = data[begin : len(data) - end].decode()
            except UnicodeDecodeError:
                continue
            return visible(text.translate(_MARKS))
    return "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in data)


def _hex(data: bytes) -> str:
    return data[:_HEX_BYTES].hex(" ").upper() or "–"


def _tree(source: str, found: Diagnosis) -> dict[str, object]:
    return {
        "tool": "tempgoods-edi",
        "version": version(),
        "file": source,
        "verdict": found.verdict,
        "signer": "not judged",
        "causes": [
            {"id": each.id, "title": _both(each.title), "what": _both(each.what), "fix": _both(each.fix)}
            for each in found.causes
        ],
        "digest": _part_tree(found.digest),
        "value": _part_tree(found.value),
    }


def _part_tree(part: PartDiagnosis | None) -> dict[str, object] | None:
    if part is None:
        return None
    at = part.difference
    return {
        "right": part.right,
        "causes": [each.id for each in part.causes],
        "canonical_bytes": len(part.canonical),
        "tried": part.tried,
        "difference": at
        and {
            "offset": at.offset,
            "before": escaped_bytes(at.before),
            "signed": escaped_bytes(at.signed),
            "signed_hex": at.signed.hex(),
            "received": escaped_bytes(at.received),
            "received_hex": at.received.hex(),
        },
    }


def _both(text: Bilingual) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


COMMAND = Command(_doctor)
