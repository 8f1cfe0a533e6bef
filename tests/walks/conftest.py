"""A demonstration as `make run` starts it, from this installation and on free ports."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import Struct

from tests.walks.pages import SHOWN_URL, TOP, environment


class Place(Struct, frozen=True):
    """A folder in which a reader types, and where customs listen.

    :ivar said: what `up` said when it was ready.
    """

    folder: Path
    url: str
    said: str

    def here(self, command: str) -> str:
        """*command* with the address that customs really have."""
        return command.replace(SHOWN_URL, self.url)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Everything runs, without the demonstration's records."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / "fixtures").symlink_to(TOP / "fixtures")
    ports = [word for name in ("port", "portal-port", "agent-port") for word in (f"--{name}", "0")]
    command = [sys.executable, "-m", "tempgoods_edi.cli", "up", *ports, "--no-pcsc", "--no-records"]
    with subprocess.Popen(command, cwd=folder, env=environment(), stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            seen = []
            for line in process.stdout:
                seen.append(line)
                if re.search(" submit .*--wait$", line):
                    break
            said = "".join(seen)
            url = next((line.split()[1] for line in seen if line.startswith("h2018 http")), None)
            assert url, said
            yield Place(folder, url, said)
        finally:
            process.terminate()
            process.communicate()
