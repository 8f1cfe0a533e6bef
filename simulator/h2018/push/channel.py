"""The state machine of a push channel as one table: states, events, and the state that follows.

One receipt is under way on a channel at a time, so that receipts arrive in order where nothing stands in the way.
While a channel is blocked a single try goes out when its wait is over; its result opens the channel or blocks it anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual


class ChannelState(Enum):
    """The state of a push channel; `label` is its name for people."""

    OPEN = "open"
    SENDING = "sending"
    BLOCKED = "blocked"
    PROBING = "probing"
    PAUSING = "pausing"
    PAUSED = "paused"

    @property
    def label(self) -> Bilingual:
        """The state's name for people."""
        return _STATE_LABELS[self]

    @property
    def under_way(self) -> bool:
        """True while an attempt has begun and its result is not known."""
        return self in (ChannelState.SENDING, ChannelState.PROBING, ChannelState.PAUSING)


class ChannelEvent(Enum):
    """An event that changes the state of a push channel.

    ``RESTART``: the server came up again and does not know the result of what was under way.
    ``UNBLOCK``: an officer or tester does not want to wait.
    """

    ATTEMPT = "attempt"
    DELIVERED = "delivered"
    BLOCKING = "blocking"
    DELAYING = "delaying"
    PAUSE = "pause"
    RESUME = "resume"
    UNBLOCK = "unblock"
    RESTART = "restart"


class IllegalStep(TempgoodsError):
    """An event that the channel cannot have in its present state."""

    def __init__(self, state: ChannelState, event: ChannelEvent) -> None:
        text = Bilingual("通道状态“{state}”下不能“{event}”", "“{event}” is not possible on a channel that is “{state}”")
        super().__init__(text.format(state=state.label, event=event.value))


_S, _E = ChannelState, ChannelEvent

TRANSITIONS: Mapping[ChannelState, Mapping[ChannelEvent, ChannelState]] = MappingProxyType(
    {
        _S.OPEN: {_E.ATTEMPT: _S.SENDING, _E.PAUSE: _S.PAUSED, _E.UNBLOCK: _S.OPEN, _E.RESTART: _S.OPEN},
        _S.SENDING: {
            _E.DELIVERED: _S.OPEN,
            _E.DELAYING: _S.OPEN,
            _E.BLOCKING: _S.BLOCKED,
            _E.PAUSE: _S.PAUSING,
            _E.RESTART: _S.OPEN,
        },
        _S.BLOCKED: {_E.ATTEMPT: _S.PROBING, _E.PAUSE: _S.PAUSED, _E.UNBLOCK: _S.OPEN, _E.RESTART: _S.BLOCKED},
        _S.PROBING: {
            _E.DELIVERED: _S.OPEN,
            # Whoever refuses one receipt is there to take the next.
            _E.DELAYING: _S.OPEN,
            _E.BLOCKING: _S.BLOCKED,
            _E.PAUSE: _S.PAUSING,
            _E.RESTART: _S.BLOCKED,
        },
        _S.PAUSING: {
            _E.DELIVERED: _S.PAUSED,
            _E.DELAYING: _S.PAUSED,
            _E.BLOCKING: _S.PAUSED,
            _E.RESUME: _S.SENDING,
            _E.RESTART: _S.PAUSED,
        },
        _S.PAUSED: {_E.RESUME: _S.OPEN, _E.RESTART: _S.PAUSED},
    }
)


def step(state: ChannelState, event: ChannelEvent) -> ChannelState:
    """The state that follows *event*; raises `IllegalStep`."""
    after = TRANSITIONS[state].get(event)
    if after is None:
        raise IllegalStep(state, event)
    return after


_STATE_LABELS: Mapping[ChannelState, Bilingual] = MappingProxyType(
    {
        _S.OPEN: Bilingual("畅通", "open"),
        _S.SENDING: Bilingual("发送中", "sending"),
        _S.BLOCKED: Bilingual("受阻", "blocked"),
        _S.PROBING: Bilingual("试发中", "being tried"),
        _S.PAUSING: Bilingual("即将暂停", "about to pause"),
        _S.PAUSED: Bilingual("已暂停", "paused"),
    }
)
