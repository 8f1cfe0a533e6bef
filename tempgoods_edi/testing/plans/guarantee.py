"""Plans for guarantees whose kind, number, amount and currency fit together."""

from __future__ import annotations

from tempgoods_edi.codec import Tree
from tempgoods_edi.codelists import code_list
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.fields import decimal_text
from tempgoods_edi.testing.trees import Shape

DEPOSIT, LETTER, ATA, GENERAL, EXEMPT = "1", "2", "3", "4", "5"


def guarantee(c: Choices, shape: Shape, kinds: tuple[str, ...] = (EXEMPT, DEPOSIT, LETTER, ATA, GENERAL)) -> Tree:
    """The four fields of a guarantee of one of *kinds*; none of them in a bare draft."""
    nothing: Tree = dict.fromkeys(("GuaranteeTypeCd", "GuaranteeNo", "GuaranteeAmt", "GuaranteeCurrCd"))
    if not shape.declared and not shape.has(c):
        return nothing
    kind = c.pick(kinds)
    given = nothing | {"GuaranteeTypeCd": kind}
    if kind in (LETTER, GENERAL) or (kind == DEPOSIT and shape.has(c)):
        given["GuaranteeNo"] = f"DB{c.digits(10)}"
    if kind == ATA:
        given["GuaranteeNo"] = carnet_no(c)
    if kind in (DEPOSIT, LETTER) or (kind == GENERAL and shape.has(c)):
        given["GuaranteeAmt"] = decimal_text(c, c.between(1, 20), 5)
        given["GuaranteeCurrCd"] = c.pick(code_list("currencies").codes())
    return given


def carnet_no(c: Choices) -> str:
    """The number of an ATA carnet."""
    return f"{c.pick(('AT', 'DE/', 'US-', 'FR'))}{c.digits(c.between(6, 12))}"
