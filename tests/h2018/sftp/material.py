"""An SFTP server on a real port, and OpenSSH's client driving it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from twisted.internet.interfaces import IReactorTime
from twisted.internet.threads import deferToThread

from h2018.transports.folders import FAIL_BOX, IN_BOX, OUT_BOX, SENT_BOX
from h2018.transports.sftp import server
from h2018.transports.sftp.login import SftpUser
from h2018.transports.sftp.server import SftpLimits
from tests.h2018.reactor_thread import Served, reactor

LIMITS = SftpLimits(largest=64 * 1024 * 1024)


class Client(Struct, frozen=True):
    """OpenSSH with a key of its own, in a folder that knows the server.

    :ivar log: what the server logged as warnings or worse.
    """

    folder: Path
    port: int
    user: str = "anna"

    def sftp(self, *lines: str) -> subprocess.CompletedProcess[str]:
        """Run these commands as a batch: it stops at the first that fails."""
        command = ["sftp", "-b", "-", "-P", str(self.port), *self._options(), f"{self.user}@127.0.0.1"]
        return self._run(command, "\n".join(lines) + "\n")

    def scp(self, source: str, target: str, *more: str) -> subprocess.CompletedProcess[str]:
        """Copy one file; *more* are options."""
        return self._run(["scp", "-q", *more, "-P", str(self.port), *self._options(), source, target], "")

    @contextmanager
    def talking(self) -> Iterator[Callable[[str], str]]:
        """Stay connected, and give commands one by one; each gives what is printed for it."""
        command = ["sftp", "-q", "-b", "-", "-P", str(self.port), *self._options(), f"{self.user}@127.0.0.1"]
        with subprocess.Popen(
            command,
            encoding="utf-8",
            bufsize=1,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            given, printed = process.stdin, process.stdout
            if given is None or printed is None:
                raise EOFError

            def say(line: str) -> str:
                # The echo of the next command, which does nothing, ends what the one before it printed.
                given.write(f"{line}\n!true {line}\n")
                given.flush()
                lines: list[str] = []
                for got in printed:
                    if got.startswith("sftp> !true"):
                        return "".join(lines).strip()
                    if not got.startswith("sftp> "):
                        lines.append(got)
                raise EOFError(line)

            yield say
            given.close()

    def ssh(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Ask for something else than SFTP."""
        return self._run(["ssh", "-p", str(self.port), *self._options(), f"{self.user}@127.0.0.1", *command], "")

    def _run(self, command: list[str], given: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, input=given, capture_output=True, encoding="utf-8", timeout=60, cwd=self.folder)

    def _options(self) -> list[str]:
        settings = {
            "IdentityFile": str(self.folder / "id"),
            "UserKnownHostsFile": str(self.folder / "known_hosts"),
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "yes",
            "BatchMode": "yes",
            "IdentitiesOnly": "yes",
            "SendEnv": "LANG",
        }
        return ["-F", "/dev/null", *(part for name, value in settings.items() for part in ("-o", f"{name}={value}"))]


def make_boxes(root: Path) -> Path:
    """An exchange folder without a tenant behind it."""
    for box in (OUT_BOX, SENT_BOX, IN_BOX, FAIL_BOX):
        (root / box).mkdir(parents=True)
    return root


def make_key(folder: Path) -> str:
    """A key pair of the client's; gives the public one."""
    if not (folder / "id").exists():
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "id")], check=True)
    return (folder / "id.pub").read_text("utf-8")


@contextmanager
def serving(folder: Path, root: Path, limits: SftpLimits = LIMITS, time: IReactorTime = reactor) -> Iterator[Client]:
    """A server for user anna, whose folder is *root*; host key and the client's things in *folder*."""
    folder.mkdir(exist_ok=True)
    users = (SftpUser(name="anna", password="secret", keys=(make_key(folder),)),)
    key = server.host_key(folder / "data")
    factory = server.factory(users, lambda _tenant: root, key, limits, time, deferToThread)
    with Served(lambda: reactor.listenTCP(0, factory, interface="127.0.0.1")) as port:
        known = key.public().toString("OPENSSH").decode()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{port} {known}\n", "utf-8")
        yield Client(folder, port)
