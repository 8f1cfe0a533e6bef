"""The portal's part in the help page's card test: whether a certificate is accepted, and the clock difference.

Both may be asked before log-in: whoever needs the answers cannot log in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from tempgoods_edi.declarant.actors import actor_of
from tempgoods_edi.declarant.errors import NotACard
from tempgoods_edi.signing import challenge
from tempgoods_edi.signing.identity import CertificateIdentity
from tempgoods_edi.values import Finding, Lang, Severity
from tempgoods_edi.web.shell import card_check_texts as texts
from tempgoods_edi.web.shell.access import Fields
from tempgoods_edi.web.shell.context import context
from tempgoods_edi.web.shell.language import language
from tempgoods_edi.web.shell.login import address_of, bytes_of, strike, text_of

router = APIRouter()


@router.get("/help/clock")
def clock(request: Request) -> Response:
    """The time by which log-ins are judged, in milliseconds since 1970."""
    return JSONResponse({"now": int(context(request).machine_now().timestamp() * 1000)})


@router.post("/help/certificate")
def certificate(request: Request, fields: Fields) -> Response:
    """The findings that a log-in with this certificate would have: ``findings`` with severity, text and what to do.

    Fields: ``certificate`` (DER, base64) and ``algorithm`` (the URI that the card signs by).
    """
    services, lang = context(request), language(request)
    moment = services.machine_now()
    strike(services, f"certificate {address_of(request)}", 4 * services.settings.logins_by_address, moment)
    der, algorithm = bytes_of(text_of(fields.get("certificate"))), text_of(fields.get("algorithm"))
    credential, findings = challenge.judged(der, algorithm, services.trust, moment, services.settings.signatures)
    if credential is None:
        return JSONResponse({"holder": None, "findings": _told(findings, lang)})
    identity = credential.identity
    return JSONResponse(
        {**_described(identity, moment), "findings": [*_told(findings, lang), *_no_declarant(identity, lang)]}
    )


def _described(identity: CertificateIdentity, moment: datetime) -> dict[str, Any]:
    return {
        "holder": identity.operator_name or identity.subject,
        "issuer": identity.issuer,
        "not_before": identity.first_day.isoformat(),
        "not_after": identity.last_day.isoformat(),
        "days_left": (identity.not_after - moment).days,
    }


def _no_declarant(identity: CertificateIdentity, lang: Lang) -> list[dict[str, str]]:
    try:
        actor_of(identity)
    except NotACard as error:
        return [{"severity": Severity.ERROR.value, "text": error.text.in_(lang), "fix": texts.ASK_ISSUER.in_(lang)}]
    return []


def _told(findings: Iterable[Finding], lang: Lang) -> list[dict[str, str]]:
    return [
        {"severity": each.severity.value, "text": each.text.in_(lang), "fix": each.fix.in_(lang), "rule": each.rule}
        for each in findings
    ]
