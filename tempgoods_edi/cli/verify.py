"""``tempgoods-edi verify``: checks only the signature, and says who signed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from tempgoods_edi.cli import text_report
from tempgoods_edi.cli.check import (
    LegacyOption,
    ProfileOption,
    TodayOption,
    moment,
    signature_policy,
)
from tempgoods_edi.cli.input_files import TooBig, received
from tempgoods_edi.cli.terminal import OK, REFUSED, UNDECIDED, LanguageOption, coloured, language, tell
from tempgoods_edi.cli.trusting import AnySignerOption, CrlOption, StaleCrlOption, TrustOption, trusted
from tempgoods_edi.envelope import problems
from tempgoods_edi.options import Argument, Command
from tempgoods_edi.signing import SignatureState, verify
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.values import Bilingual, Verdict, verdict_of
from tempgoods_edi.visible import visible

_STATES = {
    SignatureState.SIGNED: (Bilingual("签名正确", "the signature is right"), "green"),
    SignatureState.UNSIGNED: (Bilingual("没有签名", "not signed"), "yellow"),
    SignatureState.BROKEN: (Bilingual("签名不正确", "the signature is not right"), "red"),
}
_WHO_IS_UNDECIDED = Bilingual("但由谁签名不能断定", "but who signed is undecided")
_CLAIMED = Bilingual("证书自称（未经核对）", "the certificate claims (not checked)")
_UNBELIEVED = Bilingual("但不可信", "but not to be believed")
_EXITS = {Verdict.VALID: OK, Verdict.INVALID: REFUSED, Verdict.UNDECIDED: UNDECIDED}
_FACTS = (
    (Bilingual("操作员", "operator"), lambda c: c.operator_name),
    (Bilingual("企业", "enterprise"), lambda c: c.enterprise_name),
    (Bilingual("海关十位编码", "customs code"), lambda c: c.enterprise_code),
    (Bilingual("统一社会信用代码", "social credit code"), lambda c: c.uscc),
    (Bilingual("IC卡号", "card number"), lambda c: c.ic_card_no),
    (Bilingual("证书号", "certificate"), lambda c: c.serial),
    (Bilingual("签发者", "issued by"), lambda c: c.issuer),
    (Bilingual("有效期", "valid"), lambda c: f"{c.first_day} – {c.last_day}"),
)


def _verify(
    source: Annotated[str, Argument("FILE", help="A signed message, or -.")],
    trust: TrustOption = None,
    crl: CrlOption = None,
    any_signer: AnySignerOption = False,
    today: TodayOption = None,
    lang: LanguageOption = None,
    legacy: LegacyOption = False,
    profile: ProfileOption = None,
    stale_crl: StaleCrlOption = False,
) -> None:
    """Verify the signature and say who signed; the content is not judged. 验证签名。

    Exit code: 0 the signature is right and its certificate is to be believed, 1 it is not, 2 that cannot be told: no CA
    is named to trust, for instance.
    """
    say = language(lang)
    data = received(source)
    if isinstance(data, TooBig):
        tell(text_report.block(source, problems.TOO_BIG.at(size=data.size, limit=data.limit), say), say)
        raise SystemExit(REFUSED)
    found = verify(data, signature_policy(legacy, profile, stale_crl), trusted(trust, crl, any_signer), moment(today))
    for finding in found.findings:
        tell(text_report.block(source, finding, say), say)
    verdict = verdict_of(found.findings) if found.state is SignatureState.SIGNED else Verdict.INVALID
    word, colour = _STATES[found.state]
    told = coloured(word.in_(say), colour)
    if found.state is SignatureState.SIGNED and verdict is Verdict.INVALID:
        told += f" · {coloured(_UNBELIEVED.in_(say), 'red')}"
    elif verdict is Verdict.UNDECIDED:
        told += f" · {coloured(_WHO_IS_UNDECIDED.in_(say), 'yellow')}"
    tell(f"{source}: {told}", say)
    if found.certificate is not None:
        if not found.trusted:
            tell(f"    {_CLAIMED.in_(say)}", say)
        for title, text in _identity(found.certificate):
            tell(f"    {title.in_(say)}: {text}", say)
    raise SystemExit(_EXITS[verdict])


def _identity(certificate: CertificateIdentity) -> Iterator[tuple[Bilingual, str]]:
    """What the certificate says of its holder, name by name."""
    for title, get in _FACTS:
        value = get(certificate)
        if value:
            yield title, visible(value)


COMMAND = Command(_verify)
