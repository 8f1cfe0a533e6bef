"""Reads a technical answer (CommonResponeMessage): whether the message was taken, its number, and the reason if not."""

from __future__ import annotations

from msgspec import Struct

from tempgoods_edi._xml import Malformed, parse
from tempgoods_edi.schema import reader, validator

_TAKEN = "0"
#: What customs say when nothing is wrong with a message but the time (assumed wording).
_BUSY = "系统繁忙"


class TechnicalAnswer(Struct, frozen=True):
    """A technical answer that was parsed.

    :ivar data: as it came.
    :ivar taken: DealFlag 0.
    :ivar seq_no: the pre-entry number it names.
    :ivar etps_preent_no: the number that the message bore at the declarant's.
    :ivar check_info: what was wrong, or a word that all is well.
    """

    data: bytes
    taken: bool
    seq_no: str | None
    check_info: str
    etps_preent_no: str | None = None

    @property
    def try_again(self) -> bool:
        """True for a refusal without a fault of the message: the same bytes may be taken later."""
        return not self.taken and _BUSY in self.check_info


def read_answer(data: bytes) -> TechnicalAnswer | None:
    """The technical answer in *data*; None when *data* is not one whole technical answer.

    >>> got = read_answer(b"<CommonResponeMessage><CheckInfo>ok</CheckInfo><DealFlag>0</DealFlag></CommonResponeMessage>")
    >>> got is not None and got.taken
    True
    >>> read_answer(b"<CommonResponeMessage><CheckInfo>o") is None
    True
    """
    root, spec = parse(data), reader.message("COMMON")
    if isinstance(root, Malformed) or root.tag != spec.root.tag or validator.refusal(spec.schema, root) is not None:
        return None
    return TechnicalAnswer(
        data=data,
        taken=root.findtext("DealFlag") == _TAKEN,
        seq_no=root.findtext("SeqNo") or None,
        check_info=root.findtext("CheckInfo") or "",
        etps_preent_no=root.findtext("EtpsPreentNo") or None,
    )
