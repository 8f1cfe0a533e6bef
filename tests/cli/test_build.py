"""`build`: from the JSON form to bytes that check accepts, or to the reason why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import DAY, FIXTURES, KEY, PASSWORD, TRUST, Line

MINIMAL = FIXTURES / "valid" / "tmp101-minimal.json"


def changed(tmp_path: Path, **changes: Any) -> Path:
    """The minimal filing with *changes* in its JSON; None removes a key, a mapping changes the part."""
    tree = json.loads(MINIMAL.read_bytes())
    for key, value in changes.items():
        if isinstance(value, dict):
            for inner, each in value.items():
                if each is None:
                    tree[key].pop(inner, None)
                else:
                    tree[key][inner] = each
        elif value is None:
            tree.pop(key, None)
        else:
            tree[key] = value
    path = tmp_path / "in.json"
    path.write_text(json.dumps(tree), "utf-8")
    return path


def test_what_is_built_and_signed_is_valid(line: Line, tmp_path: Path) -> None:
    """The key of a fixture's enterprise signs, and check agrees."""
    out = tmp_path / "out.xml"
    built = line("build", MINIMAL, "-o", out, "--sign", KEY, *PASSWORD)
    assert (built.code, built.out) == (0, "")
    assert built.err == f"{out} written: TMP101, signed\n"
    assert line("check", out, *TRUST, *DAY).code == 0


def test_the_envelope_is_filled_in(line: Line, tmp_path: Path) -> None:
    """Without message_id, send_time and file_name the message has them, the first with the ids it runs between."""
    source = changed(tmp_path, envelope={"message_id": None, "send_time": None, "file_name": None})
    out = tmp_path / "out.xml"
    assert line("build", source, "-o", out).code == 0
    text = out.read_text("utf-8")
    message_id = text.partition("<message_id>")[2].partition("<")[0]
    assert len(message_id) == 57
    assert message_id.startswith("DXPENT0000012345DXPEDCTMP000000120261122120000")
    assert f"<file_name>{message_id}.xml</file_name>" in text
    assert "<send_time>2026-11-22T12:00:00</send_time>" in text


def test_two_messages_never_share_an_id(line: Line, tmp_path: Path) -> None:
    """The number of a message is drawn anew each time."""
    source = changed(tmp_path, envelope={"message_id": None})
    outs = [tmp_path / "a.xml", tmp_path / "b.xml"]
    for out in outs:
        assert line("build", source, "-o", out).code == 0
    assert outs[0].read_bytes() != outs[1].read_bytes()


def test_invalid_content_is_told_and_not_written(line: Line, tmp_path: Path) -> None:
    """Exit 1 with findings by path; no file appears."""
    out = tmp_path / "out.xml"
    source = changed(tmp_path, document={"OperCusRegCode": "310173A546"})
    ran = line("build", source, "-o", out)
    assert ran.code == 1
    assert f"{source}: error TG-HEAD-014 OperCusRegCode" in ran.err
    assert "nothing was written" in ran.err
    assert not out.exists()


def test_force_writes_it_all_the_same(line: Line, tmp_path: Path) -> None:
    """`--force` tells the findings and writes."""
    out = tmp_path / "out.xml"
    ran = line("build", changed(tmp_path, document={"OperCusRegCode": "310173A546"}), "-o", out, "--force")
    assert ran.code == 0
    assert "TG-HEAD-014" in ran.err
    assert "TG-HEAD-014" in line("check", out, *DAY, "--allow-unsigned").out


def test_faults_of_the_json_are_told_at_their_place(line: Line, tmp_path: Path) -> None:
    """Not JSON, unknown key, number instead of text, message of customs."""
    out = tmp_path / "out.xml"
    broken = tmp_path / "broken.json"
    broken.write_text('{"message":\n "TMP101" "x"}')
    ran = line("build", broken, "-o", out)
    assert (ran.code, f"{broken}:2:11: error TG-JSON-001" in ran.err) == (1, True)
    ran = line("build", changed(tmp_path, document={"Hed": {}}), "-o", out)
    assert (ran.code, "TG-JSON-002 Hed" in ran.err) == (1, True)
    ran = line("build", changed(tmp_path, document={"OperCusRegCode": 1}), "-o", out)
    assert (ran.code, "TG-JSON-003 OperCusRegCode" in ran.err) == (1, True)
    ran = line("build", FIXTURES / "valid" / "tmp201-full.json", "-o", out)
    assert (ran.code, "TG-ENV-009" in ran.err) == (1, True)
    assert not out.exists()


