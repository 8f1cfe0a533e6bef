"""Transport by SFTP: the exchange folders on customs' server, whose host key must be known beforehand."""

from __future__ import annotations

import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko
from msgspec import Struct

from tempgoods_edi import steady
from tempgoods_edi.customs_channel import failures
from tempgoods_edi.customs_channel.failures import ChannelError
from tempgoods_edi.customs_channel.technical_answer import TechnicalAnswer
from tempgoods_edi.declarant.gateway.transports import MOST_BYTES, Arrival, Pulled
from tempgoods_edi.declarant.gateway.transports.boxes import IN_BOX, OUT_BOX, PARTIAL, arrival, file_name, is_ready
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.http_client.deadline import SILENCE, WHOLE, Deadline, too_slow
from tempgoods_edi.values import Bilingual

_MOST_AT_ONCE = 50
_SCHEME = "sftp://"
_NOT_AN_ADDRESS = Bilingual(
    "“{value}”不是 SFTP 地址，应为 用户@主机[:端口]", "“{value}” is no SFTP address; it is user@host[:port]"
)
_UNREADABLE_KEY = Bilingual("SSH 密钥 {path} 不可用：{why}", "SSH key {path} cannot be used: {why}")
_UNREADABLE_HOSTS = Bilingual("主机密钥文件 {path} 不可用：{why}", "the file of host keys {path} cannot be used: {why}")
_NO_CREDENTIALS = Bilingual("SFTP 需要 --key 或 --password-file", "SFTP needs --key or --password-file")


class SftpSettings(TempgoodsError):
    """The address, key, password or host keys for SFTP cannot be used."""


class Server(Struct, frozen=True):
    """An SFTP server's address and the user to log in as."""

    user: str
    host: str
    port: int = 22

    def __str__(self) -> str:
        return f"sftp://{self.user}@{self.host}:{self.port}"


def read_server(text: str) -> Server:
    """Parse the server in ``user@host[:port]``, with or without ``sftp://``; raises `SftpSettings`.

    >>> str(read_server("anna@customs.example:8022"))
    'sftp://anna@customs.example:8022'
    """
    user, at, rest = text.removeprefix(_SCHEME).rstrip("/").rpartition("@")
    host, colon, port = rest.partition(":")
    if not (at and user and host) or (colon and not port.isdigit()):
        raise SftpSettings(_NOT_AN_ADDRESS.format(value=text))
    return Server(user, host, int(port) if colon else 22)


class Credentials(Struct, frozen=True, kw_only=True):
    """The credentials for SFTP; they are kept out of every text.

    :ivar key: private key file as OpenSSH writes it.
    :ivar password: the user's, or the key's when there is one.
    """

    key: Path | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"Credentials(key={self.key!r})"


