"""`check`: findings people can act on, verdicts programs can rely on."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.conftest import DAY, FIXTURES, TRUST, VALID, Line


def test_a_valid_message_is_valid_and_says_who_signed(line: Line) -> None:
    """Exit 0, one verdict line with message and signer; of the rules that only customs can judge, how many there are."""
    ran = line("check", VALID, *TRUST, *DAY)
    assert ran.code == 0
    verdict, not_judged = ran.out.splitlines()
    assert verdict == (
        f"{VALID}: valid · TMP101 Exhibition filing · signed by 顾念慈, 浦江远帆会展服务有限公司, 310196K27B"
    )
    assert "TG-EXH-026" not in not_judged
    assert re.fullmatch(r" +[0-9]+ rules not judged, for want of what only customs know \(--verbose names them\)", not_judged)
    assert "TG-EXH-026" in line("check", VALID, "--verbose", *TRUST, *DAY).out


def test_a_finding_says_where_what_and_what_to_do(line: Line, invalid: Path) -> None:
    """A block begins with file, line and column of the element, and tells path, label, value and fix."""
    ran = line("check", invalid, *DAY)
    assert ran.code == 1
    number = invalid.read_text("utf-8").splitlines().index("<EndDate>20270301</EndDate>") + 1
    block = ran.out[ran.out.index(f"{invalid}:{number}:1: error TG-EXH-001") :].splitlines()[:4]
    assert block == [
        f"{invalid}:{number}:1: error TG-EXH-001 Head/EndDate (Last day of the show)",
        "    The show ends on 2027-03-01, before it starts on 2027-03-10",
        "    value: 20270301",
        "    fix: Check both dates of the show",
    ]


def test_the_same_in_chinese(line: Line, invalid: Path) -> None:
    """`--lang zh` wins over the environment."""
    ran = line("check", invalid, *DAY, "--lang", "zh")
    assert ran.code == 1
    assert "错误 TG-EXH-001 Head/EndDate (展期结束日期)" in ran.out
    assert "展期结束日期 2027-03-01 早于开始日期 2027-03-10" in ran.out
    assert "无效 · TMP101 展览会备案" in ran.out


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "有效"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "valid"),
        ({"LC_ALL": "C"}, "valid"),
        ({"LC_ALL": "en_US.UTF-8", "TEMPGOODS_LANG": "zh"}, "有效"),
        ({}, "valid"),
    ],
)
def test_the_language_follows_the_environment(
    line: Line, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], word: str
) -> None:
    """TEMPGOODS_LANG before LC_ALL before LANG; English where nothing says Chinese."""
    monkeypatch.delenv("TEMPGOODS_LANG")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert f": {word} · " in line("check", VALID, *TRUST, *DAY).out


def test_the_json_form_has_everything_in_both_languages(line: Line, invalid: Path) -> None:
    """The documented shape, and exit codes as in the text form."""
    ran = line("check", invalid, VALID, *TRUST, *DAY, "--format", "json")
    assert ran.code == 1
    tree = json.loads(ran.out)
    assert list(tree) == ["tool", "version", "results", "summary"]
    assert tree["tool"] == "tempgoods-edi"
    assert tree["summary"] == {"valid": 1, "invalid": 1, "undecided": 0}
    bad, good = tree["results"]
    assert list(bad) == [
        "file", "verdict", "message", "message_id", "stages", "findings", "not_judged", "reason", "signature", "signed_by",
        "certificate_claims",
    ]  # fmt: skip
    found = next(each for each in bad["findings"] if each["rule"] == "TG-EXH-001")
    assert found["severity"] == "error"
    assert found["path"] == "Head/EndDate"
    assert found["label"] == {"zh": "展期结束日期", "en": "Last day of the show"}
    assert found["value"] == "20270301"
    assert found["column"] == 1
    assert set(found["text"]) == set(found["fix"]) == {"zh", "en"}
    assert (good["verdict"], good["message"], good["signature"]) == ("valid", "TMP101", "signed")
    assert good["signed_by"]["enterprise_code"] == "310196K27B"
    assert good["stages"] == ["parse", "identify", "signature", "schema", "bind", "rules"]


def test_a_folder_stands_for_the_messages_below_it(line: Line, tmp_path: Path) -> None:
    """XML and ZIP files anywhere below are judged, others are not; a summary ends the text."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    shutil.copy(VALID, below / "one.XML")
    shutil.copy(FIXTURES / "evil" / "truncated.xml", tmp_path / "two.xml")
    shutil.copy(FIXTURES / "evil" / "zip-broken.zip", tmp_path / "three.zip")
    (tmp_path / "notes.txt").write_text("not a message")
    ran = line("check", tmp_path, *TRUST, *DAY)
    assert ran.code == 1
    assert ran.out.splitlines()[-1] == "3 messages: valid 1, invalid 2, undecided 0"
    assert "notes.txt" not in ran.out


