"""The base of all operations: the face that asked, the errors when an operation cannot be done, and the journal line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar, Literal, TypeAlias

from h2018.tenant.tenants import Tenant
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.values import Bilingual, Finding

#: Who asks: stands in the journal as the stage of what was done.
Face: TypeAlias = Literal["console", "control"]

_TOO_LONG = Bilingual("“{name}”过长，最多 {most} 个字符", "{name} is too long; at most {most} characters")
_BEYOND = Bilingual("“{name}”应为 {least} 至 {most}", "{name} is {least} to {most}")


class OperationError(TempgoodsError):
    """An operation that cannot be done; nothing was changed.

    :cvar status: HTTP status that both faces answer with.
    :ivar findings: what is wrong in a file that was given.
    """

    status: ClassVar[int] = 422

    def __init__(self, text: Bilingual, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(text)
        self.findings = findings


class InvalidParameter(OperationError):
    """Operation refused: a parameter makes no sense, or is beyond a limit."""


class Unknown(InvalidParameter):
    """Operation refused: a name is in no catalogue."""

    status = 400


class NotThere(OperationError):
    """Operation refused: its object does not exist."""

    status = 404


class Conflict(OperationError):
    """Operation refused: the request is valid, but not in the present state."""

    status = 409


@contextmanager
def noted(tenant: Tenant, face: Face, text: Bilingual, *, seq_no: str | None = None) -> Iterator[None]:
    """Run the block in one transaction, in which the journal says what was done."""
    with tenant.transaction():
        tenant.note(face, text, seq_no=seq_no)
        yield


def no_longer(name: str, value: str | None, most: int) -> None:
    """Raise `InvalidParameter` when a text has more than *most* characters."""
    if value is not None and len(value) > most:
        raise InvalidParameter(_TOO_LONG.format(name=name, most=most))


def within(name: str, value: float | None, least: float, most: float) -> None:
    """Raise `InvalidParameter` when a number is outside its limits."""
    if value is not None and not least <= value <= most:
        raise InvalidParameter(_BEYOND.format(name=name, least=least, most=most))
