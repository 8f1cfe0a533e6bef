"""Passwords of keys: from a file, the environment or a prompt, never on the command line, which others can see."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from tempgoods_edi import texts
from tempgoods_edi.cli.terminal import CommandError, hidden
from tempgoods_edi.errors import KeySourceError
from tempgoods_edi.options import Option
from tempgoods_edi.signing import keys
from tempgoods_edi.signing.signer import Signer
from tempgoods_edi.values import Bilingual, Lang

VARIABLE = "TEMPGOODS_PASSWORD"

PasswordFileOption = Annotated[
    Path | None,
    Option("--password-file", help=f"File with the key's password; else {VARIABLE}, else a prompt. 密码文件"),
]
CertificateOption = Annotated[
    Path | None, Option("--cert", help="The key's certificate (PEM), where the key file is PEM without it.")
]
LegacyOption = Annotated[bool, Option("--legacy", help="Sign by rsa-sha1, as older cards do.")]

_PROMPT = Bilingual("{name} 的密码", "password of {name}")
_HOW = Bilingual(
    "{text}（用 --password-file 或环境变量 {variable} 提供密码）",
    "{text} (give the password by --password-file or in the environment as {variable})",
)


def password(file: Path | None, name: str, lang: Lang) -> str | None:
    """The password for the key file called *name*; None when there is none.

    :raises OSError: *file* cannot be read.
    :raises texts.NotText: *file* is no text.
    """
    if file is not None:
        return texts.read_text(file).rstrip("\r\n")
    given = os.environ.get(VARIABLE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return None
    return hidden(_PROMPT.format(name=name), lang) or None


def signer(key: Path, certificate: Path | None, secret: str | None, *, legacy: bool = False) -> Signer:
    """The signer with the key in the file *key* (PKCS#12 or PEM).

    :raises KeySourceError: wrong password, unreadable file, unsuitable key; the text names the file.
    """
    data = key.read_bytes()
    load: Callable[[], Signer]
    if b"-----BEGIN " in data:  # programs write who it belongs to before it
        pem = data if certificate is None else certificate.read_bytes()
        load = lambda: keys.from_pem(data, pem, secret, legacy=legacy)  # noqa: E731 - two ways to one thing
    else:
        load = lambda: keys.from_pkcs12(data, secret, legacy=legacy)  # noqa: E731 - as above
    try:
        return load()
    except KeySourceError as error:
        told = Bilingual(f"{key}：{error.text.zh}", f"{key}: {error.text.en}")
        if secret is None:
            told = _HOW.format(text=told, variable=VARIABLE)
        raise CommandError(told) from error
