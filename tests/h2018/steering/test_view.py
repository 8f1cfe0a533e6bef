"""What conditions are held against: fields by path, as the message has them."""

from __future__ import annotations

import pytest

from h2018.steering.view import field_of, parsed_value, value_text, values
from tempgoods_edi.schema import reader
from tests.h2018.samples import fixture
from tests.h2018.steering.material import CODES, seen


@pytest.mark.parametrize("code", CODES)
def test_every_field_of_every_message_is_reached_by_its_path(code: str) -> None:
    """Going over all paths of the spec tree gives exactly the leaves that the document's JSON form has."""
    name = f"{code.lower()}-full"
    looked_at = seen(name)
    found = [
        (address, value_text(field, value))
        for path, field in reader.message(code).root.fields()
        for address, value in values(looked_at, path.replace("[]", "[*]"))
    ]
    assert sorted(found) == sorted(leaves(fixture(name)["document"], ""))


def leaves(tree: dict[str, object], prefix: str) -> list[tuple[str, str]]:
    """Address and text of each leaf of a JSON form."""
    found: list[tuple[str, str]] = []
    for tag, value in tree.items():
        if isinstance(value, dict):
            found += leaves(value, f"{prefix}{tag}/")
        elif isinstance(value, list):
            for number, each in enumerate(value, 1):
                found += leaves(each, f"{prefix}{tag}[{number}]/")
        else:
            found.append((f"{prefix}{tag}", str(value)))
    return found


def test_one_line_or_all_lines() -> None:
    """``[2]`` names the second line, ``[*]``, ``[]`` and nothing name all."""
    looked_at = seen("tmp101-full")
    every = [value for _, value in values(looked_at, "ExhibitList[*]/GdsSeqNo")]
    assert len(every) > 1
    assert [value for _, value in values(looked_at, "ExhibitList[2]/GdsSeqNo")] == every[1:2]
    for path in ("ExhibitList/GdsSeqNo", "ExhibitList[]/GdsSeqNo"):
        assert [value for _, value in values(looked_at, path)] == every
    assert not list(values(looked_at, "ExhibitList[9999]/GdsSeqNo"))


@pytest.mark.parametrize(
    "path",
    [
        "", "Head", "Head/", "/Head/EndDate", "Head/enddate", "Head[1]/EndDate", "ExhibitList[0]/GdsSeqNo",
        "ExhibitList[x]/GdsSeqNo", "Head/EndDate/x", "Head/EndDate[1]",
    ],
)  # fmt: skip
def test_what_is_no_field_has_no_values(path: str) -> None:
    """A path that names no leaf gives neither a field nor values."""
    looked_at = seen()
    assert field_of(looked_at.spec, path) is None
    assert not list(values(looked_at, path))


def test_numbers_are_equal_by_value() -> None:
    """``2`` and ``2.00`` are the same quantity; ``1`` and ``01`` are not the same code."""
    quantity = field_of(reader.message("TMP101"), "ExhibitList[*]/DclQty")
    code = field_of(reader.message("TMP101"), "ExhibitList[*]/DisposalCd")
    assert quantity is not None
    assert code is not None
    assert parsed_value(quantity, "2") == parsed_value(quantity, "2.00")
    assert parsed_value(code, "1") != parsed_value(code, "01")


@pytest.mark.parametrize(
    ("name", "draft", "subject"),
    [
        ("tmp101-minimal", False, "declaration"),
        ("tmp131-minimal", True, "draft"),
        ("tmp151-minimal", False, "query"),
        ("tmp161-full", False, "query"),
        ("tmp171-minimal", False, "query"),
        ("tmp141-minimal", False, "receipt_request"),
    ],
)
def test_each_message_is_of_its_kind(name: str, draft: bool, subject: str) -> None:
    """Drafts, declarations, queries and requests for receipts are told apart."""
    assert seen(name, draft=draft).subject == subject
