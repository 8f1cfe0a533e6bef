"""The login challenge that a card signs: written, read, and verified to find who logs in.

Four lines, the same bytes on both sides::

    tempgoods-edi login
    origin: https://portal.example
    nonce: 6hVn0w3mYp6cX0aUe1zq4w
    issued: 2027-03-01T09:00:00+08:00

It begins as no XML does, so that a signature under it is never one of a message, nor the other way round; it names
the page it is for, so that no other page can use it; and it is good for two minutes.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.numbers import CHINA_TIME
from tempgoods_edi.signing.certificate_problems import CERTIFICATE_UNREADABLE
from tempgoods_edi.signing.certificates import Trust, believed, fits
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.signing.policy import ALGORITHMS, SignaturePolicy, refusal
from tempgoods_edi.values import Basis, Bilingual, Finding, Problem, Source

if TYPE_CHECKING:
    from tempgoods_edi.signing.credentials import Credential

#: How long a challenge may be signed and its signature used.
LIFETIME = timedelta(minutes=2)
#: How far ahead of the reader's clock the writer's may be.
CLOCKS_DIFFER = timedelta(seconds=30)

_FIRST_LINE = "tempgoods-edi login"
_ORIGIN = r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
_NONCE = r"[0-9A-Za-z_-]{16,128}"
_FORM = re.compile(
    rf"{_FIRST_LINE}\norigin: ({_ORIGIN})\nnonce: ({_NONCE})\n"
    r"issued: ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2})"
)
_ORIGIN_ALONE = re.compile(_ORIGIN)
_OWN = Source(Basis.ASSUMED, "Login by card: challenge and response of this portal; the real one's is not published")
_AGAIN = Bilingual("重新打开登录页再试", "open the login page again and retry")


def _problem(number: int, zh: str, en: str, fix: Bilingual = _AGAIN) -> Problem:
    return Problem(id=f"TG-LOG-{number:03d}", text=Bilingual(zh, en), fix=fix, source=_OWN)


NOT_A_CHALLENGE = _problem(
    1, "待签内容不是登录挑战", "what was to be signed is no login challenge",
)  # fmt: skip
OTHER_ORIGIN = _problem(
    2, "登录挑战属于 {value}，不属于本站 {origin}", "the login challenge is for {value}, not for this site, {origin}",
    Bilingual("只在所用系统自己的网页上登录", "log in only on the pages of the system itself"),
)  # fmt: skip
STALE = _problem(3, "登录挑战已过期（有效期两分钟）", "the login challenge has run out (it is good for two minutes)")
NOT_YET = _problem(
    4, "登录挑战的时间比本机时间晚", "the login challenge was issued later than the clock here says",
    Bilingual("校准电脑时间后再试", "set the computer's clock right and retry"),
)  # fmt: skip
NOT_THIS_KEY = _problem(
    5, "签名与登录挑战或证书不符", "the signature is not one of this certificate's key under this login challenge",
)  # fmt: skip
ALGORITHM = _problem(
    6, "不接受签名算法 {value}", "the signature algorithm {value} is not taken",
    Bilingual("换用受支持的 IC 卡", "use a card of a supported kind"),
)  # fmt: skip
PROBLEMS: tuple[Problem, ...] = (NOT_A_CHALLENGE, OTHER_ORIGIN, STALE, NOT_YET, NOT_THIS_KEY, ALGORITHM)
"""All of them, in the order of their ids; what is wrong with a certificate has its ids in `signing.problems`."""


class LoginRefused(TempgoodsError):
    """A challenge, or the signature under it, is refused.

    :ivar findings: every reason; the error's text is the first one's, with what to do about it in `fix`.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(self.findings[0].text)

    @property
    def fix(self) -> Bilingual:
        """What the user can do about the refusal."""
        return self.findings[0].fix

    @property
    def rule(self) -> str:
        """The id of the first reason."""
        return self.findings[0].rule


class Challenge(Struct, frozen=True):
    """The fields of a login challenge.

    :ivar origin: scheme, host and port of the page, as browsers write it.
    :ivar issued: aware, to the second.
    """

    origin: str
    nonce: str
    issued: datetime


def is_origin(text: str) -> bool:
    """True for scheme, host and port in the form in which browsers name a page's site.

    >>> is_origin("http://127.0.0.1:8020"), is_origin("http://127.0.0.1:8020/")
    (True, False)
    """
    return _ORIGIN_ALONE.fullmatch(text) is not None


