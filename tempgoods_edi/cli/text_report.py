"""The text report of a check, for people: one block for each finding, then the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tempgoods_edi.cli.excerpt import excerpt
from tempgoods_edi.cli.terminal import coloured
from tempgoods_edi.desk import Checked
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.values import Bilingual, Finding, Lang, Severity, Verdict
from tempgoods_edi.visible import visible

_SEVERITIES = {
    Severity.ERROR: (Bilingual("错误", "error"), "red"),
    Severity.UNDECIDED: (Bilingual("未决", "undecided"), "yellow"),
    Severity.WARNING: (Bilingual("警告", "warning"), "yellow"),
}
_VERDICTS = {
    Verdict.VALID: (Bilingual("有效", "valid"), "green"),
    Verdict.INVALID: (Bilingual("无效", "invalid"), "red"),
    Verdict.UNDECIDED: (Bilingual("无法判定", "undecided"), "yellow"),
}
_VALUE, _EXPECTED, _FIX = Bilingual("现值", "value"), Bilingual("应为", "expected"), Bilingual("处理", "fix")
_COUNTS = Bilingual("{errors} 个错误，{warnings} 个警告", "errors: {errors}, warnings: {warnings}")
_OPEN = Bilingual("，{count} 个未决", ", undecided: {count}")
_SIGNED_BY = Bilingual("签名：{who}", "signed by {who}")
_CLAIMED = Bilingual("证书自称：{who}（未经核对）", "the certificate claims: {who} (not checked)")
_NOT_JUDGED = Bilingual(
    "有 {count} 条规则因缺少海关一侧的信息未判断{rules}",
    "{count} rules not judged, for want of what only customs know{rules}",
)
_NOT_JUDGED_EITHER = Bilingual(
    "有 {count} 条规则因缺少海关一侧的信息，或所需的值不合格式，未判断{rules}",
    "{count} rules not judged, for want of what only customs know, or of a value that the schema refuses{rules}",
)
_WHICH = Bilingual("（--verbose 列出）", " (--verbose names them)")
_SUMMARY = Bilingual(
    "共 {all} 份：有效 {valid}，无效 {invalid}，无法判定 {undecided}",
    "{all} messages: valid {valid}, invalid {invalid}, undecided {undecided}",
)
_LONGEST_VALUE = 200


def report(name: str, checked: Checked, lang: Lang, data: bytes = b"", verbose: bool = False) -> str:
    """The text report on one message: all findings, and the verdict in the last lines.

    :param data: the bytes that were checked, to show the places in long lines.
    """
    blocks = (block(name, finding, lang, data) for finding in checked.findings)
    return "\n".join((*blocks, *_verdict(name, checked, lang, verbose)))


def block(name: str, finding: Finding, lang: Lang, data: bytes = b"") -> str:
    """The block of one finding, its place first, so that editors can jump there."""
    word, colour = _SEVERITIES[finding.severity]
    place = ":".join(str(part) for part in (visible(name), finding.line, finding.column) if part is not None)
    label = "" if finding.label is None else f" ({finding.label.in_(lang)})"
    lines = [f"{place}: {coloured(word.in_(lang), colour)} {finding.rule} {finding.path}{label}".rstrip()]
    lines.append(f"    {_short(finding.text.in_(lang))}")
    lines += [f"    {part}" for part in excerpt(data, finding.line, finding.column) or ()]
    value = finding.value
    facts = (
        (_VALUE, None if value is None or value in finding.text.in_(lang) else value),
        (_EXPECTED, finding.expected and finding.expected.in_(lang)),
        (_FIX, finding.fix.in_(lang)),
    )
    lines += [f"    {title.in_(lang)}: {_short(text)}" for title, text in facts if text]
    return "\n".join(lines)


def signed_by(certificate: CertificateIdentity, *, trusted: bool) -> Bilingual:
    """The signer in words; what an untrusted certificate says is introduced as a claim."""
    return (_SIGNED_BY if trusted else _CLAIMED).format(who=_who(certificate))


def _who(certificate: CertificateIdentity) -> str:
    """Whoever signed, in one line."""
    parts = (certificate.operator_name, certificate.enterprise_name, certificate.enterprise_code)
    return visible(", ".join(part for part in parts if part) or certificate.subject)


def summary(counts: Mapping[Verdict, int]) -> Bilingual:
    """The number of messages with each verdict, in words."""
    return _SUMMARY.format(all=sum(counts.values()), **{verdict.value: count for verdict, count in counts.items()})


def counted(findings: tuple[Finding, ...]) -> Bilingual:
    """The number of errors and warnings, in words."""
    errors = sum(finding.is_error for finding in findings)
    unsure = sum(finding.severity is Severity.UNDECIDED for finding in findings)
    told = _COUNTS.format(errors=errors, warnings=len(findings) - errors - unsure)
    more = _OPEN.format(count=unsure)
    return Bilingual(told.zh + more.zh, told.en + more.en) if unsure else told


def _verdict(name: str, checked: Checked, lang: Lang, verbose: bool) -> Iterator[str]:
    word, colour = _VERDICTS[checked.verdict]
    facts = [coloured(word.in_(lang), colour)]
    if checked.spec is not None:
        facts.append(f"{checked.spec.code} {checked.spec.title.in_(lang)}")
    if checked.findings:
        facts.append(counted(checked.findings).in_(lang))
    if checked.certificate is not None:
        facts.append(signed_by(checked.certificate, trusted=checked.trusted).in_(lang))
    if checked.reason is not None:
        facts.append(checked.reason.in_(lang))
    yield f"{visible(name)}: {' · '.join(facts)}"
    if checked.not_judged:
        which: Bilingual | str = f": {', '.join(checked.not_judged)}" if verbose else _WHICH
        told = (_NOT_JUDGED_EITHER if checked.message is None else _NOT_JUDGED).format(
            count=len(checked.not_judged), rules=which
        )
        yield f"    {told.in_(lang)}"


def _short(text: str) -> str:
    """*text* on one line, cut where it would drown the rest; control characters are shown, not obeyed."""
    text = visible(text)
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"
