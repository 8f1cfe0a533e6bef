"""``tempgoods-edi simulate``: starts a simulated customs."""

from __future__ import annotations

from typing import Annotated

from msgspec import structs

from h2018.server_options import ServerOptions
from tempgoods_edi.cli.check import ProfileOption
from tempgoods_edi.cli.trusting import AnySignerOption, CrlOption, TrustOption, believed
from tempgoods_edi.options import Command, Option

#: Where `simulate` remembers when nothing is said.
_DATABASE = "h2018.sqlite3"


def _simulate(
    server: ServerOptions,
    trust: TrustOption = None,
    crl: CrlOption = None,
    any_signer: AnySignerOption = False,
    profile: ProfileOption = None,
    memory: Annotated[
        bool, Option("--memory", help=f"Remember in memory only, not in {_DATABASE}: all ends with the process.")
    ] = False,
) -> None:
    """Start a simulated customs; Ctrl-C stops it. 启动模拟海关。"""
    from h2018 import app as customs

    settings = server.settings()
    if not trust and not any_signer:
        trust, any_signer = list(settings.trust), settings.any_signer
    said = believed(trust, crl or settings.crls, any_signer)
    settings = structs.replace(settings, trust=said.trust, crls=said.crls, any_signer=said.any_signer)
    if profile is not None:
        settings = structs.replace(settings, signature_profile=profile.value)
    if memory:
        settings = structs.replace(settings, database=None)
    elif settings.database is None:
        settings = structs.replace(settings, database=_DATABASE)
    customs.serve(settings)


COMMAND = Command(_simulate)
