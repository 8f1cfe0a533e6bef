"""Plans for attached documents, and their files."""

from __future__ import annotations

from collections.abc import Mapping

from tempgoods_edi.codec import Tree
from tempgoods_edi.rules import Attachment
from tempgoods_edi.testing.choices import Choices
from tempgoods_edi.testing.patterns import sampler

_MOST_BYTES = 4 * 1024 * 1024
_NAMES = ("合同", "invoice", "装箱单", "展位图 3", "brochure (EN)", "批准文件-2027", "カタログ", "photo_01")
_HASHES = {"SHA-256": "[0-9A-Za-z+/]{43}=", "SHA-1": "[0-9A-Za-z+/]{27}=", "SM3": "[0-9A-Za-z+/]{43}="}


def documents(c: Choices, count: int) -> list[Tree]:
    """A list of *count* documents as a declaration has it."""
    return [_paper(c, number) for number in range(1, count + 1)]


def _paper(c: Choices, number: int) -> Tree:
    algorithm = c.pick(tuple(_HASHES))
    return {
        "DocSeqNo": str(number),
        "DocNm": f"{c.pick(_NAMES)}-{number}{c.pick(('.pdf', '.PDF'))}",
        "DocSize": str(c.between(1, _MOST_BYTES)),
        "DocHashAlg": algorithm,
        "DocHash": sampler(_HASHES[algorithm])(c),
    }


def files(listed: list[Tree]) -> Mapping[str, Attachment]:
    """The files of the *listed* documents as inspection reports them."""
    return {
        paper["DocNm"]: Attachment(
            name=paper["DocNm"],
            size=int(paper["DocSize"]),
            hashes={paper["DocHashAlg"]: paper["DocHash"]},
            is_pdf=True,
        )
        for paper in listed
    }
