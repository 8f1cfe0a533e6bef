"""``tempgoods-edi show``: shows a message in a readable form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from lxml import etree

from tempgoods_edi._xml import Element, Malformed, parse
from tempgoods_edi.cli import layout, text_report
from tempgoods_edi.cli.check import TodayOption, moment
from tempgoods_edi.cli.input_files import TooBig, received
from tempgoods_edi.cli.terminal import UNDECIDED, CommandError, LanguageOption, complain, language, tell
from tempgoods_edi.cli.trusting import AnySignerOption, CrlOption, TrustOption, trusted
from tempgoods_edi.envelope import problems
from tempgoods_edi.envelope.archive import unpack
from tempgoods_edi.envelope.message import by_root, document_element, flag_field, info_group
from tempgoods_edi.explain import readable
from tempgoods_edi.explain.readable import Facts, Section
from tempgoods_edi.looks import is_archive
from tempgoods_edi.options import Argument, Command, Option
from tempgoods_edi.schema.spec import MessageSpec
from tempgoods_edi.signing import SignaturePolicy, SignatureState, Verified, verify
from tempgoods_edi.signing.policy import ALGORITHMS
from tempgoods_edi.values import Bilingual, Lang

_NOT_XML = Bilingual("{name} 不是可读的XML：{reason}", "{name} is not readable XML: {reason}")
_UNKNOWN = Bilingual("{name} 不是本系统的报文：{tag}", "{name} is no message of this family: {tag}")
_ATTACHMENTS = Bilingual("附件", "attachments")
_FEW_LINES = 20
_STATES = {
    SignatureState.SIGNED: Bilingual("签名正确 · {who}", "the signature is right · {who}"),
    SignatureState.UNSIGNED: Bilingual("未签名", "not signed"),
    SignatureState.BROKEN: Bilingual(
        "签名不正确，内容不可信", "the signature is not right: do not rely on the content"
    ),
}


def _show(
    source: Annotated[str, Argument("FILE", help="A message, a receipt or a ZIP, or -.")],
    everything: Annotated[bool, Option("--all", help="All lines of goods, not only the first 20.")] = False,
    lang: LanguageOption = None,
    trust: TrustOption = None,
    crl: CrlOption = None,
    any_signer: AnySignerOption = False,
    today: TodayOption = None,
) -> None:
    """Show a message as people read it: labels, values, what codes mean. 以可读形式显示报文。"""
    say = language(lang)
    data, files = _message(source)
    root = parse(data)
    if isinstance(root, Malformed):
        raise CommandError(_NOT_XML.format(name=source, reason=root.message))
    spec, package, document = _parts(source, root)
    tell(f"{spec.code} {spec.title.in_(say)}", say)
    if etree.QName(root).localname == "Signature":
        anything = SignaturePolicy(algorithms=tuple(ALGORITHMS), min_rsa_bits=1024)
        found = verify(data, anything, trusted(trust, crl, any_signer), moment(today))
        tell(_signature(found, say), say)
    most = len(document) if everything else _FEW_LINES
    for section in _sections(spec, package, document, say, most):
        tell(f"\n{layout.section_text(section, say)}", say)
    if files:
        tell(f"\n{_ATTACHMENTS.in_(say)}\n" + "\n".join(f"  {name} ({size} bytes)" for name, size in files), say)


def _message(source: str) -> tuple[bytes, list[tuple[str, int]]]:
    """The XML, and names and sizes of the attachments beside it."""
    data = received(source)
    if isinstance(data, TooBig):
        raise CommandError(problems.TOO_BIG.text.format(size=data.size, limit=data.limit))
    if not is_archive(data):
        return data, []
    archive = unpack(data, len(data) + (1 << 23))
    if archive.findings:
        for each in ("zh", "en"):
            for finding in archive.findings:
                complain(text_report.block(source, finding, each), each)
        raise SystemExit(UNDECIDED)
    return archive.message, [(name, len(file)) for name, file in archive.files.items()]


def _parts(source: str, root: Element) -> tuple[MessageSpec, Element | None, Element]:
    """What message it is, its package when it has one, and its document."""
    package = root if etree.QName(root).localname == "Package" else root.find("{*}Object/{*}Package")
    document = root if package is None else document_element(package)
    tag = "" if document is None else etree.QName(document).localname
    spec = by_root().get(tag)
    if spec is None or document is None:
        raise CommandError(_UNKNOWN.format(name=source, tag=tag or etree.QName(root).localname))
    return spec, package, document


def _signature(found: Verified, lang: Lang) -> str:
    signer = "" if found.certificate is None else text_report.signed_by(found.certificate, trusted=found.trusted)
    return _STATES[found.state].format(who=signer).in_(lang)


def _sections(
    spec: MessageSpec, package: Element | None, document: Element, lang: Lang, most: int
) -> Iterator[Section]:
    info = None if package is None else package.find("{*}EnvelopInfo")
    if info is not None:
        yield from readable.sections(info_group(), info, lang, most)
    flag = document.getnext()
    if flag is not None and flag.text:
        yield Facts("", ((flag_field().label.in_(lang), readable.meaning(flag_field(), flag.text, lang)),))
    yield from readable.sections(spec.root, document, lang, most)


COMMAND = Command(_show)
