"""Builds the platform's queries to customs: TMP141 (receipts again), 151, 161, 171; checked before sending, and signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import Struct

from tempgoods_edi import codec
from tempgoods_edi.declarant.platform import RECEIVER_ID, SENDER_ID
from tempgoods_edi.declarations import BY_CODE
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.interchange import json_form
from tempgoods_edi.numbers import CHINA_TIME, MessageId
from tempgoods_edi.outbound import seal
from tempgoods_edi.rules import Facts, judge
from tempgoods_edi.schema import reader
from tempgoods_edi.signing import SignaturePolicy, Signer
from tempgoods_edi.values import Bilingual, Finding

#: Name of the signed Object; by custom of the family a short one.
_OBJECT_ID = "M001"
_SERIALS = 10**11

_NOT_ASKED = Bilingual("查询条件有误：{why}", "this cannot be asked: {why}")


class NotAsked(TempgoodsError):
    """Customs would not take the query; nothing was sent.

    :ivar findings: what is wrong with it, at paths of the query.
    """

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        why = Bilingual("；".join(f.text.zh for f in findings), "; ".join(f.text.en for f in findings))
        super().__init__(_NOT_ASKED.format(why=why))
        self.findings = findings


class Query(Struct, frozen=True):
    """A signed query that is ready to be sent."""

    code: str
    enterprise_no: str
    message_id: str
    data: bytes


class Enquirer(Struct, frozen=True):
    """Builds and signs the platform's queries.

    :ivar signer: the platform's key.
    :ivar token: gives so many bytes of chance.
    """

    signer: Signer
    token: Callable[[int], bytes]

    def query(self, code: str, enterprise_no: str, fields: Mapping[str, str | None], now: datetime) -> Query:
        """Build and sign the query *code* for the enterprise *enterprise_no*.

        :param fields: texts by tag; one that is None or blank is left out.
        :param now: business time, aware.
        :raises NotAsked: schema or rules refuse it.
        """
        spec = reader.message(code)
        serial = int.from_bytes(self.token(8)) % _SERIALS
        message_id = str(MessageId(SENDER_ID, RECEIVER_ID, now, serial))
        envelope = {
            "message_id": message_id,
            "file_name": f"{code}_{serial:011d}.xml",
            "sender_id": SENDER_ID,
            "receiver_id": RECEIVER_ID,
            "send_time": now.astimezone(CHINA_TIME).isoformat("T", "seconds")[:19],
            "pocket_id": self.token(16).hex(),
        }
        given = {tag: text.strip() for tag, text in fields.items() if text is not None and text.strip()}
        document = {**given, "OperCusRegCode": enterprise_no}
        form = {"message": code, "flag": "1", "envelope": envelope, "document": document}
        sheet = json_form.read_tree(form, {})
        if sheet.package is None:
            raise NotAsked(sheet.findings)
        built = seal(spec, sheet.package, _OBJECT_ID, self.signer, SignaturePolicy())
        if built.data is None:
            raise NotAsked(built.findings)
        record = codec.from_tree(spec.root, document)
        facts = Facts(today=now.astimezone(CHINA_TIME).date())
        judged = judge(BY_CODE[code].rules, record, facts, declared=True)
        errors = tuple(finding for finding in judged.findings if finding.is_error)
        if errors:
            raise NotAsked(errors)
        return Query(code, enterprise_no, message_id, built.data)
