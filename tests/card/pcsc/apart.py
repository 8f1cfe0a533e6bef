"""Runs the PC/SC service where it meets nobody: in Linux namespaces with a network and a ``/run`` of its own.

The driver vpcd listens on every address of a machine; here there is only loopback, and of this service alone.  A *door* (a
UNIX socket in the folder) hands connections to vpcd through: it takes the number of a port and answers with the connected
socket.  The service's own socket lies in the folder too, and is handed to it as systemd would hand it.

As a program: ``apart.py FOLDER COMMAND…``.  It ends with its parent, and the command with it.  Standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from threading import Thread

DOOR, SERVICE = "door", "pcscd.comm"
#: The signal on which the command is killed.
CRASH = signal.SIGQUIT
_PORT = struct.Struct("!H")

_NEW_MOUNTS, _NEW_USER, _NEW_NETWORK = 0x00020000, 0x10000000, 0x40000000
_BIND, _PRIVATE = 4096, 1 << 14 | 1 << 18
_SET_FLAGS, _UP = 0x8914, 0x41
_DIES_WITH_PARENT = 1
#: The first handle of what systemd hands to a service.
_FIRST = 3


def connected(folder: Path, port: int) -> socket.socket:
    """A connection to *port* inside, for whoever is outside.

    :raises OSError: nothing listens there.
    """
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(5)
        asked.connect(str(folder / DOOR))
        asked.sendall(_PORT.pack(port))
        _, handles, _, _ = socket.recv_fds(asked, 1, 1)
    if not handles:
        raise ConnectionRefusedError(port)
    return socket.socket(fileno=handles[0])


def main(folder: Path, command: list[str]) -> int:
    """Run *command* inside until it ends."""
    _set_apart(folder)
    with _listening(folder / DOOR) as door:
        Thread(target=_hand_through, args=(door,), daemon=True).start()
        try:
            process = _started(command, folder / SERVICE)
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            signal.signal(CRASH, lambda *_: process.kill())
            return process.wait()
        finally:
            (folder / SERVICE).unlink()


def _started(command: list[str], path: Path) -> subprocess.Popen[bytes]:
    """The service, listening at *path*: nobody else does, so that whoever asks a dead one is refused."""

    def prepared() -> None:
        _die_with_parent()
        os.dup2(service.fileno(), _FIRST)
        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))

    with _listening(path) as service:
        path.chmod(0o666)
        return subprocess.Popen(command, preexec_fn=prepared, pass_fds=[_FIRST])  # noqa: PLW1509 - no lock is held here


def _listening(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    made.listen()
    return made


def is_possible() -> bool:
    """False where an ordinary user may have no name space: in a changed root, or where the kernel is told so."""
    tried = f"import ctypes; raise SystemExit(ctypes.CDLL(None).unshare({_NEW_USER}))"
    return os.geteuid() == 0 or subprocess.run([sys.executable, "-I", "-c", tried], check=False).returncode == 0


def _set_apart(folder: Path) -> None:
    _die_with_parent()
    user, group = os.geteuid(), os.getegid()
    _call("unshare", _NEW_MOUNTS | _NEW_NETWORK | (_NEW_USER if user else 0))
    if user:
        for name, content in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            Path(f"/proc/self/{name}").write_text(content)
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    if any(each.split()[4] == "/" for each in mounts):  # else this is a changed root, whose /run is nobody else's
        _call("mount", None, b"/", None, _PRIVATE, None)
        _call("mount", str(folder).encode(), b"/run", None, _BIND, None)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


def _die_with_parent() -> None:
    _call("prctl", _DIES_WITH_PARENT, signal.SIGKILL)


def _call(name: str, *arguments: object) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def _hand_through(listening: socket.socket) -> None:
    while True:
        asking, _ = listening.accept()
        with asking, contextlib.suppress(OSError, struct.error):
            (port,) = _PORT.unpack(asking.recv(_PORT.size))
            with socket.create_connection(("127.0.0.1", port), timeout=5) as found:
                socket.send_fds(asking, [b"\0"], [found.fileno()])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
