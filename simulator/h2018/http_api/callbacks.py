"""Callbacks over HTTP: register one, show the state of its channel, pause it, have a receipt pushed again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Annotated

from msgspec import Meta, Struct, field

from h2018.http.routing import Handler, HttpError, Request, Response, ResponseDoc, Route, http_error, json_response
from h2018.push.callbacks import TIMEOUT, BadCallback, Callback, NoSuchCallback, Tls
from h2018.push.channel import ChannelEvent, IllegalStep
from h2018.push.pusher import ChannelStatus, Pusher
from h2018.tenant.tenants import Tenant
from tempgoods_edi.values import Bilingual

PusherOf = Callable[[Tenant], Pusher]

_NAME_META = Meta(pattern="^[a-z0-9][a-z0-9-]{0,62}$", description="name of the callback")
_LAST = 2**53
_CODES: Mapping[type[Exception], int] = {NoSuchCallback: 404, IllegalStep: 409, BadCallback: 422}
_MOST_CALLBACKS = 100
_TOO_MANY = Bilingual("回调过多，最多 {most} 个", "too many callbacks; at most {most}")


class Named(Struct, frozen=True):
    """Path parameter: the name of a callback."""

    name: Annotated[str, _NAME_META]


class Given(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """JSON form of a callback to register.

    :ivar after: push the receipts above this high-water mark; None: only those from now on.
    """

    url: Annotated[str, Meta(max_length=2000, description="http or https")]
    recipient: Annotated[str, Meta(min_length=1, max_length=64, description="sender_id whose receipts are pushed")]
    headers: Annotated[dict[str, str], Meta(max_length=50)] = field(default_factory=dict)
    secret: (
        Annotated[str, Meta(min_length=1, max_length=200, description="signs the body: X-H2018-Signature")] | None
    ) = None
    tls: Tls = Tls()
    timeout_seconds: Annotated[float, Meta(gt=0, le=300)] = TIMEOUT
    after: Annotated[int, Meta(ge=0, le=_LAST)] | None = None


class Shown(Struct, frozen=True, kw_only=True):
    """JSON form of a callback with the state of its channel; secrets are not shown.

    :ivar state: open · sending · blocked · probing · pausing · paused.
    :ivar mark: receipts up to this sequence are delivered, given up, or among those that wait.
    :ivar waiting: sequences that are laid ready and not delivered yet.
    """

    name: str
    url: str
    recipient: str
    signed: bool
    headers: tuple[str, ...]
    timeout_seconds: float
    state: str
    mark: int
    waiting: tuple[int, ...]
    failures: int
    retry_at: datetime | None
    next_at: datetime | None


class Again(Struct, frozen=True, forbid_unknown_fields=True):
    """JSON form: the receipt to push once more."""

    sequence: Annotated[int, Meta(ge=1, le=_LAST)]


class Last(Struct, frozen=True, forbid_unknown_fields=True):
    """Query parameter: how many attempts to list."""

    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class Tried(Struct, frozen=True):
    """JSON form of one delivery attempt, or of giving a receipt up."""

    receipt: int
    attempt: int
    at: datetime
    outcome: str
    detail: str


def routes(pusher_of: PusherOf) -> tuple[Route, ...]:
    """The routes for callbacks.

    :param pusher_of: gives the pusher of a tenant.
    """
    one = ResponseDoc(Bilingual("回调及其通道状态", "the callback and its channel"), Shown)
    none = ResponseDoc(Bilingual("没有这个回调", "there is no such callback"))
    not_now = ResponseDoc(Bilingual("通道目前不能这样", "not possible on the channel as it stands"))
    unusable = ResponseDoc(Bilingual("不可用", "cannot be used"))
    path = "/v1/callbacks/{name}"
    about = partial(Route, tag="callbacks", names=Named)

    def to(handler: Callable[[Pusher, Request], Response]) -> Handler:
        """Hand requests to the tenant's pusher, and its refusals back."""

        def answer(request: Request) -> Response:
            try:
                return handler(pusher_of(request.tenant), request)
            except (NoSuchCallback, IllegalStep, BadCallback) as error:
                raise http_error(error, _CODES[type(error)]) from error

        return answer

    return (
        Route(
            "callbacks",
            "GET",
            "/v1/callbacks",
            to(_all),
            Bilingual("全部回调", "all callbacks"),
            {200: ResponseDoc(Bilingual("按名称", "by name"), tuple[Shown, ...])},
        ),
        about(
            method="GET",
            path=path,
            handler=to(_one),
            summary=Bilingual("回调及其通道状态", "a callback and its channel"),
            responses={200: one, 404: none},
        ),
        about(
            method="PUT",
            path=path,
            handler=to(_register),
            body=Given,
            summary=Bilingual("登记回调，向其推送回执", "register a callback that receipts are pushed to"),
            responses={200: one, 409: ResponseDoc(Bilingual("回调过多", "too many callbacks")), 422: unusable},
        ),
        about(
            method="DELETE",
            path=path,
            handler=to(_drop),
            summary=Bilingual("取消回调", "drop a callback"),
            responses={204: ResponseDoc(Bilingual("已取消", "dropped")), 404: none},
        ),
        *(
            about(
                method="POST",
                path=f"{path}/{event.value}",
                handler=to(partial(_tell, event)),
                summary=text,
                responses={200: one, 404: none, 409: not_now},
            )
            for event, text in _EVENTS.items()
        ),
        about(
            method="POST",
            path=f"{path}/redeliver",
            handler=to(_redeliver),
            body=Again,
            summary=Bilingual("再推送一份回执", "push a receipt once more"),
            responses={200: one, 404: none, 422: unusable},
        ),
        about(
            method="GET",
            path=f"{path}/attempts",
            handler=to(_attempts),
            query=Last,
            summary=Bilingual("推送记录，最近的在前", "what was tried, the latest first"),
            responses={200: ResponseDoc(Bilingual("每次一行", "one line each"), tuple[Tried, ...]), 404: none},
        ),
    )


