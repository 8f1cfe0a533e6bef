"""What a newcomer reads first is true: links, names of tests and files, examples, and both languages say the same."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.walks.pages import TOP, blocks, differing, environment, page, steps, typed

README, CHINESE = page("README.md"), page("README.zh-CN.md")
PAGES = [
    path.relative_to(TOP).as_posix()
    for path in (*TOP.glob("*.md"), *(TOP / "docs").glob("*.md"))
    if path.name != "CHANGELOG.md"
]
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
#: Programs, by the page and their number on it.
PROGRAMS = [
    (name, number)
    for name in ("README.md", "README.zh-CN.md", "docs/library.md", "docs/testing.md")
    for number in range(len(blocks(page(name), "python")))
]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere(name: str) -> None:
    """Each relative link names a file that is there."""
    links = _LINK.findall(page(name))
    assert [link for link in links if not (TOP / name).parent.joinpath(link).exists()] == []


def test_both_languages_say_the_same() -> None:
    """The same headings, commands, links, rows and points, in the same order; only the words are others, and the comments."""
    for shape in (_headings, _commands, _points, _links):
        assert shape(CHINESE) == shape(README), shape.__name__


def _headings(text: str) -> list[str]:
    return re.findall(r"^(#+) ", text, re.MULTILINE)


def _commands(text: str) -> list[str]:
    return [
        "\n".join(step.command.partition("  #")[0].rstrip() for step in steps(block)).replace("--lang zh", "--lang en")
        for block in (*blocks(text, "sh"), *blocks(text, "console"))
    ]


def _points(text: str) -> list[str]:
    return re.findall(r"^(- |\|[^|]+\|)(?=.)", re.sub(r"^\|[^|]+\|", "|x|", text, flags=re.MULTILINE), re.MULTILINE)


def _links(text: str) -> list[str]:
    return [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("README")]


@pytest.mark.parametrize(("name", "number"), PROGRAMS)
def test_the_programs_shown_run(name: str, number: int) -> None:
    """Each block of Python, as it stands, in the checkout."""
    program = blocks(page(name), "python")[number]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=TOP, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("text", [README, CHINESE], ids=["en", "zh"])
def test_what_check_prints_is_what_is_shown(text: str, tmp_path: Path) -> None:
    """The day of the show's end was changed after signing: every line is as on the page."""
    message = (TOP / "fixtures" / "valid" / "tmp101-minimal.xml").read_text("utf-8")
    broken = re.sub(r"<EndDate>\d{8}<", "<EndDate>20270101<", message)
    assert broken != message
    (tmp_path / "show.xml").write_text(broken, "utf-8")
    (tmp_path / "ca.pem").write_bytes((TOP / "fixtures" / "keys" / "ca.pem").read_bytes())
    (block,) = blocks(text, "console")
    (step,) = steps(block)
    code, printed = typed(step.command, tmp_path)
    assert (code, differing(step, printed)) == (1, None), printed


def test_every_threat_has_a_test_that_is_there() -> None:
    """Each row of the threat model names tests, and each of them exists in the file that it links to."""
    rows = [line for line in page("SECURITY.md").splitlines() if line.startswith("| ") and "](tests/" in line]
    assert len(rows) > 15
    named = [found for row in rows for found in re.findall(r"\[(\w+)(?:\.py)?\]\((tests/[^)]+)\)", row)]
    assert len(named) >= len(rows)
    missing = [
        name
        for name, path in named
        if Path(path).stem != name and f"def {name}(" not in (TOP / path).read_text("utf-8")
    ]
    assert missing == []


def test_where_to_change_what_names_files_that_are_there() -> None:
    """Each file and folder of the table in CONTRIBUTING.md exists."""
    table = re.findall(r"^\| .*$", page("CONTRIBUTING.md"), re.MULTILINE)
    paths = [path for row in table for path in re.findall(r"`([\w./-]+/[\w./-]*|\w+\.(?:toml|ini))`", row)]
    assert len(paths) > 15
    assert [
        path for path in paths if not (TOP / path).exists() and "<" not in path and not path.startswith(".venv")
    ] == []
