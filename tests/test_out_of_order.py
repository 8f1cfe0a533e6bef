"""The disk is full, the database is locked: both sides say so with 503 and when to come again, and go on once it is over."""

from __future__ import annotations

import fcntl
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from twisted.internet.task import Clock

from h2018.config import Config
from h2018.tenant.tenants import Customs
from tempgoods_edi.databases import trouble
from tempgoods_edi.declarant.store import database
from tests.h2018 import cluster
from tests.h2018.filings import filing, results
from tests.h2018.tenant import START, fixture, signed, trust
from tests.web.portal import authority, portal, token

ROOT = Path(__file__).parent.parent
LANGUAGES = ("暂时不能办理", "not possible just now")


@contextmanager
def running(folder: Path, part: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A part in a process of its own, its data in *folder*; gives its address."""
    (folder / "ca.pem").write_bytes(authority().certificate_pem)
    words = ["--database", str(folder / "db.sqlite3"), "--trust", str(folder / "ca.pem"), "--port", "0"]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'simulator'}", "TEMPGOODS_LANG": "en"}
    with subprocess.Popen(
        [sys.executable, "-m", "tempgoods_edi.cli", part, *words],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env=env,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            said = next(line for line in process.stdout if "http://127.0.0.1:" in line)
            yield process, "http://127.0.0.1:" + said.partition("http://127.0.0.1:")[2].split()[0].strip("/")
        finally:
            process.kill()


def told(answer: httpx.Response) -> None:
    """It says 503, when to come again, and why, in both languages."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert "Traceback" not in answer.text
    assert all(words in answer.text for words in LANGUAGES), answer.text


@pytest.mark.parametrize("part", ["web", "simulate"])
def test_a_full_disk_is_told_and_got_over(tmp_path: Path, part: str) -> None:
    """No file may grow: alive, not ready, nothing taken; once there is room again, all is well without a new start."""
    with running(tmp_path, part) as (process, url), httpx.Client(base_url=url, headers={"Accept": "application/json"}) as client:
        assert client.get("/readyz").status_code == 200
        before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        message = signed(fixture("tmp101-minimal"), 1)

        def take() -> httpx.Response:
            if part == "simulate":
                return client.post("/v1/messages", content=message, headers={"Content-Type": "application/xml"})
            return client.get("/api/v1/declarations", headers={"Authorization": "Bearer tgp_nobody"})

        for _ in range(2):
            told(take())
        # The portal tries the store once a second at most.
        answers = (client.get("/readyz") for _ in range(10_000))
        told(next(answer for answer in answers if answer.status_code != 200))
        assert client.get("/healthz").status_code == 200
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)
        assert client.get("/readyz").status_code == 200
        assert take().status_code in (200, 401, 422)


def test_a_locked_database_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else holds it for long: pages and scripts are told, and then everything goes on."""
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    with portal(tmp_path) as here, closing(sqlite3.connect(tmp_path / "portal.sqlite3", isolation_level=None)) as other:
        browser = here.browser()
        headers = {"X-CSRF": token(browser)}
        other.execute("BEGIN IMMEDIATE")
        told(browser.get("/readyz"))
        told(browser.post("/login/challenge", headers=headers))
        told(browser.post("/login/challenge", data={"csrf": headers["X-CSRF"]}))
        other.execute("ROLLBACK")
        assert browser.get("/readyz").status_code == 200
        assert browser.post("/login/challenge", headers=headers).status_code == 200


@pytest.mark.needs("postgres")
def test_a_database_server_that_is_away_is_told_and_got_over() -> None:
    """Lines cut and no new ones taken: both sides say that it cannot be reached; once it is back, all is well."""
    import psycopg

    with cluster.running() as server:
        store = database.Store.open(server.new_database())
        customs = Customs(Config(database=server.new_database()), Clock())
        door = next(server.sockets.glob(".s.PGSQL.*[0-9]"))
        with psycopg.connect(f"host={server.sockets} user=postgres dbname=postgres", autocommit=True) as other:
            store.try_writing()
            assert customs.trouble() is None
            door.rename(server.sockets / "away")
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
            with pytest.raises(OperationalError) as raised:
                store.try_writing()
            for told_so in (trouble(raised.value), customs.trouble()):
                assert told_so is not None
                assert "cannot be reached" in told_so.en
            (server.sockets / "away").rename(door)
            store.try_writing()
            assert customs.trouble() is None
        store.close()
        customs.close()


def test_timers_outlive_a_store_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due while nothing can be read is done later; meanwhile the server says that it is late."""
    machine = Clock()
    machine.advance(1.7e9)
    customs = Customs(Config(starts_at=START, clock="live"), machine, trust=trust())
    tenant = customs.tenant()
    tenant.intake(filing(1), "http")
    assert customs.trouble() is None
    first = type(tenant.store.timers).first

    def away(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(type(tenant.store.timers), "first", away)
    for _ in range(100):
        machine.advance(1)
    assert customs.trouble() is not None
    monkeypatch.setattr(type(tenant.store.timers), "first", first)
    late = customs.trouble()
    assert late is not None
    assert "seconds late" in late.en
    machine.advance(5)
    machine.advance(5)
    assert results(tenant) == ["Y", "1"]
    assert customs.trouble() is None
    customs.close()


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (sqlite3.OperationalError("database or disk is full"), "disk is full"),
        (sqlite3.OperationalError("database is locked"), "locked"),
        (sqlite3.OperationalError("attempt to write a readonly database"), "cannot be written"),
        (sqlite3.OperationalError("unable to open database file"), "cannot be reached"),
        (OSError(28, "No space left on device"), "disk is full"),
        (sqlite3.OperationalError("no such table: x"), None),
        (FileNotFoundError(2, "x"), None),
        (ValueError("disk is full"), None),
    ],
)
def test_a_cause_is_told_only_where_it_is_one(error: Exception, cause: str | None) -> None:
    """Also when another error was raised from it; our own mistakes are not blamed on the disk."""
    outer = RuntimeError("x")
    outer.__cause__ = error
    for each in (error, outer):
        found = trouble(each)
        assert (found is None) is (cause is None)
        assert found is None or (cause or "") in found.en


def test_a_second_up_leaves_the_first_alone(tmp_path: Path) -> None:
    """In a folder where one runs, another is refused, and nothing of the first is touched."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "web.log").write_text("what the first one said", "utf-8")
    with (tmp_path / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'simulator'}", "TEMPGOODS_LANG": "en"}
        ports = ("--port", "0", "--portal-port", "0", "--agent-port", "0")
        ran = subprocess.run(
            [sys.executable, "-m", "tempgoods_edi.cli", "up", str(tmp_path), *ports],
            capture_output=True, encoding="utf-8", cwd=ROOT, env=env, timeout=120, check=False,
        )  # fmt: skip
    assert (ran.returncode, "an up is running" in ran.stderr) == (2, True), ran.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["logs", "up.lock"]
    assert (tmp_path / "logs" / "web.log").read_text("utf-8") == "what the first one said"
