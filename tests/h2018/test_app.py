"""The wiring: configuration, demonstration, a server in a process of its own, driven by curl."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import replace
from twisted.internet.task import Clock

from h2018 import app, demo, problems
from h2018.config import DEMO_START, Config
from h2018.transports.folders import IN_BOX, OUT_BOX
from tempgoods_edi.interchange import json_form
from tempgoods_edi.signing import SignaturePolicy, sign_object
from tempgoods_edi.signing.keys import from_pkcs12
from tests.h2018.tenant import FIXTURES, TOP, fixture, signed, text_of


def curl(*arguments: str) -> bytes:
    """What curl prints."""
    return subprocess.run(["curl", "-sS", "--max-time", "30", *arguments], capture_output=True, check=True).stdout


def first_declaration(folder: Path) -> bytes:
    """The demonstration's first declaration, signed with its first card."""
    package = json_form.read((folder / demo.FIRST).read_bytes(), {}).package
    assert package is not None
    key = (folder / f"{demo.HOLDERS[0].enterprise_code}.p12").read_bytes()
    return sign_object("M001", package.encode(), from_pkcs12(key, demo.PASSWORD), SignaturePolicy())


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared demonstration folder."""
    folder = tmp_path_factory.mktemp("demo")
    demo.prepare(folder)
    return folder


@pytest.mark.needs("curl")
def test_curl_alone_does_a_whole_round(demonstration: Path, tmp_path: Path) -> None:
    """A server of its own; post, refuse, wait for the receipts through the folder as well, ask why."""
    config = replace(
        demo.prepare(demonstration), port=0, exchange=tmp_path, poll_seconds=0.05, store_seconds=0.05, review_seconds=0.05
    )
    message = tmp_path / "first.xml"
    message.write_bytes(first_declaration(demonstration))
    with app.running(config) as url:
        answer = curl("--data-binary", f"@{message}", f"{url}/v1/messages")
        assert text_of(answer, "DealFlag") == "0"
        receipts = _awaited(url, 2)
        assert [text_of(each["xml"].encode(), "manageResult") for each in receipts] == ["Y", "1"]
        assert text_of(receipts[1]["xml"].encode(), "businessId") == "ZH222827000001"
        why = json.loads(curl(f"{url}/v1/messages/{receipts[0]['xml'] and _message_id(demonstration)}/why"))
        assert why["records"][0]["what"] == "received"
        status = curl("-o", "/dev/null", "-w", "%{http_code}", "--data-binary", "<no", f"{url}/v1/messages")
        assert status == b"422"
        (tmp_path / OUT_BOX / "again.Temp").write_bytes(message.read_bytes())
        (tmp_path / OUT_BOX / "again.Temp").rename(tmp_path / OUT_BOX / "again.xml")
        assert _appears(tmp_path / IN_BOX, "Successed_again_*.xml", url)


def _message_id(folder: Path) -> str:
    return str(json.loads((folder / demo.FIRST).read_bytes())["envelope"]["message_id"])


def _awaited(url: str, count: int) -> list[dict[str, str]]:
    """The receipts, once there are *count*; each asking takes its time at the server."""
    found: list[dict[str, str]] = []
    for _ in range(500):
        found = json.loads(curl(f"{url}/v1/receipts?recipient={demo.FIRST_SENDER}"))
        if len(found) >= count:
            break
    return found


def _appears(folder: Path, pattern: str, url: str) -> bool:
    for _ in range(500):
        if list(folder.glob(pattern)):
            return True
        curl(f"{url}/healthz")
    return False


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    """A registry file that is not there: a text, no traceback to guess from."""
    missing = replace(Config(port=0), registry=tmp_path / "none.csv")
    with pytest.raises(app.StartError, match=r"none\.csv"), app.running(missing):
        pass


def test_the_demonstration_is_prepared_once(demonstration: Path) -> None:
    """Starting again keeps the keys; a missing one makes them anew, all of them."""
    before = {path.name: path.read_bytes() for path in demonstration.iterdir() if path.is_file()}
    config = demo.prepare(demonstration)
    assert {path.name: path.read_bytes() for path in demonstration.iterdir() if path.is_file()} == before
    assert (config.starts_at, config.sender_id) == (DEMO_START, "SIMEDCTMP0000001")
    assert all((demonstration / f"{holder.enterprise_code}.p12").stat().st_mode & 0o077 == 0 for holder in demo.HOLDERS)


def test_the_demonstrations_first_declaration_is_approved(demonstration: Path) -> None:
    """In process, with the demonstration's own CA: Y, then 1."""
    time = Clock()
    customs = app.make_customs(demo.prepare(demonstration), time)
    tenant = customs.tenant()
    assert tenant.intake(first_declaration(demonstration), "http").outcome == "accepted"
    time.pump([1.0] * 10)
    assert [text_of(each.data, "manageResult") for each in tenant.store.receipts()] == ["Y", "1"]
    customs.close()


