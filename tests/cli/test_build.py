"""`build`: from the JSON form to bytes that check accepts, or to the reason why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

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
