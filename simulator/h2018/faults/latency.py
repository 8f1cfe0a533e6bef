"""Latency profiles: how long things take, drawn from a random source that is passed in.

A lognormal profile is the shape of real answer times: most near the median, some very late.
"""

from __future__ import annotations

from math import exp, log
from random import Random
from typing import Literal

from msgspec import Struct

Shape = Literal["constant", "uniform", "lognormal"]

SHAPES: tuple[Shape, ...] = ("constant", "uniform", "lognormal")

#: Slow lines are cut into at most this many pieces.
MOST_PIECES = 1000


class Profile(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A latency profile: lengths of time, in seconds.

    :ivar seconds: the length itself · the shortest · the median, by shape.
    :ivar longest: upper end of ``uniform``; no ``lognormal`` draw is above it; None for no limit (lognormal only).
    :ivar spread: sigma of ``lognormal``, the deviation of the logarithm: 0.5 is calm, 1.5 has a long tail.
    """

    shape: Shape = "constant"
    seconds: float = 0.0
    longest: float | None = None
    spread: float = 0.0


class Piece(Struct, frozen=True):
    """Part of an answer: wait some seconds after the last part, then send some bytes."""

    seconds: float
    size: int


def draw(profile: Profile, chance: Random) -> float:
    """Draw one latency from *profile*, in seconds, never negative.

    >>> draw(Profile(seconds=2), Random(1))
    2.0
    """
    shortest = profile.seconds
    if profile.shape == "uniform":
        return float(chance.uniform(shortest, max(shortest, profile.longest or shortest)))
    if profile.shape == "lognormal" and shortest > 0:
        # Not lognormvariate: its exp overflows for a spread that somebody mistyped.
        length = exp(min(log(shortest) + chance.gauss(0, profile.spread), 700.0))
        return length if profile.longest is None else min(length, profile.longest)
    return float(shortest)


def dribbled(size: int, bytes_per_second: int) -> tuple[Piece, ...]:
    """Split *size* bytes into a slow stream of about ten pieces a second; no pieces for no bytes."""
    piece = max(1, bytes_per_second // 10, -(-size // MOST_PIECES))
    whole, rest = divmod(size, piece)
    pieces = [Piece(piece / bytes_per_second, piece)] * whole
    if rest:
        pieces.append(Piece(rest / bytes_per_second, rest))
    return tuple(pieces)
