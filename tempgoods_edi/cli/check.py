"""``tempgoods-edi check``: judges messages and reports everything that is wrong with them, and what to do."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated

from msgspec import structs

from tempgoods_edi.cli import text_report
from tempgoods_edi.cli.input_files import TooBig, messages_in, received
from tempgoods_edi.cli.terminal import OK, REFUSED, UNDECIDED, CommandError, LanguageOption, language, tell
from tempgoods_edi.cli.trusting import AnySignerOption, CrlOption, StaleCrlOption, TrustOption, trusted
from tempgoods_edi.desk import Checked, Policy, Stage, check
from tempgoods_edi.envelope import problems
from tempgoods_edi.looks import is_archive
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.options import Argument, Command, Option
from tempgoods_edi.rules import Facts
from tempgoods_edi.signing.policy import SignaturePolicy, policy_of
from tempgoods_edi.values import Bilingual, Lang, Verdict

_EXITS = {Verdict.VALID: OK, Verdict.INVALID: REFUSED, Verdict.UNDECIDED: UNDECIDED}
_UNREADABLE = Bilingual("文件无法读取：{reason}", "the file cannot be read: {reason}")
_NO_MESSAGES = Bilingual("其中没有 .xml 或 .zip 文件：{names}", "no .xml or .zip file in {names}")
_CHECKING = Bilingual("检查", "checking")
_NOT_A_DAY = Bilingual("“{value}”不是日期，请写成 2027-03-18", "“{value}” is no day; write it as 2027-03-18")

Files = Annotated[list[str], Argument("FILE…", help="Messages, ZIPs, folders, or - for standard input.")]
TodayOption = Annotated[str | None, Option("--today", metavar="YYYY-MM-DD", help="Judge as on this day.")]
SecondOpinionOption = Annotated[
    bool,
    Option("--second-opinion", help="Ask xmlschema, signxml and xmlsec too; undecided where they differ. 第二意见"),
]
UnsignedOption = Annotated[bool, Option("--allow-unsigned", help="A missing signature is only a warning.")]
VerboseOption = Annotated[bool, Option("--verbose", "-v", help="Name the rules that were not judged. 详细")]
LegacyOption = Annotated[bool, Option("--legacy", help="Take rsa-sha1 and RSA-1024 too (--profile legacy).")]


class Profile(StrEnum):
    """The signature profiles: which signatures are written and accepted."""

    STANDARD = "standard"
    LEGACY = "legacy"
    SM2_SM3 = "sm2-sm3"


ProfileOption = Annotated[
    Profile | None,
    Option("--profile", help="Signatures to make and take: standard | legacy | sm2-sm3 (national). 签名算法"),
]


class Format(StrEnum):
    """The output format of the report."""

    TEXT = "text"
    JSON = "json"


def _check(
    files: Files,
    format: Annotated[Format, Option("--format", help="text | json")] = Format.TEXT,
    lang: LanguageOption = None,
    trust: TrustOption = None,
    crl: CrlOption = None,
    any_signer: AnySignerOption = False,
    today: TodayOption = None,
    allow_unsigned: UnsignedOption = False,
    legacy: LegacyOption = False,
    profile: ProfileOption = None,
    stale_crl: StaleCrlOption = False,
    second_opinion: SecondOpinionOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Check messages: signature, schema and rules; every finding with its place and what to do. 检查报文。

    Exit code: 0 all valid, 1 something is invalid, 2 something could not be judged: who signed, for instance, when no CA
    is named to trust.
    """
    names = list(messages_in(files))
    if not names:
        raise CommandError(_NO_MESSAGES.format(names=", ".join(files)))
    now = moment(today)
    policy = Policy(
        now=now,
        trust=trusted(trust, crl, any_signer),
        signature=signature_policy(legacy, profile, stale_crl),
        allow_unsigned=allow_unsigned,
    )
    say = language(lang)
    judges = _judges(second_opinion)
    worst, counts = OK, dict.fromkeys(Verdict, 0)
    results: list[dict[str, object]] = []
    watched = len(names) > 1 and sys.stderr.isatty()
    held: list[str] = []
    for name in _with_progress(names, say) if watched else names:
        data = _read(name)
        checked = data if isinstance(data, Checked) else judges(data, Facts(today=now.date()), policy)
        shown = b"" if isinstance(data, Checked) or is_archive(data) else data
        worst = max(worst, _EXITS[checked.verdict])
        counts[checked.verdict] += 1
        if format is Format.JSON:
            from tempgoods_edi.cli import json_report

            results.append(json_report.result(name, checked))
        elif watched and sys.stdout.isatty():
            held.append(text_report.report(name, checked, say, shown, verbose))  # not into the bar
        else:
            tell(text_report.report(name, checked, say, shown, verbose), say)
    for text in held:
        tell(text, say)
    if format is Format.JSON:
        tell(json_report.whole_report(results, counts), say)
    elif len(names) > 1:
        tell(text_report.summary(counts), say)
    raise SystemExit(worst)


def _judges(second_opinion: bool) -> Callable[[bytes, Facts, Policy], Checked]:
    """What judges bytes: our desk, alone or with the others beside it."""
    if not second_opinion:
        return check
    from tempgoods_edi.envelope.archive import unpack
    from tempgoods_edi.second_opinion import SecondOpinion, compared

    others = SecondOpinion()
    atexit.register(others.close)

    def both(data: bytes, facts: Facts, policy: Policy) -> Checked:
        checked = check(data, facts, policy)
        if Stage.PARSE not in checked.stages:
            return checked  # nothing that others could read
        return compared(checked, others.ask(unpack(data, policy.max_bytes).message if is_archive(data) else data))

    return both


def _read(name: str) -> bytes | Checked:
    """The bytes of the file called *name*, or the verdict on a file that cannot be read."""
    try:
        data = received(name)
    except OSError as error:
        reason = _UNREADABLE.format(reason=error.strerror or str(error))
        return Checked(verdict=Verdict.UNDECIDED, findings=(), reason=reason)
    if isinstance(data, TooBig):
        return Checked(verdict=Verdict.INVALID, findings=(problems.TOO_BIG.at(size=data.size, limit=data.limit),))
    return data


def moment(today: str | None) -> datetime:
    """The time to judge at, in China: now, or noon of the day *today*.

    :raises CommandError: *today* is no day.
    """
    if today is None:
        return datetime.now(CHINA_TIME)
    try:
        return datetime.combine(date.fromisoformat(today), time(12), CHINA_TIME)
    except ValueError:
        raise CommandError(_NOT_A_DAY.format(value=today)) from None


def signature_policy(legacy: bool, profile: Profile | None = None, stale_crl: bool = False) -> SignaturePolicy:
    """The policy for signatures: today's algorithms, those of older cards too, or the national ones too."""
    policy = policy_of((profile or (Profile.LEGACY if legacy else Profile.STANDARD)).value)
    return structs.replace(policy, takes_stale_crl=True) if stale_crl else policy


def _with_progress(names: Sequence[str], lang: Lang) -> Iterable[str]:
    """*names*, with a bar that shows how far we are."""
    from tempgoods_edi.cli.progress import watched

    return watched(names, _CHECKING.in_(lang))


COMMAND = Command(_check)
