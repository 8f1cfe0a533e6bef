"""What of a configuration is a tenant's own, kept with it; the rest is the server's."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from h2018.config import Config
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.misfit import misfit
from tempgoods_edi.values import Bilingual

TENANT_SETTINGS = (
    "seed", "progression", "polls", "store_seconds", "review_seconds", "answer_seconds", "allow_unsigned", "sender_id",
    "key_name", "prefixes",
)  # fmt: skip
#: What of that can be changed while the tenant runs.
CHANGEABLE = frozenset(TENANT_SETTINGS) - {"seed", "prefixes"}

UNUSABLE = Bilingual("设置不可用：{why}", "unusable settings: {why}")


class BadSetting(TempgoodsError):
    """A setting does not exist, or cannot have that value."""


def own(config: Config) -> dict[str, Any]:
    """What of *config* is a tenant's own."""
    return {name: getattr(config, name) for name in TENANT_SETTINGS}


def with_own(base: Config, kept: dict[str, Any]) -> Config:
    """*base* with what a tenant has otherwise; raises `BadSetting` for a value that cannot be."""
    known = {name: value for name, value in kept.items() if name in TENANT_SETTINGS}
    try:
        read = msgspec.convert(msgspec.to_builtins(known), type=Config)
    except (msgspec.ValidationError, TypeError) as error:
        raise BadSetting(UNUSABLE.format(why=misfit(error, known, Config))) from error
    return replace(base, **{name: getattr(read, name) for name in known})


def changes(asked: dict[str, object]) -> dict[str, Any]:
    """*asked*, when all of it can be changed; raises `BadSetting`."""
    unknown = sorted(set(asked) - CHANGEABLE)
    if unknown:
        raise BadSetting(UNUSABLE.format(why=", ".join(unknown)))
    return asked