class Sftp:
    """The transport through the exchange folders on *server*.

    :param known_hosts: file with the server's key, as OpenSSH keeps it.  A server that is not in it, or has another key,
        is not talked to.
    :param seconds: how long the server may be silent; a whole exchange may take four times as long.
    :raises SftpSettings: key or host keys cannot be read.
    """

    def __init__(
        self, server: Server, credentials: Credentials, known_hosts: Path, *, seconds: float = SILENCE
    ) -> None:
        self.where = str(server)
        self._server, self._credentials, self._seconds = server, credentials, seconds
        if credentials.key is None and credentials.password is None:
            raise SftpSettings(_NO_CREDENTIALS)
        self._known = _host_keys(known_hosts)
        self._key = None if credentials.key is None else _private_key(credentials.key, credentials.password)
        self._client: paramiko.SSHClient | None = None
        self._sftp: paramiko.SFTPClient | None = None
        self._deadline = Deadline(WHOLE * seconds)

    def hand_over(self, name: str, data: bytes) -> TechnicalAnswer | None:
        """Write the message into OutBox under another name, then rename it.  See `Transport.hand_over`."""
        target = f"{OUT_BOX}/{file_name(name, data)}"
        with self._open() as sftp:
            if _is_there(sftp, target):
                return None  # handed over before, and not looked at yet
            with suppress(FileNotFoundError):
                sftp.remove(target + PARTIAL)
            with sftp.open(target + PARTIAL, "wb") as file:
                file.set_pipelined(True)
                file.write(data)
            sftp.rename(target + PARTIAL, target)
        return None

    def receipts(self, after: int) -> Pulled:
        """The files in InBox, oldest first."""
        with self._open() as sftp:
            files = {each.filename: each for each in sftp.listdir_attr(IN_BOX) if is_ready(each.filename)}
            names = sorted(files, key=lambda name: (name.rpartition("_")[2], name))
            found, looked, began = list[Arrival](), 0, steady.seconds()
            for name in names[:_MOST_AT_ONCE]:
                data, looked = _read(sftp, name, files[name]), looked + 1
                if data is not None:
                    found.append(arrival(name, data))
                # A slow line brings few at a time, but brings them.
                if steady.seconds() - began > self._seconds:
                    break
            return Pulled(tuple(found), after, len(names) > looked)

    def settle(self, arrival: Arrival) -> None:
        """Remove the file, whose bytes are in the store; when that fails the file comes again, which is harmless."""
        with suppress(ChannelError, OSError), self._open() as sftp:
            sftp.remove(f"{IN_BOX}/{arrival.place}")

    def close(self) -> None:
        """Log out of the SFTP server."""
        client, self._client, self._sftp = self._client, None, None
        if client is not None:
            client.close()

    @contextmanager
    def _open(self) -> Iterator[paramiko.SFTPClient]:
        """A session that works; after a failure the next one is new."""
        try:
            with self._deadline:
                yield self._session()
        except ChannelError:
            self.close()
            raise
        except (paramiko.SSHException, OSError, EOFError) as error:
            self.close()
            if self._deadline.passed:
                raise failures.slow(self.where, too_slow(self._deadline.seconds)) from None
            if isinstance(error, TimeoutError):
                raise failures.slow(self.where, self._seconds) from None
            raise failures.unreachable(self.where, _why(error)) from None

    def _session(self) -> paramiko.SFTPClient:
        if self._sftp is None:
            self._sftp = self._log_in().open_sftp()
            channel = self._sftp.get_channel()
            if channel is not None:
                channel.settimeout(self._seconds)
        return self._sftp

    def _log_in(self) -> paramiko.SSHClient:
        client = paramiko.SSHClient()
        self._client = client
        for host, keys in self._known.items():
            for kind, key in keys.items():
                client.get_host_keys().add(host, kind, key)
        client.set_missing_host_key_policy(_NeverLearn(self.where))
        address = self._server.host, self._server.port
        connection = self._deadline.connection = socket.create_connection(address, self._seconds)
        try:
            client.connect(
                self._server.host,
                self._server.port,
                self._server.user,
                password=None if self._key is not None else self._credentials.password,
                pkey=self._key,
                allow_agent=False,
                look_for_keys=False,
                sock=connection,
                timeout=self._seconds,
                banner_timeout=self._seconds,
                auth_timeout=self._seconds,
            )
        except paramiko.BadHostKeyException:
            why = Bilingual("主机密钥与已知的不符", "its host key is not the one that is known")
            raise failures.refused_us(self.where, why) from None
        except paramiko.AuthenticationException:
            why = Bilingual("用户、密钥或密码不被接受", "user, key or password are not accepted")
            raise failures.refused_us(self.where, why) from None
        return client


class _NeverLearn(paramiko.MissingHostKeyPolicy):
    """A server whose key is not known is not talked to: whoever it is, it is not known to be customs."""

    def __init__(self, where: str) -> None:
        self._where = where

    def missing_host_key(self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey) -> None:
        why = Bilingual("主机密钥未知（known_hosts 中没有）", "its host key is not known (not in known_hosts)")
        raise failures.refused_us(self._where, why)


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _is_there(sftp: paramiko.SFTPClient, path: str) -> bool:
    try:
        sftp.stat(path)
    except FileNotFoundError:
        return False
    return True


def _read(sftp: paramiko.SFTPClient, name: str, file: paramiko.SFTPAttributes) -> bytes | None:
    """The file's bytes; None for one that is gone, no ordinary file, or larger than anything that is sent."""
    if not stat.S_ISREG(file.st_mode or 0) or (file.st_size or 0) > MOST_BYTES:
        return None
    try:
        with sftp.open(f"{IN_BOX}/{name}", "rb") as opened:
            opened.prefetch(file.st_size)
            data = opened.read(MOST_BYTES + 1)
            return data if len(data) <= MOST_BYTES else None
    except (FileNotFoundError, PermissionError):
        return None


def _host_keys(path: Path) -> paramiko.HostKeys:
    try:
        return paramiko.HostKeys(str(path))
    except (OSError, paramiko.SSHException) as error:
        raise SftpSettings(_UNREADABLE_HOSTS.format(path=path, why=_why(error))) from None


def _private_key(path: Path, password: str | None) -> paramiko.PKey:
    # Its own hint says text, what it calls takes bytes.
    secret: Any = password.encode() if password else None
    try:
        return paramiko.PKey.from_path(path, secret)
    except (OSError, ValueError, TypeError, paramiko.SSHException) as error:
        raise SftpSettings(_UNREADABLE_KEY.format(path=path, why=_why(error))) from None
