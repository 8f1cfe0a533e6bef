"""Whose signatures the command line trusts: from options, else the environment, else the configuration file.

A configuration file is only looked for where the user keeps them, never beside the messages: a folder somebody sent
must not say whom to trust.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct

from tempgoods_edi.cli.terminal import CommandError
from tempgoods_edi.options import Option
from tempgoods_edi.signing.certificates import Trust
from tempgoods_edi.values import Bilingual

TrustOption = Annotated[
    list[Path] | None,
    Option("--trust", help="CA certificates to trust (PEM or DER); default: TEMPGOODS_TRUST, config.toml."),
]
CrlOption = Annotated[
    list[Path] | None, Option("--crl", help="Revocation lists of those CAs; default: TEMPGOODS_CRL, config.toml.")
]
AnySignerOption = Annotated[
    bool, Option("--any-signer", help="Take whoever signed; who that is, is then only claimed. 不核对签名人")
]
StaleCrlOption = Annotated[
    bool, Option("--stale-crl", help="A revocation list that has run out is only a warning. 吊销列表过期仅警告")
]

#: Largest configuration file that is read (bytes).
MAX_CONFIGURATION = 64 * 1024

_BOTH = Bilingual("--trust 与 --any-signer 只能用一个", "use --trust or --any-signer, not both")
_CRL_ALONE = Bilingual(
    "吊销列表（--crl）须与签发它的 CA（--trust）一起指定",
    "a revocation list (--crl) needs the CA that issued it (--trust)",
)
_NO_CONFIGURATION = Bilingual("配置文件 {path} 不可用：{why}", "the configuration file {path} cannot be used: {why}")
_TOO_LONG = Bilingual("超过 {limit} 字节", "it has more than {limit} bytes")
_NOT_TOML = Bilingual("不是 TOML：{reason}", "it is no TOML: {reason}")
_NO_SETTING = Bilingual("没有设置“{name}”，可用 {known}", "there is no setting “{name}”; there are {known}")
_NOT_PATHS = Bilingual("“{name}”应为文件名列表", "“{name}” should be a list of file names")
_NOT_A_SWITCH = Bilingual("“any_signer”应为 true 或 false", "“any_signer” should be true or false")
_SETTINGS = ("trust", "crl", "any_signer")


class Believed(Struct, frozen=True):
    """The trust settings: CAs, revocation lists, or any signer.

    :ivar trust: files of CA certificates.
    :ivar crls: files of their revocation lists.
    :ivar any_signer: everybody's.
    """

    trust: tuple[Path, ...] = ()
    crls: tuple[Path, ...] = ()
    any_signer: bool = False


def believed(trust: Sequence[Path] | None, crl: Sequence[Path] | None, any_signer: bool = False) -> Believed:
    """The trust settings in the options, completed from the environment, then from the configuration file.

    :raises CommandError: the options contradict each other, or the configuration file cannot be used.
    """
    if trust and any_signer:
        raise CommandError(_BOTH)
    if any_signer:
        return Believed(any_signer=True)
    if trust:
        return Believed(tuple(trust), tuple(crl or ()))
    found = _environment() or _configured()
    if crl:
        if not found.trust:
            raise CommandError(_CRL_ALONE)
        return Believed(found.trust, tuple(crl))
    return found


def trusted(trust: Sequence[Path] | None, crl: Sequence[Path] | None, any_signer: bool = False) -> Trust | None:
    """The CAs and revocation lists read from files; None when none were named.

    :raises CommandError: as `believed`.
    :raises KeySourceError, OSError: a file cannot be read.
    """
    found = believed(trust, crl, any_signer)
    if found.any_signer:
        return Trust.of_anybody()
    if not found.trust:
        return None
    return Trust([path.read_bytes() for path in found.trust], crls=[path.read_bytes() for path in found.crls])


def _environment() -> Believed | None:
    trust, crls = _listed("TEMPGOODS_TRUST"), _listed("TEMPGOODS_CRL")
    if crls and not trust:
        raise CommandError(_CRL_ALONE)
    return Believed(trust, crls) if trust else None


def _listed(name: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in os.environ.get(name, "").split(os.pathsep) if part)


def configuration() -> Path:
    """The path of the user's configuration file, whether the file exists or not."""
    named = os.environ.get("TEMPGOODS_CONFIG")
    if named:
        return Path(named)
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path("~/.config").expanduser()) / "tempgoods-edi" / "config.toml"


def _configured() -> Believed:
    path = configuration()
    try:
        with path.open("rb") as file:
            data = file.read(MAX_CONFIGURATION + 1)
    except (FileNotFoundError, NotADirectoryError):
        if os.environ.get("TEMPGOODS_CONFIG"):
            raise
        return Believed()
    given = _settings(path, data)
    unknown = next((name for name in given if name not in _SETTINGS), None)
    if unknown is not None:
        raise _unusable(path, _NO_SETTING.format(name=unknown, known=", ".join(_SETTINGS)))
    switch = given.get("any_signer", False)
    if not isinstance(switch, bool):
        raise _unusable(path, _NOT_A_SWITCH)
    trust, crls = (_paths(path, given, name) for name in ("trust", "crl"))
    if trust and switch:
        raise _unusable(path, Bilingual("“trust”与“any_signer”只能用一个", "use “trust” or “any_signer”, not both"))
    if crls and not trust:
        raise _unusable(path, _CRL_ALONE)
    return Believed(trust, crls, switch)


def _settings(path: Path, data: bytes) -> dict[str, Any]:
    from tempgoods_edi.bounded import Unfit, read_toml  # not before there is a file

    if len(data) > MAX_CONFIGURATION:
        raise _unusable(path, _TOO_LONG.format(limit=MAX_CONFIGURATION))
    try:
        return read_toml(data)
    except Unfit as error:
        raise _unusable(path, _NOT_TOML.format(reason=error.text)) from None


def _paths(path: Path, given: dict[str, Any], name: str) -> tuple[Path, ...]:
    """The file names under *name*; relative ones are beside the configuration file."""
    value = given.get(name, [])
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or not all(isinstance(each, str) and each for each in names):
        raise _unusable(path, _NOT_PATHS.format(name=name))
    return tuple(path.parent / Path(each).expanduser() for each in names)


def _unusable(path: Path, why: Bilingual) -> CommandError:
    return CommandError(_NO_CONFIGURATION.format(path=path, why=why))
