"""The catalogue of faults as data: what each kind does, where it can strike and which parameters it has.

Two levels: *transport* faults strike the line and leave the message itself alone, *message* faults strike what
customs sends.  `CATALOGUE` is what the control interface lists and what a fault file is checked by.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from msgspec import Struct

from h2018.faults.latency import Profile
from tempgoods_edi.values import Bilingual

#: Where a fault strikes.  ``intake``: a message comes in, before anything is done with it; ``answer``: its technical
#: answer, when it is registered already; ``receipt_*``: a business receipt as it is made; ``pull``, ``push``: its way out.
Step = Literal[
    "intake", "answer", "receipt_Y", "receipt_Z", "receipt_2", "receipt_final", "query_answer", "notice", "pull", "push",
]  # fmt: skip

STEPS: Mapping[str, Bilingual] = MappingProxyType(
    {
        "intake": Bilingual("收到报文时（尚未处理）", "a message comes in, nothing is done with it yet"),
        "answer": Bilingual("技术回执（报文已登记）", "its technical answer, when it is registered"),
        "receipt_Y": Bilingual("回执 Y 入库成功", "receipt Y, stored"),
        "receipt_Z": Bilingual("回执 Z 入库失败", "receipt Z, not stored"),
        "receipt_2": Bilingual("回执 2 转人工", "receipt 2, to manual review"),
        "receipt_final": Bilingual("回执 1 或 3", "receipt 1 or 3, the decision"),
        "query_answer": Bilingual("查询答复", "the answer to a query"),
        "notice": Bilingual("核注变动通知", "a write-off notice"),
        "pull": Bilingual("企业来取回执", "a declarant pulls receipts"),
        "push": Bilingual("向企业推送回执", "a receipt is pushed to a declarant"),
    }
)

#: The step of a receipt, by its manageResult.
RECEIPT_STEPS: Mapping[str, Step] = MappingProxyType(
    {"Y": "receipt_Y", "Z": "receipt_Z", "2": "receipt_2", "1": "receipt_final", "3": "receipt_final"}
)

_REQUESTS: tuple[Step, ...] = ("intake", "answer", "pull")
_LINE: tuple[Step, ...] = (*_REQUESTS, "push")
_RECEIPTS: tuple[Step, ...] = ("receipt_Y", "receipt_Z", "receipt_2", "receipt_final", "query_answer", "notice")
_MESSAGES: tuple[Step, ...] = ("answer", *_RECEIPTS)

Encoding = Literal["gb18030", "utf-16", "twice"]
Breach = Literal["unknown", "missing", "value", "order"]

ENCODINGS: tuple[Encoding, ...] = ("gb18030", "utf-16", "twice")
BREACHES: tuple[Breach, ...] = ("unknown", "missing", "value", "order")


class Parameters(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The parameters of a fault; None where its kind has no such parameter, or takes the default.

    :ivar status: HTTP status.
    :ivar retry_after: seconds, for the header Retry-After.
    :ivar size: bytes of rubbish.
    :ivar keep: share of the bytes that still come, 0 to 1.
    :ivar profile: how long until the first byte, or how late.
    :ivar bytes_per_second: how fast the bytes come then.
    :ivar copies: how often it comes altogether.
    :ivar behind: how many of the recipient's later messages come before it.
    :ivar encoding: ``twice`` is UTF-8 taken for Latin-1 and encoded once more.
    :ivar breach: an element nobody knows · a required one left out · an impossible value · the order changed.
    """

    status: int | None = None
    retry_after: float | None = None
    size: int | None = None
    keep: float | None = None
    profile: Profile | None = None
    bytes_per_second: int | None = None
    copies: int | None = None
    behind: int | None = None
    encoding: Encoding | None = None
    breach: Breach | None = None


class FaultType(Struct, frozen=True, kw_only=True):
    """One kind of fault in the catalogue.

    :ivar defaults: every parameter it has, with what is taken where none is set.
    :ivar optional: parameters it has beside those, without a default.
    """

    name: str
    level: Literal["transport", "message"]
    label: Bilingual
    does: Bilingual
    steps: tuple[Step, ...]
    defaults: Parameters = Parameters()
    optional: tuple[str, ...] = ()

    @property
    def takes(self) -> tuple[str, ...]:
        """Names of the parameters that this kind of fault has."""
        set_here = (name for name in Parameters.__struct_fields__ if getattr(self.defaults, name) is not None)
        return (*set_here, *self.optional)


