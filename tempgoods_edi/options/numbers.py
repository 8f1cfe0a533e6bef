"""Number options: each kind has limits, because an unlimited one is a mistake that waits to be typed."""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi.values import Bilingual

_PORT, _WHOLE, _SECONDS = (
    Bilingual("端口号", "a port"),
    Bilingual("整数", "a whole number"),
    Bilingual("秒数", "seconds"),
)
_FACTOR = Bilingual("数字", "a number")
_WITHIN = Bilingual("{kind}（{low} 至 {high}）", "{kind} from {low} to {high}")

#: A day, in seconds.
DAY = 86_400.0


class NumberLimits(Struct, frozen=True):
    """The limits of a number option.

    :ivar sign: what stands for the value in the help.
    :ivar kind: what such a number is called.
    :ivar whole: without a fraction.
    """

    sign: str
    kind: Bilingual
    low: float
    high: float
    whole: bool

    @property
    def range(self) -> str:
        """The limits in the form low..high."""
        return f"{_shown(self.low)}–{_shown(self.high)}"

    @property
    def told(self) -> Bilingual:
        """The kind of number and its limits, in words."""
        return _WITHIN.format(kind=self.kind, low=_shown(self.low), high=_shown(self.high))

    def read(self, text: str) -> int | float | None:
        """Parse *text* as a number; None for no number, or one outside the limits.

        >>> PORT.read("8018"), PORT.read("65536"), seconds(0, DAY).read("nan"), seconds(0, DAY).read("0.5")
        (8018, None, None, 0.5)
        """
        try:
            number = int(text) if self.whole else float(text)
        except ValueError:
            return None
        return number if self.low <= number <= self.high else None


def whole(low: int, high: int) -> NumberLimits:
    """Limits for a whole number."""
    return NumberLimits("<number>", _WHOLE, low, high, whole=True)


def count(most: int) -> NumberLimits:
    """Limits for a count, from one to *most*."""
    return whole(1, most)


def seconds(low: float, high: float) -> NumberLimits:
    """Limits for a duration in seconds."""
    return NumberLimits("<seconds>", _SECONDS, low, high, whole=False)


def factor(most: float) -> NumberLimits:
    """Limits for a factor up to *most*."""
    return NumberLimits("<number>", _FACTOR, 0, most, whole=False)


#: A port to listen on: 0 is any that is free.
PORT = NumberLimits("<port>", _PORT, 0, 65535, whole=True)
#: A port to connect to.
PORT_OF_ANOTHER = NumberLimits("<port>", _PORT, 1, 65535, whole=True)


def _shown(number: float) -> str:
    """A limit as people write it.

    >>> _shown(65535), _shown(0.1), _shown(315360000.0), _shown(2**63 - 1)
    ('65535', '0.1', '315360000', '9223372036854775807')
    """
    return str(int(number)) if number == int(number) else f"{number:g}"
