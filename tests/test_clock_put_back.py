"""Real processes whose wall clock is put back an hour while they run: they do what is due as if nothing had happened."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import httpx
import pytest

from tests.h2018.tenant import fixture, signed
from tools import other_days

ROOT = Path(__file__).parent.parent
PATIENCE = 60.0
pytest.importorskip("libfaketime", reason="libfaketime has no wheel for this machine")


class Wall:
    """The wall clock of some processes: as far from the machine's as a file says."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "wall"
        self.put("+0")
        self.around = {
            **other_days.real(os.environ),
            "LD_PRELOAD": str(other_days.library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'simulator'}",
            "TEMPGOODS_LANG": "en",
        }
        self.around.pop("FAKETIME", None)

    def put(self, offset: str) -> None:
        """From now on it is so many seconds ahead (behind)."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(offset + "\n", "ascii")
        fresh.replace(self._file)


@pytest.fixture
def wall(tmp_path: Path) -> Wall:
    """It shows the machine's time as yet."""
    made = Wall(tmp_path)
    made.put("-3600")
    code = "import time; print(time.time())"
    read = subprocess.run([sys.executable, "-c", code], env=made.around, capture_output=True, text=True, check=False)
    if read.returncode or abs(float(read.stdout) - time.time() + 3600) > 600:
        pytest.skip("libfaketime does nothing here")
    made.put("+0")
    return made


@pytest.fixture
def customs(wall: Wall) -> Iterator[httpx.Client]:
    """A simulated customs in a process of its own that lives by that clock; its business time is live."""
    words = ["--port", "0", "--clock", "2026-11-22T09:30", "--store-seconds", "2", "--review-seconds", "2"]
    words += ["--trust", str(ROOT / "fixtures" / "keys" / "ca.pem")]
    with subprocess.Popen(
        [sys.executable, "-m", "h2018", *words], stdout=subprocess.PIPE, encoding="utf-8", cwd=ROOT, env=wall.around
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        with httpx.Client(base_url=url, timeout=PATIENCE) as client:
            yield client
        process.terminate()


def until(so: Callable[[], bool]) -> None:
    """Go on until it is so."""
    end, pause = time.monotonic() + PATIENCE, Event()
    while not so():
        assert time.monotonic() < end, "it never came to that"
        pause.wait(0.1)


def test_receipts_come_when_they_are_due(wall: Wall, customs: httpx.Client) -> None:
    """Two seconds after the message, whatever the wall clock says meanwhile; business time goes on, and never back."""
    message = signed(fixture("tmp101-minimal"), 1)
    taken = customs.post("/v1/messages", content=message, headers={"Content-Type": "application/xml"})
    assert taken.status_code == 200, taken.text
    before = customs.get("/healthz").json()["business_time"]
    wall.put("-3600")
    until(lambda: len(customs.get("/v1/receipts").json()) == 1)
    wall.put("-7200")
    until(lambda: len(customs.get("/v1/receipts").json()) == 2)
    after = customs.get("/healthz").json()["business_time"]
    assert before < after < "2026-11-22T10:00"
    assert customs.get("/readyz").status_code == 200


def test_retry_after_is_true(wall: Wall, customs: httpx.Client) -> None:
    """Whoever is told to come again after some seconds is let in then, though the clock went back by hours."""
    customs.put("/control/rate-limit", json={"requests": 1, "seconds": 2})

    def post() -> httpx.Response:
        return customs.post("/v1/messages", content=b"<a/>", headers={"Content-Type": "application/xml"})

    assert post().status_code != 429
    refused = post()
    assert (refused.status_code, int(refused.headers["retry-after"]) <= 2) == (429, True)
    wall.put("-7200")
    Event().wait(int(refused.headers["retry-after"]))
    assert post().status_code != 429
