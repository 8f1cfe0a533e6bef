"""The wheel alone, and with each of its extras alone: what is promised works with what is said to be needed, and nothing else.

In places linked together from what is installed for the tests.  With ``TEMPGOODS_FETCH=1`` (``tox -e extras``) pip fetches it
all anew into virtual environments.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tempgoods_edi.extras import MODULES
from tempgoods_edi.interchange.sheet_problems import NO_ROWS
from tests import probes
from tests.cli.conftest import DAY, FIXTURES, KEY, PASSWORD, TRUST, VALID
from tests.walks.pages import blocks, page, steps
from tests.wheels import Place, archives, fetched, installed, linked, needed

__all__ = ["archives", "installed"]

#: The core and the command line, itself included.
MOST_DISTRIBUTIONS, MOST_MEGABYTES = 10, 80
CASE = FIXTURES / "cases" / "machine-tool-show"
SIMULATE = ("simulate", "--memory", "--port", "0", "--any-signer")


@pytest.fixture
def alone(archives: Path, installed: Path, tmp_path: Path) -> Callable[..., Place]:
    """Makes the place with the extras that are named."""

    def made(*extras: str) -> Place:
        folder = tmp_path / "place"
        folder.mkdir()
        if os.environ.get("TEMPGOODS_FETCH") != "1":
            return linked(installed, folder, *extras)
        (wheel,) = archives.glob("*.whl")
        return fetched(wheel, folder, *extras)

    return made


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A folder to work in."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def test_the_core_is_small(alone: Callable[..., Place]) -> None:
    """At most ten distributions, those that others need and ours included, and at most 80 MB."""
    core = alone()
    assert len(core.names) + 1 <= MOST_DISTRIBUTIONS, sorted(core.names)
    assert core.size <= MOST_MEGABYTES * 10**6


def test_the_core_checks_builds_signs_and_explains(alone: Callable[..., Place], work: Path) -> None:
    """All of a message's way up to customs' door, documents opened in their own process, and what the others need is told."""
    core = alone()
    for code, said, *command in (
        (0, "", "build", CASE / "message.json", "--attach", CASE / "展会批准文件.pdf", "-o", "show.zip", *DAY),
        (0, "", "build", FIXTURES / "valid" / "tmp101-minimal.json", "-o", "draft.xml", *DAY),
        (0, "", "sign", "draft.xml", "--key", KEY, *PASSWORD, "-o", "signed.xml"),
        (0, "valid", "check", "signed.xml", *TRUST, *DAY),
        (0, "valid", "check", "show.zip", "--allow-unsigned", *DAY),
        (0, "", "verify", "signed.xml", *TRUST, *DAY),
        (0, "TMP101", "show", "signed.xml"),
        (0, "", "doctor", "signed.xml"),
        (0, "TG-CUS-004", "explain", "TG-CUS-004"),
        (0, "", "keys", "make", "keys"),
        (0, "", "card", "list", "keys"),
        (2, "refused", "submit", "signed.xml", "--to", "http://127.0.0.1:1"),
        (2, 'pip install "tempgoods-edi[simulator]"', *SIMULATE),
        (2, 'pip install "tempgoods-edi[portal]"', "web"),
        (2, 'pip install "tempgoods-edi[card]"', "card-agent", "--origin", "http://localhost"),
        (2, 'pip install "tempgoods-edi[portal,simulator]"', "up"),
        (2, 'pip install "tempgoods-edi[second-opinion]"', "check", "signed.xml", "--second-opinion", *TRUST, *DAY),
        (2, 'pip install "tempgoods-edi[sm2]"', "keys", "make", "more", "--kind", "sm2"),
    ):
        ran = core.tempgoods(*command, cwd=work)
        assert (ran.returncode, said in ran.stdout + ran.stderr, "Traceback" in ran.stderr) == (code, True, False), (
            command, ran.stdout, ran.stderr,
        )  # fmt: skip


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_steps_judge_a_file_of_ones_own(alone: Callable[..., Place], work: Path, name: str) -> None:
    """The README's first two commands, the one that installs and one more, name what is wrong with somebody's message."""
    install, check = [step.command for step in steps(blocks(page(name), "sh")[0])]
    assert install == "pip install tempgoods-edi"
    program, *words = check.split()
    assert program == "tempgoods-edi"
    broken = Path(VALID).read_text("utf-8").replace("<EndDate>20270313<", "<EndDate>20270101<")
    (work / words[-1]).write_text(broken, "utf-8")
    ran = alone().tempgoods(*words, cwd=work)
    assert ran.returncode == 1
    assert "TG-EXH-001" in ran.stdout
    assert "TG-SIG-025" in ran.stdout


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "docs/install.md"])
def test_every_extra_is_told(name: str) -> None:
    """What it is for, on each page that says what to install."""
    text = page(name)
    assert [extra for extra in (*MODULES, "all") if f"[{extra}]" not in text and f"`{extra}`" not in text] == []


def test_sheets(alone: Callable[..., Place], work: Path) -> None:
    """The workbook to fill in is written, and found to be one without lines."""
    ran = alone("sheets").run("-c", probes.program(probes.workbook_is_written), cwd=work)
    assert ran.stdout.strip() == NO_ROWS.id, ran.stderr


def test_simulator(alone: Callable[..., Place], work: Path) -> None:
    """Simulated customs start, and answer `submit`; so do those in memory, of tests."""
    simulator = alone("simulator")
    with simulator.serving(*SIMULATE, cwd=work, until="http://127.0.0.1:") as line:
        url = "http://127.0.0.1:" + line.partition("http://127.0.0.1:")[2].split()[0].strip("/")
        ran = simulator.tempgoods("submit", VALID, "--to", url, cwd=work)
    assert ran.stdout.startswith("COMMON "), ran.stderr
    ran = simulator.run("-c", probes.program(probes.customs_in_memory), cwd=work)
    assert ran.stdout.strip() == "refused", ran.stderr


def test_portal(alone: Callable[..., Place], work: Path) -> None:
    """The portal serves its pages, the card control beside it, and the gateway runs."""
    portal = alone("portal")
    database = ("--database", "portal.sqlite3")
    with portal.serving("web", *database, "--port", "0", *TRUST, cwd=work, until="http://127.0.0.1:") as line:
        url = "http://127.0.0.1:" + line.partition("http://127.0.0.1:")[2].split()[0].strip("/")
        assert httpx.get(f"{url}/healthz").status_code == 200
        assert "卡" in httpx.get(f"{url}/login", follow_redirects=True).text
    with portal.serving("gateway", *database, "--folders", "exchange", cwd=work, until="gateway "):
        pass
    assert portal.run("-c", probes.program(probes.portals_others), cwd=work).returncode == 0


def test_card(alone: Callable[..., Place], work: Path) -> None:
    """The card control serves its page; PC/SC is looked for where pyscard could be compiled."""
    card = alone("card")
    assert "pyscard" in card.names
    words = ("card-agent", "--origin", "http://localhost", "--no-reader", "--port", "0")
    with card.serving(*words, cwd=work, until="http://127.0.0.1:") as line:
        url = "http://127.0.0.1:" + line.partition("http://127.0.0.1:")[2].split("/")[0]
        assert httpx.get(f"{url}/healthz").status_code == 200


def test_sm2(alone: Callable[..., Place], work: Path) -> None:
    """Keys of the national algorithms are made."""
    ran = alone("sm2").tempgoods("keys", "make", "keys", "--kind", "sm2", cwd=work)
    assert ran.returncode == 0, ran.stderr


def test_postgres(alone: Callable[..., Place], work: Path) -> None:
    """Beside the simulator it is tried to reach the database, and nothing is missing."""
    both = alone("postgres", "simulator")
    ran = both.tempgoods(*SIMULATE[:1], *SIMULATE[2:], "--database", "postgresql://nobody@127.0.0.1:1/none", cwd=work)
    assert ran.returncode == 2
    assert ("pip install" in ran.stderr, "refused" in ran.stderr) == (False, True)


def test_testing(alone: Callable[..., Place], work: Path) -> None:
    """A strategy draws messages."""
    ran = alone("testing").run("-c", probes.program(probes.strategy), cwd=work)
    assert ran.stdout.strip() == "Message", ran.stderr


def test_second_opinion(alone: Callable[..., Place], work: Path) -> None:
    """Other people's engines are asked, and agree."""
    ran = alone("second-opinion").tempgoods(
        "check", VALID, "--second-opinion", *TRUST, *DAY, "--format", "json", cwd=work
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(ran.stdout)["results"][0]["verdict"] == "valid"


def test_all_is_all(installed: Path) -> None:
    """It brings what every extra brings, and nothing that none does."""
    assert needed(installed, ("all",)) == frozenset().union(*(needed(installed, (extra,)) for extra in MODULES))