def challenge_text(origin: str, nonce: str, issued: datetime) -> str:
    """The text of a login challenge.

    :param origin: as the browser sends it (``http://127.0.0.1:8020``).
    :param nonce: 16 to 128 characters of the URL-safe base64 alphabet, never given out before.
    :param issued: aware.
    :raises ValueError: a part cannot be written so.
    """
    if issued.tzinfo is None:
        raise ValueError("the time of a challenge needs a zone")
    moment = issued.astimezone(CHINA_TIME).isoformat(timespec="seconds")
    text = f"{_FIRST_LINE}\norigin: {origin}\nnonce: {nonce}\nissued: {moment}"
    if not _FORM.fullmatch(text):
        raise ValueError(f"no origin, or no nonce: {origin!r}, {len(nonce)} characters")
    return text


def parsed_challenge(text: str) -> Challenge:
    """Parse a login challenge.

    :raises LoginRefused: it is none.

    >>> parsed_challenge(challenge_text("https://portal.example", "0123456789abcdef", datetime(2027, 3, 1, tzinfo=CHINA_TIME))).origin
    'https://portal.example'
    """
    found = _FORM.fullmatch(text)
    try:
        if found is not None:
            return Challenge(found[1], found[2], datetime.fromisoformat(found[3]))
    except ValueError:
        pass  # the form is right, but there is no such day
    raise LoginRefused([NOT_A_CHALLENGE.at()])


def current(text: str, origin: str, now: datetime) -> Challenge:
    """Parse a login challenge and check that it is for *origin* and valid at *now*.

    :raises LoginRefused: it is none, another page's, run out, or from the future.
    """
    challenge = parsed_challenge(text)
    if challenge.origin != origin:
        raise LoginRefused([OTHER_ORIGIN.at(value=challenge.origin, origin=origin)])
    if now - challenge.issued > LIFETIME:
        raise LoginRefused([STALE.at(value=challenge.issued.isoformat())])
    if challenge.issued - now > CLOCKS_DIFFER:
        raise LoginRefused([NOT_YET.at(value=challenge.issued.isoformat())])
    return challenge


def verified(
    text: str,
    algorithm: str,
    signature: bytes,
    certificate_der: bytes,
    trust: Trust,
    now: datetime,
    origin: str,
    policy: SignaturePolicy | None = None,
) -> CertificateIdentity:
    """Verify the signature under the challenge *text* and return the signer.  Use once is the caller's concern.

    :param algorithm: URI of the signature algorithm.
    :param signature: as XML-DSig writes it: PKCS#1 v1.5 for RSA, r‖s for ECDSA.
    :param now: aware; both the challenge and the certificate are judged at it.
    :raises LoginRefused: it is not good, for every reason in its findings.
    """
    current(text, origin, now)
    credential, findings = judged(certificate_der, algorithm, trust, now, policy)
    if credential is None:
        raise LoginRefused(findings)
    known = ALGORITHMS[algorithm]
    errors = [finding for finding in findings if finding.is_in_the_way]
    if fits(credential, known, True) is None and not credential.verifies(signature, text.encode(), known):
        errors.append(NOT_THIS_KEY.at())
    if errors:
        raise LoginRefused(errors)
    return credential.identity


def judged(
    certificate_der: bytes, algorithm: str, trust: Trust, now: datetime, policy: SignaturePolicy | None = None
) -> tuple[Credential | None, tuple[Finding, ...]]:
    """The findings that a log-in with this certificate would have at *now*, warnings included; nothing is signed.

    :param algorithm: URI of the algorithm that the card signs by.
    :returns: the certificate, None when it is unreadable or no such signature is taken; and every reason against it.
    """
    policy = policy or SignaturePolicy()
    if refusal(policy, algorithm) is not None:
        return None, (ALGORITHM.at(value=algorithm),)
    credential = trust.read(b2a_base64(certificate_der, newline=False))
    if credential is None:
        return None, (CERTIFICATE_UNREADABLE.at(),)
    findings = list(believed(credential, credential.identity.serial, True, policy, trust, now))
    unfit = fits(credential, ALGORITHMS[algorithm], True)
    return credential, (*findings, *([] if unfit is None else [unfit]))
