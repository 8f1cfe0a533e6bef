"""The SFTP server on the exchange folders: each user sees one folder only, after login by password or public key.

Imported only where SFTP is switched on: conch takes its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec import Struct
from twisted.conch.avatar import ConchUser
from twisted.conch.interfaces import IConchUser
from twisted.conch.ssh.common import getNS
from twisted.conch.ssh.connection import EXTENDED_DATA_STDERR
from twisted.conch.ssh.factory import SSHFactory
from twisted.conch.ssh.filetransfer import FileTransferServer
from twisted.conch.ssh.session import SSHSession
from twisted.conch.ssh.transport import SSHServerTransport
from twisted.cred.portal import IRealm, Portal
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.protocol import connectionDone
from twisted.logger import Logger
from zope.interface import implementer

from h2018.transports.key_files import write_secret
from h2018.transports.sftp.files import Tree
from h2018.transports.sftp.login import Passwords, PublicKeys, SftpError, SftpUser, read_key
from h2018.transports.sftp.open_files import InThread
from h2018.transports.whole_files import Inode
from tempgoods_edi.values import Bilingual

#: File name of the host key in the data folder.
HOST_KEY = "ssh_host_ed25519_key"

_SFTP = b"sftp"
#: Longest packet: OpenSSH's is a quarter of it (bytes).
_MOST_PACKET = 1024 * 1024

_SFTP_ONLY = Bilingual(
    "此处只有 SFTP，不能执行命令。请用 sftp，或去掉 scp 的 -O（OpenSSH 9 起 scp 默认使用 SFTP；8.7、8.8 用 scp -s）",
    "there is only SFTP here, no commands: use sftp, or scp without -O (from OpenSSH 9 on; with 8.7 and 8.8 scp -s)",
)
_NO_WAY_IN = Bilingual("SFTP 用户“{name}”既无口令也无公钥", "SFTP user “{name}” has neither a password nor a public key")

_log = Logger()


#: Seconds somebody may take to come in, and may say nothing once they are.
LOGIN_SECONDS, IDLE_SECONDS = 60.0, 3600.0


class SftpLimits(Struct, frozen=True, kw_only=True):
    """The limits of the SFTP server.

    :ivar largest: largest file that may be written (bytes).
    :ivar connections: at most so many at a time.
    :ivar login_seconds: so long somebody may take to come in.
    :ivar idle_seconds: so long somebody who has come in may say nothing.
    """

    largest: int
    connections: int = 200
    login_seconds: float = LOGIN_SECONDS
    idle_seconds: float = IDLE_SECONDS


def host_key(folder: Path) -> Any:
    """The server's ed25519 host key, made at the first start and stored in *folder*; raises `SftpError`."""
    path = folder / HOST_KEY
    if not path.is_file():
        own = Ed25519PrivateKey.generate()
        write_secret(path, own.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    return read_key(path.read_bytes(), str(path))


def factory(
    users: Iterable[SftpUser],
    root_of: Callable[[str], Path],
    key: Any,
    limits: SftpLimits,
    time: IReactorTime,
    in_thread: InThread,
    being_written: Counter[Inode] | None = None,
) -> Any:
    """Make the SSH server factory for *users*.

    :param root_of: the exchange folder of a tenant; asked at each login.
    :param key: as `host_key` gives it.
    :param time: the machine's time.
    :param in_thread: has a call made in a thread: ``threads.deferToThread``.
    :param being_written: where the files are written down that are open for writing.
    :raises SftpError: a user's key cannot be used, or a user could never come in.
    """
    known = {user.name.encode(): user for user in users}
    for user in known.values():
        if user.password is None and not user.keys:
            raise SftpError(_NO_WAY_IN.format(name=user.name))
    allowed = {name: tuple(read_key(text.encode(), user.name) for text in user.keys) for name, user in known.items()}
    made: Any = _Factory(limits, time)
    made.publicKeys = {b"ssh-ed25519": key.public()}
    made.privateKeys = {b"ssh-ed25519": key}
    made.portal = Portal(
        _Realm(known, root_of, partial(Tree, most=limits.largest, in_thread=in_thread, being_written=being_written)),
        [Passwords(known), PublicKeys(allowed)],
    )
    return made


@implementer(IRealm)
class _Realm:
    """Gives a user who has come in their tree."""

    def __init__(
        self, users: Mapping[bytes, SftpUser], root_of: Callable[[str], Path], tree: Callable[[Path], Tree]
    ) -> None:
        self._users, self._root_of, self._tree = users, root_of, tree

    def requestAvatar(self, avatarId: bytes | tuple[()], mind: Any, *interfaces: Any) -> tuple[Any, Any, Callable[[], None]]:
        """The user, shut into their folder."""
        tree = self._tree(self._root_of(self._users[avatarId or b""].tenant))
        user = ConchUser()
        user.channelLookup = {b"session": _Session}
        user.subsystemLookup = {_SFTP: lambda data, avatar: Files(data, avatar=tree)}
        return IConchUser, user, _nothing


class Files(FileTransferServer):
    """The SFTP protocol with a limit on the packet size (a subclass, because conch has none)."""

    def __init__(self, data: bytes | None = None, avatar: Any = None) -> None:
        FileTransferServer.__init__(self, data, avatar)

    def dataReceived(self, data: bytes) -> None:
        """Process the complete packets; the remaining bytes are part of the next one."""
        FileTransferServer.dataReceived(self, data)
        if len(self.buf) > _MOST_PACKET:
            _log.warn("SFTP: a packet of more than {most} bytes, closed", most=_MOST_PACKET)
            self.buf = b""
            transport: Any = self.transport
            transport.loseConnection()

    def connectionLost(self, reason: Any = connectionDone) -> None:
        """The connection is closed: files still open are given up as unfinished."""
        for file in self.openFiles.values():
            file.abandon()
        FileTransferServer.connectionLost(self, reason)


class _Session(SSHSession):
    """A session that refuses all but the subsystem, without a word in the log (a subclass, as conch wants it)."""

    def _refuse(self, data: bytes) -> int:
        return 0

    def _tell(self, data: bytes) -> int:
        """Let somebody in who wants a command or a shell, only to be told what there is; ``scp -O`` wants a command.

        A plain refusal would reach a person as "exec request failed on channel 0".
        """
        connection: Any = self.conn
        connection.transport.factory.time.callLater(0, self._send_off)
        return 1

    def _send_off(self) -> None:
        # Once the request is answered; the client may be gone by now.
        if self.conn is not None and self.id in self.conn.channels:
            write: Any = self.writeExtended  # which has no types
            write(EXTENDED_DATA_STDERR, f"{_SFTP_ONLY.zh}\n{_SFTP_ONLY.en}\n".encode())
            self.conn.sendRequest(self, b"exit-status", b"\0\0\0\1")
            self.loseConnection()

    def dataReceived(self, data: bytes) -> None:
        """For the subsystem; what is sent to nobody is not kept (conch would, without end)."""
        if self.client:
            SSHSession.dataReceived(self, data)

    def request_subsystem(self, data: bytes) -> int:
        """SFTP, and no other."""
        return SSHSession.request_subsystem(self, data) if getNS(data)[0] == _SFTP else 0

    def eofReceived(self) -> None:
        """The client has done what it came for; ``scp`` fails unless it hears that all went well."""
        if self.client and self.conn is not None:
            self.conn.sendRequest(self, b"exit-status", bytes(4))
        SSHSession.eofReceived(self)

    request_shell = request_exec = _tell
    request_pty_req = request_env = request_window_change = _refuse
    request_x11_req = request_auth_agent_req_openssh_com = _refuse


class _Factory(SSHFactory):
    """Makes the server's ends of connections, and counts them (a subclass, because that is how Twisted asks for them).

    :ivar open: how many there are.
    """

    def __init__(self, limits: SftpLimits, time: IReactorTime) -> None:
        self.limits, self.time, self.open = limits, time, 0

    def buildProtocol(self, addr: Any) -> Any:
        """None closes the connection at once."""
        if self.open >= self.limits.connections:
            _log.warn("SFTP: {open} connections, no more are taken", open=self.open)
            return None
        return SSHFactory.buildProtocol(self, addr)

    def protocol(self) -> Any:
        """The end of one."""
        return _Transport()


class _Transport(SSHServerTransport):
    """The server's end of a connection: closed unless somebody comes in, in time (a subclass, as conch wants it)."""

    factory: Any
    _login: IDelayedCall | None = None
    _idle: IDelayedCall | None = None

    def connectionMade(self) -> None:
        """Begin to wait for somebody to come in."""
        self.factory.open += 1
        self._login = self.factory.time.callLater(self.factory.limits.login_seconds, self._late)
        SSHServerTransport.connectionMade(self)

    def connectionLost(self, reason: Any = connectionDone) -> None:
        """Gone."""
        self.factory.open -= 1
        self._in_time()
        if self._idle is not None and self._idle.active():
            self._idle.cancel()
        SSHServerTransport.connectionLost(self, reason)

    def dataReceived(self, data: bytes) -> None:
        """Somebody is there."""
        if self._idle is not None and self._idle.active():
            self._idle.reset(self.factory.limits.idle_seconds)
        SSHServerTransport.dataReceived(self, data)

    def setService(self, service: Any) -> None:
        """A user who has come in may stay."""
        if service.name == b"ssh-connection":
            self._in_time()
            self._idle = self.factory.time.callLater(self.factory.limits.idle_seconds, self._late)
        SSHServerTransport.setService(self, service)

    def _late(self) -> None:
        transport: Any = self.transport
        if transport is not None:
            transport.abortConnection()

    def _in_time(self) -> None:
        if self._login is not None and self._login.active():
            self._login.cancel()

    def receiveError(self, reasonCode: int, description: bytes) -> None:
        """The client goes, for whatever reason."""
        _log.info("SFTP client left: {code} {description}", code=reasonCode, description=description)


def _nothing() -> None:
    """Nothing is to be done when a user leaves."""
