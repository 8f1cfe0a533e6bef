"""The rounds of one channel, as pure functions: which receipt is pushed next, what a result does, when to look again.

Every function gets one channel and gives back one; there is no place where one channel could see another, so
none can hold up another.
"""

from __future__ import annotations

from bisect import bisect_left
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from h2018.push.attempts import Attempt, Class, Result, classify, reason
from h2018.push.backoff import Backoff, wait
from h2018.push.channel import ChannelEvent, ChannelState, step
from tempgoods_edi.values import Bilingual


class Parcel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One receipt on its way through one channel, with its attempts.

    :ivar sequence: of the receipt; also the order in which parcels go out.
    :ivar laid_at: when it was laid ready, or asked for again; aware.
    :ivar attempts: how often it was tried.
    :ivar refusals: how often it was refused (3xx, 4xx).
    :ivar not_before: it is not tried before then; None for at once.
    """

    sequence: int
    laid_at: datetime
    attempts: int = 0
    refusals: int = 0
    not_before: datetime | None = None
    state: Literal["waiting", "delivered", "dead"] = "waiting"


class Channel(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One receiver's callback with the receipts that wait for it.

    :ivar parcels: those that wait, by sequence; what is delivered or dead is in the rows.
    :ivar under_way: sequence of the one whose result is awaited.
    :ivar failures: tries in a row that got no answer.
    :ivar retry_at: while blocked, when the next try goes out.
    """

    name: str
    state: ChannelState = ChannelState.OPEN
    parcels: tuple[Parcel, ...] = ()
    under_way: int | None = None
    failures: int = 0
    retry_at: datetime | None = None


class Settled(Struct, frozen=True, kw_only=True):
    """A channel after a result: the new state, the parcels that left it, and the rows to store."""

    channel: Channel
    parcels: tuple[Parcel, ...] = ()
    rows: tuple[Attempt, ...] = ()


def laid(channel: Channel, sequence: int, now: datetime) -> Channel:
    """*channel* with one more receipt to push; a receipt that is added again on request starts anew."""
    if channel.under_way == sequence:
        return channel
    at, parcels = _place(channel, sequence), channel.parcels
    known = at < len(parcels) and parcels[at].sequence == sequence
    fresh = Parcel(sequence=sequence, laid_at=now)
    return replace(channel, parcels=(*parcels[:at], fresh, *parcels[at + known :]))


def rearmed(channel: Channel, now: datetime, backoff: Backoff) -> Channel:
    """*channel* with every due time within the backoff's limits; a later one was stored before the clock was put back."""
    late, latest = now + timedelta(seconds=backoff.delaying.most), now + timedelta(seconds=backoff.blocking.most)
    parcels = tuple(
        replace(
            parcel,
            laid_at=min(parcel.laid_at, now),
            not_before=None if parcel.not_before is None else min(parcel.not_before, late),
        )
        for parcel in channel.parcels
    )
    retry_at = None if channel.retry_at is None else min(channel.retry_at, latest)
    return replace(channel, parcels=parcels, retry_at=retry_at)


def due(channel: Channel, now: datetime) -> Parcel | None:
    """The receipt to push now; None when there is none, or the channel cannot send."""
    if channel.state is ChannelState.BLOCKED:
        if channel.retry_at is not None and now < channel.retry_at:
            return None
    elif channel.state is not ChannelState.OPEN:
        return None
    return next((each for each in channel.parcels if each.not_before is None or each.not_before <= now), None)


def next_attempt(channel: Channel, backoff: Backoff) -> datetime | None:
    """When to look at *channel* again, for an attempt or to give a receipt up; None when nothing waits.

    What is past means at once.  While a result is awaited, only its coming matters.  It looks at every parcel: ask when
    `begun` has nothing.
    """
    if channel.state.under_way or not channel.parcels:
        return None
    expiry = min(parcel.laid_at for parcel in channel.parcels) + timedelta(seconds=backoff.expires_after)
    if channel.state is ChannelState.PAUSED:
        return expiry
    ready = min(parcel.not_before or parcel.laid_at for parcel in channel.parcels)
    if channel.state is ChannelState.BLOCKED and channel.retry_at is not None:
        ready = max(ready, channel.retry_at)
    return min(ready, expiry)


def begun(channel: Channel, now: datetime) -> tuple[Channel, Parcel | None]:
    """*channel* with the attempt at its due receipt begun, and that receipt; unchanged when nothing is due."""
    parcel = due(channel, now)
    if parcel is None:
        return channel, None
    parcel = replace(parcel, attempts=parcel.attempts + 1)
    state = step(channel.state, ChannelEvent.ATTEMPT)
    return replace(_with(channel, parcel), state=state, under_way=parcel.sequence), parcel


