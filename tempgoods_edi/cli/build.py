"""``tempgoods-edi build``: turns the JSON form into a message, which is checked before it is written."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

from tempgoods_edi.bounded import Unfit, read_json
from tempgoods_edi.cli import text_report
from tempgoods_edi.cli.check import Profile, ProfileOption, TodayOption, moment, signature_policy
from tempgoods_edi.cli.input_files import TooBig, received
from tempgoods_edi.cli.passwords import CertificateOption, LegacyOption, PasswordFileOption, password, signer
from tempgoods_edi.cli.terminal import REFUSED, LanguageOption, complain, language
from tempgoods_edi.cli.writing import OutOption, write
from tempgoods_edi.desk import Policy, check
from tempgoods_edi.drafting import with_rules
from tempgoods_edi.envelope import problems
from tempgoods_edi.envelope.archive import MAX_FILE_BYTES, pack
from tempgoods_edi.interchange import json_form
from tempgoods_edi.numbers import CHINA_TIME, MessageId, NumberError
from tempgoods_edi.options import Argument, Command, Option
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing import certificate_problems, sign_object, signature_problems, unsigned
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.texts import as_utf8
from tempgoods_edi.values import Bilingual, Finding, Lang

#: ``Object/@Id`` of every message made here: the name is the signature's own affair.
OBJECT_ID = "M001"

_REFUSED = Bilingual(
    "未生成：{counts}（--force 可强制生成）", "nothing was written: {counts} (--force writes it all the same)"
)
_WRITTEN = Bilingual("已生成 {out}：{code}，{state}", "{out} written: {code}, {state}")
_SIGNED, _UNSIGNED = Bilingual("已签名", "signed"), Bilingual("未签名的草稿", "an unsigned draft")
#: What is no news to whoever builds: that a draft is a draft, and that no CA was named.
_KNOWN = frozenset({signature_problems.UNSIGNED_DRAFT.id, certificate_problems.ANY_SIGNER.id})


def _build(
    source: Annotated[str, Argument("IN.json", help="The JSON form of a message, or -.")],
    out: OutOption,
    sign: Annotated[Path | None, Option("--sign", metavar="KEY", help="Sign with this key (PKCS#12 or PEM).")] = None,
    cert: CertificateOption = None,
    password_file: PasswordFileOption = None,
    attach: Annotated[
        list[Path] | None,
        Option("--attach", metavar="PDF", help="An accompanying document; the result is a ZIP. Repeatable. 随附单证"),
    ] = None,
    force: Annotated[bool, Option("--force", help="Write it even when it is invalid.")] = False,
    today: TodayOption = None,
    lang: LanguageOption = None,
    legacy: LegacyOption = False,
    profile: ProfileOption = None,
) -> None:
    """Build a message from its JSON form; what is invalid is told and not written. 生成报文。

    message_id, send_time and file_name are filled in where the JSON does not give them; the day is --today, else
    the JSON's facts/today, else the clock's.
    """
    say = language(lang)
    data = received(source)
    if isinstance(data, TooBig):
        _refuse(source, (problems.TOO_BIG.at(size=data.size, limit=data.limit),), say)
    data = as_utf8(data, Path(source).name)
    now = moment(today or _given(data, "facts").get("today"))
    sheet = json_form.read(data, defaults(data, now, secrets.randbelow(10**11)))
    if sheet.spec is None or sheet.document is None:
        _refuse(source, sheet.findings, say, data)
    if sheet.spec.direction != "out":
        _refuse(source, (problems.WRONG_DIRECTION.at("message", value=sheet.spec.code),), say)
    facts = Facts(today=now.date())
    if sheet.package is None:
        _refuse(source, with_rules(sheet.spec, sheet.document, facts, sheet.findings, declared=sheet.declared), say)
    policy, inner = signature_policy(legacy, profile), sheet.package.encode()
    if sign is None:
        message = unsigned(OBJECT_ID, inner, policy)
    else:
        key = signer(sign, cert, password(password_file, sign.name, say), legacy=legacy or profile is Profile.LEGACY)
        message = sign_object(OBJECT_ID, inner, key, policy)
    if attach:
        message = pack(Path(out).stem or "message", message, {path.name: _document(path) for path in attach})
    # Our own signature: whether others trust our CA is theirs to say.
    ours = None if sign is None else Trust.of_anybody()
    rules = Policy(now=now, trust=ours, signature=policy, allow_unsigned=sign is None)
    checked = check(message, facts, rules)
    findings = tuple(f.placed(line=None, column=None, label=f.label) for f in checked.findings if f.rule not in _KNOWN)
    if any(f.is_error for f in findings) and not force:
        _refuse(source, findings, say)
    _tell(source, findings, say)
    write(out, message)
    state = _UNSIGNED if sign is None else _SIGNED
    complain(_WRITTEN.format(out=out, code=sheet.spec.code, state=state), say)


def _document(path: Path) -> bytes:
    """A file to attach, read just far enough to see that it is too big."""
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES)


def defaults(data: bytes, now: datetime, serial: int) -> Mapping[str, str]:
    """The envelope values for what the JSON in *data* leaves out.

    :param now: aware.
    :param serial: the last 11 digits of the message_id.
    """
    given = _given(data, "envelope")
    sender, receiver = (given.get(name, "").ljust(16, "0") for name in ("sender_id", "receiver_id"))
    try:
        message_id = str(MessageId(sender, receiver, now, serial))
    except NumberError:  # the ids will be found fault with; the message's own number is not to blame
        message_id = str(MessageId("0" * 16, "0" * 16, now, serial))
    name = given.get("message_id", message_id)
    return {
        "message_id": message_id,
        "file_name": f"{name}.xml",
        "send_time": now.astimezone(CHINA_TIME).strftime("%Y-%m-%dT%H:%M:%S"),
    }


def _given(data: bytes, part: str) -> Mapping[str, str]:
    """The texts of one part of the JSON; what cannot be read is told by the JSON form's own reader."""
    try:
        tree = read_json(data).tree
    except Unfit:
        return {}
    given = tree.get(part) if isinstance(tree, dict) else None
    return {key: value for key, value in given.items() if isinstance(value, str)} if isinstance(given, dict) else {}


def _tell(source: str, findings: tuple[Finding, ...], lang: Lang, data: bytes = b"") -> None:
    for finding in findings:
        complain(text_report.block(source, finding, lang, data), lang)


def _refuse(source: str, findings: tuple[Finding, ...], lang: Lang, data: bytes = b"") -> NoReturn:
    _tell(source, findings, lang, data)
    complain(_REFUSED.format(counts=text_report.counted(findings)), lang)
    raise SystemExit(REFUSED)


COMMAND = Command(_build)
