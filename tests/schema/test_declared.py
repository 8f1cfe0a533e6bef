"""What a schema must say of a declaration, and how one that does not is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tempgoods_edi._resources import xsd_dir
from tempgoods_edi.declarations import NAMES
from tempgoods_edi.errors import ProfileError
from tempgoods_edi.schema import reader
from tempgoods_edi.schema.spec import MessageSpec

MESSAGES = [spec for spec in reader.messages() if spec.direction == "out"]


@pytest.mark.parametrize("spec", MESSAGES, ids=lambda spec: spec.code)
def test_a_declaration_is_what_has_a_head(spec: MessageSpec) -> None:
    """Each outward message with a head is a declaration; its number, title and deadline stand in that head, its lines beside it."""
    declared = spec.declaration
    assert (declared is not None) == (spec.root.at("Head") is not None)
    if declared is not None:
        for field in (declared.number, declared.title, *([declared.due] if declared.due else [])):
            assert spec.root.at(f"Head/{field.tag}") == field
        assert declared.number.auto
        assert spec.root.at(declared.goods.tag) == declared.goods
        assert declared.goods.repeated


def test_no_two_declarations_have_numbers_of_one_prefix() -> None:
    """The letters of a number tell what it is the number of."""
    prefixes = [spec.declaration.prefix for spec in MESSAGES if spec.declaration]
    assert len(prefixes) == len(set(prefixes)) > 1


def test_every_name_can_stand_in_an_address() -> None:
    """Small letters and hyphens, each name once."""
    assert all(name.replace("_", "").isalpha() and name.islower() for name in NAMES.values())
    assert len(set(NAMES.values())) == len(NAMES)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('prefix="ZH"', 'prefix="zh"', "two capitals"),
        ('answers="TMP201" ', "", "receipt"),
        ('number="ExhibitionNo" ', "", "number"),
        ('number="ExhibitionNo"', 'number="ExhibitionNm"', "no customs number"),
        ('title="ExhibitionNm"', 'title="Nothing"', "Nothing"),
        ('due="PlannedReturnDate"', 'due="Head"', "due"),
        ('<xs:group ref="DeclarationNumbers"/>', "", "Head/SeqNo"),
        ('name="Documents"', 'name="Papers"', "Documents"),
        (
            'name="ExhibitList" type="ExhibitType" minOccurs="0" maxOccurs="5000"',
            'name="E" type="ExhibitType"',
            "lines",
        ),
    ],
)
def test_what_is_no_whole_declaration_is_refused(right: str, wrong: str, told: str, tmp_path: Path) -> None:
    """A schema that says it is a declaration's and lacks a part is refused, with its file, its line and what is missing."""
    for path in xsd_dir().glob("*.xsd"):
        shutil.copy(path, tmp_path)
    path = tmp_path / "tmp101.xsd"
    text = path.read_text("utf-8")
    assert text.count(right) == 1
    path.write_text(text.replace(right, wrong), "utf-8")
    with pytest.raises(ProfileError, match=rf"tmp101\.xsd:\d+.*{told}"):
        reader.read_schema(path)
