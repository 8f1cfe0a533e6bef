"""What of a configuration is a tenant's own, kept with it; the rest is the server's."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from h2018.config import Config
from h2018.store import Store
from tempgoods_edi.errors import TempgoodsError
from tempgoods_edi.misfit import misfit
from tempgoods_edi.values import Bilingual

#: The setting that is kept under.
CONFIG = "config"
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


class KeptSettings:
    """The configuration of one tenant: the server's, with what the tenant keeps otherwise.

    :ivar present: how it is set up now.
    """

    __slots__ = ("_base", "_store", "present")

    def __init__(self, base: Config, store: Store) -> None:
        self._base, self._store, self.present = base, store, base
        self.read()

    def get(self) -> Config:
        """How it is set up now."""
        return self.present

    def read(self) -> None:
        """Be as the store has it."""
        self.present = with_own(self._base, self._kept())

    def changed(self, changes: dict[str, Any]) -> Config:
        """How it would be with *changes*; raises `BadSetting` for what cannot be."""
        return with_own(self._base, {**self._kept(), **changes})

    def keep(self, changes: dict[str, Any]) -> None:
        """Keep *changes*, within a transaction; `present` is the caller's to set once they are on the disk."""
        self._store.set_setting(CONFIG, msgspec.json.encode({**self._kept(), **changes}))

    def begin(self, base: Config | None = None) -> None:
        """Keep what a new tenant begins with; *base* is what it is set up by from now on, whatever the server is."""
        if base is not None:
            self._base = base
        self.present = self._base
        kept = {"seed": self.present.seed} if base is None else own(self.present)
        self._store.set_setting(CONFIG, msgspec.json.encode(kept))

    def pin(self) -> None:
        """Keep the present configuration, whatever the server is started with later."""
        self._store.set_setting(CONFIG, msgspec.json.encode(own(self.present)))

    def _kept(self) -> dict[str, Any]:
        data = self._store.setting(CONFIG)
        found: dict[str, Any] = {} if data is None else msgspec.json.decode(data)
        return found
