"""``tempgoods-edi sign``: turns an unsigned draft into a signed message."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from tempgoods_edi.cli import text_report
from tempgoods_edi.cli.check import Profile, ProfileOption, moment, signature_policy
from tempgoods_edi.cli.input_files import TooBig, received
from tempgoods_edi.cli.passwords import CertificateOption, LegacyOption, PasswordFileOption, password, signer
from tempgoods_edi.cli.terminal import REFUSED, CommandError, LanguageOption, complain, language
from tempgoods_edi.cli.writing import OutOption, write
from tempgoods_edi.envelope import problems
from tempgoods_edi.options import Argument, Command, Option
from tempgoods_edi.signing import SignatureState, object_parts, sign_object, verify
from tempgoods_edi.signing.signature_problems import UNSIGNED_DRAFT
from tempgoods_edi.values import Bilingual

_ALREADY = Bilingual("{name} 已经签名；{who}", "{name} is signed already; {who}")
_FOREIGN = Bilingual(
    "{name} 的 Object 带有其他命名空间，不能在此签名；请用 build 重新生成",
    "the Object of {name} carries further namespaces and cannot be signed here; build it anew",
)
_DONE = Bilingual("已签名 {out}（证书 {serial}）", "{out} signed (certificate {serial})")


def _sign(
    source: Annotated[str, Argument("IN.xml", help="An unsigned draft, or -.")],
    out: OutOption,
    key: Annotated[Path, Option("--key", "--sign", help="The key to sign with (PKCS#12 or PEM).")],
    cert: CertificateOption = None,
    password_file: PasswordFileOption = None,
    lang: LanguageOption = None,
    legacy: LegacyOption = False,
    profile: ProfileOption = None,
) -> None:
    """Sign an unsigned draft. Its content is not judged: check it before or after. 签名。"""
    say = language(lang)
    data = received(source)
    if isinstance(data, TooBig):
        raise CommandError(problems.TOO_BIG.text.format(size=data.size, limit=data.limit))
    policy = signature_policy(legacy, profile)
    found = verify(data, policy, None, moment(None))
    if found.state is SignatureState.SIGNED and found.certificate is not None:
        raise CommandError(
            _ALREADY.format(name=source, who=text_report.signed_by(found.certificate, trusted=found.trusted))
        )
    if found.untrusted is None or [f.rule for f in found.findings] != [UNSIGNED_DRAFT.id]:
        for finding in found.findings:
            complain(text_report.block(source, finding, say), say)
        raise SystemExit(REFUSED)
    parts = object_parts(found.untrusted)
    if parts is None:
        raise CommandError(_FOREIGN.format(name=source))
    object_id, inner = parts
    who = signer(key, cert, password(password_file, key.name, say), legacy=legacy or profile is Profile.LEGACY)
    write(out, sign_object(object_id, inner, who, policy))
    complain(_DONE.format(out=out, serial=who.key_name), say)


COMMAND = Command(_sign)