def test_schema_faults_are_told(line: Line, tmp_path: Path) -> None:
    """A missing sender is one finding; the number that would be made of it is not blamed."""
    ran = line("build", changed(tmp_path, envelope={"sender_id": None, "message_id": None}), "-o", tmp_path / "x.xml")
    assert ran.code == 1
    assert ran.err.count("error TG-") == 1
    assert "EnvelopInfo/sender_id" in ran.err


def test_standard_output_is_a_file_too(line: Line) -> None:
    """`-o -` writes the message to standard output and nothing else."""
    ran = line("build", MINIMAL, "-o", "-")
    assert ran.code == 0
    assert ran.out.startswith("<Signature ")
    assert ran.out.endswith("</Signature>")


def _rules(err: str) -> set[tuple[str, str]]:
    """Rule and path of each finding told."""
    heads = [head.partition(": error ")[2].split(" ") for head in err.splitlines() if ": error " in head]
    return {(head[0], head[1] if len(head) > 1 else "") for head in heads}


def test_a_fault_of_the_schema_hides_none_of_the_rules(line: Line, tmp_path: Path) -> None:
    """A currency that is none, a show that ends before it starts, a telephone number of letters: all three at once."""
    source = changed(tmp_path)
    tree = json.loads(source.read_bytes())
    tree["document"]["Head"] |= {"EndDate": "20200101", "LinkTel": "abc"}
    tree["document"]["ExhibitList"][0]["CurrCd"] = "€"
    source.write_text(json.dumps(tree), "utf-8")
    ran = line("build", source, "-o", tmp_path / "out.xml")
    assert ran.code == 1
    assert _rules(ran.err) == {
        ("TG-XSD-008", "ExhibitList[1]/CurrCd"), ("TG-EXH-001", "Head/EndDate"), ("TG-HEAD-013", "Head/LinkTel"),
    }  # fmt: skip


@pytest.mark.parametrize(("char", "code"), [("\x0b", "U+000B"), ("\ud800", "U+D800"), ("\x00", "U+0000"), ("\uffff", "U+FFFF")])
@pytest.mark.parametrize("part", ["Head/HallNm", "ExhibitList[1]/GdsNm", "envelope/sender_id"])
def test_a_character_that_no_message_can_carry_is_told_with_its_place(
    line: Line, tmp_path: Path, part: str, char: str, code: str
) -> None:
    """Control characters, half a surrogate: field, position and code point, whatever else is wrong; never an accident."""
    source = changed(tmp_path)
    tree = json.loads(source.read_bytes())
    where, _, tag = part.partition("/")
    holder = {"Head": tree["document"]["Head"], "ExhibitList[1]": tree["document"]["ExhibitList"][0]}.get(where, tree["envelope"])
    holder[tag] = f"机器{char}人"
    tree["document"]["Head"]["LinkTel"] = "abc"
    source.write_text(json.dumps(tree), "utf-8")
    ran = line("build", source, "-o", tmp_path / "out.xml")
    assert ran.code == 1
    assert _rules(ran.err) == {("TG-XSD-020", part.removeprefix("envelope/")), ("TG-HEAD-013", "Head/LinkTel")}
    assert f"{code}, at position 3" in ran.err


def test_a_key_given_twice_is_told_and_nothing_is_lost(line: Line, tmp_path: Path) -> None:
    """Of two lists of goods under one key neither is silently dropped: the key is named, with what else is wrong."""
    source = changed(tmp_path)
    text = source.read_text("utf-8").replace('"ExhibitList"', '"ExhibitList": [], "ExhibitList"')
    text = text.replace('"LinkMan"', '"LinkMan": "a", "LinkMan"')
    source.write_text(text, "utf-8")
    ran = line("build", source, "-o", tmp_path / "out.xml")
    assert ran.code == 1
    assert _rules(ran.err) == {("TG-JSON-006", "ExhibitList"), ("TG-JSON-006", "Head/LinkMan")}
    assert not (tmp_path / "out.xml").exists()


def test_an_empty_element_that_may_be_left_out_is_to_be_left_out(line: Line, tmp_path: Path) -> None:
    """The remedy for an empty optional element is to have none; a required one is to be filled in."""
    source = changed(tmp_path)
    tree = json.loads(source.read_bytes())
    tree["document"]["Head"] |= {"Rmk": "", "DclTypeCd": ""}
    source.write_text(json.dumps(tree), "utf-8")
    told = line("build", source, "-o", tmp_path / "out.xml").err
    blocks = {block.split(" ")[1]: "leave the element out" in block for block in told.split(": error ")[1:]}
    assert (blocks["Head/DclTypeCd"], blocks["Head/Rmk"]) == (False, True)
