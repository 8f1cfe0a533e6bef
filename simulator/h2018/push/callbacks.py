"""The callbacks that declarants registered for their receipts, as a tenant's store keeps them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct, field

from h2018.push.channel import ChannelEvent
from h2018.push.reachable import NotReachable, is_refused
from h2018.push.rounds import Channel, after_event
from h2018.store import Attempt, ReceiptSummary, StoredReceipt
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CALLBACKS = "push/callbacks"
#: An answer is waited for so long, unless the callback says otherwise (seconds).
TIMEOUT = 30.0
#: Headers that we write ourselves.
_OURS = frozenset({"host", "content-length", "content-type", "connection", "transfer-encoding", "expect"})

_BAD_NAME = Bilingual("回调名称“{value}”应为小写字母、数字和连字符", "callback name “{value}”: lower-case letters, digits and hyphens only")
_BAD_URL = Bilingual("回调地址“{value}”不可用：应为 http 或 https", "callback address “{value}” cannot be used: http or https, with a host")
_BAD_RECIPIENT = Bilingual("企业编号“{value}”不可用", "recipient “{value}” cannot be used")
_BAD_HEADER = Bilingual("请求头“{value}”不可用", "header “{value}” cannot be used")
_NO_CALLBACK = Bilingual("没有回调“{value}”", "there is no callback “{value}”")


class BadCallback(TempgoodsError):
    """A callback cannot be registered with these values."""


class NoSuchCallback(TempgoodsError):
    """There is no callback of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(_NO_CALLBACK.format(value=name))


class Tls(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """TLS settings of an https callback: how its server is trusted and which certificate is shown to it.

    :ivar ca: PEM of the CA of its certificate; None trusts what the machine trusts.
    :ivar client: PEM of key and certificate that we show; None shows none.
    :ivar verify: False believes any certificate (for first tries).
    """

    ca: str | None = None
    client: str | None = None
    verify: bool = True


class Callback(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A registered address that the receipts of one recipient are pushed to.

    :ivar name: of the callback, and of its channel.
    :ivar recipient: the sender id whose receipts are pushed.
    :ivar headers: sent with every push.
    :ivar secret: with it the body is signed: ``X-H2018-Signature: sha256=<HMAC, hexadecimal>``.
    :ivar timeout_seconds: so long an answer is waited for.
    """

    name: str
    url: str
    recipient: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = None
    tls: Tls = Tls()
    timeout_seconds: float = TIMEOUT


class PushStore(Protocol):
    """The part of a tenant's store that push needs."""

    def laid(self, recipient: str | None = None, after: int = 0, limit: int | None = None) -> tuple[ReceiptSummary, ...]:
        """Receipts with a sequence above *after*, oldest first, without their bytes."""

    def receipt(self, sequence: int) -> StoredReceipt | None:
        """The receipt with that sequence; None when there is none."""

    @property
    def next_sequence(self) -> int:
        """The sequence that the next receipt will get."""

    def mark(self, channel: str) -> int:
        """The high-water mark of a channel; 0 at first."""

    def set_mark(self, channel: str, sequence: int) -> None:
        """Store the high-water mark of a channel."""

    def setting(self, key: str) -> bytes | None:
        """The stored setting with that key."""

    def set_setting(self, key: str, value: bytes | None) -> None:
        """Store a setting; None removes the setting."""

    def note_delivery(
        self, channel: str, receipt: int, attempt: int, at: datetime, outcome: str, detail: str = ""
    ) -> Any:
        """Store one delivery attempt."""

    def deliveries_of_channel(self, channel: str, limit: int = 100) -> tuple[Attempt, ...]:
        """The delivery attempts on a channel, newest first."""

    def transaction(self) -> AbstractContextManager[None]:
        """A transaction that makes several writes one."""


def checked(callback: Callback) -> Callback:
    """*callback* in the form in which it is registered; raises `BadCallback`."""
    if _NAME.fullmatch(callback.name) is None:
        raise BadCallback(_BAD_NAME.format(value=callback.name))
    if not callback.recipient.isprintable():
        raise BadCallback(_BAD_RECIPIENT.format(value=callback.recipient))
    try:
        parts = urlsplit(callback.url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        usable = usable and callback.url.isascii() and callback.url.isprintable() and " " not in callback.url
    except ValueError:
        usable = False
    if not usable:
        raise BadCallback(_BAD_URL.format(value=callback.url))
    if is_refused(parts.hostname or ""):
        raise BadCallback(NotReachable(parts.hostname).text)
    for name, value in callback.headers.items():
        if _TOKEN.fullmatch(name) is None or name.lower() in _OURS or not value.isprintable():
            raise BadCallback(_BAD_HEADER.format(value=name))
    return callback


def callbacks(store: PushStore) -> dict[str, Callback]:
    """The registered callbacks by name."""
    data = store.setting(_CALLBACKS)
    found = () if data is None else msgspec.json.decode(data, type=tuple[Callback, ...])
    return {each.name: each for each in found}


def kept_callbacks(store: PushStore) -> bytes | None:
    """The stored bytes of all callbacks, only for comparing."""
    return store.setting(_CALLBACKS)


def keep_callbacks(store: PushStore, known: Mapping[str, Callback]) -> None:
    """Store the registered callbacks."""
    store.set_setting(_CALLBACKS, msgspec.json.encode(tuple(known.values())) if known else None)


def channel(store: PushStore, name: str) -> Channel:
    """The stored state of a channel after a restart: an attempt that was under way is repeated."""
    data = store.setting(_channel(name))
    kept = Channel(name=name) if data is None else msgspec.json.decode(data, type=Channel)
    return after_event(kept, ChannelEvent.RESTART)


def keep_channel(store: PushStore, kept: Channel) -> None:
    """Store the state of a channel."""
    store.set_setting(_channel(kept.name), msgspec.json.encode(kept))


def kept(store: PushStore, name: str) -> tuple[bytes | None, int]:
    """The stored bytes and mark of a channel, only for comparing."""
    return store.setting(_channel(name)), store.mark(mark_of(name))


def forget_channel(store: PushStore, name: str) -> None:
    """Delete a channel and its mark; its delivery attempts stay in the store."""
    store.set_setting(_channel(name), None)
    store.set_mark(mark_of(name), 0)


def mark_of(name: str) -> str:
    """The name under which a channel's high-water mark is stored."""
    return f"push:{name}"


def _channel(name: str) -> str:
    return f"push/channel/{name}"
