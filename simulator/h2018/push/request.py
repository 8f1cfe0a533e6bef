"""The HTTP request of a push: its headers, and their description for receivers in the OpenAPI document."""

from __future__ import annotations

import hmac
from hashlib import sha256

from twisted.web.http_headers import Headers

from h2018.http.routing import RETRY_AFTER, ResponseDoc, Webhook
from h2018.push.callbacks import Callback
from h2018.store import StoredReceipt
from tempgoods_edi.values import Bilingual

_XML = "application/xml; charset=utf-8"
_SIGNATURE = "X-H2018-Signature"
#: What a receiver reads in the headers.
_TOLD = {
    "X-Simulated": Bilingual("恒为 h2018：来自模拟器", "always h2018: this comes from a simulator"),
    "X-Sequence": Bilingual("回执序号，递增", "sequence of the receipt, rising"),
    "X-Message-Id": Bilingual(
        "回执的报文编号；重复收到时据此识别", "message_id of the receipt, by which a repeat is known"
    ),
    "X-Message-Type": Bilingual("回执类型", "type of the receipt"),
    "X-Trace-Id": Bilingual("自报文至末份回执的编号", "one id from the message to its last receipt"),
    "X-Attempt": Bilingual("第几次推送此份回执", "which try of this receipt it is, from 1"),
    "Content-Disposition": Bilingual("文件名", "a name for the file"),
}

_LATER = Bilingual("此份稍后重试，其余照常", "this one is tried again later, the others go on")

#: The push of a receipt.
RECEIPT = Webhook(
    name="receipt",
    tag="callbacks",
    summary=Bilingual("向登记的回调推送一份回执", "a receipt is pushed to a registered callback"),
    media=("application/xml",),
    headers=_TOLD,
    optional_headers={
        _SIGNATURE: Bilingual(
            "登记了 secret 时：sha256= 加内容的 HMAC-SHA-256（十六进制）",
            "where a secret was registered: sha256= and the HMAC-SHA-256 of the body in hexadecimal digits",
        )
    },
    responses={
        "2XX": ResponseDoc(Bilingual("已送达，不看内容", "delivered, whatever the body says")),
        "429": ResponseDoc(_LATER, headers=RETRY_AFTER),
        "4XX": ResponseDoc(_LATER, headers=RETRY_AFTER),
        "5XX": ResponseDoc(
            Bilingual("通道暂停，稍后重试", "the channel is blocked until it is tried again"), headers=RETRY_AFTER
        ),
    },
)


def head(callback: Callback, receipt: StoredReceipt, attempt: int) -> Headers:
    """The headers of one push; ours come before those that were registered."""
    headers = Headers({name: [value] for name, value in callback.headers.items()})
    ours = {
        "Content-Type": _XML,
        "User-Agent": "h2018",
        "X-Simulated": "h2018",
        "X-Sequence": str(receipt.sequence),
        "X-Message-Id": receipt.message_id,
        "X-Message-Type": receipt.code,
        "X-Trace-Id": receipt.trace_id,
        "X-Attempt": str(attempt),
        "Content-Disposition": f'attachment; filename="{receipt.name}"',
    }
    if callback.secret is not None:
        ours[_SIGNATURE] = "sha256=" + hmac.new(callback.secret.encode(), receipt.data, sha256).hexdigest()
    for name, value in ours.items():
        headers.setRawHeaders(name, [value])
    return headers