_EVENTS: Mapping[ChannelEvent, Bilingual] = {
    ChannelEvent.PAUSE: Bilingual("暂停推送", "pause"),
    ChannelEvent.RESUME: Bilingual("恢复推送", "resume"),
    ChannelEvent.UNBLOCK: Bilingual("不等待，立即重试", "try again at once"),
}


def _all(pusher: Pusher, _: Request) -> Response:
    return json_response([_shown(view) for view in pusher.views()])


def _one(pusher: Pusher, request: Request) -> Response:
    return json_response(_shown(pusher.view(request.names.name)))


def _register(pusher: Pusher, request: Request) -> Response:
    given: Given = request.body
    name = request.names.name
    names = {view.callback.name for view in pusher.views()}
    if name not in names and len(names) >= _MOST_CALLBACKS:
        raise HttpError(409, _TOO_MANY.format(most=_MOST_CALLBACKS))
    callback = Callback(
        name=name,
        url=given.url,
        recipient=given.recipient,
        headers=given.headers,
        secret=given.secret,
        tls=given.tls,
        timeout_seconds=given.timeout_seconds,
    )
    return json_response(_shown(pusher.register(callback, given.after)))


def _drop(pusher: Pusher, request: Request) -> Response:
    pusher.drop(request.names.name)
    return Response(204)


def _tell(event: ChannelEvent, pusher: Pusher, request: Request) -> Response:
    return json_response(_shown(pusher.tell(request.names.name, event)))


def _redeliver(pusher: Pusher, request: Request) -> Response:
    return json_response(_shown(pusher.redeliver(request.names.name, request.body.sequence)))


def _attempts(pusher: Pusher, request: Request) -> Response:
    rows = pusher.attempts(request.names.name, request.query.limit)
    return json_response([Tried(each.receipt, each.attempt, each.at, each.outcome, each.detail) for each in rows])


def _shown(view: ChannelStatus) -> Shown:
    callback, channel = view.callback, view.channel
    return Shown(
        name=callback.name,
        url=callback.url,
        recipient=callback.recipient,
        signed=callback.secret is not None,
        headers=tuple(callback.headers),
        timeout_seconds=callback.timeout_seconds,
        state=channel.state.value,
        mark=view.mark,
        waiting=tuple(parcel.sequence for parcel in channel.parcels),
        failures=channel.failures,
        retry_at=channel.retry_at,
        next_at=view.next_at,
    )
