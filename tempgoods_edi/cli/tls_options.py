"""The command-line options for TLS with customs, shared by `submit` and `gateway`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from msgspec import Struct

from tempgoods_edi.options import Option
from tempgoods_edi.texts import read_text

if TYPE_CHECKING:
    from tempgoods_edi.http_client.certificates import Tls


class TlsOptions(Struct, frozen=True, kw_only=True):
    """How TLS is spoken with customs, where their address is one of https."""

    ca: Annotated[
        Path | None, Option("--ca", metavar="PEM", help="CA of customs' TLS certificate; default: the system's.")
    ] = None
    client_cert: Annotated[
        Path | None, Option("--client-cert", metavar="PEM", help="Own TLS certificate, for customs that ask for one.")
    ] = None
    client_key: Annotated[
        Path | None, Option("--client-key", metavar="PEM", help="Its key, where it is not in the same file.")
    ] = None
    client_key_password_file: Annotated[
        Path | None, Option("--client-key-password-file", metavar="FILE", help="File with that key's password.")
    ] = None

    def settings(self) -> Tls:
        """The settings of the HTTP client; raises OSError when the password's file cannot be read."""
        from tempgoods_edi.http_client.certificates import Tls

        file = self.client_key_password_file
        password = None if file is None else read_text(file).rstrip("\r\n")
        return Tls(ca=self.ca, certificate=self.client_cert, key=self.client_key, password=password)
