"""Login by SFTP: users from a file, with their passwords and public keys."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from twisted.conch.error import ValidPublicKey
from twisted.conch.ssh.keys import BadKeyError, EncryptedKeyError, Key
from twisted.cred.checkers import ICredentialsChecker
from twisted.cred.credentials import ISSHPrivateKey, IUsernamePassword
from twisted.cred.error import UnauthorizedLogin
from twisted.internet.defer import Deferred, fail, succeed
from twisted.logger import Logger
from zope.interface import implementer

from tempgoods_edi.bounded import Unfit, read_toml
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.misfit import misfit
from tempgoods_edi.texts import NotText, read_text
from tempgoods_edi.values import Bilingual

_BAD_KEY = Bilingual("SSH 密钥不可用（{path}）：{why}", "SSH key cannot be used ({path}): {why}")
_BAD_USERS = Bilingual("SFTP 用户文件 {path} 不可用：{why}", "SFTP users file {path} cannot be used: {why}")

_log = Logger()


class SftpError(TempgoodsError):
    """A key or a user of the SFTP server cannot be used."""


class SftpUser(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A user of the SFTP server, and the tenant whose folder the user sees.

    :ivar tenant: whose exchange folder.
    :ivar password: None for none.
    :ivar keys: public keys as in ``authorized_keys``, one each.
    """

    name: str
    tenant: str = "default"
    password: str | None = None
    keys: tuple[str, ...] = ()


class _Users(Struct, frozen=True, forbid_unknown_fields=True):
    """The users' file."""

    user: tuple[SftpUser, ...]


def read_users(path: Path) -> tuple[SftpUser, ...]:
    """Read the users from a TOML file of ``[[user]]`` tables; raises `SftpError`."""
    try:
        given = read_toml(read_text(path))
    except (NotText, Unfit) as error:
        raise SftpError(_BAD_USERS.format(path=path, why=error.text)) from error
    except OSError as error:
        raise SftpError(_BAD_USERS.format(path=path, why=error.strerror)) from error
    try:
        return msgspec.convert(given, _Users).user
    except msgspec.ValidationError as error:
        raise SftpError(_BAD_USERS.format(path=path, why=misfit(error, given, _Users))) from error


def read_key(data: bytes, path: str) -> Any:
    """Read a key in any form that OpenSSH writes; raises `SftpError`.  *path* is its name for people."""
    try:
        return Key.fromString(data)
    except (BadKeyError, EncryptedKeyError, ValueError) as error:
        raise SftpError(_BAD_KEY.format(path=path, why=error)) from error


@implementer(ICredentialsChecker)
class Passwords:
    """Checks passwords in constant time, whoever asks."""

    credentialInterfaces = (IUsernamePassword,)

    def __init__(self, users: Mapping[bytes, SftpUser]) -> None:
        self._users = users

    def requestAvatarId(self, credentials: Any) -> Deferred[bytes | tuple[()]]:
        """The name of the user whose password is right."""
        user = self._users.get(credentials.username)
        wanted = "" if user is None or user.password is None else user.password
        same = hmac.compare_digest(wanted.encode(), credentials.password)
        if user is None or user.password is None or not same:
            return fail(UnauthorizedLogin())
        return succeed(credentials.username)


@implementer(ICredentialsChecker)
class PublicKeys:
    """Checks public keys.  Not conch's own checker, which is about the machine's users and imports what reads them."""

    credentialInterfaces = (ISSHPrivateKey,)

    def __init__(self, allowed: Mapping[bytes, tuple[Any, ...]]) -> None:
        self._allowed = allowed

    def requestAvatarId(self, credentials: Any) -> Deferred[bytes | tuple[()]]:
        """The name of the user who signed with a registered key."""
        try:
            key = Key.fromString(credentials.blob)
            known = key in self._allowed.get(credentials.username, ())
            if known and not credentials.signature:
                # The client asks whether it is worth signing.
                return fail(ValidPublicKey())
            if known and key.verify(credentials.signature, credentials.sigData):
                return succeed(credentials.username)
        except Exception:  # noqa: BLE001 - whatever cannot be read or verified is no key
            _log.info("a public key of {user} cannot be read", user=credentials.username)
        return fail(UnauthorizedLogin())