_KINDS: tuple[FaultType, ...] = (
    FaultType(
        name="refuse",
        level="transport",
        label=Bilingual("拒绝连接", "refused"),
        does=Bilingual("连接随即关闭，不读取内容", "the connection is closed at once, nothing is read"),
        steps=("intake", "pull", "push"),
    ),
    FaultType(
        name="reset",
        level="transport",
        label=Bilingual("连接重置", "reset"),
        does=Bilingual("读取后以 RST 断开，不应答", "the connection is reset after reading, without an answer"),
        steps=_LINE,
    ),
    FaultType(
        name="hang",
        level="transport",
        label=Bilingual("不应答", "hanging"),
        does=Bilingual("连接保持打开，始终没有应答", "the connection stays open, no answer ever comes"),
        steps=_REQUESTS,
    ),
    FaultType(
        name="empty",
        level="transport",
        label=Bilingual("空应答", "empty"),
        does=Bilingual("应答 200，内容为空", "answered 200 with nothing in it"),
        steps=_REQUESTS,
    ),
    FaultType(
        name="garbage",
        level="transport",
        label=Bilingual("乱码应答", "garbage"),
        does=Bilingual("应答 200，内容为随机字节", "answered 200 with random bytes"),
        steps=_LINE,
        defaults=Parameters(size=512),
    ),
    FaultType(
        name="slow",
        level="transport",
        label=Bilingual("缓慢", "slow"),
        does=Bilingual("等待后逐段缓慢发送", "the first byte comes late, the rest in a trickle"),
        steps=_LINE,
        defaults=Parameters(
            profile=Profile(shape="lognormal", seconds=2, spread=0.8, longest=60), bytes_per_second=2048
        ),
    ),
    FaultType(
        name="truncated",
        level="transport",
        label=Bilingual("中途断开", "truncated"),
        does=Bilingual(
            "发送一部分后断开，Content-Length 仍为全长", "it breaks off part-way, the stated length is the full one"
        ),
        steps=_LINE,
        defaults=Parameters(keep=0.5),
    ),
    FaultType(
        name="error",
        level="transport",
        label=Bilingual("服务器错误", "server error"),
        does=Bilingual("应答 5xx", "answered with a status 5xx"),
        steps=_REQUESTS,
        defaults=Parameters(status=500),
        optional=("retry_after",),
    ),
    FaultType(
        name="too_many",
        level="transport",
        label=Bilingual("请求过多", "too many requests"),
        does=Bilingual("应答 429 和 Retry-After", "answered 429 with Retry-After"),
        steps=("intake", "pull"),
        defaults=Parameters(retry_after=30),
    ),
    FaultType(
        name="outage",
        level="transport",
        label=Bilingual("停机时段", "outage"),
        does=Bilingual(
            "时段内一律应答 503；用 since、until 限定时段", "every request gets 503; since and until set the window"
        ),
        steps=("intake", "pull"),
        defaults=Parameters(status=503),
        optional=("retry_after",),
    ),
    FaultType(
        name="lost",
        level="message",
        label=Bilingual("丢失", "lost"),
        does=Bilingual("回执不发出；补发申请可取回", "it never leaves; a request for receipts brings it back"),
        steps=_RECEIPTS,
    ),
    FaultType(
        name="late",
        level="message",
        label=Bilingual("迟到", "late"),
        does=Bilingual("回执推迟发出（业务时间）", "it leaves later, in business time"),
        steps=_RECEIPTS,
        defaults=Parameters(profile=Profile(seconds=3600)),
    ),
    FaultType(
        name="duplicated",
        level="message",
        label=Bilingual("重复", "duplicated"),
        does=Bilingual("同样的字节发出多次", "the same bytes leave several times"),
        steps=_RECEIPTS,
        defaults=Parameters(copies=2),
    ),
    FaultType(
        name="reordered",
        level="message",
        label=Bilingual("乱序", "reordered"),
        does=Bilingual("排到该企业其后若干份回执之后", "later messages to the same recipient come before it"),
        steps=_RECEIPTS,
        defaults=Parameters(behind=1),
    ),
    FaultType(
        name="misaddressed",
        level="message",
        label=Bilingual("他人编号", "somebody else's number"),
        does=Bilingual("预录入编号和海关编号换成他人的", "its numbers are those of somebody else's declaration"),
        steps=_MESSAGES,
    ),
    FaultType(
        name="changed",
        level="message",
        label=Bilingual("内容被改", "changed"),
        does=Bilingual("一个值中有一个字符被改", "one character of one value is another"),
        steps=_MESSAGES,
    ),
    FaultType(
        name="badly_signed",
        level="message",
        label=Bilingual("签名错误", "badly signed"),
        does=Bilingual("外加一层签名，摘要和签名值均不对", "wrapped in a signature whose digest and value are wrong"),
        steps=_RECEIPTS,
    ),
    FaultType(
        name="wrong_encoding",
        level="message",
        label=Bilingual("编码错误", "wrong encoding"),
        does=Bilingual("声明 UTF-8，实际为其他编码", "declared as UTF-8, but it is not"),
        steps=_MESSAGES,
        defaults=Parameters(encoding="gb18030"),
    ),
    FaultType(
        name="schema_invalid",
        level="message",
        label=Bilingual("不符合规范", "invalid by schema"),
        does=Bilingual(
            "多出未知元素、缺少必填元素、值不可能或次序不对",
            "an unknown or missing element, an impossible value, a wrong order",
        ),
        steps=_MESSAGES,
        defaults=Parameters(breach="unknown"),
    ),
)

#: Every kind by its name, in the order people are shown them.
CATALOGUE: Mapping[str, FaultType] = MappingProxyType({kind.name: kind for kind in _KINDS})