def test_a_stranger_to_the_trusted_ca_is_refused(demonstration: Path) -> None:
    """The fixtures' cards are not the demonstration's."""
    customs = app.make_customs(demo.prepare(demonstration), Clock())
    assert customs.tenant().intake(signed(fixture("tmp101-minimal"), 1), "http").outcome == "refused"
    customs.close()


@pytest.mark.parametrize("curl", [True, False])
def test_the_guide_names_what_is_there(demonstration: Path, curl: bool) -> None:
    """Every file in the printed commands exists or is made by the first; both languages give the same; curl only where it is."""
    guide = demo.guide(demonstration, "http://x", curl=curl)
    lines = [line for line in guide.zh.splitlines() if line.startswith("  ")]
    assert lines == [line for line in guide.en.splitlines() if line.startswith("  ")]
    named = [word.removeprefix("@") for line in lines for word in shlex.split(line) if str(demonstration) in word]
    made = str(demonstration / "first.xml")
    assert [word for word in named if word != made and not Path(word).is_file()] == []
    assert named.count(made) == 2 + curl
    assert ("curl" in guide.en) == curl


def test_the_guide_is_typed_as_it_stands(tmp_path: Path) -> None:
    """Whatever is on the PATH: the command beside the Python that runs, from here; quoted where the shell wants it."""
    python = tmp_path / "a venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    assert demo.command(python, tmp_path) == f"'{python}' -m tempgoods_edi.cli"
    python.with_name("tempgoods-edi").touch()
    assert demo.command(python, tmp_path) == "'a venv/bin/tempgoods-edi'"
    assert demo.command(python, tmp_path / "elsewhere") == f"'{python.with_name('tempgoods-edi')}'"


def test_scenarios_and_faults_of_the_configuration_are_in_force(tmp_path: Path) -> None:
    """From the start; a file with something wrong in it stops the start and says what."""
    scenarios, faults = tmp_path / "s.toml", tmp_path / "f.toml"
    scenarios.write_text('[[scenario]]\nname = "s"\naction = {outcome = "stuck"}\n', "utf-8")
    faults.write_text('[[fault]]\nname = "f"\nkind = "slow"\n', "utf-8")
    customs = app.make_customs(Config(scenarios=scenarios, faults=faults), Clock())
    tenant = customs.tenant()
    assert ([each.name for each in tenant.overrides.scenarios], len(tenant.faults.get().rules)) == (["s"], 1)
    customs.close()
    scenarios.write_text('[[scenario]]\nname = "s"\naction = {outcome = "stcuk"}\n', "utf-8")
    with pytest.raises(app.StartError, match="stuck"):
        app.make_customs(Config(scenarios=scenarios), Clock())


def test_the_site_can_be_made_from_a_configuration_alone() -> None:
    """`make_site` wires clock, registry and routes."""
    customs = app.make_customs(Config(trust=(FIXTURES / "keys" / "ca.pem",)), Clock())
    assert app.make_site(customs, Clock()) is not None
    customs.close()


def test_every_code_of_the_simulator_is_explained() -> None:
    """Each of its problem ids stands in the simulator's page."""
    page = (TOP / "docs" / "simulator.md").read_text("utf-8")
    assert [each.id for each in problems.PROBLEMS if each.id not in page] == []
