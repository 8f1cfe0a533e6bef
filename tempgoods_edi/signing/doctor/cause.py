"""The cause of a failing signature as a value."""

from __future__ import annotations

from msgspec import Struct, structs

from tempgoods_edi.values import Bilingual


class Cause(Struct, frozen=True):
    """One reason why a signature fails.

    :ivar id: stable name, such as ``pretty-printed``.
    :ivar what: what happened.
    :ivar fix: what to do about it.
    """

    id: str
    title: Bilingual
    what: Bilingual
    fix: Bilingual

    def told(self, **params: object) -> Cause:
        """A copy of the cause with the placeholders of its texts filled in."""
        return structs.replace(self, what=self.what.format(**params), fix=self.fix.format(**params))


def cause(id: str, title: tuple[str, str], what: tuple[str, str], fix: tuple[str, str]) -> Cause:
    """Make a cause from its texts, each in Chinese and English."""
    return Cause(id, Bilingual(*title), Bilingual(*what), Bilingual(*fix))