def settled(channel: Channel, result: Result, now: datetime, backoff: Backoff, seed: int) -> Settled:
    """The effect of *result* on *channel*: delivered, retried later, or given up because a retry would be too late.

    :raises IllegalStep: no result is awaited.
    """
    kind = classify(result)
    state = step(channel.state, ChannelEvent(kind.value))
    parcel = channel.parcels[_place(channel, channel.under_way or 0)]
    channel = replace(channel, state=state, under_way=None)
    number, why = parcel.attempts, reason(result)
    row = Attempt(
        channel=channel.name, sequence=parcel.sequence, number=number, at=now, outcome=kind.value, reason=why,
        status=result.status,
    )  # fmt: skip
    if kind is Class.DELIVERED:
        channel = replace(_without(channel, parcel), failures=0, retry_at=None)
        return Settled(channel=channel, parcels=(replace(parcel, state="delivered"),), rows=(row,))
    if kind is Class.BLOCKING:
        failures = channel.failures + 1
        again = now + timedelta(
            seconds=wait(backoff, kind, failures, seed, channel.name, parcel.sequence, asked=result.retry_after)
        )
        channel = replace(channel, failures=failures, retry_at=again)
    else:
        refusals = parcel.refusals + 1
        again = now + timedelta(
            seconds=wait(backoff, kind, refusals, seed, channel.name, parcel.sequence, asked=result.retry_after)
        )
        parcel = replace(parcel, refusals=refusals, not_before=again)
        channel = replace(channel, failures=0, retry_at=None)
    if again >= _expiry(parcel, backoff):
        dead = _dead(channel, parcel, now, "下次重试将超过期限", "the next try would be too late")
        return Settled(channel=_without(channel, parcel), parcels=(replace(parcel, state="dead"),), rows=(row, dead))
    return Settled(channel=_with(channel, parcel), rows=(replace(row, next_at=again),))


def expired(channel: Channel, now: datetime, backoff: Backoff) -> Settled:
    """*channel* without the receipts that waited too long, each with its row; an attempt under way is left alone."""
    late = [
        parcel for parcel in channel.parcels if parcel.sequence != channel.under_way and now >= _expiry(parcel, backoff)
    ]
    gone = {parcel.sequence for parcel in late}
    rows = tuple(_dead(channel, parcel, now, "已过期限", "it waited too long") for parcel in late)
    left = tuple(parcel for parcel in channel.parcels if parcel.sequence not in gone)
    return Settled(
        channel=replace(channel, parcels=left), parcels=tuple(replace(each, state="dead") for each in late), rows=rows
    )


def after_event(channel: Channel, event: ChannelEvent) -> Channel:
    """*channel* paused, resumed, unblocked or restarted; raises `IllegalStep`.

    After a restart what was under way is tried again: a receiver may get a receipt twice, but never not at all.
    """
    if event.value in {kind.value for kind in Class} or event is ChannelEvent.ATTEMPT:
        raise ValueError(event)
    channel = replace(channel, state=step(channel.state, event))
    if event is ChannelEvent.RESTART:
        return replace(channel, under_way=None)
    if event is ChannelEvent.UNBLOCK:
        parcels = tuple(replace(parcel, not_before=None) for parcel in channel.parcels)
        return replace(channel, failures=0, retry_at=None, parcels=parcels)
    return channel


def _expiry(parcel: Parcel, backoff: Backoff) -> datetime:
    return parcel.laid_at + timedelta(seconds=backoff.expires_after)


def _place(channel: Channel, sequence: int) -> int:
    """Where the parcel of that sequence stands, or would: parcels are sorted."""
    return bisect_left(channel.parcels, sequence, key=attrgetter("sequence"))


def _with(channel: Channel, parcel: Parcel) -> Channel:
    at, parcels = _place(channel, parcel.sequence), channel.parcels
    return replace(channel, parcels=(*parcels[:at], parcel, *parcels[at + 1 :]))


def _without(channel: Channel, parcel: Parcel) -> Channel:
    at, parcels = _place(channel, parcel.sequence), channel.parcels
    return replace(channel, parcels=parcels[:at] + parcels[at + 1 :])


def _dead(channel: Channel, parcel: Parcel, now: datetime, zh: str, en: str) -> Attempt:
    reason_of_death = Bilingual(f"{zh}，转入死信", f"{en}: dead letter")
    return Attempt(
        channel=channel.name, sequence=parcel.sequence, number=parcel.attempts, at=now, outcome="dead",
        reason=reason_of_death,
    )  # fmt: skip