def test_an_empty_folder_is_a_mistake(line: Line, tmp_path: Path) -> None:
    """Nothing to judge is not the same as all valid."""
    ran = line("check", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "no .xml or .zip file" in ran.err


def test_standard_input_is_a_message() -> None:
    """`-` reads bytes from standard input."""
    ran = subprocess.run(
        [sys.executable, "-m", "tempgoods_edi.cli", "check", "-", *TRUST, *DAY, "--lang", "en"],
        input=Path(VALID).read_bytes(),
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.decode().startswith("-: valid · TMP101")


def test_a_file_of_300_megabytes_is_refused_unread(line: Line, tmp_path: Path) -> None:
    """The size is told, and none of the holes of a sparse file is read."""
    big = tmp_path / "big.xml"
    with big.open("wb") as stream:
        stream.write(b"<Signature>")
        stream.truncate(300 * 1024 * 1024)
    ran = line("check", big)
    assert ran.code == 1
    assert "TG-XML-005" in ran.out
    assert "314572800 bytes, more than 4194304" in ran.out


def test_endless_input_is_refused_when_it_is_too_long() -> None:
    """Standard input is read no further than a message can be."""
    ran = subprocess.run(  # noqa: S602 - a pipe with a program at its other end
        f"yes '<a>' | head -c 300M | {sys.executable} -m tempgoods_edi.cli check - --lang en",
        shell=True,
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 1
    assert b"TG-XML-005" in ran.stdout


def test_progress_is_for_people_who_watch() -> None:
    """With many files and a terminal on standard error a bar is drawn there; standard output is as ever."""
    command = [sys.executable, "-m", "tempgoods_edi.cli", "check", VALID, VALID, *TRUST, *DAY, "--lang", "en"]
    watching, terminal = pty.openpty()
    try:
        watched = subprocess.run(command, stdout=subprocess.PIPE, stderr=terminal, check=False)
    finally:
        os.close(terminal)
    drawn = b""
    with suppress(OSError):  # how a terminal says that nobody writes to it any more
        while more := os.read(watching, 65536):
            drawn += more
    os.close(watching)
    unwatched = subprocess.run(command, capture_output=True, check=False)
    assert b"2/2" in drawn
    assert watched.stdout == unwatched.stdout
    assert unwatched.stderr == b""


def test_what_the_schema_refuses_hides_no_rule(line: Line, invalid: Path) -> None:
    """A value that is too long and dates in the wrong order are told together, in both reports, with what was left open."""
    invalid.write_text(re.sub("(?<=<HallNm>)", "馆" * 5000, invalid.read_text("utf-8"), count=1), "utf-8")
    ran = line("check", invalid, "--allow-unsigned", *DAY)
    assert ran.code == 1
    assert "error TG-XSD-007 Head/HallNm" in ran.out
    assert "error TG-EXH-001 Head/EndDate" in ran.out
    assert "only customs know, or of a value that the schema refuses (--verbose names them)" in ran.out
    (result,) = json.loads(line("check", invalid, "--allow-unsigned", *DAY, "--format", "json").out)["results"]
    rules = [each["rule"] for each in result["findings"] if not each["rule"].startswith("TG-SIG-")]
    assert rules == ["TG-XSD-007", "TG-EXH-001"]
    assert "rules" not in result["stages"]
    assert result["not_judged"]


def test_a_file_that_is_not_there_is_undecided(line: Line, tmp_path: Path) -> None:
    """Exit 2, and the others are judged all the same."""
    ran = line("check", tmp_path / "none.xml", VALID, *TRUST, *DAY)
    assert ran.code == 2
    assert "none.xml: undecided · the file cannot be read: No such file or directory" in ran.out
    assert "valid 1, invalid 0, undecided 1" in ran.out


def test_unsigned_is_an_error_until_it_is_allowed(line: Line, tmp_path: Path) -> None:
    """A draft is invalid; with `--allow-unsigned` it is judged by its content."""
    draft = tmp_path / "draft.xml"
    assert line("build", FIXTURES / "valid" / "tmp151-minimal.json", "-o", draft).code == 0
    strict = line("check", draft, *DAY)
    assert (strict.code, "error TG-SIG-001" in strict.out) == (1, True)
    lenient = line("check", draft, *DAY, "--allow-unsigned")
    assert (lenient.code, "warning TG-SIG-001" in lenient.out) == (0, True)


def test_a_certificate_of_another_ca_is_refused(line: Line, tmp_path: Path) -> None:
    """`--trust` decides whose certificates count."""
    assert line("keys", "make", tmp_path).code == 0
    ran = line("check", VALID, "--trust", tmp_path / "ca.pem", *DAY)
    assert (ran.code, "TG-SIG-032" in ran.out) == (1, True)


def test_an_expired_certificate_is_refused(line: Line) -> None:
    """`--today` is the day certificates are judged on too."""
    ran = line("check", VALID, *TRUST, "--today", "2066-01-01")
    assert (ran.code, "TG-SIG-034" in ran.out) == (1, True)


@pytest.mark.parametrize("evil", sorted(p.name for p in (FIXTURES / "evil").iterdir()))
def test_evil_files_are_never_valid_and_never_an_accident(line: Line, evil: str) -> None:
    """Each gets a finding of its own in both languages; nothing raises."""
    for lang in ("zh", "en"):
        ran = line("check", FIXTURES / "evil" / evil, *TRUST, *DAY, "--lang", lang)
        assert ran.code == 1
        assert "TG-" in ran.out
        assert ran.err == ""


@pytest.mark.parametrize("day", ["tomorrow", "2026-13-01", ""])
def test_a_day_that_is_none_is_told(line: Line, day: str) -> None:
    """A mistake in an option is exit 2 with the right form."""
    ran = line("check", VALID, "--today", day)
    assert (ran.code, ran.out) == (2, "")
    assert "2027-03-18" in ran.err


def test_a_trust_file_that_is_none_is_told(line: Line, tmp_path: Path) -> None:
    """A CA file that cannot be read is a mistake of the caller, not a verdict."""
    nonsense = tmp_path / "ca.pem"
    nonsense.write_text("nonsense")
    ran = line("check", VALID, "--trust", nonsense)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err


def test_control_characters_of_a_message_are_shown_not_obeyed(line: Line, tmp_path: Path) -> None:
    """What stands in a message cannot move the cursor of a terminal or forge a line of the report."""
    path = tmp_path / "x.xml"
    path.write_bytes(b"<a\x1b[2J\n>")
    assert "\x1b" not in line("check", path).out
    data = Path(VALID).read_text("utf-8").replace("<EndDate>20270313<", "<EndDate>2027\nx.xml: valid\u009b<")
    path.write_text(data, "utf-8")
    told = line("check", path, *DAY).out
    assert "\u009b" not in told
    assert "\nx.xml: valid" not in told
